"""The table of nearest outlets: read, counted anew from what it rests on, and compared with that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from yizhan.places import api as places
from yizhan.reach.models import HeldOutlet, Home, LiveSite, NearestOutlet
from yizhan.reach.queries.homes import Homes, Numbers, homes_of, placed_at
from yizhan.reach.rules.live import LIMIT_DS, Box, Held
from yizhan.streets import api as streets

_LIMIT_S = LIMIT_DS / 10


@dataclass(frozen=True)
class Rows:
    """Home ids, the outlet of each and the deciseconds to it, as columns."""

    home_ids: npt.NDArray[np.int64]
    outlets: list[UUID]
    ds: npt.NDArray[np.int64]

    def as_set(self) -> set[tuple[int, UUID, int]]:
        return set(zip(self.home_ids.tolist(), self.outlets, self.ds.tolist(), strict=True))


def live_site(site: str) -> LiveSite | None:
    return LiveSite.objects.filter(pk=site).first()


def live_version(site: str) -> int:
    """Grows with every commit that changes a figure of the site."""
    return LiveSite.objects.filter(pk=site).values_list("version", flat=True).first() or 0


def held(site: str, category: str | None = None, box: Box | None = None) -> tuple[Held, ...]:
    """The outlets that are counted, by id."""
    found = HeldOutlet.objects.filter(site=site)
    if category is not None:
        found = found.filter(category=category)
    if box:
        found = found.filter(lat__range=(box.south, box.north), lon__range=(box.west, box.east))
    return tuple(map(Held._make, found.order_by("outlet_id").values_list("outlet_id", "category", "lon", "lat")))


def held_categories(site: str) -> tuple[str, ...]:
    return tuple(
        HeldOutlet.objects.filter(site=site).order_by("category").values_list("category", flat=True).distinct()
    )


def nearest_of(
    network: streets.Network,
    outlets: Sequence[Held],
    homes: Homes,
    numbers: Numbers | None = None,
    *,
    limit_ds: int = LIMIT_DS,
) -> Rows:
    """For each home (or these of them) the nearest of the outlets; homes that none is near to are left out."""
    points = np.array([(one.lon, one.lat) for one in outlets], dtype=np.float64).reshape(-1, 2)
    return nearest_of_placed(
        network, placed_at(network, homes.profile, points), outlets, homes, numbers, limit_ds=limit_ds
    )


def nearest_of_placed(
    network: streets.Network,
    placed: streets.Placed,
    outlets: Sequence[Held],
    homes: Homes,
    numbers: Numbers | None = None,
    *,
    limit_ds: int = LIMIT_DS,
) -> Rows:
    """The same with the outlets snapped already, in the order of their ids."""
    origins = homes.placed if numbers is None else homes.placed.take(numbers)
    ids = homes.ids if numbers is None else homes.ids[numbers]
    if not len(ids) or not outlets:
        return Rows(np.zeros(0, dtype=np.int64), [], np.zeros(0, dtype=np.int64))
    found = network.nearest(placed, homes.profile, limit_s=limit_ds / 10)
    ds, which = found.from_many(origins)
    reached = np.flatnonzero(ds >= 0)
    return Rows(ids[reached], [outlets[n].outlet_id for n in which[reached].tolist()], ds[reached].astype(np.int64))


def whole_category(site: streets.SiteView, category: str, profile: str) -> Rows:
    """What the table must say of a category and a profile."""
    outlets = held(site.name, category)
    return nearest_of(streets.network(site), outlets, homes_of(site, profile))


def table_of(site: str, category: str, profile: str) -> Rows:
    """What the table says."""
    found = NearestOutlet.objects.filter(site=site, category=category, profile=profile)
    rows = list(found.order_by("home_id").values_list("home_id", "outlet_id", "ds"))
    return _rows(rows)


def _rows(rows: Iterable[tuple[Any, Any, Any]]) -> Rows:
    found = list(rows)
    return Rows(
        np.array([row[0] for row in found], dtype=np.int64),
        [row[1] for row in found],
        np.array([row[2] for row in found], dtype=np.int64),
    )


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """How many rows of the table are not what counting anew gives."""

    site: str
    category: str
    profile: str
    rows: int


def disagreements(site: streets.SiteView) -> tuple[Disagreement, ...]:
    """The table against counting anew, category by category; nothing where both are the same."""
    profiles = [one.name for one in streets.network(site).profiles.profiles]
    categories = sorted({*held_categories(site.name), *_distinct(NearestOutlet, site.name)})
    found = []
    for category in categories:
        for profile in profiles:
            told = table_of(site.name, category, profile).as_set()
            wrong = len(told ^ whole_category(site, category, profile).as_set())
            if wrong:
                found.append(Disagreement(site=site.name, category=category, profile=profile, rows=wrong))
    return tuple(found)


def outlets_named(site: str, text: str, *, most: int, on: date) -> tuple[places.OutletView, ...]:
    """Standing outlets whose name, or what they are, contains the text; by name."""
    wanted = text.casefold()
    found = [
        one
        for one in places.outlets_of(site, on=on)
        if wanted in one.name.casefold() or wanted in places.title_of(one.category).casefold()
    ]
    return tuple(sorted(found, key=lambda one: (one.name, one.outlet_id))[:most])


def _distinct(table: type[HeldOutlet] | type[NearestOutlet], site: str) -> tuple[str, ...]:
    return tuple(table.objects.filter(site=site).order_by("category").values_list("category", flat=True).distinct())


def wrong_tables(*, on: date) -> tuple[Disagreement, ...]:
    """Every site's table against its outlets, homes and network; one that has a change to take in yet is left out."""
    found: list[Disagreement] = []
    for view in streets.sites():
        row = live_site(view.name)
        if row is None or row.network_id != view.version_id or row.places_version != places.site_version(view.name):
            continue
        told = {one[:2] for one in held(view.name)}
        standing = places.outlets_of(view.name, on=on)
        missing = told ^ {(one.outlet_id, one.category) for one in standing if one.state != places.OutletState.CLOSED}
        if missing:
            found.append(Disagreement(site=view.name, category="*", profile="*", rows=len(missing)))
        found += disagreements(view)
    return tuple(found)


def live_counts(site: str) -> dict[str, int]:
    """How much the table holds: homes, outlets, rows."""
    return {
        "homes": Home.objects.filter(site=site).count(),
        "outlets": HeldOutlet.objects.filter(site=site).count(),
        "rows": NearestOutlet.objects.filter(site=site).count(),
    }
