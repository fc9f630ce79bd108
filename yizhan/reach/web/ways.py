"""The way to one outlet: minutes, metres, each leg in words, and its line on the map."""

from functools import cached_property
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yizhan.look.api import MapView
from yizhan.places import api as places
from yizhan.reach.queries.circles import Circle
from yizhan.reach.queries.standing import entrance
from yizhan.reach.queries.starts import NoSuchStart, Start
from yizhan.reach.web.asking import Asked
from yizhan.reach.web.presenting import points_of
from yizhan.streets import api as streets


class WayPage:
    """What the template asks for."""

    def __init__(self, circle: Circle, start: Start, outlet: places.OutletView, asked: Asked, url: str = "") -> None:
        self.circle = circle
        self.start = start
        self.outlet = outlet
        self.asked = asked
        self.url = url
        self.kind = places.title_of(outlet.category)

    @classmethod
    def of(cls, circle: Circle, start: Start, outlet_id: str, asked: Asked) -> "WayPage":
        try:
            wanted = UUID(outlet_id)
        except ValueError:
            raise NoSuchStart from None
        return cls(circle, start, places.outlet(wanted, on=timezone.localdate()), asked)

    @cached_property
    def path(self) -> streets.Path | None:
        """None where it takes longer than was asked for."""
        network = self.circle.standing.network
        snap = network.find_snap(entrance(self.outlet), self.circle.standing.profile)
        return None if snap is None else self.circle.walk.path(snap)

    @property
    def minutes(self) -> int:
        return max(1, -(-self.path.ds // 600)) if self.path else 0

    @property
    def metres(self) -> int:
        return round(self.path.metres / 10) * 10 if self.path else 0

    @property
    def steps(self) -> list[str]:
        return streets.say_path(self.path) if self.path else []

    @property
    def opening(self) -> str:
        return places.say_opening(self.outlet, self.circle.at).text

    @property
    def hours(self) -> str:
        """The week in one line, "" where it is not known."""
        outlet = self.outlet
        return places.say_hours(outlet.hours, keeps_office_hours=outlet.keeps_office_hours, on=timezone.localdate())

    def back(self) -> str:
        return f"{reverse('reach:circle')}?{self.asked.query()}"

    def map(self) -> MapView:
        return MapView(
            src=f"{reverse('reach:map')}?{self.asked.query()}&to={self.outlet.outlet_id}",
            label=_("去{name}的路").format(name=self.outlet.title),
        )

    def drawing(self, tiles: str) -> dict[str, object]:
        line = [list(corner) for corner in self.path.line] if self.path else []
        here = self.start.point.wgs84
        corners = [*line, [here.lon, here.lat], [self.outlet.lon, self.outlet.lat]]
        lons, lats = [c[0] for c in corners], [c[1] for c in corners]
        there = {"lon": self.outlet.lon, "lat": self.outlet.lat, "label": self.outlet.title}
        kind = places.find_category(self.outlet.category)
        return {
            "tiles": tiles,
            "bands": {"5": [line]} if line else {},
            "points": [
                *points_of(self.circle, self.start, (), self.asked),
                {**there, "icon": kind.icon if kind else "stop"},
            ],
            "bounds": [min(lons), min(lats), max(lons), max(lats)],
        }
