"""The office's examiner: taking a case up, checking its clauses, asking once for what is missing, proposing."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import CaseProposed, CaseReturned, CaseSupplemented, CaseTakenUp, SupplementRequested
from yizhan.kernel.api import Actor, Conflict, Refusal, publish
from yizhan.matters.models import Case, Proposal
from yizhan.matters.rules.states import Action
from yizhan.matters.services import supplement_clock
from yizhan.matters.services.assessing import assess_known, clause_records, known_of, refuse_unmet
from yizhan.matters.services.intake import (
    NothingMissing,
    ask_once,
    replace_materials,
)
from yizhan.matters.services.letters import print_supplement_notice
from yizhan.matters.services.limits import KEPT, pause_clocks
from yizhan.matters.services.offices import refuse_early
from yizhan.matters.services.opening import (
    HandedIn,
    facts_of,
    required_missing,
)
from yizhan.matters.services.publishing import refuse_unpublished
from yizhan.matters.services.steps import ReasonMissing, lock_case, move
from yizhan.people import api as people

OFFICE_LEVEL = 3


class SupplementNotForeseen(Conflict):
    code = "matters.supplement_not_foreseen"
    message = _("按这个事项的规定，受理以后不能再要求补正。请按现有材料办。")


class FindingRefused(Refusal):
    code = "matters.finding_refused"
    status = 422
    message = _("请选查明的结果，并写明查了什么（例如：津贴发放名册）。")


class LaterPapersMissing(Conflict):
    code = "matters.later_papers_missing"
    message = _("受理时说好后补的还没有补来：{names}。请先通知补正，补齐再拟准予。")


class UnknownOutcome(Refusal):
    code = "matters.unknown_outcome"
    status = 422
    message = _("请选准予或不予。")


@transaction.atomic
def take_up_case(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Begin to examine, or take a colleague's case over. Raises CaseNotFound, NotAllowed, CaseActionNotAllowed."""
    case = lock_case(case_id, actor, "matters.examine")
    move(case, Action.TAKE_UP, actor=actor, at=at, organisation_id=case.responsible_organisation_id)
    case.examiner_id = actor.staff_id
    case.save(update_fields=["state", "examiner"])
    publish(CaseTakenUp(**facts_of(case, at), examiner_id=_staff_of(actor)))


def _staff_of(actor: Actor) -> UUID:
    assert actor.staff_id is not None  # the permission has seen to it
    return actor.staff_id


@transaction.atomic
def record_finding(
    *, actor: Actor, case_id: UUID, attribute: str, value: bool | str, source: str, at: datetime
) -> None:
    """Write down what the office found where it looked, as a verified attribute of the person.

    Raises FindingRefused for an attribute that the item does not ask for, or without a source.
    """
    case = lock_case(case_id, actor, "matters.examine")
    if attribute not in catalogue.attributes_needed(case.item_version_id) or not source.strip():
        raise FindingRefused
    people.record_attribute(
        actor=actor,
        resident_id=case.applicant_id,
        name=attribute,
        value=value,
        source=f"office:{source.strip()[:40]}",
        at=at,
        level=OFFICE_LEVEL,
    )


@transaction.atomic
def request_supplement(*, actor: Actor, case_id: UUID, materials: Sequence[str], note: str, at: datetime) -> None:
    """Ask once, and completely, for what has to be mended; the clock stands still until it comes.

    Raises SupplementNotForeseen, NothingMissing, ReasonMissing, AlreadyAskedOnce, CaseActionNotAllowed.
    """
    case = lock_case(case_id, actor, "matters.examine")
    rule = catalogue.course_of(case.item_version_id).procedure.supplement
    if not rule.after_acceptance:
        raise SupplementNotForeseen
    asked = [m for m in dict.fromkeys(materials) if case.materials.filter(material_id=m).exists()]
    if not asked:
        raise NothingMissing
    if not note.strip():
        raise ReasonMissing
    ask_once(case, asked, note, actor=actor, at=at, after_acceptance=True)
    move(
        case, Action.REQUEST_SUPPLEMENT, actor=actor, at=at, note=note, organisation_id=case.responsible_organisation_id
    )
    if rule.stops_clock:
        pause_clocks(case, actor=actor, at=at, reason="supplement")
    case.save(update_fields=["state", *KEPT])
    print_supplement_notice(case, actor=actor, at=at)
    publish(SupplementRequested(**facts_of(case, at), after_acceptance=True, materials=tuple(asked)))


@transaction.atomic
def supplement_case(*, actor: Actor, case_id: UUID, materials: Sequence[HandedIn], at: datetime) -> None:
    """The applicant brings what was asked for, or the office takes it from his hand; the clock runs on the next day.

    Raises NothingMissing, CaseActionNotAllowed, FileRefused.
    """
    case = lock_case(case_id, actor, "matters.supplement")
    take_supplement(case, materials, actor=actor, at=at)


def take_supplement(
    case: Case, materials: Sequence[HandedIn], *, actor: Actor, at: datetime, organisation_id: UUID | None = None
) -> None:
    """What was asked for is there, from whoever's hand. Raises NothingMissing, CaseActionNotAllowed, FileRefused."""
    replace_materials(case, materials, actor=actor, at=at)
    move(case, Action.SUPPLEMENT, actor=actor, at=at, organisation_id=organisation_id)
    supplement_clock.let_go(case)
    supplement_clock.resume_after_supplement(case, actor=actor, at=at)
    case.save(update_fields=["state", *KEPT])
    publish(CaseSupplemented(**facts_of(case, at), due_on=case.due_on))


@transaction.atomic
def propose_decision(*, actor: Actor, case_id: UUID, outcome: str, reasons: str, at: datetime) -> None:
    """Propose to grant or to refuse; a second official signs.

    Raises UnknownOutcome, NotTheLastOffice, NoticeNotOver where the item wants a public notice before a grant,
    LaterPapersMissing for one without what was to be handed in after acceptance (容缺后补),
    ClausesNotMet for a grant with a clause that is not met or not known, ReasonMissing for a
    refusal without reason, CaseActionNotAllowed.
    """
    case = lock_case(case_id, actor, "matters.decide")
    if outcome not in ("granted", "refused"):
        raise UnknownOutcome
    refuse_early(case)
    known = known_of(case, actor=actor, at=at, purpose=people.Purpose.EXAMINATION)
    if outcome == "granted":
        refuse_unmet(assess_known(case, known, at, who=str(_("申请人"))))
        refuse_unpublished(case)
        _refuse_without_later_papers(case)
    elif not reasons.strip():
        raise ReasonMissing
    move(case, Action.PROPOSE, actor=actor, at=at, organisation_id=case.responsible_organisation_id)
    Proposal.objects.create(
        case=case,
        outcome=outcome,
        reasons=reasons.strip(),
        clauses=json.dumps(clause_records(case, known, at), ensure_ascii=False),
        proposed_by_id=actor.staff_id,
        proposed_at=at,
    )
    case.decided_by_id = actor.staff_id
    case.save(update_fields=["state", "decided_by"])
    publish(CaseProposed(**facts_of(case, at), outcome=outcome))


def _refuse_without_later_papers(case: Case) -> None:
    if missing := required_missing(case, catalogue.Necessity.LATER):
        raise LaterPapersMissing(names="、".join(missing.values()))


@transaction.atomic
def return_proposal(*, actor: Actor, case_id: UUID, reason: str, at: datetime) -> None:
    """The signer gives the proposal back with a reason. Raises ReasonMissing, CaseActionNotAllowed."""
    case = lock_case(case_id, actor, "matters.sign")
    if not reason.strip():
        raise ReasonMissing
    move(case, Action.RETURN, actor=actor, at=at, note=reason, organisation_id=case.responsible_organisation_id)
    case.decided_by = None
    case.save(update_fields=["state", "decided_by"])
    publish(CaseReturned(**facts_of(case, at)))
