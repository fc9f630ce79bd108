"""Months of figures, as they were kept, and whether they are still what was kept."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yizhan.places import api as places
from yizhan.reach.models import CoverageMonth
from yizhan.reach.queries.coverage import figures, people_of, reaching_all
from yizhan.reach.queries.nearest import held_categories
from yizhan.reach.queries.standards import BASIC, get_list
from yizhan.reach.rules.months import digest_of
from yizhan.streets import api as streets

ALL = "*"
_MINUTES = Decimal(15)
PROFILES = ("adult", "elder", "wheels")


@dataclass(frozen=True, kw_only=True)
class MonthView:
    """`shares` are by (community, category, profile); "*" for all twelve basic needs at once."""

    month: date
    taken_at: datetime
    digest: str
    is_whole: bool
    rows: list[dict[str, Any]]

    def share(self, community: str, category: str, profile: str) -> Fraction | None:
        wanted = (community, category, profile)
        for row in self.rows:
            if (row["community"], row["category"], row["profile"]) == wanted:
                return Fraction(row["covered"], row["dwellings"]) if row["dwellings"] else None
        return None

    @property
    def communities(self) -> list[str]:
        return sorted({row["community"] for row in self.rows})


def rows_now(site: streets.SiteView) -> list[dict[str, Any]]:
    """The figures of this moment at fifteen minutes, as a month keeps them; plain whole numbers."""
    categories = sorted({*held_categories(site.name), *places.BASIC_TWELVE})
    limits = dict.fromkeys(categories, _MINUTES)
    people = people_of(site.name)
    rows: list[dict[str, Any]] = []
    for profile in PROFILES:
        joint = reaching_all(site, profile=profile, limits=get_list(BASIC).minutes)
        found = figures(site, profile=profile, limits=limits)
        for community, one in people.items():
            same = {"community": community, "profile": profile, "dwellings": one.dwellings, "sample": one.sample}
            rows.append({**same, "category": ALL, "covered": joint[community]})
            rows += [
                {**same, "category": category, "covered": figure.covered, "reached_ds": figure.reached_ds}
                for category, figure in found[community].items()
            ]
    return rows


def months_of(site: str, *, most: int = 12) -> tuple[MonthView, ...]:
    """The newest months, oldest first, each with whether it is what was written."""
    found = list(CoverageMonth.objects.filter(site=site).order_by("-month")[: most + 1])[::-1]
    views = []
    for number, one in enumerate(found):
        follows = number == 0 or one.before == found[number - 1].digest
        is_whole = follows and one.digest == digest_of(site, one.month, one.network_hash, one.rows, one.before)
        views.append(
            MonthView(month=one.month, taken_at=one.taken_at, digest=one.digest, is_whole=is_whole, rows=one.rows)
        )
    return tuple(views[-most:])
