"""Taking water and green for the map out of the file that the streets came from."""

import hashlib
import json
from datetime import datetime
from math import cos, radians
from pathlib import Path
from typing import Any

import osmium
import shapely
from django.db import transaction

from yizhan.kernel.api import Actor, Subject, audit, geo
from yizhan.reach.models import Backdrop
from yizhan.reach.rules.backdrop import KEYS, SMALLEST_M2, kind_of
from yizhan.streets import api as streets

_METRES_PER_DEGREE = 111_195.08
_TOLERANCE = 0.00001  # a metre: what nobody sees on the map


def import_backdrop(*, site: str, path: Path, datum: geo.Datum, actor: Actor, at: datetime) -> int:
    """Replace what the site's map shows beside streets. Gives how many areas. Raises SiteNotFound, FileNotTaken."""
    view = streets.get_site(site)
    areas = _areas(path, datum)
    text = json.dumps(areas, ensure_ascii=False, sort_keys=True)
    mark = hashlib.sha256(text.encode()).hexdigest()[:12]
    with transaction.atomic():
        Backdrop.objects.update_or_create(site=view.name, defaults={"mark": mark, "areas": areas, "imported_at": at})
        audit(actor, "reach.backdrop.imported", Subject(streets.SITE, str(view.id)), areas=len(areas), mark=mark)
    return len(areas)


def _areas(path: Path, datum: geo.Datum) -> list[dict[str, Any]]:
    factory = osmium.geom.WKBFactory()
    found: list[dict[str, Any]] = []
    try:
        for area in osmium.FileProcessor(str(path)).with_areas(osmium.filter.KeyFilter(*KEYS)):
            if not isinstance(area, osmium.osm.Area):
                continue
            kind = kind_of(dict(area.tags))
            if kind is None:
                continue
            shape = shapely.from_wkb(bytes.fromhex(factory.create_multipolygon(area)))
            found += [
                {"kind": kind, "name": (area.tags.get("name") or "")[:60], "rings": rings}
                for piece in shape.geoms
                if (rings := _rings(piece, datum))
            ]
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise streets.FileNotTaken(reason=str(error)) from error
    return found


def _rings(piece: shapely.Polygon, datum: geo.Datum) -> list[list[list[float]]]:
    """The outer ring and the holes in WGS84, simplified; nothing where it is too small to be seen."""
    lat = piece.centroid.y
    if piece.area * _METRES_PER_DEGREE**2 * cos(radians(lat)) < SMALLEST_M2:
        return []
    plain = shapely.simplify(piece, _TOLERANCE)
    if plain.is_empty:
        return []
    return [[_corner(x, y, datum) for x, y in ring.coords] for ring in (plain.exterior, *plain.interiors)]


def _corner(lon: float, lat: float, datum: geo.Datum) -> list[float]:
    here = geo.Point(lon, lat, datum).wgs84
    return [round(here.lon, 6), round(here.lat, 6)]
