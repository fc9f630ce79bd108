"""Reading an OpenStreetMap PBF file: block by block, so that progress is true and a file that ends early is noticed."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import osmium
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Refusal, geo
from yizhan.streets.rules.geometry import UNITS
from yizhan.streets.rules.stretches import RawStreets
from yizhan.streets.rules.tags import WAY_KEYS, WalkedWay, node_rule, walked_way

Progress = Callable[[int, int], None]
"""(bytes read, bytes in all)"""

_GROUP_BYTES = 8 * 1024 * 1024
_LONGEST_HEAD = 64 * 1024
_LONGEST_BLOCK = 32 * 1024 * 1024
_NOWHERE = 2**31 - 1
_KEYS = ("highway", "barrier", "kerb", "kerb:height")
_KEYS_OF_WAYS = tuple(sorted(WAY_KEYS))  # asked one by one: pyosmium is slow at listing tags


class FileNotTaken(Refusal):
    """The file cannot become a network; the old one stays."""

    code = "streets.file_not_taken"
    status = 422
    message = _("这个文件不能用，原来的路网没有动：{reason}。")


def read_streets(path: Path, datum: geo.Datum, progress: Progress | None = None) -> RawStreets:
    """The walked ways of the file in WGS84. Raises FileNotTaken."""
    reading = _Reading()
    for kind, block, done, total in _groups(path):
        try:
            reading.take(kind, block)
        except (RuntimeError, ValueError, UnicodeDecodeError) as error:
            raise FileNotTaken(reason=str(_("文件是坏的（读到第 {byte} 字节）")).format(byte=done)) from error
        if progress:
            progress(done, total)
    return _in_wgs84(reading.finished(), datum)


# ── blocks ──


def _groups(path: Path) -> Iterator[tuple[bytes, bytes, int, int]]:
    """(header block, data blocks, bytes read, bytes in all): a little file of its own for each few megabytes."""
    total = path.stat().st_size
    if total == 0:
        raise FileNotTaken(reason=str(_("文件是空的")))
    with path.open("rb") as file:
        kind, head = _block(file, total)
        if kind != b"OSMHeader":
            raise FileNotTaken(reason=str(_("它不是 OpenStreetMap 的 PBF 文件")))
        group, size = [head], 0
        while file.tell() < total:
            _kind, block = _block(file, total)
            group.append(block)
            size += len(block)
            if size >= _GROUP_BYTES:
                yield head, b"".join(group), file.tell(), total
                group, size = [head], 0
        yield head, b"".join(group), total, total


def _block(file: BinaryIO, total: int) -> tuple[bytes, bytes]:
    """(type, whole block). The frame of a block: length of its head, head with type and size, content."""
    at = file.tell()
    length = file.read(4)
    head_length = int.from_bytes(length, "big")
    if len(length) == 4 and not 0 < head_length <= _LONGEST_HEAD:
        raise FileNotTaken(reason=str(_("它不是 OpenStreetMap 的 PBF 文件")))
    head = file.read(head_length)
    kind, size = _head_fields(head) if len(head) == head_length and len(length) == 4 else (b"", 0)
    if kind and not 0 < size <= _LONGEST_BLOCK:
        raise FileNotTaken(reason=str(_("它不是 OpenStreetMap 的 PBF 文件")))
    if not kind or file.tell() + size > total:
        raise FileNotTaken(reason=str(_("文件没有下载完整，在第 {byte} 字节处断了")).format(byte=total, at=at))
    return kind, length + head + file.read(size)


def _head_fields(head: bytes) -> tuple[bytes, int]:
    """Type (field 1) and size (field 3) of a BlobHeader in protobuf; size 0 where it cannot be read."""
    kind, size, at = b"?", 0, 0
    try:
        while at < len(head):
            key, at = _varint(head, at)
            value, at = _varint(head, at)
            if key & 7 == 2:
                kind = head[at : at + value] if key >> 3 == 1 else kind
                at += value
            elif key >> 3 == 3:
                size = value
    except IndexError:
        return b"?", 0
    return kind, size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


# ── objects ──


@dataclass
class _Reading:
    """What has been read so far; typed arrays, because a city has millions of nodes."""

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    lon: "array[int]" = field(default_factory=lambda: array("i"))
    lat: "array[int]" = field(default_factory=lambda: array("i"))
    starts: "array[int]" = field(default_factory=lambda: array("q", [0]))
    ways: "array[int]" = field(default_factory=lambda: array("i"))  # which of `sorts` a way is
    sorts: list[WalkedWay] = field(default_factory=list)
    known: dict[tuple[str | None, ...], int] = field(default_factory=dict)
    name: "array[int]" = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=dict)
    nodes: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    box: tuple[int, int, int, int] | None = None
    locations: osmium.index.LocationTable = field(default_factory=lambda: osmium.index.create_map("flex_mem"))
    threads: osmium.io.ThreadPool = field(default_factory=osmium.io.ThreadPool)
    has_begun: bool = False

    def take(self, head: bytes, blocks: bytes) -> None:
        """Read a group of blocks; locations of nodes are kept from group to group."""
        if not self.has_begun:
            self.box = _header_box(head)
            self.has_begun = True
        source = osmium.io.FileBuffer(blocks, "pbf")
        objects = osmium.FileProcessor(source, osmium.osm.NODE | osmium.osm.WAY, self.threads)
        objects.with_locations(self.locations)  # type: ignore[arg-type]  # a table is taken too, its hint forgets it
        for thing in objects.with_filter(osmium.filter.KeyFilter(*_KEYS)):
            if isinstance(thing, osmium.osm.Way):
                self._take_way(thing)
            elif isinstance(thing, osmium.osm.Node):
                self._take_node(thing)

    def _take_way(self, way: "osmium.osm.Way") -> None:
        tags = way.tags
        sort = self._sort_of(tuple(map(tags.get, _KEYS_OF_WAYS)))
        if sort < 0:
            return
        nodes = list(way.nodes)
        self.refs.extend([node.ref for node in nodes])
        self.lon.extend([node.x for node in nodes])
        self.lat.extend([node.y for node in nodes])
        self.starts.append(len(self.refs))
        self.ways.append(sort)
        name = tags.get("name", "")
        self.name.append(self.names.setdefault(name, len(self.names)) if name else -1)

    def _sort_of(self, values: tuple[str | None, ...]) -> int:
        """Ways with the same tags are judged once; -1 where nobody walks."""
        if values not in self.known:
            walked = walked_way(
                {key: value for key, value in zip(_KEYS_OF_WAYS, values, strict=True) if value is not None}
            )
            self.known[values] = -1 if walked is None else len(self.sorts)
            if walked is not None:
                self.sorts.append(walked)
        return self.known[values]

    def _take_node(self, node: "osmium.osm.Node") -> None:
        rule = node_rule(dict(node.tags))
        if rule is not None:
            self.nodes[node.id] = (rule.features, int(rule.wait), rule.is_signal)

    def finished(self) -> RawStreets:
        lon, lat = np.frombuffer(self.lon, np.int32), np.frombuffer(self.lat, np.int32)
        sort = np.array(self.ways, dtype=np.int64)
        columns = {
            name: np.array([row[name] for row in map(_row, self.sorts)], kind)[sort] for name, kind in _SORTS.items()
        }
        ids = np.array(sorted(self.nodes), dtype=np.int64)
        rules = [self.nodes[number] for number in ids.tolist()]
        return RawStreets(
            refs=np.frombuffer(self.refs, np.int64) if self.refs else np.zeros(0, np.int64),
            lon=lon,
            lat=lat,
            located=(lon != _NOWHERE) & (lat != _NOWHERE),
            starts=np.frombuffer(self.starts, np.int64),
            name=np.array(self.name, dtype=np.int32),
            names=list(self.names),
            node_ids=ids,
            node_features=np.array([rule[0] for rule in rules], dtype=np.uint8),
            node_wait=np.array([rule[1] for rule in rules], dtype=np.uint8),
            node_signal=np.array([rule[2] for rule in rules], dtype=np.bool_),
            box=self.box,
            **columns,
        )


_SORTS: dict[str, type[np.generic]] = {
    "kind": np.uint8,
    "features": np.uint8,
    "wait": np.uint8,
    "is_road": np.bool_,
    "direction": np.int8,
    "layer": np.int8,
    "structure": np.uint8,
}


def _row(way: WalkedWay) -> dict[str, int]:
    structure = 1 if way.is_bridge else 2 * way.is_tunnel
    return {**way._asdict(), "direction": way.direction.value, "structure": structure}


def _header_box(head: bytes) -> tuple[int, int, int, int] | None:
    with osmium.io.Reader(osmium.io.FileBuffer(head, "pbf"), osmium.osm.NOTHING) as reader:
        box = reader.header().box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return low.x, low.y, high.x, high.y


def _in_wgs84(raw: RawStreets, datum: geo.Datum) -> RawStreets:
    if datum == geo.Datum.WGS84:
        return raw
    places, back = np.unique(np.stack([raw.lon, raw.lat], axis=1), axis=0, return_inverse=True)
    moved = np.array([_moved(lon, lat, datum) for lon, lat in places.tolist()], dtype=np.int32).reshape(-1, 2)
    box = raw.box and (*_moved(raw.box[0], raw.box[1], datum), *_moved(raw.box[2], raw.box[3], datum))
    columns = {name: getattr(raw, name) for name in raw.__dataclass_fields__}
    return RawStreets(**{**columns, "lon": moved[back.ravel(), 0], "lat": moved[back.ravel(), 1], "box": box})


def _moved(lon: int, lat: int, datum: geo.Datum) -> tuple[int, int]:
    if _NOWHERE in (lon, lat):
        return lon, lat
    point = geo.Point(lon / UNITS, lat / UNITS, datum).wgs84
    return round(point.lon * UNITS), round(point.lat * UNITS)
