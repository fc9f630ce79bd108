"""Streets by the minutes from each stretch to the nearest outlet of a category, as vector tiles."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from yizhan.kernel.api import times
from yizhan.places import api as places
from yizhan.reach.queries.drawing import SMALLEST_ZOOM, UNITS
from yizhan.reach.queries.standing import standing
from yizhan.reach.rules import tiles
from yizhan.reach.rules.coverage import MARKS
from yizhan.streets import api as streets

WIDEST_ZOOM = 10
_KINDS = (*(str(mark) for mark in MARKS), "far")
_STREETS = (0, 5)  # from far away streets are enough, as on the map of streets


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The nearest of which category, as who walks; all that stand on `day`, or those surely open at a minute."""

    site: streets.SiteView
    version: int
    category: str
    profile: str
    day: date
    minute: datetime | None


def minutes_tile(
    site: streets.SiteView, tile: tiles.Tile, *, category: str, profile: str, at: datetime | None
) -> bytes:
    """Stretches within 5, 10 and 15 minutes and the rest, one layer "minutes"; b"" where there are no streets."""
    asked = Asked(
        site=site,
        version=places.site_version(site.name),
        category=category,
        profile=profile,
        day=times.local_day(at or timezone.now()),
        minute=at.astimezone(times.SHANGHAI).replace(second=0, microsecond=0) if at else None,
    )
    return _tile(asked, tile)


@lru_cache(maxsize=8)
def _node_ds(asked: Asked) -> npt.NDArray[np.int32]:
    """Deciseconds from every node to the nearest outlet; -1 where none is."""
    made = standing(asked.site, asked.profile, on=asked.day)
    numbers = made.numbers_of([asked.category])
    if asked.minute is not None:
        opened = places.open_at([made.outlets[n] for n in numbers.tolist()], asked.minute)
        numbers = np.array([n for n in numbers.tolist() if made.outlets[n].outlet_id in opened], dtype=np.intp)
    if not len(numbers):
        return np.full(streets.network(asked.site).nodes, -1, dtype=np.int32)
    return streets.network(asked.site).nearest(made.placed.take(numbers), asked.profile).ds


@lru_cache(maxsize=256)
def _tile(asked: Asked, tile: tiles.Tile) -> bytes:
    arrays = streets.network(asked.site).arrays
    lon, lat, u, v = arrays["lon"], arrays["lat"], arrays["edge_u"], arrays["edge_v"]
    west, south, east, north = (round(side * UNITS) for side in tile.bounds())
    shown = (np.maximum(lon[u], lon[v]) >= west) & (np.minimum(lon[u], lon[v]) <= east)
    shown &= (np.maximum(lat[u], lat[v]) >= south) & (np.minimum(lat[u], lat[v]) <= north)
    shown &= arrays[f"usable_{asked.profile}"] == 1
    if tile.z <= SMALLEST_ZOOM:
        shown &= np.isin(arrays["edge_kind"], _STREETS)
    edges = np.flatnonzero(shown)
    if not len(edges):
        return b""
    ds = _node_ds(asked)
    ends = np.stack([ds[u[edges]], ds[v[edges]]])
    later = np.where((ends < 0).any(axis=0), 2**31 - 1, ends.max(axis=0))
    bands = np.searchsorted([mark * 600 for mark in MARKS], later)
    features = []
    for band in range(len(_KINDS) - 1, -1, -1):  # near ones are drawn last
        chosen = edges[bands == band]
        places_at = [tile.place(lon[side[chosen]] / UNITS, lat[side[chosen]] / UNITS) for side in (u, v)]
        features.append(tiles.lines(band, *places_at[0], *places_at[1]))
    return tiles.layer("minutes", _KINDS, features)
