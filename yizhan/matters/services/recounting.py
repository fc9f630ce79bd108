"""A case's own copy of its due day, which the queue is sorted by, follows its clock."""

from datetime import date
from uuid import UUID

from django.db import transaction

from yizhan.clocks import api as clocks
from yizhan.matters.models import Case
from yizhan.matters.services.limits import keep_step_day


@transaction.atomic
def follow_recount(*, case_id: UUID, due_on: date | None) -> None:
    """Take over the day to which a new notice of days off has moved the limit."""
    case = Case.objects.select_for_update().filter(pk=case_id, closed_at=None).first()
    if case is not None and case.due_on != due_on:
        case.due_on = due_on
        case.save(update_fields=["due_on"])


@transaction.atomic
def follow_step_recount(*, turn: str, due_on: date | None) -> None:
    """The same for the step of the office that has the case now."""
    case_id, _colon, number = turn.partition(":")
    case = Case.objects.select_for_update().filter(pk=case_id, office_number=int(number), closed_at=None).first()
    clock = clocks.find(case.turn_subject) if case else None
    if case is not None and clock is not None and case.step_due_on != due_on:
        keep_step_day(case, clock)
        case.save(update_fields=["step_due_on"])
