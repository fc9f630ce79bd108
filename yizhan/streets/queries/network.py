"""A network in hand: snap to it, walk on it, find the nearest. One per version and process, its arrays mapped."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from math import cos, pi, radians
from threading import Lock

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Refusal, geo
from yizhan.streets.queries.files import open_arrays, open_contracted
from yizhan.streets.queries.profiles import profile_of, profiles_on
from yizhan.streets.queries.sites import SiteView, get_site
from yizhan.streets.queries.walking import FAR, Nearest, Placed, Walk
from yizhan.streets.rules.contracting import ContractedRows, contracted
from yizhan.streets.rules.geometry import METRES_PER_UNIT, UNITS
from yizhan.streets.rules.network import UNREACHED, Arrays, Found, Rows, Starts, names_of
from yizhan.streets.rules.profiles import Profile
from yizhan.streets.rules.snapping import Snap, nearest_edge, place

SNAP_LIMIT_M = 250.0
WORTH_CONTRACTING = 20_000  # nodes; a smaller network is searched as it is


class TooFarFromStreet(Refusal):
    code = "streets.too_far"
    status = 422
    message = _("附近 {limit_m:.0f} 米内没有能走的路，离路网太远了。")


class Network:
    """The streets of a site in one version. Points may be of any datum; they are snapped in WGS84."""

    def __init__(self, site: SiteView, arrays: Arrays) -> None:
        self.site = site
        self.arrays = arrays
        self.profiles = profiles_on(site.profiles_from)
        self._rows: dict[tuple[str, bool], Rows] = {}
        self._contracted: dict[str, ContractedRows] = {}
        self._lock = Lock()

    @property
    def nodes(self) -> int:
        return len(self.arrays["lon"])

    def profile(self, name: str) -> Profile:
        """Raises UnknownProfile."""
        return profile_of(self.profiles, name)

    def snap(self, point: geo.Point, profile: str, *, limit_m: float = SNAP_LIMIT_M) -> Snap:
        """The nearest edge that the profile may use. Raises TooFarFromStreet, UnknownProfile."""
        found = self.find_snap(point, profile, limit_m=limit_m)
        if found is None:
            raise TooFarFromStreet(limit_m=limit_m)
        return found

    def find_snap(self, point: geo.Point, profile: str, *, limit_m: float = SNAP_LIMIT_M) -> Snap | None:
        walker, here = self.profile(profile), point.wgs84
        found = nearest_edge(self.arrays, profile, here.lon, here.lat, limit_m)
        return None if found is None else place(self.arrays, walker, *found)

    def walk(self, origin: Snap, *, limit_s: float) -> Walk:
        """Everything within `limit_s` of the origin, the walk to the street counted."""
        limit_ds = int(limit_s * 10)
        with self._searching(origin.profile) as rows:
            ds = rows.from_one(origin.leaving, limit_ds)
        return Walk(self.arrays, self.profile(origin.profile), origin, limit_ds, ds)

    def nearest(self, outlets: Sequence[Snap] | Placed, profile: str, *, limit_s: float | None = None) -> Nearest:
        """For every node the nearest of the outlets and the deciseconds of the walk to it; of equals the first one."""
        placed = outlets if isinstance(outlets, Placed) else Placed.of(outlets)
        is_wide = self._is_wide(len(placed.edge), self.profile(profile), limit_s)
        with self._seeking(profile) if is_wide else self._searching(profile, back=True) as rows:
            found = _found(rows, placed, float("inf") if limit_s is None else limit_s * 10)
        ds = np.where(np.isfinite(found.ds), found.ds, UNREACHED).astype(np.int32)
        return Nearest(self.arrays, profile, ds, found.start, placed, limit_s)

    def names(self, numbers: npt.NDArray[np.int32]) -> list[str]:
        return names_of(self.arrays, numbers)

    @cached_property
    def component_sizes(self) -> npt.NDArray[np.int64]:
        return np.bincount(self.arrays["component"])

    @contextmanager
    def _searching(self, profile: str, *, back: bool = False) -> Iterator[Rows]:
        """The rows to search; one search at a time, because its starts are written into them."""
        self.profile(profile)
        with self._lock:
            if (profile, back) not in self._rows:
                self._rows[profile, back] = Rows.of(self.arrays, profile, back=back)
            yield self._rows[profile, back]

    @contextmanager
    def _seeking(self, profile: str) -> Iterator[Rows]:
        """The rows for searches of the whole network; made on this machine when first needed."""
        with self._lock:
            if profile not in self._contracted:
                arrays = open_contracted(self.site.digest, profile, lambda: contracted(self.arrays, profile))
                self._contracted[profile] = ContractedRows(arrays)
            yield self._contracted[profile]

    def _is_wide(self, outlets: int, walker: Profile, limit_s: float | None) -> bool:
        """Whether the circles of so many outlets would cover half of what there is, and that is much."""
        if self.nodes < WORTH_CONTRACTING or limit_s is None:
            return self.nodes >= WORTH_CONTRACTING
        site = self.site
        shrink = cos(radians((site.south + site.north) / 2))
        area = (site.east - site.west) * (site.north - site.south) * (METRES_PER_UNIT * UNITS) ** 2 * shrink
        return outlets * pi * (limit_s * walker.speed_cm_per_min / 6000) ** 2 > area / 2


def _found(rows: Rows, outlets: Placed, limit: float) -> Found:
    """Deciseconds and outlet of each node; an outlet that nothing leads to takes no part."""
    is_end = outlets.arriving_ds < FAR
    counts = is_end.sum(axis=1)
    open_ones = np.flatnonzero(counts)
    if not len(open_ones):
        return Found(np.full(rows.nodes, np.inf), np.full(rows.nodes, UNREACHED, dtype=np.int32))
    starts = Starts(counts[open_ones], outlets.arriving[is_end], outlets.arriving_ds[is_end])
    found = rows.from_nearest(starts, limit)
    return Found(found.ds, np.append(open_ones, UNREACHED).astype(np.int32)[found.start])


@lru_cache(maxsize=4)
def _mapped(site: SiteView) -> Network:
    return Network(site, open_arrays(site.version_id, site.digest, site.size))


def network(site: SiteView) -> Network:
    """The network of this version of the site; the same object until the site walks on another one."""
    return _mapped(site)


def network_of(name: str) -> Network:
    """The current network of the site. Raises SiteNotFound."""
    return network(get_site(name))
