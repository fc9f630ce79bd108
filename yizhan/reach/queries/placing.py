"""Points snapped to a network once, as columns; what was snapped is kept on disk and never snapped again."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from django.conf import settings

from yizhan.kernel.api import geo
from yizhan.streets import api as streets

_FAR = 2**40
_NOWHERE = -9  # the edge of a point that no street is near: nobody starts from it
FIELDS = ("edge", "arriving", "arriving_ds", "leaving", "leaving_ds", "snapped_m")
Columns = dict[str, npt.NDArray[Any]]
Points = npt.NDArray[np.float64]


class Again(Sequence[streets.Snap]):
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
            return Again(self._network, self._profile, self._points[at])
        lon, lat = self._points[at].tolist()
        return self._network.snap(geo.Point(lon, lat, geo.Datum.WGS84), self._profile)


def placed(network: streets.Network, profile: str, points: Points, columns: Columns) -> streets.Placed:
    return streets.Placed(Again(network, profile, points), *(columns[name] for name in FIELDS if name != "snapped_m"))


def snapped(network: streets.Network, profile: str, points: Points, known: Columns) -> tuple[Columns, int]:
    """Columns for these points, and how many had to be snapped: what is known is taken over."""
    at = {point: row for row, point in enumerate(map(tuple, known["points"].tolist()))} if known else {}
    rows = [at.get((lon, lat), -1) for lon, lat in points.tolist()]
    fresh = [i for i, row in enumerate(rows) if row < 0]
    made = _columns(network, profile, points[fresh])
    if not known:
        return made, len(fresh)
    order = np.array([row if row >= 0 else 0 for row in rows], dtype=np.intp)
    order[fresh] = len(known["edge"]) + np.arange(len(fresh))
    return {name: np.concatenate([known[name], made[name]])[order] for name in FIELDS}, len(fresh)


def _columns(network: streets.Network, profile: str, points: Points) -> Columns:
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
    for name in FIELDS:
        columns[name][rows] = [one.snapped_m for one in near] if name == "snapped_m" else getattr(placed, name)
    return columns


# ── on disk ──


def path_of(site: streets.SiteView, profile: str, what: str) -> Path:
    name = hashlib.sha256(f"{site.name} {site.digest} {profile} {what}".encode()).hexdigest()[:24]
    return Path(settings.YIZHAN_CACHE_DIR) / "reach" / f"{name}.npz"


def read(path: Path) -> Columns:
    """What was snapped before on this network; nothing where the file is missing or not whole."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in (*FIELDS, "points")}
    except (OSError, ValueError, KeyError, EOFError):
        return {}


def write(path: Path, columns: Columns) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            np.savez(file, allow_pickle=False, **columns)
            file.close()
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
