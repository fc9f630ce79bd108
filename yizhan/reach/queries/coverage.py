"""Coverage by residents: per community, category and profile from the live table; at an hour counted on demand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import NotFound, times
from yizhan.places import api as places
from yizhan.reach.models import Home, LiveSite
from yizhan.reach.queries.homes import Homes, homes_of, homes_version
from yizhan.reach.queries.standing import standing
from yizhan.reach.rules.coverage import MARKS, Figure, limit_ds
from yizhan.reach.rules.live import LIMIT_DS
from yizhan.streets import api as streets

Figures = dict[str, dict[str, Figure]]
"""community → category → figure"""
Limits = Mapping[str, Decimal]


class NoHomesHere(NotFound):
    code = "reach.no_homes_here"
    message = _("这里还没有标出位置的住处，算不出覆盖率。")


@dataclass(frozen=True, kw_only=True)
class People:
    """The dwellings of a community, and how many of them are sample data."""

    dwellings: int
    sample: int


def sites_with_homes() -> tuple[streets.SiteView, ...]:
    """Sites in which homes are counted, the newest network first."""
    counted = LiveSite.objects.filter(Exists(Home.objects.filter(site=OuterRef("site"))))
    names = set(counted.values_list("site", flat=True))
    return tuple(site for site in streets.sites() if site.name in names)


def people_of(site: str, community: str | None = None) -> dict[str, People]:
    """By community."""
    where, values = _where(community)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT community, sum(dwellings), COALESCE(sum(dwellings) FILTER (WHERE is_sample), 0)
            FROM reach_home h WHERE site = %s{where} GROUP BY community ORDER BY community
            """,  # noqa: S608
            [site, *values],
        )
        return {code: People(dwellings=int(all_), sample=int(sample)) for code, all_, sample in cursor.fetchall()}


def figures(
    site: streets.SiteView,
    *,
    profile: str,
    limits: Limits,
    community: str | None = None,
    at: datetime | None = None,
    people: Mapping[str, People] | None = None,
) -> Figures:
    """For each community and each category of `limits` (minutes): all that stand, or those surely open at a moment.

    `people` is what `people_of` says, where the caller has it.
    """
    people = people_of(site.name, community) if people is None else people
    counted = _counted_at(site, profile, limits, at) if at else _counted_in_table(site.name, profile, limits, community)
    return {
        code: {category: _figure(one, counted.get((code, category)), limits[category]) for category in limits}
        for code, one in people.items()
    }


def reaching_all(
    site: streets.SiteView,
    *,
    profile: str,
    limits: Limits,
    community: str | None = None,
    at: datetime | None = None,
    people: Mapping[str, People] | None = None,
) -> dict[str, int]:
    """By community the dwellings that reach every category of `limits` in time, home by home."""
    people = people_of(site.name, community) if people is None else people
    found = _all_at(site, profile, limits, at) if at else _all_in_table(site.name, profile, limits, community)
    return {code: found.get(code, 0) for code in people}


# ── from the table ──

_Counts = dict[tuple[str, str], tuple[int, ...]]
_BEFORE = """
    FROM reach_nearest n JOIN reach_home h ON h.id = n.home_id
    JOIN unnest(%s::text[], %s::int[]) AS wanted(category, limit_ds) ON wanted.category = n.category
    WHERE n.site = %s AND n.profile = %s
"""


def _where(community: str | None) -> tuple[str, list[str]]:
    return (" AND h.community = %s", [community]) if community else ("", [])


def _wanted(limits: Limits) -> list[Any]:
    return [list(limits), [limit_ds(minutes) for minutes in limits.values()]]


def _counted_in_table(site: str, profile: str, limits: Limits, community: str | None) -> _Counts:
    where, values = _where(community)
    marks = ", ".join(f"sum(dwellings) FILTER (WHERE ds <= {mark * 600})" for mark in MARKS)
    late = "FILTER (WHERE ds > limit_ds)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT h.community, n.category, sum(dwellings) FILTER (WHERE ds <= limit_ds), sum(dwellings) {late},"
            f" sum(ds::bigint * dwellings) {late}, sum(ds::bigint * dwellings), {marks}"
            f" {_BEFORE}{where} GROUP BY 1, 2",
            [*_wanted(limits), site, profile, *values],
        )
        return {(row[0], row[1]): tuple(int(one or 0) for one in row[2:]) for row in cursor.fetchall()}


def _all_in_table(site: str, profile: str, limits: Limits, community: str | None) -> dict[str, int]:
    where, values = _where(community)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT community, sum(dwellings) FROM (SELECT h.id, h.community, h.dwellings {_BEFORE}{where}"  # noqa: S608
            " AND n.ds <= wanted.limit_ds GROUP BY h.id HAVING count(*) = %s) reaching GROUP BY 1",
            [*_wanted(limits), site, profile, *values, len(limits)],
        )
        return {code: int(count) for code, count in cursor.fetchall()}


def _figure(people: People, counts: tuple[int, ...] | None, limit: Decimal) -> Figure:
    covered, beyond, beyond_ds, reached_ds, *within = counts or (0,) * (4 + len(MARKS))
    return Figure(
        dwellings=people.dwellings,
        sample=people.sample,
        limit=limit,
        covered=covered,
        within=dict(zip(MARKS, within, strict=True)),
        beyond=beyond,
        beyond_ds=beyond_ds,
        reached_ds=reached_ds,
    )


# ── at an hour ──

_Times = npt.NDArray[np.int32]
_times: dict[tuple[Any, ...], _Times] = {}
_opened: dict[tuple[Any, ...], frozenset[UUID]] = {}
_lock = Lock()


def times_at(site: streets.SiteView, profile: str, categories: Collection[str], at: datetime) -> dict[str, _Times]:
    """By category the deciseconds from each home, as `homes_of` has them, to the nearest open outlet; -1 beyond it."""
    minute = minute_of(at)
    mark = (site.version_id, places.site_version(site.name), homes_version(site.name))
    keys = {category: (site.name, profile, category, minute, *mark) for category in categories}
    with _lock:
        found = {category: _times[key] for category, key in keys.items() if key in _times}
        missing = [category for category in categories if category not in found]
        if missing:
            made, homes = standing(site, profile, on=times.local_day(at)), homes_of(site, profile)
            opened = _open_then((site.name, minute, *mark[:2]), made.outlets, minute)
            is_open = np.array([one.outlet_id in opened for one in made.outlets], dtype=bool)
            for category in missing:
                numbers = made.numbers_of([category])
                found[category] = _nearest(site, profile, homes, made.placed.take(numbers[is_open[numbers]]))
                _keep(_times, keys[category], found[category], 200)
    return found


def minute_of(at: datetime) -> datetime:
    """Hours are known to the minute: within it all answers are the same."""
    return at.astimezone(times.SHANGHAI).replace(second=0, microsecond=0)


def _nearest(site: streets.SiteView, profile: str, homes: Homes, outlets: streets.Placed) -> _Times:
    if not len(outlets.edge):
        return np.full(len(homes), -1, dtype=np.int32)
    ds, _which = streets.network(site).nearest(outlets, profile, limit_s=LIMIT_DS / 10).from_many(homes.placed)
    return ds


def _open_then(key: tuple[Any, ...], outlets: Collection[places.OutletView], at: datetime) -> frozenset[UUID]:
    if key not in _opened:
        _keep(_opened, key, places.open_at(outlets, at), 8)
    return _opened[key]


def _keep(store: dict[Any, Any], key: Any, value: Any, most: int) -> None:
    while len(store) >= most:
        del store[next(iter(store))]
    store[key] = value


def _counted_at(site: streets.SiteView, profile: str, limits: Limits, at: datetime) -> _Counts:
    homes = homes_of(site, profile)
    return _counted(homes, times_at(site, profile, limits, at), limits)


def _counted(homes: Homes, times_of: Mapping[str, _Times], limits: Limits) -> _Counts:
    found: _Counts = {}
    for category, minutes in limits.items():
        ds = times_of[category].astype(np.int64)
        reached, limit = ds >= 0, limit_ds(minutes)
        late = reached & (ds > limit)
        walked = ds * homes.dwellings
        columns = [
            _sums(homes, homes.dwellings, reached & ~late),
            _sums(homes, homes.dwellings, late),
            _sums(homes, walked, late),
            _sums(homes, walked, reached),
            *(_sums(homes, homes.dwellings, reached & (ds <= mark * 600)) for mark in MARKS),
        ]
        for number, code in enumerate(homes.communities):
            found[code, category] = tuple(column[number] for column in columns)
    return found


def figures_of_times(site: streets.SiteView, homes: Homes, times_of: Mapping[str, _Times], limits: Limits) -> Figures:
    """Figures of walks that are given: deciseconds of each home by category, -1 beyond the hour."""
    counted = _counted(homes, times_of, limits)
    return {
        code: {category: _figure(one, counted.get((code, category)), limits[category]) for category in limits}
        for code, one in people_of(site.name).items()
    }


def _all_at(site: streets.SiteView, profile: str, limits: Limits, at: datetime) -> dict[str, int]:
    homes = homes_of(site, profile)
    reaching = np.ones(len(homes), dtype=bool)
    found = times_at(site, profile, limits, at)
    for category, minutes in limits.items():
        ds = found[category]
        reaching &= (ds >= 0) & (ds <= limit_ds(minutes))
    return dict(zip(homes.communities, _sums(homes, homes.dwellings, reaching), strict=True))


def _sums(homes: Homes, values: npt.NDArray[np.int64], chosen: npt.NDArray[np.bool_]) -> list[int]:
    """By community; whole numbers stay exact in a float64 far beyond any city."""
    weights = values[chosen].astype(np.float64)
    return [int(one) for one in np.bincount(homes.community[chosen], weights, minlength=len(homes.communities))]
