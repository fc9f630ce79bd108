"""The circle: what can be reached within a time, as one outline, and whether the network ends inside it.

The reached stretches are laid on a grid of cells; a cell counts when a stretch passes within about a cell of it. The
outline is the union of the counted cells round the start, smoothed, with holes under a hectare filled. It is a picture:
whether a thing is reached is told by its walking time alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage

from yizhan.streets.rules.geometry import METRES_PER_UNIT, UNITS
from yizhan.streets.rules.network import CLOSED, Arrays
from yizhan.streets.rules.profiles import Profile

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
CELL_M = 20.0
SMALLEST_HOLE_M2 = 10_000.0
SMOOTHED_M = 12.0


@dataclass(frozen=True)
class Reached:
    """Stretches walked within the limit: from (x, y) to (x, y), in metres east and north of the start."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats


def reached_stretches(arrays: Arrays, ds: Floats, profile: str, limit: float, origin: tuple[float, float]) -> Reached:
    """Every edge from a reached node as far as the time lasts; `origin` in degrees."""
    nodes = np.flatnonzero(ds <= limit)
    first, last = arrays["indptr"][nodes], arrays["indptr"][nodes + 1]
    counts = last - first
    slots = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    tail, head, cost = np.repeat(nodes, counts), arrays["indices"][slots], arrays[f"cost_{profile}"][slots]
    walked = cost < CLOSED
    tail, head, cost = tail[walked], head[walked], cost[walked]
    part = np.minimum(1, (limit - ds[tail]) / cost)
    x, y = _metres(arrays, tail, origin)
    to_x, to_y = _metres(arrays, head, origin)
    return Reached(x, y, x + part * (to_x - x), y + part * (to_y - y))


def _metres(arrays: Arrays, nodes: Ints, origin: tuple[float, float]) -> tuple[Floats, Floats]:
    east = METRES_PER_UNIT * cos(radians(origin[1]))
    return (arrays["lon"][nodes] - origin[0] * UNITS) * east, (
        arrays["lat"][nodes] - origin[1] * UNITS
    ) * METRES_PER_UNIT


def outline(reached: Reached, origin: tuple[float, float]) -> dict[str, Any]:
    """GeoJSON Polygon in WGS84 degrees, anticlockwise outside."""
    cells, low_x, low_y = _cells(reached)
    shape = _around_start(_union(cells, low_x, low_y))
    shape = shape.buffer(SMOOTHED_M, quad_segs=2).buffer(-SMOOTHED_M, quad_segs=2).simplify(SMOOTHED_M / 2)
    shape = _around_start(shape)
    holes = [ring for ring in shape.interiors if shapely.Polygon(ring).area >= SMALLEST_HOLE_M2]
    shape = shapely.geometry.polygon.orient(shapely.Polygon(shape.exterior, holes))
    rings = [shape.exterior, *shape.interiors]
    return {"type": "Polygon", "coordinates": [_degrees(np.asarray(ring.coords), origin) for ring in rings]}


def _cells(reached: Reached) -> tuple[npt.NDArray[np.bool_], float, float]:
    """A bitmap of the cells that stretches pass, widened by one cell, and the metres of its corner."""
    length = np.hypot(reached.x1 - reached.x0, reached.y1 - reached.y0)
    steps = np.maximum(np.ceil(length / (CELL_M / 2)), 1).astype(np.int64) + 1
    which = np.repeat(np.arange(len(steps)), steps)
    part = (np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps)) / np.maximum(steps[which] - 1, 1)
    x = np.append(reached.x0[which] + part * (reached.x1 - reached.x0)[which], 0.0)
    y = np.append(reached.y0[which] + part * (reached.y1 - reached.y0)[which], 0.0)
    low_x, low_y = x.min() - 3 * CELL_M, y.min() - 3 * CELL_M
    column, row = ((x - low_x) // CELL_M).astype(np.int64), ((y - low_y) // CELL_M).astype(np.int64)
    bitmap = np.zeros((int(row.max()) + 4, int(column.max()) + 4), dtype=np.bool_)
    bitmap[row, column] = True
    square = np.ones((3, 3), dtype=np.bool_)
    closed = ndimage.binary_closing(ndimage.binary_dilation(bitmap, square), square, iterations=2)
    return ndimage.binary_dilation(bitmap, square) | closed, low_x, low_y


def _union(bitmap: npt.NDArray[np.bool_], low_x: float, low_y: float) -> shapely.Geometry:
    """The runs of each row as boxes, joined."""
    edges = np.diff(np.pad(bitmap, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, begin = np.nonzero(edges == 1)
    _row, end = np.nonzero(edges == -1)
    boxes = shapely.box(low_x + begin * CELL_M, low_y + row * CELL_M, low_x + end * CELL_M, low_y + (row + 1) * CELL_M)
    return shapely.union_all(boxes)


def _around_start(shape: shapely.Geometry) -> shapely.Polygon:
    """The piece with the start in it; the start is (0, 0)."""
    if isinstance(shape, shapely.Polygon):
        return shape
    pieces = [piece for piece in shape.geoms if isinstance(piece, shapely.Polygon)]
    start = shapely.Point(0, 0)
    return next((piece for piece in pieces if piece.intersects(start)), max(pieces, key=lambda piece: piece.area))


def _degrees(metres: Floats, origin: tuple[float, float]) -> list[list[float]]:
    lon = origin[0] + metres[:, 0] / (METRES_PER_UNIT * cos(radians(origin[1])) * UNITS)
    lat = origin[1] + metres[:, 1] / (METRES_PER_UNIT * UNITS)
    ring: list[list[float]] = np.stack([lon.round(6), lat.round(6)], axis=1).tolist()
    return ring


def add_start(
    arrays: Arrays, reached: Reached, walks: Sequence[tuple[int, int]], left: int, origin: tuple[float, float]
) -> Reached:
    """With the stretches from the start to the ends of its edge, (node, deciseconds) each, as far as `left` lasts."""
    if not walks or left <= 0:
        return reached
    x, y = _metres(arrays, np.array([node for node, _ds in walks]), origin)
    part = np.array([min(1.0, left / ds) if ds else 1.0 for _node, ds in walks])
    start = np.zeros(len(walks))
    return Reached(
        np.concatenate([reached.x0, start]),
        np.concatenate([reached.y0, start]),
        np.concatenate([reached.x1, part * x]),
        np.concatenate([reached.y1, part * y]),
    )


def is_clipped(arrays: Arrays, ds: Floats, limit: float, profile: Profile, start: tuple[float, float, int]) -> bool:
    """Whether the circle may go on where the network does not: a way is cut off inside it, or the time that is left
    at a reached place is enough to leave the area of the network in a straight line.

    `start` is lon, lat and deciseconds."""
    nodes = np.flatnonzero(ds <= limit)
    if bool(arrays["is_end"][nodes].any()):
        return True
    lon = np.append(arrays["lon"][nodes], start[0] * UNITS)
    lat = np.append(arrays["lat"][nodes], start[1] * UNITS)
    left = limit - np.append(ds[nodes], start[2])
    west, south, east, north = arrays["area"].tolist()
    metres_east = METRES_PER_UNIT * np.cos(np.radians(lat / UNITS))
    to_side = np.minimum(lon - west, east - lon) * metres_east
    to_top = np.minimum(lat - south, north - lat) * METRES_PER_UNIT
    return bool((np.minimum(to_side, to_top) <= left * profile.speed_cm_per_min / 60_000).any())
