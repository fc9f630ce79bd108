"""The office's examiner: taking a case up, checking its clauses, asking once for what is missing, proposing."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.facts.matters import CaseProposed, CaseReturned, CaseSupplemented, CaseTakenUp, SupplementRequested
from yizhan.kernel.api import Actor, Conflict, Refusal, publish, times
from yizhan.matters.models import Case, Proposal
from yizhan.matters.rules.states import Action
from yizhan.matters.services.intake import (
    NothingMissing,
    ReasonMissing,
    ask_once,
    replace_materials,
)
from yizhan.matters.services.opening import (
    HandedIn,
    facts_of,
)
from yizhan.matters.services.steps import CaseNotFound, lock_case, move
from yizhan.people import api as people

OFFICE_LEVEL = 3
# As the office speaks of the applicant in what it decides on; the decision is a Chinese paper.
APPLICANT = "申请人"


class ClausesNotMet(Conflict):
    code = "matters.clauses_not_met"
    message = _("还不能准予：{clauses}。没有查明的条件不能当作符合。")


class FindingRefused(Refusal):
    code = "matters.finding_refused"
    status = 422
    message = _("请选查明的结果，并写明查了什么（例如：津贴发放名册）。")


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


def assess_for(*, actor: Actor, case_id: UUID, purpose: str, at: datetime, who: str = "") -> catalogue.Assessment:
    """Each clause of the case's item as it stands now; a logged look. Raises CaseNotFound."""
    case = Case.objects.visible_to(actor).filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    return assess_case(case, actor=actor, at=at, purpose=purpose, who=who)


def assess_case(case: Case, *, actor: Actor, at: datetime, purpose: str, who: str = "") -> catalogue.Assessment:
    """Every clause of the case's own version, over what is known of the applicant now; a logged look."""
    known = known_of(case, actor=actor, at=at, purpose=purpose)
    return catalogue.assess(case.item_version_id, known, times.local_day(at), who=who)


def known_of(case: Case, *, actor: Actor, at: datetime, purpose: str) -> dict[str, people.Attribute]:
    """What the item asks about, as far as it is known of the applicant; a logged look."""
    return people.attributes_of(
        actor=actor,
        resident_id=case.applicant_id,
        names=catalogue.attributes_needed(case.item_version_id),
        purpose=purpose,
        at=at,
        case_id=case.pk,
    )


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

    Raises NothingMissing, ReasonMissing, AlreadyAskedOnce, CaseActionNotAllowed.
    """
    case = lock_case(case_id, actor, "matters.examine")
    asked = [m for m in dict.fromkeys(materials) if case.materials.filter(material_id=m).exists()]
    if not asked:
        raise NothingMissing
    if not note.strip():
        raise ReasonMissing
    ask_once(case, asked, note, actor=actor, at=at, after_acceptance=True)
    move(
        case, Action.REQUEST_SUPPLEMENT, actor=actor, at=at, note=note, organisation_id=case.responsible_organisation_id
    )
    clocks.pause(subject=case.subject, actor=actor, at=at, reason="supplement")
    case.due_on = None
    case.save(update_fields=["state", "due_on"])
    publish(SupplementRequested(**facts_of(case, at), after_acceptance=True, materials=tuple(asked)))


@transaction.atomic
def supplement_case(*, actor: Actor, case_id: UUID, materials: Sequence[HandedIn], at: datetime) -> None:
    """The applicant brings what was asked for, or the office takes it from his hand; the clock runs on the next day.

    Raises NothingMissing, CaseActionNotAllowed, FileRefused.
    """
    case = lock_case(case_id, actor, "matters.supplement")
    replace_materials(case, materials, actor=actor, at=at)
    move(case, Action.SUPPLEMENT, actor=actor, at=at)
    clock = clocks.resume(subject=case.subject, actor=actor, at=at)
    case.due_on = clock.promise.due_on
    case.save(update_fields=["state", "due_on"])
    publish(CaseSupplemented(**facts_of(case, at), due_on=clock.promise.due_on))


@transaction.atomic
def propose_decision(*, actor: Actor, case_id: UUID, outcome: str, reasons: str, at: datetime) -> None:
    """Propose to grant or to refuse; a second official signs.

    Raises UnknownOutcome, ClausesNotMet for a grant with a clause that is not met or not known, ReasonMissing for a
    refusal without reason, CaseActionNotAllowed.
    """
    case = lock_case(case_id, actor, "matters.decide")
    if outcome not in ("granted", "refused"):
        raise UnknownOutcome
    known = known_of(case, actor=actor, at=at, purpose=people.Purpose.EXAMINATION)
    if outcome == "granted":
        refuse_unmet(catalogue.assess(case.item_version_id, known, times.local_day(at), who=str(_("申请人"))))
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


def refuse_unmet(assessment: catalogue.Assessment) -> None:
    """Raises ClausesNotMet unless every clause is met."""
    unmet = [one for one in assessment.clauses if one.verdict is not catalogue.Verdict.MET]
    if unmet:
        raise ClausesNotMet(clauses="；".join(str(one.sentence) for one in unmet))


def clause_records(case: Case, known: Mapping[str, people.Attribute], at: datetime) -> list[dict[str, Any]]:
    """The clauses as they stood when somebody decided on them, in Chinese and in English."""
    day = times.local_day(at)
    with translation.override("zh-hans"):
        chinese = catalogue.assess(case.item_version_id, known, day, who=APPLICANT)
    with translation.override("en"):
        english = catalogue.assess(case.item_version_id, known, day, who=str(_("申请人")))
    return [_record(one, said) for one, said in zip(chinese.clauses, english.clauses, strict=True)]


def _record(one: catalogue.ClauseResult, english: catalogue.ClauseResult) -> dict[str, Any]:
    return {
        "clause": one.clause_id,
        "statement": one.statement,
        "statement_en": english.statement,
        "verdict": str(one.verdict),
        "sentence": str(one.sentence),
        "sentence_en": str(english.sentence),
        "sources": [
            {"name": used.name, "source": used.source, "seen_at": used.seen_at.isoformat(), "level": used.level}
            for used in one.used
        ],
    }


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
