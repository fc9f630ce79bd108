"""Vector tiles of streets and areas (Mapbox Vector Tile 2.1), written from plain arrays.

A tile is the square (z, x, y) of the Web Mercator plane, 4096 units wide; shapes are cut a quarter of a tile outside.
"""

from collections.abc import Iterable, Sequence
from math import atan, degrees, pi, sinh
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

EXTENT = 4096
MARGIN = 0.25
Floats = npt.NDArray[np.float64]
Ring = Sequence[tuple[float, float]] | Floats
_LINE, _POLYGON = 2, 3


class Tile(NamedTuple):
    z: int
    x: int
    y: int

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, with the margin."""
        side = 2**self.z
        west, east = ((self.x + part) / side * 360 - 180 for part in (-MARGIN, 1 + MARGIN))
        north, south = (degrees(atan(sinh(pi * (1 - 2 * (self.y + part) / side)))) for part in (-MARGIN, 1 + MARGIN))
        return west, south, east, north

    def place(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Degrees as parts of the tile: 0 to 1 from west to east and from north to south."""
        side = 2**self.z
        across = (lon + 180) / 360 * side - self.x
        down = (1 - np.arcsinh(np.tan(np.radians(lat))) / pi) / 2 * side - self.y
        return across, down


def layer(name: str, kinds: Sequence[str], features: Iterable[tuple[int, int, bytes]]) -> bytes:
    """A layer whose features have the one property `kind`: (its number among the kinds, geometry type, geometry)."""
    body = _bytes(1, name.encode())
    for kind, geometry_type, geometry in features:
        if geometry:
            tags = _bytes(2, bytes([0, kind]))
            body += _bytes(2, tags + _number(3, geometry_type) + _bytes(4, geometry))
    body += _bytes(3, b"kind")
    body += b"".join(_bytes(4, _bytes(1, kind.encode())) for kind in kinds)
    return _bytes(3, body + _number(5, EXTENT) + _number(15, 2))


def lines(kind: int, x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> tuple[int, int, bytes]:
    """Straight stretches in parts of the tile, cut at its margin."""
    ends = _cut(x0, y0, x1, y1)
    at = np.rint(ends * EXTENT).astype(np.int64)
    at = at[(at[:, 0] != at[:, 2]) | (at[:, 1] != at[:, 3])]
    if not len(at):
        return kind, _LINE, b""
    before = np.vstack([[0, 0], at[:-1, 2:]])
    commands = np.empty((len(at), 6), dtype=np.int64)
    commands[:, 0], commands[:, 3] = 9, 10  # move to one point, line to one point
    commands[:, 1:3] = _zigzag(at[:, :2] - before)
    commands[:, 4:6] = _zigzag(at[:, 2:] - at[:, :2])
    return kind, _LINE, varints(commands.ravel())


def polygon(kind: int, outer: Ring, holes: Sequence[Ring] = ()) -> tuple[int, int, bytes]:
    """A ring and its holes in parts of the tile, cut at its margin."""
    shape = shapely.Polygon(outer, holes)
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    shape = shapely.clip_by_rect(shape, -MARGIN, -MARGIN, 1 + MARGIN, 1 + MARGIN)
    pieces = [piece for piece in getattr(shape, "geoms", [shape]) if isinstance(piece, shapely.Polygon)]
    commands: list[int] = []
    here = np.zeros(2, dtype=np.int64)
    for piece in pieces:
        # Outer rings run clockwise on the tile, where y goes down, holes the other way.
        turned = shapely.geometry.polygon.orient(piece, 1.0)
        for ring in (turned.exterior, *turned.interiors):
            at = np.rint(shapely.get_coordinates(ring)[:-1] * EXTENT).astype(np.int64)
            if len(at) < 3:
                continue
            steps = _zigzag(np.diff(np.vstack([here, at]), axis=0))
            commands += [9, *steps[0].tolist(), (len(at) - 1) << 3 | 2, *steps[1:].ravel().tolist(), 15]
            here = at[-1]
    return kind, _POLYGON, varints(np.array(commands, dtype=np.int64)) if commands else b""


def _cut(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> Floats:
    """The parts of the stretches inside the margin (Liang and Barsky), as rows x0, y0, x1, y1."""
    dx, dy = x1 - x0, y1 - y0
    enter, leave = np.zeros_like(x0), np.ones_like(x0)
    low, high = -MARGIN, 1 + MARGIN
    for step, room in ((-dx, x0 - low), (dx, high - x0), (-dy, y0 - low), (dy, high - y0)):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            part = room / step
        enter = np.where(step < 0, np.maximum(enter, part), enter)
        leave = np.where(step > 0, np.minimum(leave, part), leave)
        leave = np.where((step == 0) & (room < 0), -1.0, leave)
    kept = enter <= leave
    ends = np.stack([x0 + enter * dx, y0 + enter * dy, x0 + leave * dx, y0 + leave * dy], axis=1)
    found: Floats = ends[kept]
    return found


def _zigzag(values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = (values << 1) ^ (values >> 63)
    return found


def varints(values: npt.NDArray[np.int64]) -> bytes:
    """Whole numbers from 0 to 2^35 in seven bits a byte."""
    width = 5
    parts = (values[:, None] >> (7 * np.arange(width))) & 0x7F
    counts = np.maximum(1, _highest(parts))
    more = np.arange(width) < (counts - 1)[:, None]
    kept = np.arange(width) < counts[:, None]
    return (parts | (more << 7)).astype(np.uint8)[kept].tobytes()


def _highest(parts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many of the groups are needed: up to the last that is not empty."""
    width = parts.shape[1]
    found: npt.NDArray[np.int64] = ((parts != 0) * (np.arange(width) + 1)).max(axis=1, initial=0)
    return found


def _bytes(field: int, content: bytes) -> bytes:
    return _key(field, 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _key(field, 0) + _varint(value)


def _key(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
