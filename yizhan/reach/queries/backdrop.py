"""Water and green of a site, in this process."""

from dataclasses import dataclass
from functools import lru_cache

import shapely

from yizhan.reach.models import Backdrop

LABELS = 4
SMALLEST_SHARE = 0.004


@dataclass(frozen=True)
class Area:
    kind: str
    name: str
    shape: shapely.Polygon


def backdrop_mark(site: str) -> str:
    """Changes with every import; "none" where there was none."""
    return Backdrop.objects.filter(site=site).values_list("mark", flat=True).first() or "none"


@lru_cache(maxsize=8)
def backdrop(site: str, mark: str) -> tuple[Area, ...]:
    """The areas that go by this mark; none where another import has taken their place."""
    areas = Backdrop.objects.filter(site=site, mark=mark).values_list("areas", flat=True).first() or []
    return tuple(Area(one["kind"], one["name"], shapely.Polygon(one["rings"][0], one["rings"][1:])) for one in areas)


def labels_in(site: str, mark: str, box: tuple[float, float, float, float]) -> list[dict[str, object]]:
    """The names of the largest areas in the box, where each of them is inside it; none over another."""
    view = shapely.box(*box)
    seen: dict[str, tuple[float, str, shapely.Geometry]] = {}
    for area in backdrop(site, mark):
        if area.name and area.shape.intersects(view):
            inside = shapely.make_valid(area.shape).intersection(view)
            if inside.area > max(SMALLEST_SHARE * view.area, seen.get(area.name, (0.0,))[0]):
                seen[area.name] = (inside.area, area.kind, inside)
    width, height = box[2] - box[0], box[3] - box[1]
    kept: list[dict[str, object]] = []
    spots: list[shapely.Point] = []
    for name, (_size, kind, inside) in sorted(seen.items(), key=lambda one: -one[1][0]):
        spot = inside.representative_point()
        is_free = all(abs(spot.x - o.x) > 0.3 * width or abs(spot.y - o.y) > 0.1 * height for o in spots)
        if is_free and len(kept) < LABELS:
            spots.append(spot)
            kept.append({"lon": round(spot.x, 6), "lat": round(spot.y, 6), "text": name, "kind": kind})
    return kept
