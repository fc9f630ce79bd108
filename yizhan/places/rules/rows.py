"""A row about an outlet, as a file or a form gives it, and what is wrong with it."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class OutletRow:
    """One outlet as a source describes it; degrees in WGS84. `ref` is what the source calls it, "" for no name."""

    name: str
    category: str
    lon: float
    lat: float
    entrance_lon: float | None = None
    entrance_lat: float | None = None
    hours: str = ""
    keeps_office_hours: bool = False
    chain: str = ""
    phone: str = ""
    address: str = ""
    wheelchair: str = ""
    community: str = ""
    ref: str = ""
    last_seen_on: date | None = None


class RowTrouble(StrEnum):
    """Why a row cannot be taken."""

    NAME_MISSING = "name_missing"
    NAME_UNPRINTABLE = "name_unprintable"
    TOO_LONG = "too_long"
    CATEGORY_MISSING = "category_missing"
    CATEGORY_UNKNOWN = "category_unknown"
    POSITION_MISSING = "position_missing"
    POSITION_UNREADABLE = "position_unreadable"
    POSITION_SWAPPED = "position_swapped"
    POSITION_OUTSIDE = "position_outside"
    ENTRANCE_FAR = "entrance_far"
    HOURS_FAULTY = "hours_faulty"
    COMMUNITY_UNKNOWN = "community_unknown"
    COMMUNITY_OTHER = "community_other"
    DAY_UNREADABLE = "day_unreadable"
    DAY_IN_FUTURE = "day_in_future"
    TWICE_IN_FILE = "twice_in_file"
    KNOWN_ALREADY = "known_already"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong, in which column, and what a person needs to find it."""

    trouble: RowTrouble
    column: str
    detail: str = ""
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class Box:
    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north


LONGEST = {"name": 100, "hours": 500, "chain": 60, "phone": 30, "address": 200, "ref": 60}
FARTHEST_ENTRANCE_M = 500.0


def is_printable(text: str) -> bool:
    """No control, formatting (bidirectional, zero-width) or unassigned-surrogate characters."""
    return all(unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co") for letter in text)


def text_fault(row: OutletRow) -> Fault | None:
    for column, longest in LONGEST.items():
        text = getattr(row, column)
        if not is_printable(text):
            return Fault(trouble=RowTrouble.NAME_UNPRINTABLE, column=column)
        if len(text) > longest:
            return Fault(trouble=RowTrouble.TOO_LONG, column=column, detail=str(longest))
    return None


def place_fault(row: OutletRow, box: Box) -> Fault | None:
    """Outside of the site; where the two numbers would lie inside if they changed places, it says so."""
    if box.holds(row.lon, row.lat):
        return None
    swapped = box.holds(row.lat, row.lon)
    trouble = RowTrouble.POSITION_SWAPPED if swapped else RowTrouble.POSITION_OUTSIDE
    return Fault(trouble=trouble, column="lon", detail=f"{row.lon:.6f}, {row.lat:.6f}")
