"""Counting a limit day by day.

The start day is not counted. A working-day limit counts the working days of the calendar, a natural-day
limit counts every day, and one that ends on a day off moves to the next working day (Civil Code, articles
201 to 203). A pause (A, B) takes out the days of the limit's own kind after A up to and including B: A is
the day on which the clock was stopped and still counts, B the day on which what was waited for arrived.
Days of a pause before the start or after the due day take out nothing; the days over which a natural-day
limit moves to the next working day are past its last counted day, so a pause no longer changes them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar, NamedTuple, Protocol

LONGEST_LIMIT = 3650
_ONE_DAY = timedelta(days=1)


class CalendarDay(Protocol):
    @property
    def counts(self) -> bool: ...
    @property
    def provisional(self) -> bool: ...
    @property
    def why(self) -> str: ...
    @property
    def why_chinese(self) -> str: ...


class WorkCalendar(Protocol):
    def day(self, day: date, /) -> CalendarDay: ...


class CountingRefused(ValueError):
    """What cannot be counted, said in both languages."""

    code: ClassVar[str]
    chinese: ClassVar[str]
    english: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        super().__init__(self.english.format(**facts))
        self.facts = facts

    def say(self, *, english: bool) -> str:
        return (self.english if english else self.chinese).format(**self.facts)


class LimitOutOfRange(CountingRefused):
    code = "clocks.limit_out_of_range"
    chinese = "期限要在 1 天到 {longest} 天之间（延长的也算在内），现在是 {days} 天"
    english = "A limit has between 1 and {longest} days, its extension included; this one has {days}"


class ExtensionNegative(CountingRefused):
    code = "clocks.extension_negative"
    chinese = "延长的天数不能小于 0，现在是 {days}"
    english = "An extension cannot be less than 0 days; this one is {days}"


class PauseBackwards(CountingRefused):
    code = "clocks.pause_backwards"
    chinese = "停算的开始日 {after} 在结束日 {until} 之后"
    english = "The pause begins on {after}, after it ends on {until}"


class PausesOverlap(CountingRefused):
    code = "clocks.pauses_overlap"
    chinese = "两段停算重叠了：{first} 和 {second}"
    english = "Two pauses overlap: {first} and {second}"


class LimitUnit(StrEnum):
    WORKING = "working"
    NATURAL = "natural"


class Reason(StrEnum):
    """Why a day counts or not; where it is CALENDAR, the calendar's own words say why."""

    CALENDAR = "calendar"
    NATURAL = "natural"
    PAUSED = "paused"
    MOVES_ON = "moves_on"
    MOVED_END = "moved_end"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still after the day `after` up to and including the day `until`."""

    after: date
    until: date

    def covers(self, day: date) -> bool:
        return self.after < day <= self.until

    def __str__(self) -> str:
        return f"{self.after}/{self.until}"


class DayCount(NamedTuple):
    """One day of a limit. `number` is that of the counted day, from 1; None where the day does not count."""

    date: date
    counts: bool
    number: int | None
    reason: Reason
    day: CalendarDay

    @property
    def why(self) -> str:
        return _words(self.reason, self.day.why, _ENGLISH)

    @property
    def why_chinese(self) -> str:
        return _words(self.reason, self.day.why_chinese, _CHINESE)


_ENGLISH = {
    Reason.CALENDAR: "{day}",
    Reason.NATURAL: "natural day",
    Reason.PAUSED: "paused",
    Reason.MOVES_ON: "{day}, the end moves on",
    Reason.MOVED_END: "the end, moved from a day off",
}
_CHINESE = {
    Reason.CALENDAR: "{day}",
    Reason.NATURAL: "自然日",
    Reason.PAUSED: "停算",
    Reason.MOVES_ON: "{day}，到期日顺延",
    Reason.MOVED_END: "到期日由放假日顺延到这一天",
}


def _words(reason: Reason, day: str, texts: dict[Reason, str]) -> str:
    return texts[reason].format(day=day)


@dataclass(frozen=True, slots=True)
class Due:
    """`days` runs from the day after the start to the due day; the limit ends at 24:00 of `due_on`."""

    due_on: date
    provisional: bool
    total: int
    days: tuple[DayCount, ...]


def due(
    *,
    calendar: WorkCalendar,
    unit: LimitUnit,
    days: int,
    start: date,
    pauses: Sequence[Pause] = (),
    extend: int = 0,
) -> Due:
    """When a limit of `days` (and `extend` more of its kind) ends that began on `start`. Raises CountingRefused.

    Provisional if any day from `start` to the due day, both included, may still change: a region's festival
    that was computed, or a year without a State Council notice.
    """
    total = _checked_total(days, extend)
    check_pauses(pauses)
    first = calendar.day(start)
    counted = tuple(_count(calendar, unit, total, start, pauses))
    provisional = first.provisional or any(each.day.provisional for each in counted)
    return Due(counted[-1].date, provisional, total, counted)


def check_pauses(pauses: Sequence[Pause]) -> None:
    """Raises PauseBackwards or PausesOverlap. A pause may begin on the day on which the one before ended."""
    for pause in pauses:
        if pause.after > pause.until:
            raise PauseBackwards(after=pause.after, until=pause.until)
    for first, second in pairwise(sorted(pauses, key=lambda pause: (pause.after, pause.until))):
        if second.after < first.until:
            raise PausesOverlap(first=first, second=second)


def _checked_total(days: int, extend: int) -> int:
    if extend < 0:
        raise ExtensionNegative(days=extend)
    if not (days >= 1 and days + extend <= LONGEST_LIMIT):
        raise LimitOutOfRange(days=days + extend, longest=LONGEST_LIMIT)
    return days + extend


def _count(
    calendar: WorkCalendar, unit: LimitUnit, total: int, start: date, pauses: Sequence[Pause]
) -> Iterator[DayCount]:
    own_reason = Reason.NATURAL if unit is LimitUnit.NATURAL else Reason.CALENDAR
    natural = unit is LimitUnit.NATURAL
    number, on = 0, start
    while number < total:
        on += _ONE_DAY
        day = calendar.day(on)
        if not (natural or day.counts):
            yield DayCount(on, False, None, Reason.CALENDAR, day)
        elif pauses and any(pause.covers(on) for pause in pauses):
            yield DayCount(on, False, None, Reason.PAUSED, day)
        else:
            number += 1
            yield DayCount(on, True, number, own_reason, day)
    if natural:
        yield from _moved_end(calendar, on)


def _moved_end(calendar: WorkCalendar, last: date) -> Iterator[DayCount]:
    if calendar.day(last).counts:
        return
    on = last + _ONE_DAY
    while not (day := calendar.day(on)).counts:
        yield DayCount(on, False, None, Reason.MOVES_ON, day)
        on += _ONE_DAY
    yield DayCount(on, False, None, Reason.MOVED_END, day)
