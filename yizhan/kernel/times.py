"""Moments are aware UTC; legal days are days in Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_day(at: datetime) -> date:
    """The legal day (Asia/Shanghai) in which the aware moment `at` falls."""
    if at.tzinfo is None:
        raise ValueError("a moment must be aware")
    return at.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """00:00 of the legal day `day`, as an aware moment."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def day_end(day: date) -> datetime:
    """24:00 of the legal day `day`: the first moment that no longer belongs to it."""
    return day_start(day + timedelta(days=1))
