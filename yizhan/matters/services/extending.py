"""延期（行政许可法 42）: the office asks, whoever the item names approves or not, once, before the promise is over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.facts.matters import CaseExtended, ExtensionDenied, ExtensionRequested
from yizhan.kernel.api import Actor, Conflict, NotFound, Refusal, access, publish, times
from yizhan.matters.models import Case, CaseExtension, ExtensionDenial, ExtensionRequest
from yizhan.matters.rules.approving import ROLE_OF, Approver
from yizhan.matters.rules.states import Action
from yizhan.matters.services.accepting import ROUTING, offices_of, organisation_of
from yizhan.matters.services.letters import print_extension
from yizhan.matters.services.limits import KEPT, keep_days, keep_step_day
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import ReasonMissing, lock_case, move
from yizhan.people import api as people


class NoExtension(Conflict):
    code = "matters.no_extension"
    message = _("按这个事项的规定不能延期，或者已经延过一次。")


class ExtensionAlreadyAsked(Conflict):
    code = "matters.extension_already_asked"
    message = _("这件的延期已经报上去了，正在等答复。")


class ExtensionTooLong(Refusal):
    code = "matters.extension_too_long"
    status = 422
    message = _("最多只能延长 {days} 天。")


class NobodyToApprove(Conflict):
    code = "matters.nobody_to_approve"
    message = _("按规定由{who}批准，系统里还没有人有这个岗位。请安全管理员先给岗位，再报延期。")


class ExtensionRequestNotFound(NotFound):
    code = "matters.extension_request_not_found"
    message = _("没有找到这个延期请求，可能已经答复过，或者这件已经不在办。")


@transaction.atomic
def request_extension(*, actor: Actor, case_id: UUID, days: int, reason: str, at: datetime) -> UUID:
    """Ask whoever the item names for more days, with the reason that the applicant will read. Returns the request's id.

    Raises CaseNotFound, CaseActionNotAllowed, NoExtension, ExtensionAlreadyAsked, ExtensionTooLong, ReasonMissing,
    NobodyToApprove, clocks.ExtensionTooLate.
    """
    case = lock_case(case_id, actor, "matters.decide")
    rule = _rule_of(case)
    if case.extension_requests.filter(denial=None).exists():
        raise ExtensionAlreadyAsked
    _refuse_long(days, rule.days)
    _refuse_empty(reason)
    _refuse_late(case, at)
    approver = Approver(rule.approver.value)
    place = _place_of(case, approver, at)
    if not _has_holder(approver, place, at):
        raise NobodyToApprove(who=str(rule.approved_by))
    move(case, Action.ASK_EXTENSION, actor=actor, at=at, note=reason, organisation_id=case.responsible_organisation_id)
    one = ExtensionRequest.objects.create(
        case=case,
        number=case.extension_requests.count() + 1,
        days=days,
        reason=reason.strip(),
        approver=approver,
        approver_words=str(rule.approved_by),
        organisation_id=place.organisation_id,
        asked_by_id=actor.staff_id,
        asked_at=at,
    )
    publish(ExtensionRequested(**facts_of(case, at), days=days, organisation_id=place.organisation_id))
    return one.pk


def _rule_of(case: Case) -> catalogue.Extension:
    rule = catalogue.course_of(case.item_version_id).procedure.extension
    if rule is None or CaseExtension.objects.filter(case=case).exists():
        raise NoExtension
    return rule


def _refuse_long(days: int, most: int) -> None:
    if not 1 <= days <= most:
        raise ExtensionTooLong(days=most)


def _refuse_empty(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing


def _refuse_late(case: Case, at: datetime) -> None:
    """Who asks after the promise is over is late already; the request would hide it."""
    clock = clocks.find(case.subject)
    if clock is not None and clock.moments.red_at is not None and clock.moments.red_at <= at:
        raise clocks.ExtensionTooLate(due_on=clock.promise.due_on)


def _place_of(case: Case, approver: Approver, at: datetime) -> people.OrganisationView:
    """Where the approver is to be found: the office that decides, or the government above it."""
    offices = offices_of(case, ROUTING, at)
    deciding = organisation_of(case, offices[-1], len(offices) - 1)
    if approver is not Approver.GOVERNMENT_HEAD:
        return deciding
    return people.government_of(division_code=f"{deciding.territory:0<12}") or deciding


def _has_holder(approver: Approver, place: people.OrganisationView, at: datetime) -> bool:
    asked = [place.organisation_id]
    return bool(people.holders_of(role=ROLE_OF[approver], organisation_ids=asked, on=times.local_day(at)))


# ── answered ──


@transaction.atomic
def approve_extension(*, actor: Actor, request_id: UUID, days: int, reason: str, at: datetime) -> None:
    """Add days of the item's own kind to the promise and the law, at most those that were asked for.

    Raises ExtensionRequestNotFound, NotAllowed, CaseActionNotAllowed, NoExtension, ExtensionTooLong, ReasonMissing,
    clocks.ExtensionTooLate.
    """
    asked, case = _lock_request(request_id, actor)
    _rule_of(case)
    _refuse_long(days, asked.days)
    _refuse_empty(reason)
    move(case, Action.EXTEND, actor=actor, at=at, note=reason, organisation_id=asked.organisation_id)
    one = CaseExtension.objects.create(
        case=case,
        request=asked,
        days=days,
        reason=reason.strip(),
        approved_by_words=asked.approver_words,
        granted_by_id=actor.staff_id,
        granted_at=at,
    )
    # The clock keeps the fact of it; the reason, which may speak of a person, stays encrypted with the case.
    clock = clocks.extend(subject=case.subject, days=days, actor=actor, at=at, reason="matters.extended")
    keep_days(case, clock)
    _extend_step(case, days, actor=actor, at=at)
    case.save(update_fields=KEPT)
    print_extension(case, one, due_on=case.due_on, actor=actor, at=at)
    publish(CaseExtended(**facts_of(case, at), days=days, due_on=case.due_on))


@transaction.atomic
def deny_extension(*, actor: Actor, request_id: UUID, reason: str, at: datetime) -> None:
    """No more days; the office reads why. Raises ExtensionRequestNotFound, NotAllowed, ReasonMissing."""
    asked, case = _lock_request(request_id, actor)
    _refuse_empty(reason)
    move(case, Action.DENY_EXTENSION, actor=actor, at=at, note=reason, organisation_id=asked.organisation_id)
    ExtensionDenial.objects.create(request=asked, reason=reason.strip(), denied_by_id=actor.staff_id, denied_at=at)
    publish(ExtensionDenied(**facts_of(case, at), organisation_id=asked.organisation_id))


def _lock_request(request_id: UUID, actor: Actor) -> tuple[ExtensionRequest, Case]:
    """The request that waits for this actor's word, its case locked first."""
    found = ExtensionRequest.objects.waiting().for_approver(actor).filter(pk=request_id)
    case = Case.objects.select_for_update(of=("self",)).filter(extension_requests__in=found).first()
    asked = found.first() if case else None  # once more: somebody may have answered while we waited for the lock
    if case is None or asked is None:
        raise ExtensionRequestNotFound
    asked.case = case
    access.require(actor, "matters.approve_extension", asked)
    return asked, case


def _extend_step(case: Case, days: int, *, actor: Actor, at: datetime) -> None:
    """The office that has it may use the days; a step that is already late stays late."""
    step = clocks.find(case.turn_subject)
    if step is not None and not step.is_stopped and (step.moments.red_at is None or step.moments.red_at > at):
        keep_step_day(
            case, clocks.extend(subject=case.turn_subject, days=days, actor=actor, at=at, reason="matters.extended")
        )
