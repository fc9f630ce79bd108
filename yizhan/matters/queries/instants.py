"""即办 that waits for somebody on duty: its clock in minutes, and what of an office runs so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, Composed, times
from yizhan.matters.models import Case, offices_of
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.duty import is_near, is_on_duty, time_between
from yizhan.matters.rules.states import INSTANT_RUNS, State
from yizhan.territory import api as territory

AT_ONCE_SHOWN = 8
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class InstantClock:
    """Minutes of duty: left, or passed since, if `is_late`; they stand still outside the hours of `duty`."""

    due_at: datetime
    is_late: bool
    is_near: bool
    minutes: int
    duty: tuple[time, time]
    is_running: bool


@dataclass(frozen=True, kw_only=True)
class InstantRow:
    case_id: UUID
    tail: str
    item_name: str
    applicant_name: str
    state: State
    state_word: str
    examiner_id: UUID | None
    examiner: str
    clock: InstantClock


def _clock(
    item_version_id: UUID, due_at: datetime, now: datetime, is_working_day: Callable[[date], bool]
) -> InstantClock:
    instant = catalogue.course_of(item_version_id).procedure.instant
    begins, ends = time.min, time.max
    if instant is not None:
        begins, ends = time.fromisoformat(instant.duty_from), time.fromisoformat(instant.duty_until)
    due, here = due_at.astimezone(times.SHANGHAI), now.astimezone(times.SHANGHAI)
    is_late = here > due
    between = sorted((due, here))
    spent = time_between(*between, begins=begins, ends=ends, is_working_day=is_working_day)
    return InstantClock(
        due_at=due,
        is_late=is_late,
        is_near=not is_late and is_near(spent),
        # A minute that has begun is still left, and is not yet one too late.
        minutes=spent // MINUTE if is_late else -(-spent // MINUTE),
        duty=(begins, ends),
        is_running=is_on_duty(here, begins=begins, ends=ends, is_working_day=is_working_day),
    )


def clock_of_case(case: Case, now: datetime) -> InstantClock | None:
    """None of a case whose minutes do not run, or no more."""
    office = case.responsible_organisation
    if case.instant_due_at is None or office is None or State(case.state) not in INSTANT_RUNS:
        return None
    return _clock(case.item_version_id, case.instant_due_at, now, _calendar(office.territory).is_working_day)


def _calendar(territory_code: str) -> territory.Calendar:
    return territory.calendar(f"{territory_code[:6]:0<6}")


def at_once(actor: Actor, now: datetime) -> tuple[InstantRow, ...]:
    """What waits for somebody on duty in the actor's offices, the most urgent first; at most eight."""
    calendar_of = cache(_calendar)  # each is one statement
    return tuple(
        InstantRow(
            case_id=case_id,
            tail=reference[-5:],
            item_name=catalogue.item_name(item_version_id),
            applicant_name=applicant,
            state=State(state),
            state_word=str(STATE_WORDS[State(state)]),
            examiner_id=examiner_id,
            examiner=examiner or "",
            clock=_clock(item_version_id, due_at, now, calendar_of(territory_code).is_working_day),
        )
        for case_id, reference, item_version_id, applicant, state, examiner_id, examiner, territory_code, due_at in (
            _at_once.rows(offices=tuple(sorted(offices_of(actor))))
        )
    )


@Composed
def _at_once(*, offices: tuple[UUID, ...]) -> QuerySet[Case, tuple[Any, ...]]:
    found = Case.objects.at_once_in(offices).order_by("instant_due_at", "id").values_list(
        "pk", "reference", "item_version_id", "applicant__name", "state", "examiner_id", "examiner__name",
        "responsible_organisation__territory", "instant_due_at",
    )  # fmt: skip
    return found[:AT_ONCE_SHOWN]
