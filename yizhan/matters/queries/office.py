"""A case on the page of the office that has it: what each query tells, from one reading of the row."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yizhan.kernel.api import Actor
from yizhan.matters.models import Case
from yizhan.matters.queries.cases import CaseView, view_of
from yizhan.matters.queries.course import CourseView, course_in
from yizhan.matters.queries.duplicates import Pointer, duplicates_of
from yizhan.matters.queries.instants import InstantClock, clock_of_case
from yizhan.matters.queries.past import Past
from yizhan.matters.queries.turns import Turn, turn_in

_BESIDE = (
    "intake_organisation", "responsible_organisation", "examiner", "supplement", "decision", "extension",
    "notice_period",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class OfficeCase:
    """A case, what its reader may do with it, how it goes, cases that are like it, and its minutes."""

    case: CaseView
    turn: Turn
    course: CourseView
    alike: tuple[Pointer, ...]
    minutes: InstantClock | None


def find_office_page(actor: Actor, case_id: UUID, *, now: datetime) -> OfficeCase | None:
    """The case, if one of the actor's offices has it."""
    row = Case.objects.of_offices(actor).select_related(*_BESIDE).filter(pk=case_id).first()
    if row is None:
        return None
    past = Past(row)
    return OfficeCase(
        case=view_of(row, past),
        turn=turn_in(actor, row, past),
        course=course_in(row, past),
        alike=duplicates_of(actor, row),
        minutes=clock_of_case(row, now),
    )
