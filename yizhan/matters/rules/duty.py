"""Minutes of somebody on duty: they run in the hours of duty of working days, and stand still in between."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

ONE_DAY = timedelta(days=1)


def end_of_minutes(
    start: datetime, minutes: int, *, begins: time, ends: time, is_working_day: Callable[[date], bool]
) -> datetime:
    """When so many minutes of duty have passed since ``start``, in whose zone the hours are meant."""
    left, now = timedelta(minutes=minutes), start
    while True:
        opens, closes = (datetime.combine(now.date(), at, tzinfo=now.tzinfo) for at in (begins, ends))
        if is_working_day(now.date()) and now < closes:
            now = max(now, opens)
            if left <= closes - now:
                return now + left
            left -= closes - now
        now = datetime.combine(now.date() + ONE_DAY, time.min, tzinfo=now.tzinfo)


def time_between(
    start: datetime, end: datetime, *, begins: time, ends: time, is_working_day: Callable[[date], bool]
) -> timedelta:
    """So much of duty passes between two moments of one zone."""
    passed, day = timedelta(), start.date()
    while day <= end.date():
        if is_working_day(day):
            opens, closes = (datetime.combine(day, at, tzinfo=start.tzinfo) for at in (begins, ends))
            passed += max(timedelta(), min(end, closes) - max(start, opens))
        day += ONE_DAY
    return passed


def is_on_duty(now: datetime, *, begins: time, ends: time, is_working_day: Callable[[date], bool]) -> bool:
    return is_working_day(now.date()) and begins <= now.time() < ends


NEAR = timedelta(minutes=10)


def is_near(left: timedelta) -> bool:
    """Whether so little time of duty is left that its light is yellow."""
    return left <= NEAR
