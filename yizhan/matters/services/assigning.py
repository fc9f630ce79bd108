"""转办: the office's lead gives cases to examiners, one or many; each refusal says which case and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.facts.matters import CaseTakenUp
from yizhan.kernel.api import Actor, Conflict, Refusal, publish, times
from yizhan.matters.models import Case
from yizhan.matters.rules.separation import Part, may_take
from yizhan.matters.rules.states import Action
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import EXAMINER, CaseNotFound, lock_case, move
from yizhan.people import api as people

MOST_AT_ONCE = 100


class NotAnExaminerHere(Conflict):
    code = "matters.not_an_examiner_here"
    message = _("他今天在这个科室没有审批员的岗位。")


class AssigneeTookIn(Conflict):
    code = "matters.assignee_took_in"
    message = _("{name}收过或受理过这件，受办分离，不能给他审。")


class AlreadyWithHim(Conflict):
    code = "matters.already_with_him"
    message = _("本来就是{name}经办。")


class TooManyAtOnce(Refusal):
    code = "matters.too_many_at_once"
    status = 422
    message = _("一次最多转办{most}件。")


@dataclass(frozen=True, kw_only=True)
class AssignmentRefused:
    """One case that stayed where it was, and why."""

    case_id: UUID
    reference: str
    item_name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Assigned:
    done: int
    refused: tuple[AssignmentRefused, ...]


def examiners_of(actor: Actor, *, at: datetime) -> tuple[people.StaffCard, ...]:
    """To whom this lead may give cases today."""
    found = people.holders_of(
        role=EXAMINER, organisation_ids=actor.organisations("office_lead"), on=times.local_day(at)
    )
    cards = {card.staff_id: card for held in found.values() for card in held}
    return tuple(sorted(cards.values(), key=lambda one: (one.name, one.staff_id)))


def assign_cases(*, actor: Actor, case_ids: Sequence[UUID], examiner_id: UUID, at: datetime) -> Assigned:
    """Give each case to the examiner, or say why not; every case by itself. Raises TooManyAtOnce."""
    wanted = list(dict.fromkeys(case_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE)
    done, refused = 0, []
    for case_id in wanted:
        try:
            assign_case(actor=actor, case_id=case_id, examiner_id=examiner_id, at=at)
        except CaseNotFound:
            continue  # not his to see, so nothing is said of it
        except Refusal as refusal:
            refused.append(_refused(case_id, refusal))
        else:
            done += 1
    return Assigned(done=done, refused=tuple(refused))


def _refused(case_id: UUID, refusal: Refusal) -> AssignmentRefused:
    case = Case.objects.only("reference", "item_name").get(pk=case_id)
    return AssignmentRefused(case_id=case_id, reference=case.reference, item_name=case.item_name, why=refusal.text)


@transaction.atomic
def assign_case(*, actor: Actor, case_id: UUID, examiner_id: UUID, at: datetime) -> None:
    """Raises CaseNotFound, NotAllowed, NotAnExaminerHere, AssigneeTookIn, AlreadyWithHim, CaseActionNotAllowed."""
    case = lock_case(case_id, actor, "matters.assign")
    card = _examiner(case, examiner_id, at)
    if not may_take(Part.EXAMINE, examiner_id, case.parts()):
        raise AssigneeTookIn(name=card.name)
    if case.examiner_id == examiner_id:
        raise AlreadyWithHim(name=card.name)
    office_id = case.responsible_organisation_id
    move(case, Action.ASSIGN, actor=actor, at=at, note=card.name, organisation_id=office_id)
    case.examiner_id = examiner_id
    case.save(update_fields=["state", "examiner"])
    publish(CaseTakenUp(**facts_of(case, at), examiner_id=examiner_id))


def _examiner(case: Case, examiner_id: UUID, at: datetime) -> people.StaffCard:
    place = case.responsible_organisation_id
    held = people.holders_of(role=EXAMINER, organisation_ids=[place] if place else [], on=times.local_day(at))
    found = [one for here in held.values() for one in here if one.staff_id == examiner_id]
    if not found:
        raise NotAnExaminerHere
    return found[0]
