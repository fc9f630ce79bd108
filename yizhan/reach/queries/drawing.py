"""What the map draws: streets as vector tiles, and the streets that are reached by minutes."""

from base64 import b64encode
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely

from yizhan.reach.queries.backdrop import Area, backdrop, backdrop_mark
from yizhan.reach.rules import tiles
from yizhan.reach.rules.backdrop import KINDS
from yizhan.streets import api as streets

UNITS = 10_000_000
SMALLEST_ZOOM, LARGEST_ZOOM = 12, 15
_KINDS = ("street", "path")
_STREETS = (0, 5)  # streets.rules.tags.Kind: streets and service roads; the rest are paths of some sort
BANDS = (5, 10, 15)


def mark_of(site: streets.SiteView) -> str:
    """Changes with the network and with what the map shows beside it: a tile under it may be kept for ever."""
    return f"{site.network_hash[:12]}-{backdrop_mark(site.name)}"


@lru_cache(maxsize=256)
def tile_of(site: streets.SiteView, mark: str, z: int, x: int, y: int) -> bytes:
    """The streets, water and green of one tile; b"" where there is nothing."""
    tile = tiles.Tile(z, x, y)
    return _areas_of(site, mark.partition("-")[2], tile) + _streets_of(site, tile)


def _areas_of(site: streets.SiteView, mark: str, tile: tiles.Tile) -> bytes:
    box = shapely.box(*tile.bounds())
    near = [area for area in backdrop(site.name, mark) if area.shape.intersects(box)]
    if not near:
        return b""
    return tiles.layer("areas", KINDS, [_area(area, tile) for area in near])


def _area(area: Area, tile: tiles.Tile) -> tuple[int, int, bytes]:
    rings = [
        np.stack(tile.place(*shapely.get_coordinates(ring).T), axis=1)
        for ring in (area.shape.exterior, *area.shape.interiors)
    ]
    return tiles.polygon(KINDS.index(area.kind), rings[0], rings[1:])


def _streets_of(site: streets.SiteView, tile: tiles.Tile) -> bytes:
    arrays = streets.network(site).arrays
    west, south, east, north = (round(side * UNITS) for side in tile.bounds())
    u, v = arrays["edge_u"], arrays["edge_v"]
    lon, lat = arrays["lon"], arrays["lat"]
    near = (np.maximum(lon[u], lon[v]) >= west) & (np.minimum(lon[u], lon[v]) <= east)
    near &= (np.maximum(lat[u], lat[v]) >= south) & (np.minimum(lat[u], lat[v]) <= north)
    edges = np.flatnonzero(near)
    if not len(edges):
        return b""
    is_street = np.isin(arrays["edge_kind"][edges], _STREETS)
    features = []
    for kind, chosen in enumerate((edges[is_street], edges[~is_street])):
        if kind == 1 and tile.z <= SMALLEST_ZOOM:
            continue  # from far away streets are enough
        ends = [tile.place(lon[side[chosen]] / UNITS, lat[side[chosen]] / UNITS) for side in (u, v)]
        features.append(tiles.lines(kind, *ends[0], *ends[1]))
    return tiles.layer("streets", _KINDS, features)


def bands_of(walk: streets.Walk, minutes: float) -> dict[str, str]:
    """Stretches within 5, 10 and 15 minutes, as far as the walk goes; each stands in its own band alone.

    A band is x0 y0 x1 y1 of its stretches in millionths of a degree from the origin of the walk, as little-endian
    16-bit numbers in base 64: a tenth of the work and a quarter of the length of the same in words.
    """
    arrays, ds = walk.arrays, walk.ds
    u, v = arrays["edge_u"], arrays["edge_v"]
    edges = np.flatnonzero((ds[u] <= walk.limit_ds) & (ds[v] <= walk.limit_ds))
    edges = edges[arrays[f"usable_{walk.profile.name}"][edges] == 1]
    later = np.maximum(ds[u[edges]], ds[v[edges]])
    found: dict[str, str] = {}
    low = -1.0
    for band in sorted({*(b for b in BANDS if b < minutes), minutes}):
        found[f"{band:g}"] = _packed(walk, edges[(later > low) & (later <= band * 600)])
        low = band * 600
    return found


def _packed(walk: streets.Walk, edges: npt.NDArray[np.intp]) -> str:
    arrays = walk.arrays
    sides = [arrays[axis][arrays[end][edges]] / UNITS for end in ("edge_u", "edge_v") for axis in ("lon", "lat")]
    origin = (walk.origin.lon, walk.origin.lat) * 2
    offsets = np.rint((np.stack(sides, axis=1) - origin) * 1_000_000)
    inside = np.abs(offsets).max(axis=1, initial=0) <= 32_767  # 3.3 km and more: farther than anybody is shown
    return b64encode(offsets[inside].astype("<i2").tobytes()).decode()
