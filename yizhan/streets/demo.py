"""The sample streets of the four pilot communities, and a second site on real ones.

The sample is schematic on purpose: blocks of 75 m round each community's homes, main roads with signals, gated
compounds, a river with two bridges, long roads between the quarters. It goes through the same import as any file. The
real streets are Helsinki's centre, an OpenStreetMap extract that `tools/demo_data.py` fetches at set-up.
"""

import random
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, hypot, radians, sin
from pathlib import Path
from typing import Any

import osmium
from django.conf import settings
from osmium.osm.mutable import Node, Way

from yizhan.kernel.api import Actor, geo, times
from yizhan.streets.api import import_network
from yizhan.territory import api as territory

SITE, REAL_SITE = "nanning", "helsinki"
SYSTEM = Actor.system("streets.demo")

BLOCK_M = 75.0
HALF = 21  # crossings from a quarter's middle to its side
SUPERBLOCK = 6  # blocks between two main roads
# Where the two compounds of a community stand in its quarter, in blocks; territory's sample homes lie so.
COMPOUNDS = ((-6, 3), (6, -3))
RIVERS = {"450103001005": -950.0, "450103400002": -800.0, "450107006010": -1050.0}
_METRES_PER_DEGREE = 111_195.08
_RIVER_HALF_M = 80.0
Tags = dict[str, str]
Corner = tuple[int, int]


def build(city: MutableMapping[str, Any]) -> None:
    """Leaves `city["sample_site"]`, `city["sample_file"]`, and where it is there the same of the real one."""
    quarters = [quarter for code in city["communities"].values() if (quarter := _quarter_of(code))]
    path = Path(settings.YIZHAN_CACHE_DIR) / "demo" / "sample.osm.pbf"
    path.parent.mkdir(parents=True, exist_ok=True)
    _bring_in(SITE, draw(path, quarters), title="南宁（样例）", attribution="", is_sample=True)
    city["sample_site"], city["sample_file"] = SITE, path
    real = real_file()
    if real.exists():
        _bring_in(REAL_SITE, real, title="赫尔辛基市中心")
        city["real_site"], city["real_file"] = REAL_SITE, real


def real_file() -> Path:
    """Where `tools/demo_data.py` puts the extract."""
    return Path(settings.BASE_DIR) / "var" / "demo" / "Helsinki.osm.pbf"


def _bring_in(name: str, path: Path, **options: Any) -> None:
    import_network(name=name, path=path, datum=geo.Datum.WGS84, actor=SYSTEM, at=times.utc_now(), **options)


@dataclass(frozen=True)
class Quarter:
    """The streets round one community; `lon`, `lat` is their middle."""

    code: str
    lon: float
    lat: float

    def degrees(self, east: float, north: float) -> tuple[float, float]:
        lon = self.lon + east / (_METRES_PER_DEGREE * cos(radians(self.lat)))
        return round(lon, 7), round(self.lat + north / _METRES_PER_DEGREE, 7)


def _quarter_of(code: str) -> Quarter | None:
    homes = [(one.lon, one.lat) for one in territory.compounds(under=code) if one.lon is not None and one.lat]
    if not homes:
        return None
    lon, lat = (sum(side) / len(homes) for side in zip(*homes, strict=True))
    return Quarter(code, lon, lat)


@dataclass
class _Sheet:
    """What is drawn so far; ids are places in the lists, from 1."""

    nodes: list[tuple[float, float, Tags]] = field(default_factory=list)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)

    def node(self, at: tuple[float, float], **tags: str) -> int:
        self.nodes.append((*at, tags))
        return len(self.nodes)

    def way(self, nodes: list[int], **tags: str) -> None:
        self.ways.append((nodes, tags))

    def write(self, path: Path) -> None:
        lons, lats = [one[0] for one in self.nodes], [one[1] for one in self.nodes]
        header = osmium.io.Header()
        header.set("generator", "yizhan sample streets")
        header.add_box(osmium.osm.Box(min(lons) - 0.005, min(lats) - 0.005, max(lons) + 0.005, max(lats) + 0.005))
        with osmium.SimpleWriter(str(path), overwrite=True, header=header) as writer:
            for number, (lon, lat, tags) in enumerate(self.nodes, start=1):
                writer.add_node(Node(id=number, location=(lon, lat), tags=tags, version=1))
            for number, (refs, tags) in enumerate(self.ways, start=1):
                writer.add_way(Way(id=number, nodes=refs, tags=tags, version=1))


def draw(path: Path, quarters: list[Quarter]) -> Path:
    """Write the sample as an .osm.pbf file; the same quarters give the same file."""
    sheet, gates = _Sheet(), []
    for quarter in sorted(quarters, key=lambda one: one.lon):
        grid = _Grid(sheet, quarter)
        grid.draw()
        gates.append((quarter, grid.ids[-HALF, 0], grid.ids[HALF, 0]))
    for (here, _west, leave), (there, arrive, _east) in pairwise(gates):
        _long_road(sheet, (here, leave), (there, arrive))
    sheet.write(path)
    return path


def _long_road(sheet: _Sheet, start: tuple[Quarter, int], end: tuple[Quarter, int]) -> None:
    """The road between two quarters, a node every hundred metres or so."""
    (lon_a, lat_a, _), (lon_b, lat_b, _) = sheet.nodes[start[1] - 1], sheet.nodes[end[1] - 1]
    metres = hypot((lon_b - lon_a) * cos(radians(lat_a)), lat_b - lat_a) * _METRES_PER_DEGREE
    steps = max(2, round(metres / 100))
    between = [
        sheet.node((lon_a + (lon_b - lon_a) * i / steps, lat_a + (lat_b - lat_a) * i / steps)) for i in range(1, steps)
    ]
    sheet.way([start[1], *between, end[1]], highway="primary", name="横贯大道（样例）")


class _Grid:
    """One quarter: crossings by (column, row), counted from its middle."""

    def __init__(self, sheet: _Sheet, quarter: Quarter) -> None:
        self.sheet = sheet
        self.quarter = quarter
        self.chance = random.Random(int(quarter.code))  # noqa: S311  the same sample each time
        self.river = RIVERS.get(quarter.code)
        self.ids: dict[Corner, int] = {}
        self.walled = self._walled()

    def draw(self) -> None:
        for corner in self._corners():
            east, north = self._metres(corner)
            if not self._is_wet(east, north):
                self.ids[corner] = self.sheet.node(self.quarter.degrees(east, north), **self._node_tags(corner))
        for corner in list(self.ids):
            for other in ((corner[0] + 1, corner[1]), (corner[0], corner[1] + 1)):
                if other in self.ids:
                    self._street(corner, other)
        if self.river is not None:
            self._bridges()
            self._water(self.river)
        self._park()

    def _corners(self) -> Iterator[Corner]:
        return ((column, row) for column in range(-HALF, HALF + 1) for row in range(-HALF, HALF + 1))

    def _metres(self, corner: Corner) -> tuple[float, float]:
        """East and north of the quarter's middle: bent a little, so that it does not look like squared paper."""
        column, row = corner
        if corner in COMPOUNDS:
            return column * BLOCK_M, row * BLOCK_M
        shake = random.Random(f"{self.quarter.code}{corner}")  # noqa: S311  the same sample each time
        east = column * BLOCK_M + 9 * sin(row / 3) + shake.uniform(-11, 11)
        return east, row * BLOCK_M + 9 * sin(column / 4) + shake.uniform(-11, 11)

    def _shore(self, east: float) -> float:
        return (self.river or 0) + 90 * sin(east / 420)

    def _is_wet(self, east: float, north: float) -> bool:
        return self.river is not None and abs(north - self._shore(east)) < _RIVER_HALF_M + 12

    # ── compounds with walls and two gates ──

    def _walled(self) -> dict[Corner, Corner]:
        """Every crossing behind a wall, and the middle of its compound."""
        middles = [
            (column, row)
            for column in range(-18, 19, SUPERBLOCK)
            for row in range(-21, 22, SUPERBLOCK)
            if (column, row) in COMPOUNDS or self.chance.random() < 0.35
        ]
        return {(c + dc, r + dr): (c, r) for c, r in middles for dc in (-1, 0, 1) for dr in (-1, 0, 1)}

    def _gate(self, here: Corner, there: Corner) -> Tags | None:
        """What stands in the wall between two crossings; None where the wall goes on."""
        inside, outside = (here, there) if here in self.walled else (there, here)
        middle = self.walled[inside]
        side = (outside[0] - middle[0], outside[1] - middle[1])
        if side == (0, -2):
            return {"barrier": "gate"}
        return {"barrier": "gate", "locked": "yes"} if side == (2, 0) else None

    # ── streets ──

    def _street(self, here: Corner, there: Corner) -> None:
        a, b = self.ids[here], self.ids[there]
        if self.walled.get(here) != self.walled.get(there):
            gate = self._gate(here, there)
            if gate is not None:
                (x0, y0), (x1, y1) = self._metres(here), self._metres(there)
                middle = self.sheet.node(self.quarter.degrees((x0 + x1) / 2, (y0 + y1) / 2), **gate)
                self.sheet.way([a, middle, b], highway="service")
        elif here in self.walled:
            self.sheet.way([a, b], highway="service" if self.chance.random() < 0.6 else "footway")
        elif (tags := self._street_tags(here, there)) is not None:
            self.sheet.way([a, b], **tags)

    def _street_tags(self, here: Corner, there: Corner) -> Tags | None:
        along = here[1] == there[1]
        number, is_main = _main_road(here, along=along)
        draw = self.chance.random()
        if is_main:
            name = f"横{number}路（样例）" if along else f"竖{number}街（样例）"
            return {"highway": "secondary", "name": name}
        if draw < 0.13:
            return None
        if draw < 0.30:
            return {"highway": "footway"}
        if draw < 0.31:
            return {"highway": "steps"}
        if draw < 0.34:
            return {"highway": "footway", "surface": "sett"}
        return {"highway": "residential"}

    def _node_tags(self, corner: Corner) -> Tags:
        if corner in self.walled:
            return {}
        mains = _main_road(corner, along=True)[1], _main_road(corner, along=False)[1]
        if all(mains):
            return {"highway": "crossing", "crossing": "traffic_signals"}
        draw = self.chance.random()
        if any(mains) and draw < 0.5:
            return {"highway": "crossing", "crossing": "zebra"}
        return {"kerb": "raised", "barrier": "kerb"} if draw > 0.97 else {}

    # ── river, bridges, a park ──

    def _bridges(self) -> None:
        for number, column in enumerate((-9, 9), start=1):
            rows = [row for row in range(-HALF, HALF + 1) if (column, row) in self.ids]
            for low, high in pairwise(rows):
                if high - low > 1:
                    name = f"{'东' if number == 2 else '西'}桥（样例）"
                    ends = [self.ids[column, low], self.ids[column, high]]
                    self.sheet.way(ends, highway="secondary", bridge="yes", layer="1", name=name)

    def _water(self, _river: float) -> None:
        reach = (HALF + 1) * BLOCK_M
        east = [-reach + i * reach / 20 for i in range(41)]
        north_shore = [(x, self._shore(x) + _RIVER_HALF_M) for x in east]
        south_shore = [(x, self._shore(x) - _RIVER_HALF_M) for x in reversed(east)]
        self._area([*north_shore, *south_shore], natural="water", water="river", name="邕江（样例）")

    def _park(self) -> None:
        """A green spot among the blocks, for the map alone."""
        x, y = 9 * BLOCK_M, 12.5 * BLOCK_M
        ring = [(x + 150 * cos(i * 0.5236), y + 110 * sin(i * 0.5236)) for i in range(12)]
        self._area(ring, leisure="park", name="公园（样例）")

    def _area(self, ring: list[tuple[float, float]], **tags: str) -> None:
        ids = [self.sheet.node(self.quarter.degrees(*corner)) for corner in ring]
        self.sheet.way([*ids, ids[0]], **tags)


def _main_road(corner: Corner, *, along: bool) -> tuple[int, bool]:
    """(its number, whether the street through here is a main road); `along` runs east and west."""
    place = corner[1] if along else corner[0] + SUPERBLOCK // 2
    return place // SUPERBLOCK + 4, place % SUPERBLOCK == 0
