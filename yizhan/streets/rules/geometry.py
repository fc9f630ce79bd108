"""Lengths and nearest points, many at a time, on the sphere that `kernel.geo` measures on.

Coordinates are whole units of 1e-7 degree, as OpenStreetMap keeps them. Lengths are haversine, rounded half up to whole
centimetres. Within a few hundred metres a plane through the query point does: metres east are scaled by its latitude.
"""

from math import cos, radians
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_M = 6_371_008.8
UNITS = 10_000_000
METRES_PER_UNIT = EARTH_RADIUS_M * np.pi / 180 / UNITS

Ints = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]


def lengths_cm(lon_a: Ints, lat_a: Ints, lon_b: Ints, lat_b: Ints) -> npt.NDArray[np.int64]:
    """Haversine between points in 1e-7 degree, in whole centimetres."""
    rad = np.pi / 180 / UNITS
    half = np.sin((lat_b.astype(np.float64) - lat_a) * rad / 2) ** 2
    half += np.cos(lat_a * rad) * np.cos(lat_b * rad) * np.sin((lon_b.astype(np.float64) - lon_a) * rad / 2) ** 2
    metres = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1, np.sqrt(half)))
    whole: npt.NDArray[np.int64] = np.floor(metres * 100 + 0.5).astype(np.int64)
    return whole


class Feet(NamedTuple):
    """The nearest points of several segments: distance, and how far along each (0 to 1)."""

    metres: Floats
    along: Floats


def nearest_points(lon: float, lat: float, ends: tuple[Ints, Ints, Ints, Ints]) -> Feet:
    """From the point (1e-7 degree) to segments given as (lon_u, lat_u, lon_v, lat_v)."""
    east = METRES_PER_UNIT * cos(radians(lat / UNITS))
    ux, uy = (ends[0] - lon) * east, (ends[1] - lat) * METRES_PER_UNIT
    dx, dy = (ends[2] - lon) * east - ux, (ends[3] - lat) * METRES_PER_UNIT - uy
    square = dx * dx + dy * dy
    along = np.clip(-(ux * dx + uy * dy) / np.where(square == 0, 1, square), 0, 1)
    return Feet(np.hypot(ux + along * dx, uy + along * dy), along)


def morton(x: Ints, y: Ints) -> npt.NDArray[np.uint64]:
    """Where points lie on a Z-shaped curve through their box: neighbours on the map become neighbours in memory."""
    return _spread(_scaled(x)) | (_spread(_scaled(y)) << np.uint64(1))


def _scaled(values: Ints) -> npt.NDArray[np.uint64]:
    if not len(values):
        return np.zeros(0, dtype=np.uint64)
    low, high = int(values.min()), int(values.max())
    return ((values.astype(np.int64) - low) * 0x1FFFFF // max(high - low, 1)).astype(np.uint64)


def _spread(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Puts a zero between the bits of numbers of at most 21 bits."""
    for shift, mask in (
        (32, 0x001F00000000FFFF),
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits
