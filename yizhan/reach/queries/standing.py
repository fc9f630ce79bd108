"""The outlets of a site, snapped once for each network, profile and set of outlets, as arrays in this process.

20,000 outlets are held in some 15 MB; what was snapped is also kept on disk, and an outlet that has not moved is never
snapped again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from yizhan.kernel.api import geo
from yizhan.places import api as places
from yizhan.reach.queries.placing import FIELDS, Columns, path_of, placed, read, snapped, write
from yizhan.streets import api as streets


@dataclass(frozen=True)
class Standing:
    """The outlets that stand on a day, and as columns how each is reached by one profile."""

    network: streets.Network
    profile: str
    outlets: tuple[places.OutletView, ...]
    placed: streets.Placed
    snapped_m: npt.NDArray[np.float64]  # nan where no street is near

    def snap(self, number: int) -> streets.Snap | None:
        """The snapped point of one outlet, None where no street is near."""
        return self.network.find_snap(entrance(self.outlets[number]), self.profile)

    def numbers_of(self, codes: Iterable[str]) -> npt.NDArray[np.intp]:
        """Which of the outlets are of these categories."""
        wanted = frozenset(codes)
        return np.flatnonzero(np.array([one.category in wanted for one in self.outlets], dtype=bool))


def entrance(outlet: places.OutletView) -> geo.Point:
    """The point to walk to."""
    return geo.Point(outlet.entrance_lon, outlet.entrance_lat, geo.Datum.WGS84)


# ── one of each in a process ──


class Mark(NamedTuple):
    """What it was made from; the network tells two databases apart whose outlets have the same number."""

    network: UUID
    outlets: int
    on: date


_outlets: dict[str, tuple[Mark, tuple[places.OutletView, ...]]] = {}
_standing: dict[tuple[str, str], tuple[Mark, Standing]] = {}
_lock = Lock()


def standing(site: streets.SiteView, profile: str, *, on: date) -> Standing:
    """The same object until an outlet or the network changes; the change costs one small query to notice."""
    version = places.site_version(site.name)
    mark = Mark(site.version_id, version, on)
    found = _standing.get((site.name, profile))
    if found and found[0] == mark:
        return found[1]
    with _lock:
        found = _standing.get((site.name, profile))
        if found and found[0] == mark:
            return found[1]
        made = _made(streets.network(site), profile, _outlets_of(site.name, mark), found)
        _standing[site.name, profile] = (mark, made)
        return made


def _outlets_of(site: str, mark: Mark) -> tuple[places.OutletView, ...]:
    """Read once for all profiles."""
    found = _outlets.get(site)
    if found is None or found[0] != mark:
        found = (mark, places.outlets_of(site, on=mark.on))
        _outlets[site] = found
    return found[1]


def _made(
    network: streets.Network,
    profile: str,
    outlets: tuple[places.OutletView, ...],
    before: tuple[Mark, Standing] | None,
) -> Standing:
    points = np.array([(one.entrance_lon, one.entrance_lat) for one in outlets], dtype=np.float64).reshape(-1, 2)
    path = path_of(network.site, profile, "outlets")
    known = _columns_of(before[1]) if before and before[0].network == network.site.version_id else read(path)
    columns, count = snapped(network, profile, points, known)
    if count > 200:
        write(path, {**columns, "points": points})
    return Standing(network, profile, outlets, placed(network, profile, points, columns), columns["snapped_m"])


def _columns_of(made: Standing) -> Columns:
    points = np.array([(one.entrance_lon, one.entrance_lat) for one in made.outlets], dtype=np.float64).reshape(-1, 2)
    columns = {name: getattr(made.placed, name) for name in FIELDS if name != "snapped_m"}
    return {**columns, "snapped_m": made.snapped_m, "points": points}
