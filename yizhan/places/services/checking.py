"""What is asked of every outlet by itself, whether it comes in a file or from a form."""

from dataclasses import dataclass, field
from datetime import date

from yizhan.kernel.api import Actor, access, geo
from yizhan.places.queries.categories import find_category
from yizhan.places.rules.opening import HoursFault, check_hours
from yizhan.places.rules.rows import FARTHEST_ENTRANCE_M, Box, Fault, OutletRow, RowTrouble, place_fault, text_fault
from yizhan.streets import api as streets
from yizhan.territory import api as territory


def box_of(site: str) -> Box:
    """Where the site's outlets must lie. Raises SiteNotFound."""
    here = streets.get_site(site)
    return Box(west=here.west, south=here.south, east=here.east, north=here.north)


@dataclass
class Checks:
    """The same hours and communities come thousands of times: each is looked at once."""

    box: Box
    actor: Actor
    day: date
    hours: dict[str, Fault | None] = field(default_factory=lambda: {"": None})
    communities: dict[str, Fault | None] = field(default_factory=lambda: {"": None})

    def fault_of(self, row: OutletRow) -> Fault | None:
        return (
            text_fault(row)
            or _category_fault(row.category)
            or place_fault(row, self.box)
            or _entrance_fault(row)
            or self._hours_fault(row.hours)
            or self._community_fault(row.community)
            or self._day_fault(row)
        )

    def _hours_fault(self, text: str) -> Fault | None:
        if text not in self.hours:
            self.hours[text] = hours_fault(text)
        return self.hours[text]

    def _community_fault(self, code: str) -> Fault | None:
        if code not in self.communities:
            self.communities[code] = community_fault(code, self.actor)
        return self.communities[code]

    def _day_fault(self, row: OutletRow) -> Fault | None:
        if row.last_seen_on is None or row.last_seen_on <= self.day:
            return None
        return Fault(trouble=RowTrouble.DAY_IN_FUTURE, column="last_seen_on", detail=row.last_seen_on.isoformat())


def hours_fault(text: str) -> Fault | None:
    try:
        check_hours(text)
    except HoursFault as fault:
        return Fault(trouble=RowTrouble.HOURS_FAULTY, column="hours", detail=fault.near, position=fault.position)
    return None


def community_fault(code: str, actor: Actor) -> Fault | None:
    if len(code) != 12 or code not in territory.full_names([code]):
        return Fault(trouble=RowTrouble.COMMUNITY_UNKNOWN, column="community", detail=code[:12])
    if access.may(actor, "places.enter_outlet", code) or access.may(actor, "places.import_anywhere"):
        return None
    return Fault(trouble=RowTrouble.COMMUNITY_OTHER, column="community", detail=code)


def _category_fault(code: str) -> Fault | None:
    found = find_category(code)
    if found and found.is_leaf:
        return None
    trouble = RowTrouble.CATEGORY_UNKNOWN if code else RowTrouble.CATEGORY_MISSING
    return Fault(trouble=trouble, column="category", detail=code[:40])


def _entrance_fault(row: OutletRow) -> Fault | None:
    if row.entrance_lon is None or row.entrance_lat is None:
        return None
    if geo.haversine_m(row.lon, row.lat, row.entrance_lon, row.entrance_lat) <= FARTHEST_ENTRANCE_M:
        return None
    return Fault(trouble=RowTrouble.ENTRANCE_FAR, column="entrance_lon", detail=str(int(FARTHEST_ENTRANCE_M)))
