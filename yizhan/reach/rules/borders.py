"""Borders of communities: what of a GeoJSON geometry is one, and what stands in for one that nobody has drawn."""

from collections.abc import Callable, Iterable, Mapping
from math import cos, radians
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Polygons = list[list[list[list[float]]]]
"""The coordinates of a GeoJSON MultiPolygon, in WGS84."""
Convert = Callable[[float, float], tuple[float, float]]
"""Degrees of the file's datum → WGS84."""
MARGIN_M = 40.0
_METRES_PER_DEGREE = 111_195.08
N_ = str


class BadShape(ValueError):
    """Says what is wrong with a border, in Chinese, to be translated by whoever shows it."""


def polygons_of(geometry: Mapping[str, Any] | None, convert: Convert) -> Polygons:
    """Of a GeoJSON Polygon or MultiPolygon. Raises BadShape, and what `convert` raises."""
    given = geometry or {}
    kind, said = given.get("type"), given.get("coordinates") or []
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadShape(N_("不是面（Polygon 或 MultiPolygon）"))
    pieces: Any = said if kind == "MultiPolygon" else [said]
    try:
        found = [[[_corner(corner, convert) for corner in ring] for ring in piece] for piece in pieces]
    except (TypeError, IndexError, KeyError, ValueError) as error:
        raise BadShape(N_("坐标读不懂")) from error
    if not found or not all(piece and all(len(ring) >= 4 for ring in piece) for piece in found):
        raise BadShape(N_("一圈边界至少要有四个点"))
    if not shape_of(found).is_valid:
        raise BadShape(N_("边界自己和自己交叉"))
    return found


def _corner(corner: Any, convert: Convert) -> list[float]:
    return [round(side, 6) for side in convert(float(corner[0]), float(corner[1]))]


def shape_of(polygons: Polygons) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([(piece[0], piece[1:]) for piece in polygons])


def polygons_from(shape: shapely.Geometry) -> Polygons:
    """Of a polygon, or several."""
    return [
        [[[round(x, 6), round(y, 6)] for x, y in ring.coords] for ring in (piece.exterior, *piece.interiors)]
        for piece in (getattr(shape, "geoms", None) or [shape])
    ]


def hull_round(points: npt.NDArray[np.float64] | Iterable[tuple[float, float]], metres: float = MARGIN_M) -> Polygons:
    """What lies round some points (degrees), with a margin: no border, but where the homes are."""
    spots = np.asarray(list(points), dtype=np.float64).reshape(-1, 2)
    wide = cos(radians(float(spots[:, 1].mean())))
    flat = shapely.MultiPoint(spots * (wide, 1.0)).convex_hull.buffer(metres / _METRES_PER_DEGREE, quad_segs=2)
    return polygons_from(shapely.transform(flat, lambda corners: corners / (wide, 1.0)))
