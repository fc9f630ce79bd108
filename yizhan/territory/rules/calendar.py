"""Which days work counts on: the State Council's yearly notices, and a region's own days off above them.

A calendar answers for every day from 1950 to 2099 whether it is a working day and why. What nobody has
announced yet is still answered, by weekends and by the lunar calendar, and marked: `computed` for a
region's festival without that year's own notice, not `known` for a year without a State Council notice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

NATIONAL = "000000"
FIRST_DAY = date(1950, 1, 1)
LAST_DAY = date(2099, 12, 31)

_PROVINCES = frozenset(  # GB/T 2260
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(first, last + 1)
)
_GUANGXI_CITIES = frozenset(f"45{n:02d}" for n in range(1, 15))
_SATURDAY = 5


class UnknownRegion(ValueError):
    """The code is not a division code (GB/T 2260), or its province or city does not exist."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.region = region


class DayOutOfRange(ValueError):
    """The day lies outside of 1950 to 2099, which the lunar tables cover."""


class CalendarConflict(ValueError):
    """A notice contradicts itself: the same day off and made up, or a make-up day that is a weekday."""


class DayKind(StrEnum):
    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    REGIONAL_HOLIDAY = "regional_holiday"


_COUNTS = frozenset({DayKind.WORKING, DayKind.MAKE_UP})
_ENGLISH = {
    DayKind.WORKING: "working day",
    DayKind.MAKE_UP: "make-up working day",
    DayKind.WEEKEND: "weekend",
    DayKind.HOLIDAY: "public holiday",
    DayKind.REGIONAL_HOLIDAY: "regional holiday",
}
_CHINESE = {
    DayKind.WORKING: "工作日",
    DayKind.MAKE_UP: "调休上班",
    DayKind.WEEKEND: "周末",
    DayKind.HOLIDAY: "法定节假日",
    DayKind.REGIONAL_HOLIDAY: "自治区节假日",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a day off or a make-up day is for, in both languages."""

    chinese: str
    english: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One body's announcement for one year. `region` is a 6-digit code, 000000 for the State Council."""

    region: str
    year: int
    days_off: Mapping[date, Occasion]
    make_up: Mapping[date, Occasion] = field(default_factory=dict)
    title: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        both = self.days_off.keys() & self.make_up.keys()
        if both:
            raise CalendarConflict(f"{min(both)} is both off and made up")
        for day in (*self.days_off, *self.make_up):
            if abs(day.year - self.year) > 1:
                raise CalendarConflict(f"{day} does not belong to a notice of {self.year}")
        if self.region == NATIONAL and (weekdays := [day for day in self.make_up if day.weekday() < _SATURDAY]):
            raise CalendarConflict(f"{min(weekdays)} is a weekday and cannot be made up")


@dataclass(frozen=True, kw_only=True)
class Festival:
    """A region's days off by a rule of the lunar calendar, never moved off a weekend.

    `begins` has its first day in every year from 1950 to 2099.
    """

    region: str
    occasion: Occasion
    begins: Mapping[int, date]
    days: int
    first_year: int

    def dates(self, year: int) -> tuple[date, ...]:
        if year < self.first_year:
            return ()
        first = self.begins[year]
        return tuple(first + timedelta(days=n) for n in range(self.days))


@dataclass(frozen=True, slots=True)
class Day:
    """One day and why it counts, or not. `computed`: by the lunar rule; not `known`: no State Council notice."""

    date: date
    kind: DayKind
    counts: bool
    occasion: Occasion | None = None
    computed: bool = False
    known: bool = True

    @property
    def provisional(self) -> bool:
        return self.computed or not self.known

    @property
    def why(self) -> str:
        return self._words(_ENGLISH, self.occasion.english if self.occasion else "", ": ", " (not announced yet)")

    @property
    def why_chinese(self) -> str:
        return self._words(_CHINESE, self.occasion.chinese if self.occasion else "", "：", "（待公布）")

    def _words(self, words: Mapping[DayKind, str], occasion: str, colon: str, pending: str) -> str:
        text = words[self.kind]
        if occasion and not self.counts:
            text = f"{text}{colon}{occasion}"
        return text + pending if self.provisional else text


class Calendar:
    """The days of one region. Equal questions give equal answers: build a new one when a notice arrives."""

    def __init__(
        self, region: str, notices: Iterable[Notice], festivals: Iterable[Festival], version: str = ""
    ) -> None:
        self.region = region
        self.version = version
        prefix = region_prefix(region)
        in_force = [notice for notice in notices if prefix.startswith(region_prefix(notice.region))]
        self._national = [notice for notice in in_force if notice.region == NATIONAL]
        # The nearer region has the last word.
        self._regional = sorted(
            (notice for notice in in_force if notice.region != NATIONAL),
            key=lambda notice: len(region_prefix(notice.region)),
        )
        self._festivals = [festival for festival in festivals if prefix.startswith(region_prefix(festival.region))]
        self.known_years = frozenset(notice.year for notice in self._national)
        self._years: dict[int, dict[date, Day]] = {}
        self._days: dict[date, Day] = {}

    def day(self, day: date) -> Day:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._look_up(day)
        return found

    def is_working_day(self, day: date) -> bool:
        return self.day(day).counts

    def _look_up(self, day: date) -> Day:
        if not FIRST_DAY <= day <= LAST_DAY:
            raise DayOutOfRange(day.isoformat())
        if day.year not in self._years:
            self._years[day.year] = self._named_days(day.year)
        named = self._years[day.year].get(day)
        return named or self._plain_day(day)

    def _plain_day(self, day: date) -> Day:
        works = day.weekday() < _SATURDAY
        kind = DayKind.WORKING if works else DayKind.WEEKEND
        return Day(day, kind, works, known=day.year in self.known_years)

    def _named_days(self, year: int) -> dict[date, Day]:
        days: dict[date, Day] = {}
        for notice in self._national:
            self._enter(days, notice, DayKind.HOLIDAY)
        for festival in self._festivals:
            self._enter_computed(days, festival, year)
        for notice in self._regional:
            self._enter(days, notice, DayKind.REGIONAL_HOLIDAY)
        return days

    def _enter(self, days: dict[date, Day], notice: Notice, kind: DayKind) -> None:
        for day, occasion in notice.days_off.items():
            days[day] = Day(day, kind, False, occasion, known=day.year in self.known_years)
        for day, occasion in notice.make_up.items():
            days[day] = Day(day, DayKind.MAKE_UP, True, occasion, known=day.year in self.known_years)

    def _enter_computed(self, days: dict[date, Day], festival: Festival, year: int) -> None:
        own = region_prefix(festival.region)
        if any(notice.year == year and region_prefix(notice.region).startswith(own) for notice in self._regional):
            return
        for day in festival.dates(year):
            known = year in self.known_years
            days[day] = Day(day, DayKind.REGIONAL_HOLIDAY, False, festival.occasion, computed=True, known=known)


@lru_cache(maxsize=4096)
def region_prefix(region: str) -> str:
    """The significant digits of a division code: 450000 → 45, 450100 → 4501, 000000 (the country) → nothing.

    Takes 6 digits or the 12 of the statistical code. Raises UnknownRegion.
    """
    if not (isinstance(region, str) and region.isascii() and region.isdigit() and len(region) in (6, 12)):
        raise UnknownRegion(str(region))
    if not region.strip("0"):
        return ""
    prefix = _without_empty_levels(region)
    city_is_known = prefix[:2] != "45" or len(prefix) == 2 or prefix[:4] in _GUANGXI_CITIES
    if prefix[:2] not in _PROVINCES or not city_is_known:
        raise UnknownRegion(region)
    return prefix


def _without_empty_levels(region: str) -> str:
    for width in (9, 6, 4, 2):
        if region[width:].strip("0"):
            return region
        region = region[:width]
    return region
