"""Regions of real streets with outlets: those of the file, and sample ones on its streets where it has few shops."""

import random
from pathlib import Path

from yizhan.kernel.api import geo
from yizhan.places import api as places
from yizhan.places.testing import AT, KEEPER
from yizhan.reach.tests.conftest import real_file
from yizhan.streets import api as streets
from yizhan.streets.testing import bring_in

FILES = {"helsinki": "helsinki_kamppi_2019", "nanjing": "nanjing_xinjiekou_2021", "heidelberg": "heidelberg_2024"}
_SAMPLE = {"heidelberg": 300}
_KINDS = ("pharmacy", "market", "hairdresser")


def bring_region(name: str) -> streets.SiteView:
    """Skips where the data is not there; fails in CI."""
    path = real_file(FILES[name])
    site = bring_in(path, name)
    places.import_outlets(rows=_rows_of(path), site=name, actor=KEEPER, at=AT, source="osm")
    if name in _SAMPLE:
        rows = _on_streets(streets.network(site), _SAMPLE[name])
        report = places.import_outlets(rows=rows, site=name, actor=KEEPER, at=AT, source="sample", is_sample=True)
        assert report.opened == len(rows)
    return site


def _rows_of(path: Path) -> tuple[places.OutletRow, ...]:
    return tuple(places.read_osm(path, geo.Datum.WGS84).rows)


def _on_streets(network: streets.Network, count: int) -> list[places.OutletRow]:
    chance = random.Random(23)
    rows = []
    for number, (lon, lat) in enumerate(_points_on(network, chance, count)):
        name = "".join(chr(chance.randrange(0x4E00, 0x9F00)) for _ in range(6))
        rows.append(places.OutletRow(name=name, category=_KINDS[number % 3], lon=lon, lat=lat, ref=f"sample-{number}"))
    return rows


def _points_on(network: streets.Network, chance: random.Random, count: int) -> list[tuple[float, float]]:
    arrays, site, found = network.arrays, network.site, []
    while len(found) < count:
        edge, part = chance.randrange(len(arrays["edge_u"])), chance.random()
        u, v = int(arrays["edge_u"][edge]), int(arrays["edge_v"][edge])
        lon, lat = ((int(arrays[side][u]) * (1 - part) + int(arrays[side][v]) * part) / 1e7 for side in ("lon", "lat"))
        if site.west < lon < site.east and site.south < lat < site.north:
            found.append((round(lon, 7), round(lat, 7)))
    return found


def points_of(network: streets.Network, count: int, seed: int) -> list[geo.Point]:
    """Anywhere in the region, and as many beside its streets: in a region most of the land is no street."""
    chance, site = random.Random(seed), network.site
    sides = (site.west, site.east), (site.south, site.north)
    found = [tuple(round(chance.uniform(*side), 7) for side in sides) for _ in range(count // 4)]
    for lon, lat in _points_on(network, chance, count - len(found)):
        found.append((round(lon + chance.uniform(-8e-4, 8e-4), 7), round(lat + chance.uniform(-8e-4, 8e-4), 7)))
    return [geo.Point(lon, lat, geo.Datum.WGS84) for lon, lat in found]
