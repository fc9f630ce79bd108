"""A case's own copy of its clock, which the queue is sorted and counted by, follows it."""

from datetime import date
from uuid import UUID

from django.db import transaction

from yizhan.clocks import api as clocks
from yizhan.matters.models import Case
from yizhan.matters.services.limits import KEPT, keep_days, keep_step_day


@transaction.atomic
def follow_recount(*, case_id: UUID) -> None:
    """Take over the days to which a new notice of days off has moved the limit."""
    case = Case.objects.select_for_update().filter(pk=case_id, closed_at=None).first()
    clock = clocks.find(case.subject) if case else None
    if case is not None and clock is not None and not clock.is_stopped:
        keep_days(case, clock)
        case.save(update_fields=KEPT)


@transaction.atomic
def follow_step_recount(*, turn: str, due_on: date | None) -> None:
    """The same for the step of the office that has the case now."""
    case_id, _colon, number = turn.partition(":")
    case = Case.objects.select_for_update().filter(pk=case_id, office_number=int(number), closed_at=None).first()
    clock = clocks.find(case.turn_subject) if case else None
    if case is not None and clock is not None and case.step_due_on != due_on:
        keep_step_day(case, clock)
        case.save(update_fields=["step_due_on"])
