"""What the map draws: streets as vector tiles, and the streets that are reached by minutes."""

from base64 import b64encode
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from yizhan.reach.rules import tiles
from yizhan.streets import api as streets

UNITS = 10_000_000
SMALLEST_ZOOM, LARGEST_ZOOM = 12, 15
_KINDS = ("street", "path")
_STREETS = (0, 5)  # streets.rules.tags.Kind: streets and service roads; the rest are paths of some sort
BANDS = (5, 10, 15)


@lru_cache(maxsize=256)
def tile_of(site: streets.SiteView, z: int, x: int, y: int) -> bytes:
    """The streets of one tile; b"" where there are none."""
    tile = tiles.Tile(z, x, y)
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
        if kind == 1 and z < SMALLEST_ZOOM + 1:
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
