"""From a point beside the streets to the nearest edge that its profile may use, and between two such points.

A snapped point stands on its edge at `along` (0 at u, 1 at v), `walk_ds` away from it. A part of an edge costs its
share of the edge, rounded half up. It is left towards an end, and reached from one, where the edge is open that way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, floor, radians
from typing import Any

import numpy as np
import numpy.typing as npt

from yizhan.streets.rules.geometry import METRES_PER_UNIT, UNITS, nearest_points
from yizhan.streets.rules.network import CELL_UNITS, CLOSED, Arrays, Start
from yizhan.streets.rules.profiles import Profile

Ints = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Snap:
    """A point on its edge. `lon`, `lat` is the foot on the edge, in degrees; `snapped_m` the walk to it."""

    profile: str
    edge: int
    along: float
    lon: float
    lat: float
    snapped_m: float
    walk_ds: int
    leaving: Start
    arriving: Start
    component: int


def nearest_edge(
    arrays: Arrays, profile: str, lon: float, lat: float, limit_m: float
) -> tuple[int, float, float] | None:
    """(edge, metres, along) of the nearest usable edge within the limit, the lowest of equals; the point in degrees."""
    x, y = lon * UNITS, lat * UNITS
    cell_m = _cell_m(arrays, lat)
    if cell_m <= 0:
        return None
    rings = 1
    while True:
        found = _nearest_of(arrays, _edges_near(arrays, x, y, rings), profile, x, y)
        if found is not None and found[1] <= rings * cell_m:
            return found if found[1] <= limit_m else None
        if rings * cell_m >= limit_m:
            return found if found is not None and found[1] <= limit_m else None
        rings *= 2


def _cell_m(arrays: Arrays, lat: float) -> float:
    """The shorter side of a cell at this latitude; 0 for an empty network."""
    grid = arrays["cell_grid"]
    return METRES_PER_UNIT * min(CELL_UNITS, float(grid[2]) * cos(radians(lat)))


def _edges_near(arrays: Arrays, x: float, y: float, rings: int) -> Ints:
    """The edges in the square of cells round the point, each once and in order."""
    west, south, wide, columns = arrays["cell_grid"].tolist()
    column, row = floor((x - west) / wide), floor((y - south) / CELL_UNITS)
    left, right = max(column - rings, 0), min(column + rings, columns - 1)
    if right < left:
        return np.zeros(0, dtype=np.int32)
    rows = np.arange(max(row - rings, 0), max(row + rings, -1) + 1, dtype=np.int64)
    keys, ends = arrays["cell_keys"], arrays["cell_ends"]
    low = np.searchsorted(keys, rows * columns + left)
    high = np.searchsorted(keys, rows * columns + right, side="right")
    parts = [arrays["cell_edges"][ends[a] : ends[b]] for a, b in zip(low.tolist(), high.tolist(), strict=True) if b > a]
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int32)


def _nearest_of(arrays: Arrays, edges: Ints, profile: str, x: float, y: float) -> tuple[int, float, float] | None:
    edges = edges[arrays[f"usable_{profile}"][edges] == 1]
    if not len(edges):
        return None
    u, v = arrays["edge_u"][edges], arrays["edge_v"][edges]
    lon, lat = arrays["lon"], arrays["lat"]
    feet = nearest_points(x, y, (lon[u], lat[u], lon[v], lat[v]))
    best = int(np.argmin(feet.metres))
    return int(edges[best]), float(feet.metres[best]), float(feet.along[best])


def place(arrays: Arrays, profile: Profile, edge: int, metres: float, along: float) -> Snap:
    """A point `metres` beside the edge, as the profile walks it."""
    u, v = int(arrays["edge_u"][edge]), int(arrays["edge_v"][edge])
    lon, lat = arrays["lon"], arrays["lat"]
    walk = profile.walk_ds(metres)
    from_u, from_v = edge_ds(arrays, profile.name, edge)
    return Snap(
        profile=profile.name,
        edge=edge,
        along=along,
        lon=(int(lon[u]) + along * (int(lon[v]) - int(lon[u]))) / UNITS,
        lat=(int(lat[u]) + along * (int(lat[v]) - int(lat[u]))) / UNITS,
        snapped_m=metres,
        walk_ds=walk,
        leaving=_start(((u, from_v, along), (v, from_u, 1 - along)), walk),
        arriving=_start(((u, from_u, along), (v, from_v, 1 - along)), walk),
        component=int(min(arrays["component"][u], arrays["component"][v])),
    )


def edge_ds(arrays: Arrays, profile: str, edge: int) -> tuple[int | None, int | None]:
    """What the whole edge costs from u and from v, None where closed."""
    cost = arrays[f"cost_{profile}"]
    pair = float(cost[arrays["slot_uv"][edge]]), float(cost[arrays["slot_vu"][edge]])
    ahead, back = (None if ds >= CLOSED else int(ds) for ds in pair)
    return ahead, back


def _start(ends: Sequence[tuple[int, int | None, float]], walk: int) -> Start:
    """The open ends; an end that one already stands at is open in any case."""
    open_ends = [(node, walk + share(ds or 0, part)) for node, ds, part in ends if ds is not None or part == 0]
    return Start(tuple(node for node, _ds in open_ends), tuple(ds for _node, ds in open_ends))


def share(edge_ds: int, part: float) -> int:
    """The cost of a part (0 to 1) of an edge, rounded half up."""
    return floor(edge_ds * part + 0.5)


def along_edge_ds(arrays: Arrays, here: Snap, there: Snap) -> int | None:
    """Along the edge that both stand on, None where they do not or it is closed that way."""
    if here.edge != there.edge:
        return None
    from_u, from_v = edge_ds(arrays, here.profile, here.edge)
    ds = 0 if there.along == here.along else from_u if there.along > here.along else from_v
    return None if ds is None else here.walk_ds + share(ds, abs(there.along - here.along)) + there.walk_ds


def edge_between(arrays: Arrays, a: int, b: int) -> int:
    """The edge that leads from one node to its neighbour."""
    return int(arrays["slot_edge"][_slot_between(arrays, a, b)])


def step_ds(arrays: Arrays, profile: str, a: int, b: int) -> int:
    """What the edge from one node to its neighbour costs."""
    return int(arrays[f"cost_{profile}"][_slot_between(arrays, a, b)])


def _slot_between(arrays: Arrays, a: int, b: int) -> int:
    first, last = int(arrays["indptr"][a]), int(arrays["indptr"][a + 1])
    return first + int(np.searchsorted(arrays["indices"][first:last], b))
