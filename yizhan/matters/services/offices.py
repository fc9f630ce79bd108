"""One case, several offices in turn: each gives its opinion, the last decides; one hand-over at the end."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import CaseHandedOn
from yizhan.kernel.api import Actor, Conflict, publish, times
from yizhan.matters.models import Case, Opinion
from yizhan.matters.rules.states import Action
from yizhan.matters.services.accepting import ROUTING, begin_turn, offices_of, organisation_of
from yizhan.matters.services.limits import stop_turn
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import ReasonMissing, lock_case, move


class NotTheLastOffice(Conflict):
    code = "matters.not_the_last_office"
    message = _("这件还要经过下一个单位，本单位只提意见，不作决定。请填意见，送下一单位。")


class NoNextOffice(Conflict):
    code = "matters.no_next_office"
    message = _("本单位是最后一个单位，由本单位作出决定，没有下一单位可送。")


def is_last(case: Case) -> bool:
    return case.office_number + 1 >= len(catalogue.course_of(case.item_version_id).offices)


def refuse_early(case: Case) -> None:
    """Only the last office decides. Raises NotTheLastOffice."""
    if not is_last(case):
        raise NotTheLastOffice


@transaction.atomic
def hand_on(*, actor: Actor, case_id: UUID, is_in_favour: bool, text: str, at: datetime) -> None:
    """Give this office's opinion and pass the case to the next; the promise runs on, a new step begins.

    Raises CaseNotFound, CaseActionNotAllowed, NoNextOffice, ReasonMissing, HukouUnknown, HomeUnknown,
    NoResponsibleOffice.
    """
    case = lock_case(case_id, actor, "matters.decide")
    if is_last(case):
        raise NoNextOffice
    if not text.strip():
        raise ReasonMissing
    number, from_id = case.office_number + 1, case.responsible_organisation_id
    offices = offices_of(case, ROUTING, at)
    office = organisation_of(case, offices[number], number)
    move(case, Action.HAND_ON, actor=actor, at=at, note=text, organisation_id=from_id)
    Opinion.objects.create(
        case=case,
        number=case.office_number,
        is_in_favour=is_in_favour,
        text=text.strip(),
        given_by_id=actor.staff_id,
        given_at=at,
    )
    stop_turn(case, actor=actor, at=at)
    case.examiner = None
    begin_turn(case, offices, number, office, from_day=times.local_day(at), actor=actor, at=at)
    case.save(update_fields=["state", "examiner", "responsible_organisation", "office_number", "step_due_on"])
    assert from_id is not None  # it lay in an office
    publish(
        CaseHandedOn(
            **facts_of(case, at),
            from_organisation_id=from_id,
            to_organisation_id=office.organisation_id,
            is_in_favour=is_in_favour,
        )
    )
