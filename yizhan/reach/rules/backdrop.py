"""What the map shows beside streets: water and green, by OpenStreetMap's tags."""

from collections.abc import Mapping

KEYS = ("natural", "water", "waterway", "landuse", "leisure")
KINDS = ("water", "park")
SMALLEST_M2 = 1500.0
_WATER = {"natural": {"water", "bay"}, "waterway": {"riverbank", "dock"}, "landuse": {"reservoir", "basin"}}
_GREEN = {
    "leisure": {"park", "garden", "nature_reserve", "common", "golf_course"},
    "landuse": {"forest", "grass", "meadow", "recreation_ground", "village_green", "cemetery"},
    "natural": {"wood", "scrub", "heath", "grassland"},
}


def kind_of(tags: Mapping[str, str]) -> str | None:
    """water, park, or nothing that the map shows."""
    for kind, wanted in (("water", _WATER), ("park", _GREEN)):
        if any(tags.get(key) in values for key, values in wanted.items()):
            return kind
    return None
