"""The homes of a site, snapped once for each network and profile, as arrays in this process."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from yizhan.reach.models import Home, LiveSite
from yizhan.reach.queries.placing import FIELDS, Columns, path_of, placed, read, snapped, write
from yizhan.reach.rules.live import Box, box_round
from yizhan.streets import api as streets

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Homes:
    """The homes of a site by id, and how each is left by one profile; `community` numbers `communities`."""

    profile: str
    ids: npt.NDArray[np.int64]
    points: npt.NDArray[np.float64]
    placed: streets.Placed
    communities: tuple[str, ...]
    community: npt.NDArray[np.int32]
    dwellings: npt.NDArray[np.int64]
    is_sample: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def numbers_of(self, ids: npt.NDArray[np.int64]) -> Numbers:
        """Where the homes of these ids stand in the arrays; all of them are there."""
        return np.searchsorted(self.ids, ids)

    def within(self, box: Box) -> Numbers:
        lon, lat = self.points[:, 0], self.points[:, 1]
        return np.flatnonzero((lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north))

    def box_round(self, numbers: Numbers, metres: float) -> Box:
        chosen = self.points[numbers]
        corners = (chosen.min(axis=0).tolist(), chosen.max(axis=0).tolist())
        return box_round([(corner[0], corner[1]) for corner in corners], metres)


_homes: dict[tuple[str, str], tuple[tuple[Any, ...], Homes]] = {}
_lock = Lock()


def homes_version(site: str) -> int:
    return LiveSite.objects.filter(pk=site).values_list("homes_version", flat=True).first() or 0


def homes_of(site: streets.SiteView, profile: str) -> Homes:
    """The same object until the homes or the network change."""
    mark = (site.version_id, homes_version(site.name))
    with _lock:
        found = _homes.get((site.name, profile))
        if found is None or found[0] != mark:
            known = read(path_of(site, profile, "homes"))
            found = (mark, _made(streets.network(site), profile, known))
            _homes[site.name, profile] = found
        return found[1]


def _made(network: streets.Network, profile: str, known: Columns) -> Homes:
    columns = ("id", "lon", "lat", "community", "dwellings", "is_sample")
    rows = list(Home.objects.filter(site=network.site.name).order_by("id").values_list(*columns))
    points = np.array([row[1:3] for row in rows], dtype=np.float64).reshape(-1, 2)
    places, count = snapped(network, profile, points, known)
    if count > 200:
        write(path_of(network.site, profile, "homes"), {**places, "points": points})
    communities = tuple(sorted({row[3] for row in rows}))
    numbers = {code: number for number, code in enumerate(communities)}
    return Homes(
        profile=profile,
        ids=np.array([row[0] for row in rows], dtype=np.int64),
        points=points,
        placed=placed(network, profile, points, places),
        communities=communities,
        community=np.array([numbers[row[3]] for row in rows], dtype=np.int32),
        dwellings=np.array([row[4] for row in rows], dtype=np.int64),
        is_sample=np.array([row[5] for row in rows], dtype=bool),
    )


# ── outlets, as the table holds them ──

_known: dict[tuple[Any, str], Columns] = {}


def placed_at(network: streets.Network, profile: str, points: npt.NDArray[np.float64]) -> streets.Placed:
    """Points of outlets, snapped; those of the last call, and those that were written down, are not snapped again."""
    key = (network.site.version_id, profile)
    path = path_of(network.site, profile, "outlets")
    known = _known.get(key) or read(path)
    columns, count = snapped(network, profile, points, known)
    if count or len(points) > len(known.get("points", ())):
        _remember(key, known, columns, points)
    return placed(network, profile, points, columns)


def _remember(key: tuple[Any, str], known: Columns, fresh: Columns, points: npt.NDArray[np.float64]) -> None:
    both = {**fresh, "points": points}
    if known and len(known["points"]) < 100_000:
        both = {name: np.concatenate([known[name], both[name]]) for name in (*FIELDS, "points")}
        _points, first = np.unique(both["points"], axis=0, return_index=True)
        both = {name: column[first] for name, column in both.items()}
    for other in [one for one in _known if one[1] == key[1] and one != key]:
        if len(_known) > 8:
            del _known[other]
    _known[key] = both
