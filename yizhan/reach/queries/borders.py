"""The borders of a site's communities: as they were loaded, else what lies round their homes."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely

from yizhan.reach.models import CommunityBorder
from yizhan.reach.queries.homes import homes_of
from yizhan.reach.rules.borders import Polygons, hull_round, polygons_from, shape_of
from yizhan.streets import api as streets

_SEEN = 0.00003  # three metres: what nobody sees on the map


class BorderKind(StrEnum):
    LOADED = "loaded"
    SAMPLE = "sample"
    HULL = "hull_of_homes"


@dataclass(frozen=True, kw_only=True)
class Border:
    """`source` says whose border it is; "" where it is no border but the hull of the homes."""

    community: str
    kind: BorderKind
    source: str
    polygons: Polygons

    @property
    def geometry(self) -> dict[str, Any]:
        """GeoJSON."""
        return {"type": "MultiPolygon", "coordinates": self.polygons}

    @property
    def drawn(self) -> dict[str, Any]:
        """GeoJSON for a map, without corners that are not seen."""
        plain = shapely.simplify(shape_of(self.polygons), _SEEN)
        return {"type": "MultiPolygon", "coordinates": polygons_from(plain)}

    @property
    def middle(self) -> tuple[float, float]:
        spot = shape_of(self.polygons).representative_point()
        return round(spot.x, 6), round(spot.y, 6)


def borders_of(site: streets.SiteView) -> dict[str, Border]:
    """By community, of those that have homes in the site."""
    homes = homes_of(site, "adult")
    found = _loaded(homes.communities)
    for number, code in enumerate(homes.communities):
        if code not in found:
            hull = hull_round(homes.points[homes.community == number])
            found[code] = Border(community=code, kind=BorderKind.HULL, source="", polygons=hull)
    return {code: found[code] for code in homes.communities}


def _loaded(codes: Collection[str]) -> dict[str, Border]:
    rows = CommunityBorder.objects.filter(community__in=list(codes))
    return {
        row.community: Border(
            community=row.community,
            kind=BorderKind.SAMPLE if row.is_sample else BorderKind.LOADED,
            source=row.source,
            polygons=row.polygons,
        )
        for row in rows
    }
