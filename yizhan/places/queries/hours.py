"""Whether an outlet is open at a moment, by the city's own calendar."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from yizhan.kernel.api import times
from yizhan.places.queries.outlets import OutletView
from yizhan.places.rules.opening import DaysOff, OpenAnswer, answer_at
from yizhan.places.rules.states import OutletState, is_to_verify
from yizhan.territory import api as territory

CITY = "450100"
_WEEK, _DAY = timedelta(days=10), timedelta(days=1)


def days_off_near(day: date, *, make_up_within: timedelta = _DAY) -> DaysOff:
    """The days off of the weeks round a day, and the make-up working days that touch what is asked."""
    return _days_off_near(territory.calendar(CITY), day, make_up_within)


@lru_cache(maxsize=64)
def _days_off_near(calendar: territory.Calendar, day: date, make_up_within: timedelta) -> DaysOff:
    reach = max(_WEEK, make_up_within)
    days = [calendar.day(day + timedelta(days=n)) for n in range(-reach.days, reach.days + 1)]
    kinds = territory.DayKind
    return DaysOff(
        off=frozenset(one.date for one in days if one.kind in {kinds.HOLIDAY, kinds.REGIONAL_HOLIDAY}),
        make_up=frozenset(
            one.date for one in days if one.kind == kinds.MAKE_UP and abs(one.date - day) <= make_up_within
        ),
    )


def opening_of(outlet: OutletView, at: datetime) -> OpenAnswer:
    """Open, closed, or not known: its hours are not known, or nobody has seen it for more than 90 days."""
    local = _local(at)
    return answer_of(outlet, local, days_off_near(local.date()))


def opening_at(at: datetime) -> Callable[[OutletView], OpenAnswer]:
    """`opening_of` for any number of outlets at one moment: the calendar is asked once."""
    local = _local(at)
    days = days_off_near(local.date())
    return lambda outlet: answer_of(outlet, local, days)


def open_at(outlets: Iterable[OutletView], at: datetime) -> frozenset[UUID]:
    """Those that are surely open: standing, seen within 90 days, and their hours say so."""
    local = _local(at)
    days = days_off_near(local.date())
    return frozenset(one.outlet_id for one in outlets if answer_of(one, local, days) == OpenAnswer.OPEN)


def answer_of(outlet: OutletView, local: datetime, days: DaysOff) -> OpenAnswer:
    """At the local moment, with the days off near it in hand."""
    if outlet.state == OutletState.CLOSED:
        return OpenAnswer.CLOSED
    if is_to_verify(outlet.state, outlet.last_seen_on, local.date()):
        return OpenAnswer.UNKNOWN
    return _answer_of_text(outlet.hours, local, days, outlet.keeps_office_hours)


def _local(at: datetime) -> datetime:
    """To the minute, without a zone: what hours are written in."""
    return at.astimezone(times.SHANGHAI).replace(tzinfo=None, second=0, microsecond=0)


@lru_cache(maxsize=16384)
def _answer_of_text(text: str, local: datetime, days: DaysOff, keeps_office_hours: bool) -> OpenAnswer:
    return answer_at(text, local, days, keeps_office_hours=keeps_office_hours)
