"""The outlets of a site, snapped once for each network, profile and set of outlets, as arrays in this process.

20,000 outlets are held in some 15 MB; what was snapped is also kept on disk, and an outlet that has not moved is never
snapped again.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from django.conf import settings

from yizhan.kernel.api import geo
from yizhan.places import api as places
from yizhan.streets import api as streets

_FAR = 2**40
_NOWHERE = -9  # the edge of an outlet that no street is near: nobody starts from it
_FIELDS = ("edge", "arriving", "arriving_ds", "leaving", "leaving_ds", "snapped_m")
Columns = dict[str, npt.NDArray[Any]]


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


class _Again(Sequence[streets.Snap]):
    """Snapped points, made again when one is asked for: few ever are, and twenty thousand would fill memory."""

    def __init__(self, network: streets.Network, profile: str, points: npt.NDArray[np.float64]) -> None:
        self._network, self._profile, self._points = network, profile, points

    def __len__(self) -> int:
        return len(self._points)

    @overload
    def __getitem__(self, at: int) -> streets.Snap: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[streets.Snap]: ...
    def __getitem__(self, at: int | slice) -> streets.Snap | Sequence[streets.Snap]:
        if isinstance(at, slice):
            return _Again(self._network, self._profile, self._points[at])
        lon, lat = self._points[at].tolist()
        return self._network.snap(geo.Point(lon, lat, geo.Datum.WGS84), self._profile)


def entrance(outlet: places.OutletView) -> geo.Point:
    """The point to walk to."""
    return geo.Point(outlet.entrance_lon, outlet.entrance_lat, geo.Datum.WGS84)


# ── one of each in a process ──

_outlets: dict[str, tuple[int, date, tuple[places.OutletView, ...]]] = {}
_standing: dict[tuple[str, str], tuple[tuple[Any, ...], Standing]] = {}
_lock = Lock()


def standing(site: streets.SiteView, profile: str, *, on: date) -> Standing:
    """The same object until an outlet or the network changes; the change costs one small query to notice."""
    version = places.site_version(site.name)
    mark = (site.version_id, version, on)
    found = _standing.get((site.name, profile))
    if found and found[0] == mark:
        return found[1]
    with _lock:
        found = _standing.get((site.name, profile))
        if found and found[0] == mark:
            return found[1]
        made = _made(streets.network(site), profile, _outlets_of(site.name, version, on), found)
        _standing[site.name, profile] = (mark, made)
        return made


def _outlets_of(site: str, version: int, on: date) -> tuple[places.OutletView, ...]:
    """Read once for all profiles."""
    found = _outlets.get(site)
    if found is None or found[:2] != (version, on):
        found = (version, on, places.outlets_of(site, on=on))
        _outlets[site] = found
    return found[2]


def _made(
    network: streets.Network,
    profile: str,
    outlets: tuple[places.OutletView, ...],
    before: tuple[tuple[Any, ...], Standing] | None,
) -> Standing:
    points = np.array([(one.entrance_lon, one.entrance_lat) for one in outlets], dtype=np.float64).reshape(-1, 2)
    path = _path(network.site, profile)
    known = _columns_of(before[1]) if before and before[0][0] == network.site.version_id else _read(path)
    columns, snapped = _snapped(network, profile, points, known)
    if snapped > 200:
        _write(path, {**columns, "points": points})
    placed = streets.Placed(
        _Again(network, profile, points), *(columns[name] for name in _FIELDS if name != "snapped_m")
    )
    return Standing(network, profile, outlets, placed, columns["snapped_m"])


def _columns_of(made: Standing) -> Columns:
    points = np.array([(one.entrance_lon, one.entrance_lat) for one in made.outlets], dtype=np.float64).reshape(-1, 2)
    columns = {name: getattr(made.placed, name) for name in _FIELDS if name != "snapped_m"}
    return {**columns, "snapped_m": made.snapped_m, "points": points}


def _snapped(
    network: streets.Network, profile: str, points: npt.NDArray[np.float64], known: Columns
) -> tuple[Columns, int]:
    """Columns for these points, and how many had to be snapped: what is known is taken over."""
    at = {point: row for row, point in enumerate(map(tuple, known["points"].tolist()))} if known else {}
    rows = [at.get((lon, lat), -1) for lon, lat in points.tolist()]
    fresh = [i for i, row in enumerate(rows) if row < 0]
    made = _columns(network, profile, points[fresh])
    if not known:
        return made, len(fresh)
    order = np.array([row if row >= 0 else 0 for row in rows], dtype=np.intp)
    order[fresh] = len(known["edge"]) + np.arange(len(fresh))
    return {name: np.concatenate([known[name], made[name]])[order] for name in _FIELDS}, len(fresh)


def _columns(network: streets.Network, profile: str, points: npt.NDArray[np.float64]) -> Columns:
    found = [network.find_snap(geo.Point(lon, lat, geo.Datum.WGS84), profile) for lon, lat in points.tolist()]
    near = [one for one in found if one is not None]
    placed = streets.Placed.of(near)
    rows = np.array([i for i, one in enumerate(found) if one is not None], dtype=np.intp)
    count = len(found)
    columns: Columns = {
        "edge": np.full(count, _NOWHERE, dtype=np.int32),
        "arriving": np.zeros((count, 2), dtype=np.int64),
        "arriving_ds": np.full((count, 2), _FAR, dtype=np.int64),
        "leaving": np.zeros((count, 2), dtype=np.int64),
        "leaving_ds": np.full((count, 2), _FAR, dtype=np.int64),
        "snapped_m": np.full(count, np.nan),
    }
    for name in _FIELDS:
        columns[name][rows] = [one.snapped_m for one in near] if name == "snapped_m" else getattr(placed, name)
    return columns


# ── on disk ──


def _path(site: streets.SiteView, profile: str) -> Path:
    name = hashlib.sha256(f"{site.name} {site.digest} {profile}".encode()).hexdigest()[:24]
    return Path(settings.YIZHAN_CACHE_DIR) / "reach" / f"{name}.npz"


def _read(path: Path) -> Columns:
    """What was snapped before on this network; nothing where the file is missing or not whole."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in (*_FIELDS, "points")}
    except (OSError, ValueError, KeyError, EOFError):
        return {}


def _write(path: Path, columns: Columns) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            np.savez(file, allow_pickle=False, **columns)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
