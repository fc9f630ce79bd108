"""The nearest outlets of what somebody looks for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from yizhan.look.api import PlaceView
from yizhan.reach.queries.circles import Circle, Within, circle_from
from yizhan.reach.queries.rows import rows_of
from yizhan.reach.queries.starts import Start
from yizhan.search import api as search
from yizhan.streets import api as streets

MINUTES = 15
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Near:
    """Outlets within fifteen minutes of the start, nearest first; `total` counts those that are not shown too."""

    start: Start
    circle: Circle
    outlets: tuple[Within, ...]
    total: int

    def rows(self) -> list[PlaceView]:
        """Each leads to its way in words."""
        ways = {
            one.number: f"{reverse('reach:way', args=[one.outlet.outlet_id])}?from={self.start.key}"
            for one in self.outlets
        }
        return rows_of(self.outlets, self.circle.at, ways)


def near(
    start: Start, *, categories: Collection[str], profile: str, at: datetime, name: str = "", shown: int = SHOWN
) -> Near | None:
    """Of these categories, or so named (characters, pinyin, initials). None where the start lies on no network."""
    try:
        circle = circle_from(start.point, minutes=MINUTES, profile=profile, at=at)
    except (streets.NoSiteHere, streets.TooFarFromStreet):
        return None
    wanted = frozenset(categories)
    named = search.meeting(name, [one.outlet.name for one in circle.within])
    found = [
        one for one, is_named in zip(circle.within, named, strict=True) if is_named or one.outlet.category in wanted
    ]
    return Near(start=start, circle=circle, outlets=tuple(found[:shown]), total=len(found))
