"""When the light of a clock changes, and which light a moment shows.

Yellow from 00:00 of the first day on which nine tenths of the promise are used (half, for a promise under
three days) or the last working day begins, whichever is earlier; the day with the number k counts as used
on that day, as the strip of days shows it. Red from 24:00 of the promise's due day, black from 24:00 of the
legal one, all in Asia/Shanghai.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from yizhan.clocks.rules.counting import Due

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SHORT_LIMIT = 3


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BLACK = "black"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments at which the light changes; None is never (no legal limit, or the clock stands still)."""

    yellow_at: datetime | None
    red_at: datetime | None
    black_at: datetime | None


NEVER = Moments(None, None, None)


def moments(promise: Due, legal: Due | None) -> Moments:
    return Moments(
        yellow_at=_start_of(_warning_day(promise)),
        red_at=end_of(promise.due_on),
        black_at=end_of(legal.due_on) if legal else None,
    )


def light_at(moments: Moments, now: datetime, *, paused: bool = False, stopped_at: datetime | None = None) -> Light:
    """The light at `now`. A pause hides no breach that came before it, and a stopped clock keeps its last
    breach for good; without one it ended in time, which is green."""
    moment = min(now, stopped_at) if stopped_at else now
    if moments.black_at and moments.black_at <= moment:
        return Light.BLACK
    if moments.red_at and moments.red_at <= moment:
        return Light.RED
    if stopped_at and stopped_at <= now:
        return Light.GREEN
    if paused:
        return Light.NONE
    return Light.YELLOW if moments.yellow_at and moments.yellow_at <= moment else Light.GREEN


def end_of(day: date) -> datetime:
    """24:00 of the day."""
    return _start_of(day + timedelta(days=1))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=_SHANGHAI)


def _warning_day(promise: Due) -> date:
    tenths = 5 if promise.total < _SHORT_LIMIT else 9
    used = -(-promise.total * tenths // 10)
    first_used = next(each.date for each in promise.days if each.number is not None and each.number >= used)
    last_working_day = max(each.date for each in promise.days if each.day.counts)
    return min(first_used, last_working_day)
