"""Clocks as plain values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yizhan.clocks.models import Clock, ClockState
from yizhan.clocks.models import Pause as PauseRow
from yizhan.clocks.rules.counting import Due, LimitUnit, Pause, due
from yizhan.clocks.rules.lights import Light, Moments, light_at
from yizhan.clocks.rules.running import Course, Limits
from yizhan.kernel.api import Composed, NotFound, Subject, Text
from yizhan.territory.api import Calendar, calendar


class ClockNotFound(NotFound):
    code = "clocks.not_found"
    message = _("这件事没有在计算期限。")


@dataclass(frozen=True, kw_only=True)
class LimitView:
    """`days` with its extension; `due_on` is None while the clock stands still."""

    days: int
    due_on: date | None


@dataclass(frozen=True, kw_only=True)
class ClockView:
    subject: Subject
    unit: LimitUnit
    state: str
    region: str
    start_on: date
    promise: LimitView
    legal: LimitView | None
    extended_by: int
    provisional: bool
    paused_after: date | None
    stopped_at: datetime | None
    moments: Moments

    @property
    def promise_due_on(self) -> date | None:
        return self.promise.due_on

    @property
    def legal_due_on(self) -> date | None:
        return self.legal.due_on if self.legal else None

    @property
    def is_running(self) -> bool:
        return self.state == ClockState.RUNNING

    @property
    def is_paused(self) -> bool:
        return self.state == ClockState.PAUSED

    @property
    def is_stopped(self) -> bool:
        return self.state == ClockState.STOPPED

    def light_at(self, now: datetime) -> Light:
        return light_at(self.moments, now, paused=self.is_paused, stopped_at=self.stopped_at)


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """One line of an explanation, `why` in the reader's language."""

    date: date
    counts: bool
    number: int | None
    why: str


def find(subject: Subject) -> ClockView | None:
    return of_many([subject]).get(subject)


def of(subject: Subject) -> ClockView:
    """Raises ClockNotFound."""
    found = find(subject)
    if found is None:
        raise ClockNotFound()
    return found


def of_many(subjects: Collection[Subject]) -> dict[Subject, ClockView]:
    """The clocks of many subjects in one query; those without one are left out."""
    return {view.subject: view for view in map(view_of, clocks_of(subjects))}


def explain(subject: Subject, today: date) -> tuple[DayLine, ...]:
    """The promise day by day, up to its due day, or up to today while the clock stands still."""
    clock = get_clock(subject)
    return day_lines(clock, today, calendar(clock.region))


def day_lines(clock: Clock, today: date, days: Calendar) -> tuple[DayLine, ...]:
    english = speaks_english()
    return tuple(
        DayLine(
            date=each.date,
            counts=each.counts,
            number=each.number,
            why=each.why if english else each.why_chinese,
        )
        for each in counted_until(clock, today, days).days
        if clock.promise_due_on is not None or each.date <= today
    )


def clocks_of(subjects: Collection[Subject]) -> list[Clock]:
    """Without their pauses: one statement for each kind of subject."""
    rows = (row for asked in _by_kind(subjects) for row in _clocks_of_kind.rows(**asked))
    return [Clock.from_db(connection.alias, _COLUMNS, row) for row in rows]


def pauses_of(subjects: Collection[Subject]) -> Mapping[int, Sequence[Pause]]:
    """The pauses that are over, by the id of their clock: one statement for each kind of subject."""
    found: dict[int, list[Pause]] = defaultdict(list)
    for clock_id, after, until in (row for asked in _by_kind(subjects) for row in _pauses_of_kind.rows(**asked)):
        found[clock_id].append(Pause(after, until))
    return found


def _by_kind(subjects: Collection[Subject]) -> Iterator[dict[str, Any]]:
    for kind in {subject.kind for subject in subjects}:
        yield {"kind": kind, "ids": tuple(Text(subject.id) for subject in subjects if subject.kind == kind)}


_COLUMNS = [field.attname for field in Clock._meta.concrete_fields]


@Composed
def _clocks_of_kind(*, kind: str, ids: tuple[str, ...]) -> QuerySet[Any, Any]:
    return Clock.objects.filter(subject_kind=kind, subject_id__in=ids).values_list(*_COLUMNS)


@Composed
def _pauses_of_kind(*, kind: str, ids: tuple[str, ...]) -> QuerySet[Any, Any]:
    found = PauseRow.objects.filter(clock__subject_kind=kind, clock__subject_id__in=ids, paused_until__isnull=False)
    return found.order_by("id").values_list("clock_id", "paused_after", "paused_until")


def get_clock(subject: Subject) -> Clock:
    """The row with its pauses. Raises ClockNotFound."""
    try:
        return Clock.objects.prefetch_related("pauses").get(subject_kind=subject.kind, subject_id=subject.id)
    except Clock.DoesNotExist:
        raise ClockNotFound() from None


def counted_until(clock: Clock, today: date, days: Calendar) -> Due:
    """The promise as it stands; a pause that lasts is taken to end today."""
    return course_until(course_of(clock), today, days)


def course_until(course: Course, today: date, days: Calendar) -> Due:
    pauses = list(course.pauses)
    if course.paused_after is not None:
        pauses.append(Pause(course.paused_after, max(course.paused_after, today)))
    return due(
        calendar=days,
        unit=course.limits.unit,
        days=course.limits.promise_days,
        start=course.start_on,
        pauses=pauses,
        extend=course.extended_by,
    )


def course_of(clock: Clock, pauses: Iterable[Pause] | None = None) -> Course:
    """`pauses`: those that are over, where they have been read."""
    return Course(
        limits=Limits(unit=LimitUnit(clock.unit), promise_days=clock.promise_days, legal_days=clock.legal_days),
        start_on=clock.start_on,
        extended_by=clock.extended_by,
        pauses=tuple(_closed_pauses(clock) if pauses is None else pauses),
        paused_after=clock.paused_after,
    )


def _closed_pauses(clock: Clock) -> Iterator[Pause]:
    for pause in clock.pauses.all() if clock.pk else ():
        if pause.paused_until is not None:
            yield Pause(pause.paused_after, pause.paused_until)


def view_of(clock: Clock) -> ClockView:
    legal = clock.legal_days
    return ClockView(
        subject=Subject(clock.subject_kind, clock.subject_id),
        unit=LimitUnit(clock.unit),
        state=clock.state,
        region=clock.region,
        start_on=clock.start_on,
        promise=LimitView(days=clock.promise_days + clock.extended_by, due_on=clock.promise_due_on),
        legal=LimitView(days=legal + clock.extended_by, due_on=clock.legal_due_on) if legal else None,
        extended_by=clock.extended_by,
        provisional=clock.provisional,
        paused_after=clock.paused_after,
        stopped_at=clock.stopped_at,
        moments=Moments(clock.yellow_at, clock.red_at, clock.black_at),
    )


def speaks_english() -> bool:
    return (get_language() or "").startswith("en")
