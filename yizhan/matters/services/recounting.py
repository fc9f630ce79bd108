"""A case's own copy of its due day, which the queue is sorted by, follows its clock."""

from datetime import date
from uuid import UUID

from django.db import transaction

from yizhan.matters.models import Case


@transaction.atomic
def follow_recount(*, case_id: UUID, due_on: date | None) -> None:
    """Take over the day to which a new notice of days off has moved the limit."""
    case = Case.objects.select_for_update().filter(pk=case_id, closed_at=None).first()
    if case is not None and case.due_on != due_on:
        case.due_on = due_on
        case.save(update_fields=["due_on"])
