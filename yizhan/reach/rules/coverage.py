"""What a figure of coverage is: people, not area; how many of them are sample data; how far they walk.

Homes count with their dwellings, which are whole; residents are dwellings times the persons of a dwelling, rounded
once, at the end. A home that reaches nothing of a category within the hour counts as not reaching it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

MARKS = (5, 10, 15)  # minutes that every table shows


def limit_ds(minutes: Decimal | float) -> int:
    return int(Decimal(str(minutes)) * 600)


@dataclass(frozen=True, kw_only=True)
class StandardList:
    """Categories that belong within some minutes: category → minutes, in the order of the file."""

    code: str
    title: str
    title_en: str
    source: str
    minutes: Mapping[str, Decimal]

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(self.minutes)

    def limit_of(self, category: str) -> int:
        return limit_ds(self.minutes[category])


@dataclass(frozen=True, kw_only=True)
class Standards:
    """What is in force on a day."""

    begins: date
    residents_per_dwelling: Decimal
    residents_source: str
    residents_source_en: str
    lists: tuple[StandardList, ...]
    grades: tuple[Mapping[str, Any], ...]

    def find_list(self, code: str) -> StandardList | None:
        return next((one for one in self.lists if one.code == code), None)

    def residents(self, dwellings: int) -> int:
        return int((self.residents_per_dwelling * dwellings).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def read_standards(data: Mapping[str, Any], day: date) -> Standards:
    """The version in force on `day`. Raises ValueError for a faulty file."""
    fitting = [version for version in data["versions"] if version["from"] <= day] or data["versions"][:1]
    newest = max(fitting, key=lambda version: version["from"])
    lists = tuple(_list_of(one) for one in newest["lists"])
    if len({one.code for one in lists}) != len(lists):
        raise ValueError("a list stands twice in the file")
    return Standards(
        begins=newest["from"],
        residents_per_dwelling=Decimal(newest["residents_per_dwelling"]),
        residents_source=newest["residents_source"],
        residents_source_en=newest["residents_source_en"],
        lists=lists,
        grades=tuple(newest["grades"]),
    )


def _list_of(one: Mapping[str, Any]) -> StandardList:
    minutes = {
        category: Decimal(str(within)) for within, categories in one["minutes"].items() for category in categories
    }
    if len(minutes) != sum(len(categories) for categories in one["minutes"].values()):
        raise ValueError(f"a category stands twice in {one['code']}")
    return StandardList(
        code=one["code"], title=one["title"], title_en=one["title_en"], source=one["source"], minutes=minutes
    )


# ── figures ──


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How the dwellings of some homes stand to a category, for one profile.

    `within` is by minutes; `beyond` are those that reach one, but later than the limit asked for, and `beyond_ds` is
    the sum of their deciseconds; `never` reach none within the hour. `sample` of all are sample data.
    """

    dwellings: int
    sample: int
    limit: Decimal
    covered: int
    within: Mapping[int, int]
    beyond: int
    beyond_ds: int
    reached_ds: int

    @property
    def never(self) -> int:
        return self.dwellings - self.covered - self.beyond

    @property
    def lacking(self) -> int:
        return self.dwellings - self.covered

    @property
    def share(self) -> Fraction | None:
        """None where there is nobody."""
        return Fraction(self.covered, self.dwellings) if self.dwellings else None

    def share_within(self, minutes: int) -> Fraction | None:
        return Fraction(self.within[minutes], self.dwellings) if self.dwellings else None

    @property
    def mean_minutes(self) -> Fraction | None:
        """Of all who reach one within the hour."""
        reached = self.covered + self.beyond
        return Fraction(self.reached_ds, 600 * reached) if reached else None

    @property
    def mean_minutes_beyond(self) -> Fraction | None:
        """Of those who walk longer than the limit, and arrive."""
        return Fraction(self.beyond_ds, 600 * self.beyond) if self.beyond else None

    def __add__(self, other: "Figure") -> "Figure":
        if other.limit != self.limit:
            raise ValueError("figures of different limits are not added up")
        return replace(
            self,
            dwellings=self.dwellings + other.dwellings,
            sample=self.sample + other.sample,
            covered=self.covered + other.covered,
            within={mark: self.within[mark] + other.within[mark] for mark in MARKS},
            beyond=self.beyond + other.beyond,
            beyond_ds=self.beyond_ds + other.beyond_ds,
            reached_ds=self.reached_ds + other.reached_ds,
        )


@dataclass(frozen=True, slots=True)
class HomeTime:
    """A home's dwellings and its deciseconds to the nearest outlet, None where there is none within the hour."""

    dwellings: int
    is_sample: bool
    ds: int | None


def figure_of(homes: Iterable[HomeTime], limit: Decimal) -> Figure:
    """Home by home, as one would count by hand."""
    total = sample = covered = beyond = beyond_ds = reached_ds = 0
    within = dict.fromkeys(MARKS, 0)
    for home in homes:
        total += home.dwellings
        sample += home.dwellings if home.is_sample else 0
        if home.ds is None:
            continue
        reached_ds += home.ds * home.dwellings
        for mark in MARKS:
            within[mark] += home.dwellings if home.ds <= limit_ds(mark) else 0
        if home.ds <= limit_ds(limit):
            covered += home.dwellings
        else:
            beyond, beyond_ds = beyond + home.dwellings, beyond_ds + home.ds * home.dwellings
    return Figure(
        dwellings=total,
        sample=sample,
        limit=limit,
        covered=covered,
        within=within,
        beyond=beyond,
        beyond_ds=beyond_ds,
        reached_ds=reached_ds,
    )


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A category that some residents of a place do not reach in time."""

    category: str
    figure: Figure

    @property
    def is_total(self) -> bool:
        """Nobody reaches it in time."""
        return self.figure.covered == 0


def gaps(figures: Mapping[str, Figure]) -> Sequence[Gap]:
    """What is missing, for most people first; what nobody at all reaches within the hour before the rest of equals."""
    found = [Gap(category=category, figure=figure) for category, figure in figures.items() if figure.lacking]
    return sorted(found, key=lambda gap: (-gap.figure.lacking, -gap.figure.never, gap.category))
