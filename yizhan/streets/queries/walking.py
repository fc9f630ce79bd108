"""What a search found: walking times from one origin, the circle and the ways in it; the nearest of many outlets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from yizhan.streets.rules.geometry import UNITS
from yizhan.streets.rules.legs import Leg, legs_along
from yizhan.streets.rules.network import NONE, UNREACHED, Arrays, before
from yizhan.streets.rules.outline import add_start, is_clipped, outline, reached_stretches
from yizhan.streets.rules.profiles import Profile
from yizhan.streets.rules.snapping import Snap, along_edge_ds, edge_between, step_ds

Ints = npt.NDArray[np.int32]
FAR = 2**40  # what a missing end costs
_NUMBER_BITS = 21
_NOWHERE = (FAR << _NUMBER_BITS) - 1


@dataclass(frozen=True)
class Placed:
    """Many snapped points as columns: the two nodes that each is reached from, and what the rest of the walk costs."""

    snaps: Sequence[Snap]
    edge: Ints
    arriving: npt.NDArray[np.int64]  # (n, 2) nodes
    arriving_ds: npt.NDArray[np.int64]  # (n, 2), very far where there is no second one
    leaving: npt.NDArray[np.int64]
    leaving_ds: npt.NDArray[np.int64]

    @classmethod
    def of(cls, snaps: Sequence[Snap]) -> "Placed":
        arriving, arriving_ds = _columns([snap.arriving for snap in snaps])
        leaving, leaving_ds = _columns([snap.leaving for snap in snaps])
        edge = np.array([snap.edge for snap in snaps], dtype=np.int32)
        return cls(tuple(snaps), edge, arriving, arriving_ds, leaving, leaving_ds)

    def take(self, numbers: npt.NDArray[Any]) -> "Placed":
        """Some of them, in this order."""
        columns = (self.edge, self.arriving, self.arriving_ds, self.leaving, self.leaving_ds)
        return Placed(_Taken(self.snaps, numbers), *(column[numbers] for column in columns))


class _Taken(Sequence[Snap]):
    """Some of many snaps, looked up when one is asked for: few ever are."""

    def __init__(self, snaps: Sequence[Snap], numbers: npt.NDArray[Any]) -> None:
        self._snaps, self._numbers = snaps, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Snap: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Snap]: ...
    def __getitem__(self, at: int | slice) -> Snap | Sequence[Snap]:
        if isinstance(at, slice):
            return _Taken(self._snaps, self._numbers[at])
        return self._snaps[int(self._numbers[at])]


def _columns(starts: Sequence[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    nodes = np.zeros((len(starts), 2), dtype=np.int64)
    ds = np.full((len(starts), 2), FAR, dtype=np.int64)
    for i, start in enumerate(starts):
        count = len(start.nodes)
        nodes[i, :count], ds[i, :count] = start.nodes, start.ds
    return nodes, ds


@dataclass(frozen=True, kw_only=True)
class Path:
    """A way: deciseconds and metres with the walks from and to the street, its legs, its line in degrees (WGS84)."""

    ds: int
    metres: float
    legs: tuple[Leg, ...]
    line: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Walk:
    """Walking times from `origin` to everything within `limit_ds`."""

    arrays: Arrays
    profile: Profile
    origin: Snap
    limit_ds: int
    ds: npt.NDArray[np.float64]

    def to(self, target: Snap) -> int | None:
        """Deciseconds to a point that was snapped for the same profile, None beyond the limit."""
        ds = [self.ds[n] + rest for n, rest in zip(target.arriving.nodes, target.arriving.ds, strict=True)]
        along = along_edge_ds(self.arrays, self.origin, target)
        best = min([*ds, float("inf") if along is None else along], default=float("inf"))
        return int(best) if best <= self.limit_ds else None

    def to_many(self, targets: Placed) -> Ints:
        """Deciseconds to each of them, -1 beyond the limit."""
        nodes, rest = targets.arriving, targets.arriving_ds
        best = np.minimum(self.ds[nodes[:, 0]] + rest[:, 0], self.ds[nodes[:, 1]] + rest[:, 1])
        for i in np.flatnonzero(targets.edge == self.origin.edge).tolist():
            along = along_edge_ds(self.arrays, self.origin, targets.snaps[i])
            best[i] = min(best[i], np.inf if along is None else along)
        return np.where(best <= self.limit_ds, best, UNREACHED).astype(np.int32)

    @cached_property
    def is_clipped(self) -> bool:
        """Whether the network ends inside the circle, so that more may be within reach than is known."""
        return is_clipped(
            self.arrays, self.ds, self.limit_ds, self.profile, (self.origin.lon, self.origin.lat, self.origin.walk_ds)
        )

    def circle(self) -> dict[str, Any]:
        """The outline of what is within the limit, as a GeoJSON polygon."""
        here = (self.origin.lon, self.origin.lat)
        reached = reached_stretches(self.arrays, self.ds, self.profile.name, self.limit_ds, here)
        ends = zip(self.origin.leaving.nodes, self.origin.leaving.ds, strict=True)
        walks = [(node, ds - self.origin.walk_ds) for node, ds in ends]
        return outline(add_start(self.arrays, reached, walks, self.limit_ds - self.origin.walk_ds, here), here)

    def path(self, target: Snap) -> Path | None:
        """The way to a snapped point, None beyond the limit."""
        total = self.to(target)
        if total is None:
            return None
        along = along_edge_ds(self.arrays, self.origin, target)
        chain = [] if along == total else self._chain(target, total)
        corners, edges, costs = self._walked(chain, target, total)
        legs = legs_along(self.arrays, corners, edges, costs)
        metres = self.origin.snapped_m + target.snapped_m + sum(leg.metres for leg in legs)
        return Path(ds=total, metres=round(metres, 1), legs=tuple(legs), line=tuple(corners))

    def _chain(self, target: Snap, total: int) -> list[int]:
        """The nodes of the way, first to last."""
        ends = zip(target.arriving.nodes, target.arriving.ds, strict=True)
        node = next(n for n, rest in ends if self.ds[n] + rest == total)
        starts = dict(zip(self.origin.leaving.nodes, self.origin.leaving.ds, strict=True))
        chain = []
        while node != NONE:
            chain.append(node)
            node = NONE if self.ds[node] == starts.get(node) else before(self.arrays, self.profile.name, self.ds, node)
        return chain[::-1]

    def _walked(
        self, chain: list[int], target: Snap, total: int
    ) -> tuple[list[tuple[float, float]], list[int], list[int]]:
        """Corners, the edge between each two of them, and what each costs; the walks beside the street are left out."""
        start, end = (self.origin.lon, self.origin.lat), (target.lon, target.lat)
        if not chain:
            return [start, end], [target.edge], [total - self.origin.walk_ds - target.walk_ds]
        lon, lat = self.arrays["lon"], self.arrays["lat"]
        corners = [start, *((int(lon[n]) / UNITS, int(lat[n]) / UNITS) for n in chain), end]
        between = [edge_between(self.arrays, a, b) for a, b in pairwise(chain)]
        costs = [step_ds(self.arrays, self.profile.name, a, b) for a, b in pairwise(chain)]
        first = int(self.ds[chain[0]]) - self.origin.walk_ds
        last = total - int(self.ds[chain[-1]]) - target.walk_ds
        return corners, [self.origin.edge, *between, target.edge], [first, *costs, last]


@dataclass(frozen=True)
class Nearest:
    """For every node the deciseconds to the nearest outlet and which it is; -1 where none is within the limit."""

    arrays: Arrays
    profile: str
    ds: Ints
    outlet: Ints
    outlets: Placed
    limit_s: float | None = None

    def from_many(self, origins: Placed) -> tuple[Ints, Ints]:
        """For snapped origins: deciseconds and outlet (of equals the first one), -1 and -1 beyond the limit."""
        at = origins.leaving
        known = (self.ds[at] != UNREACHED) & (origins.leaving_ds < FAR)
        # Deciseconds and the outlet's number in one, so that the lower number wins among equals.
        keys = np.where(known, (self.ds[at] + origins.leaving_ds) << _NUMBER_BITS | self.outlet[at], _NOWHERE).min(
            axis=1
        )
        best, which = keys >> _NUMBER_BITS, keys & (1 << _NUMBER_BITS) - 1
        by_edge = self._outlets_by_edge
        for i in np.flatnonzero(np.isin(origins.edge, self.outlets.edge)).tolist():
            for number in by_edge[int(origins.edge[i])]:
                along = along_edge_ds(self.arrays, origins.snaps[i], self.outlets.snaps[number])
                if along is not None and (along, number) < (best[i], which[i]):
                    best[i], which[i] = along, number
        reached = best < FAR - 1 if self.limit_s is None else best <= self.limit_s * 10
        return np.where(reached, best, UNREACHED).astype(np.int32), np.where(reached, which, UNREACHED).astype(np.int32)

    @cached_property
    def _outlets_by_edge(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number, edge in enumerate(self.outlets.edge.tolist()):
            found.setdefault(edge, []).append(number)
        return found
