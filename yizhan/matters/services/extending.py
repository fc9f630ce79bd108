"""延期: once, by whom the item names, before the promise is over, with a reason that the applicant is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.facts.matters import CaseExtended
from yizhan.kernel.api import Actor, Conflict, Refusal, publish
from yizhan.matters.models import Case, CaseExtension
from yizhan.matters.rules.states import Action
from yizhan.matters.services.letters import print_extension
from yizhan.matters.services.limits import keep_step_day
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import ReasonMissing, lock_case, move


class NoExtension(Conflict):
    code = "matters.no_extension"
    message = _("按这个事项的规定不能延期，或者已经延过一次。")


class ExtensionTooLong(Refusal):
    code = "matters.extension_too_long"
    status = 422
    message = _("最多只能延长 {days} 天。")


@transaction.atomic
def extend_case(*, actor: Actor, case_id: UUID, days: int, reason: str, at: datetime) -> None:
    """Add days of the item's own kind to the promise and the law.

    Raises CaseNotFound, CaseActionNotAllowed, NoExtension, ExtensionTooLong, ReasonMissing, clocks.ExtensionTooLate.
    """
    case = lock_case(case_id, actor, "matters.extend")
    rule = catalogue.course_of(case.item_version_id).procedure.extension
    if rule is None or CaseExtension.objects.filter(case=case).exists():
        raise NoExtension
    if not 1 <= days <= rule.days:
        raise ExtensionTooLong(days=rule.days)
    if not reason.strip():
        raise ReasonMissing
    move(case, Action.EXTEND, actor=actor, at=at, note=reason, organisation_id=case.responsible_organisation_id)
    one = CaseExtension.objects.create(
        case=case,
        days=days,
        reason=reason.strip(),
        approved_by_words=str(rule.approved_by),
        granted_by_id=actor.staff_id,
        granted_at=at,
    )
    # The clock keeps the fact of it; the reason, which may speak of a person, stays encrypted with the case.
    clock = clocks.extend(subject=case.subject, days=days, actor=actor, at=at, reason="matters.extended")
    case.due_on = clock.promise.due_on
    _extend_step(case, days, actor=actor, at=at)
    case.save(update_fields=["due_on", "step_due_on"])
    print_extension(case, one, due_on=case.due_on, actor=actor, at=at)
    publish(CaseExtended(**facts_of(case, at), days=days, due_on=case.due_on))


def _extend_step(case: Case, days: int, *, actor: Actor, at: datetime) -> None:
    """The office that has it may use the days; a step that is already late stays late."""
    step = clocks.find(case.turn_subject)
    if step is not None and not step.is_stopped and (step.moments.red_at is None or step.moments.red_at > at):
        keep_step_day(
            case, clocks.extend(subject=case.turn_subject, days=days, actor=actor, at=at, reason="matters.extended")
        )
