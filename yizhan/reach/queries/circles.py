"""What can be walked to from a point: the circle, and every outlet in it by walking time."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import BadInput, geo, times
from yizhan.places import api as places
from yizhan.reach.queries.standing import Standing, standing
from yizhan.streets import api as streets

LONGEST_MINUTES = 60


class MinutesOutOfRange(BadInput):
    code = "reach.minutes_out_of_range"
    message = _("步行时间请写 1 到 {longest} 分钟。")


@dataclass(frozen=True, kw_only=True)
class Within:
    """An outlet within reach: the deciseconds of the walk, and its number among the standing ones."""

    outlet: places.OutletView
    ds: int
    number: int

    @property
    def seconds(self) -> float:
        return self.ds / 10

    @property
    def minutes(self) -> int:
        """Whole minutes, begun ones counted; at least one."""
        return max(1, -(-self.ds // 600))


@dataclass(frozen=True)
class Circle:
    """Everything within `minutes` of a point, as one profile walks it."""

    site: streets.SiteView
    standing: Standing
    walk: streets.Walk
    minutes: float
    at: datetime

    @property
    def snapped_m(self) -> float:
        return self.walk.origin.snapped_m

    @property
    def is_clipped(self) -> bool:
        return self.walk.is_clipped

    @cached_property
    def within(self) -> tuple[Within, ...]:
        """Outlets by walking time, then by id."""
        ds = self.walk.to_many(self.standing.placed)
        reached = np.flatnonzero(ds >= 0)
        reached = reached[np.argsort(ds[reached], kind="stable")]
        outlets = self.standing.outlets
        return tuple(Within(outlet=outlets[n], ds=int(ds[n]), number=n) for n in reached.tolist())

    @cached_property
    def by_category(self) -> Counter[str]:
        return Counter(one.outlet.category for one in self.within)

    def of(self, categories: Collection[str]) -> tuple[Within, ...]:
        wanted = frozenset(categories)
        return tuple(one for one in self.within if one.outlet.category in wanted)

    def opening(self, one: Within) -> places.OpenAnswer:
        return self._opening(one.outlet)

    @cached_property
    def _opening(self) -> Callable[[places.OutletView], places.OpenAnswer]:
        return places.opening_at(self.at)

    @cached_property
    def outline(self) -> dict[str, Any]:
        """GeoJSON polygon."""
        return self.walk.circle()

    def path(self, number: int) -> streets.Path | None:
        """The way to one of the standing outlets."""
        snap = self.standing.snap(number)
        return None if snap is None else self.walk.path(snap)


def circle_from(
    point: geo.Point,
    *,
    minutes: float,
    profile: str,
    at: datetime,
    site: streets.SiteView | None = None,
    on: date | None = None,
) -> Circle:
    """Of the site with the newest network that covers the point, unless one is named.

    Outlets are those that stand on the day of `at`, unless another is given: pages give today, so that the arrays of
    one day are enough. Whether one is open is said of `at` in any case.
    Raises streets.NoSiteHere, streets.TooFarFromStreet, streets.UnknownProfile, MinutesOutOfRange.
    """
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise MinutesOutOfRange(longest=LONGEST_MINUTES)
    here = site or streets.site_covering(point)
    network = streets.network(here)
    origin = network.snap(point, profile)
    walk = network.walk(origin, limit_s=minutes * 60)
    return Circle(here, standing(here, profile, on=on or times.local_day(at)), walk, minutes, at)
