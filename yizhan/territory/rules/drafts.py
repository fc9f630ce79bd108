"""A notice as somebody types it: periods off and days made up, and what can be wrong with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from yizhan.territory.rules.calendar import NATIONAL, Notice, Occasion

# A notice begins with 元旦, whose days off or made up may lie in the December before.
_NEW_YEAR_BEGINS = (12, 15)
_LONGEST = timedelta(days=16)
_SATURDAY = 5
REGIONS = (NATIONAL, "450000", "450100")
ENGLISH = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
    "国庆节": "National Day",
    "三月三": "Sanyuesan Festival",
}


class DraftFault(StrEnum):
    REGION = "region"
    EMPTY = "empty"
    BACKWARDS = "backwards"
    TOO_LONG = "too_long"
    OTHER_YEAR = "other_year"
    TWICE = "twice"
    OFF_AND_MADE_UP = "off_and_made_up"
    MAKE_UP_WORKS_ANYWAY = "make_up_works_anyway"


class DraftWrong(ValueError):
    """What is wrong, and about which day or period."""

    def __init__(self, fault: DraftFault, day: date | None = None, name: str = "") -> None:
        super().__init__(fault)
        self.fault, self.day, self.name = fault, day, name


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days off in a row, first and last both included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        for n in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=n)


@dataclass(frozen=True, kw_only=True)
class NoticeDraft:
    region: str
    year: int
    title: str
    source: str
    periods: Sequence[Period]
    make_up: Sequence[date] = ()


def notice_of(draft: NoticeDraft) -> Notice:
    """Raises DraftWrong."""
    if draft.region not in REGIONS:
        raise DraftWrong(DraftFault.REGION)
    if not draft.periods:
        raise DraftWrong(DraftFault.EMPTY)
    days_off = _days_off(draft)
    return Notice(
        region=draft.region,
        year=draft.year,
        title=draft.title,
        source=draft.source,
        days_off=days_off,
        make_up=_make_up(draft, days_off),
    )


def _days_off(draft: NoticeDraft) -> dict[date, Occasion]:
    days: dict[date, Occasion] = {}
    for period in draft.periods:
        if period.last < period.first:
            raise DraftWrong(DraftFault.BACKWARDS, period.last, period.name)
        if period.last - period.first >= _LONGEST:
            raise DraftWrong(DraftFault.TOO_LONG, period.last, period.name)
        for day in period.days():
            _require_year(day, draft.year)
            if day in days:
                raise DraftWrong(DraftFault.TWICE, day, period.name)
            days[day] = Occasion(period.name, ENGLISH.get(period.name, period.name))
    return days


def _require_year(day: date, year: int) -> None:
    if not date(year - 1, *_NEW_YEAR_BEGINS) <= day <= date(year, 12, 31):
        raise DraftWrong(DraftFault.OTHER_YEAR, day)


def _make_up(draft: NoticeDraft, days_off: dict[date, Occasion]) -> dict[date, Occasion]:
    days: dict[date, Occasion] = {}
    for day in draft.make_up:
        _require_year(day, draft.year)
        if day in days_off:
            raise DraftWrong(DraftFault.OFF_AND_MADE_UP, day)
        if day in days:
            raise DraftWrong(DraftFault.TWICE, day)
        if day.weekday() < _SATURDAY:
            raise DraftWrong(DraftFault.MAKE_UP_WORKS_ANYWAY, day)
        days[day] = _nearest(day, days_off)
    return days


def _nearest(day: date, days_off: dict[date, Occasion]) -> Occasion:
    """A day is made up for the period that lies nearest to it."""
    return days_off[min(days_off, key=lambda off: (abs((off - day).days), off))]
