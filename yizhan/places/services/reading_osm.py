"""Reading the outlets of an OpenStreetMap PBF file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import osmium
import shapely
import yaml
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Refusal, geo
from yizhan.places.rules.osm_tags import WHEELCHAIR, TagRules, address_of, name_of, phone_of, read_tag_rules
from yizhan.places.rules.rows import LONGEST, OutletRow
from yizhan.places.services.checking import hours_fault

_FILE = Path(__file__).resolve().parents[1] / "data" / "osm_tags.yaml"
Door = tuple[str, float, float]
"""(what `entrance` says, lon, lat)"""
_DOORS = ("main", "yes", "shop", "entrance")  # what `entrance` says, the best first


class OsmFileNotTaken(Refusal):
    """Nothing has changed."""

    code = "places.osm_file_not_taken"
    status = 422
    message = _("这个文件不能用，网点没有动：{reason}。")


@dataclass(frozen=True, kw_only=True)
class ReadOutlets:
    """`without_hours` are the rows whose opening hours could not be read: (ref, text). They come in without them."""

    rows: tuple[OutletRow, ...]
    without_hours: tuple[tuple[str, str], ...]


@cache
def tag_rules() -> TagRules:
    return read_tag_rules(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def read_osm(path: Path, datum: geo.Datum, community: str = "") -> ReadOutlets:
    """Nodes and areas that are outlets, in the order of the file. Raises OsmFileNotTaken."""
    if path.stat().st_size == 0:
        raise OsmFileNotTaken(reason=str(_("文件是空的")))
    try:
        found = [replace(row, community=community) for row in _outlets(path, datum)]
    except (RuntimeError, ValueError, UnicodeDecodeError) as error:
        raise OsmFileNotTaken(reason=str(_("它不是完整的 OpenStreetMap PBF 文件"))) from error
    rows, without = [], []
    for row in found:
        if len(row.hours) > LONGEST["hours"] or hours_fault(row.hours):
            without.append((row.ref, row.hours))
        rows.append(replace(row, hours="") if without and without[-1][0] == row.ref else row)
    return ReadOutlets(rows=tuple(rows), without_hours=tuple(without))


def _outlets(path: Path, datum: geo.Datum) -> Iterator[OutletRow]:
    rules = tag_rules()
    wanted = osmium.filter.KeyFilter(*rules.keys)
    doors: dict[int, Door] = {}
    objects = osmium.FileProcessor(str(path)).with_locations().with_areas(wanted)
    for one in objects.with_filter(osmium.filter.KeyFilter(*rules.keys, "entrance")):
        if isinstance(one, osmium.osm.Node):
            if "entrance" in one.tags:
                doors[one.id] = (one.tags["entrance"], one.lon, one.lat)
            row = _row(one.tags, f"node/{one.id}", one.lon, one.lat, rules)
        elif isinstance(one, osmium.osm.Area):
            row = _area_row(one, doors, rules)
        else:
            continue
        if row is not None:
            yield _in_wgs84(row, datum)


def _area_row(
    area: osmium.osm.Area, doors: Mapping[int, tuple[str, float, float]], rules: TagRules
) -> OutletRow | None:
    if rules.category_of(dict(area.tags)) is None:
        return None
    ring = [node for outer in area.outer_rings() for node in outer]
    shape = shapely.Polygon([(node.lon, node.lat) for node in next(iter(area.outer_rings()))])
    middle = (shape if shape.is_valid else shape.convex_hull).representative_point()
    kind = "way" if area.from_way() else "relation"
    row = _row(area.tags, f"{kind}/{area.orig_id()}", middle.x, middle.y, rules)
    found = [doors[node.ref] for node in ring if node.ref in doors and doors[node.ref][0] in _DOORS]
    if row is None or not found:
        return row
    _kind, lon, lat = min(found, key=lambda door: _DOORS.index(door[0]))
    return replace(row, entrance_lon=lon, entrance_lat=lat)


def _row(tags: osmium.osm.TagList, ref: str, lon: float, lat: float, rules: TagRules) -> OutletRow | None:
    said = {tag.k: tag.v for tag in tags}
    category = rules.category_of(said)
    if category is None:
        return None
    wheelchair = said.get("wheelchair", "")
    return OutletRow(
        name=name_of(said),
        category=category,
        lon=lon,
        lat=lat,
        hours=said.get("opening_hours", "").strip(),
        keeps_office_hours=category in _OFFICES,
        chain=said.get("brand", "")[: LONGEST["chain"]],
        phone=phone_of(said),
        address=address_of(said),
        wheelchair=wheelchair if wheelchair in WHEELCHAIR else "",
        ref=ref,
    )


_OFFICES = frozenset(
    {"community_desk", "subdistrict_office", "government_office", "justice_office", "employment_service"}
)


def _in_wgs84(row: OutletRow, datum: geo.Datum) -> OutletRow:
    if datum == geo.Datum.WGS84:
        return row
    here = geo.Point(row.lon, row.lat, datum).wgs84
    moved = replace(row, lon=here.lon, lat=here.lat)
    if row.entrance_lon is None or row.entrance_lat is None:
        return moved
    door = geo.Point(row.entrance_lon, row.entrance_lat, datum).wgs84
    return replace(moved, entrance_lon=door.lon, entrance_lat=door.lat)
