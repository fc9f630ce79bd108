"""Small worlds for tests and benchmarks: streets drawn by hand, grid cities, both as real .osm.pbf files."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import cos, radians
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from yizhan.kernel.api import Actor, geo
from yizhan.streets.api import SiteView, import_network
from yizhan.streets.queries.files import folder

METRES_PER_DEGREE = 111_195.08
AT = datetime(2026, 11, 24, 4, tzinfo=UTC)
CLERK = Actor.system("streets.test")
NANNING = (108.3665, 22.8170)


@dataclass
class Sketch:
    """Streets in metres east and north of `origin`, drawn node by node."""

    origin: tuple[float, float] = NANNING
    nodes: dict[str, tuple[float, float, dict[str, str]]] = field(default_factory=dict)
    ways: list[tuple[list[str], dict[str, str]]] = field(default_factory=list)

    def node(self, name: str, east: float, north: float, **tags: str) -> "Sketch":
        self.nodes[name] = (east, north, _tags(tags))
        return self

    def way(self, names: str, **tags: str) -> "Sketch":
        """Over nodes named in order, e.g. way("a b c", highway="residential")."""
        self.ways.append((names.split(), _tags({"highway": "residential", **tags})))
        return self

    def point(self, east: float, north: float) -> geo.Point:
        return geo.Point(*self._degrees(east, north), geo.Datum.WGS84)

    def _degrees(self, east: float, north: float) -> tuple[float, float]:
        lon, lat = self.origin
        return lon + east / METRES_PER_DEGREE / cos(radians(lat)), lat + north / METRES_PER_DEGREE

    def write(self, path: Path, box: tuple[float, float, float, float] | None = None) -> Path:
        """As an .osm.pbf file; `box` (west, south, east, north in metres) goes into its header."""
        ids = {name: number for number, name in enumerate(self.nodes, start=1)}
        corners = box and (*self._degrees(box[0], box[1]), *self._degrees(box[2], box[3]))
        nodes = ((ids[name], *self._degrees(east, north), tags) for name, (east, north, tags) in self.nodes.items())
        ways = (([ids.get(name, 900_000 + len(name)) for name in names], tags) for names, tags in self.ways)
        return write_osm(path, nodes, ways, box=corners)


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    """`kerb__height` is written kerb:height."""
    return {key.rstrip("_").replace("__", ":"): value for key, value in tags.items()}


def write_osm(
    path: Path,
    nodes: Iterator[tuple[int, float, float, Mapping[str, str]]],
    ways: Iterator[tuple[Sequence[int], Mapping[str, str]]],
    box: tuple[float, float, float, float] | None = None,
) -> Path:
    """Write nodes (id, lon, lat, tags) and ways (node ids, tags), overwriting the file."""
    header = osmium.io.Header()
    header.set("generator", "yizhan.streets.testing")
    if box:
        header.add_box(osmium.osm.Box(*box))
    with osmium.SimpleWriter(str(path), overwrite=True, header=header) as writer:
        for number, lon, lat, tags in nodes:
            writer.add_node(Node(id=number, location=(lon, lat), tags=dict(tags), version=1))
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=list(refs), tags=dict(tags), version=1))
    return path


def grid_city(path: Path, side: int, *, block_m: float = 80.0, seed: int = 1, gaps: float = 0.15) -> Path:
    """A city of side × side crossings with streets of one block each, some missing, some steps, footways and gates."""
    chance = random.Random(seed)
    sketch = Sketch()

    def nodes() -> Iterator[tuple[int, float, float, Mapping[str, str]]]:
        for row in range(side):
            for column in range(side):
                east = column * block_m + chance.uniform(-0.2, 0.2) * block_m
                north = row * block_m + chance.uniform(-0.2, 0.2) * block_m
                lon, lat = sketch._degrees(east, north)
                yield row * side + column + 1, lon, lat, _node_tags(chance)

    def ways() -> Iterator[tuple[Sequence[int], Mapping[str, str]]]:
        for row in range(side):
            for column in range(side):
                here = row * side + column + 1
                for there in ([here + 1] if column + 1 < side else []) + ([here + side] if row + 1 < side else []):
                    if chance.random() >= gaps:
                        yield [here, there], _way_tags(chance, row, column, along=there == here + 1)

    return write_osm(path, nodes(), ways())


def _node_tags(chance: random.Random) -> Mapping[str, str]:
    tags = [
        (0.03, {"highway": "crossing", "crossing": "zebra"}),
        (0.05, {"highway": "traffic_signals"}),
        (0.055, {"barrier": "gate", "locked": "yes"}),
        (0.065, {"kerb": "raised", "barrier": "kerb"}),
    ]
    draw = chance.random()
    return next((found for below, found in tags if draw < below), {})


def _way_tags(chance: random.Random, row: int, column: int, *, along: bool) -> Mapping[str, str]:
    draw = chance.random()
    if draw < 0.03:
        return {"highway": "steps"}
    if draw < 0.2:
        return {"highway": "footway", "surface": "sett"} if draw < 0.05 else {"highway": "footway"}
    return {"highway": "residential", "name": f"样例{row}路" if along else f"样例{column}街"}


def bring_in(path: Path, name: str = "test", **options: object) -> SiteView:
    """The file as a site's network, as the command would."""
    return import_network(
        **{"name": name, "path": path, "datum": geo.Datum.WGS84, "actor": CLERK, "at": AT, **options}  # type: ignore[arg-type]
    )


def bytes_of_copies(digest: str) -> int:
    """How much the copies for searches of a whole network take beside it."""
    return sum(path.stat().st_size for path in folder().glob(f"{digest}-*"))
