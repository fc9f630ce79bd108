"""A clock that runs, stands still, is extended and stops: its due days and moments at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yizhan.clocks.rules.counting import CountingRefused, Due, LimitUnit, Pause, WorkCalendar, due
from yizhan.clocks.rules.lights import NEVER, Moments, moments


class PromiseLongerThanLaw(CountingRefused):
    code = "clocks.promise_longer_than_law"
    chinese = "承诺期限 {promise} 天，比法定期限 {legal} 天还长"
    english = "The promise of {promise} days is longer than the legal limit of {legal}"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is promised and what the law allows, in days of one kind; an item may have no legal limit."""

    unit: LimitUnit
    promise_days: int
    legal_days: int | None = None

    def check(self) -> None:
        if self.legal_days is not None and self.legal_days < self.promise_days:
            raise PromiseLongerThanLaw(promise=self.promise_days, legal=self.legal_days)


@dataclass(frozen=True, kw_only=True)
class Course:
    """What has happened to a clock so far. `paused_after` is the day of a pause that lasts."""

    limits: Limits
    start_on: date
    extended_by: int = 0
    pauses: Sequence[Pause] = ()
    paused_after: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A due day is None while a pause leaves it open."""

    promise_due_on: date | None
    legal_due_on: date | None
    provisional: bool
    moments: Moments


def standing(course: Course, calendar: WorkCalendar) -> Standing:
    """Raises CountingRefused."""
    limits = course.limits
    limits.check()
    promise = _settled(_count(course, calendar, limits.promise_days), course.paused_after)
    legal = _settled(_count(course, calendar, limits.legal_days), course.paused_after) if limits.legal_days else None
    return Standing(
        promise_due_on=promise.due_on if promise else None,
        legal_due_on=legal.due_on if legal else None,
        provisional=any(limit.provisional for limit in (promise, legal) if limit),
        moments=moments(promise, legal) if promise else NEVER,
    )


def _count(course: Course, calendar: WorkCalendar, days: int) -> Due:
    return due(
        calendar=calendar,
        unit=course.limits.unit,
        days=days,
        start=course.start_on,
        pauses=course.pauses,
        extend=course.extended_by,
    )


def _settled(limit: Due, paused_after: date | None) -> Due | None:
    """The limit, unless a pause that lasts may still take days out of it."""
    if paused_after is None:
        return limit
    last_counted = max(each.date for each in limit.days if each.counts)
    return limit if last_counted <= paused_after else None
