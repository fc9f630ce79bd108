"""What OpenStreetMap's tags say about walking: who may pass, what it takes, what stops.

Ways are joined at shared nodes and nowhere else, so a bridge does not meet the street beneath it, whatever the layer.
The defaults are those of the tagging documentation, with these choices of ours where it is silent: trunk roads are
walked unless they are motor roads, cycleways and bridleways only where foot is allowed, an unlocked gate is open.
"""

import re
from collections.abc import Mapping
from enum import Enum, IntEnum, IntFlag
from typing import NamedTuple

Tags = Mapping[str, str]

WALKED = frozenset(
    {"trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link"}
    | {"unclassified", "residential", "living_street", "road", "service", "track", "pedestrian", "footway", "path"}
    | {"steps", "corridor", "platform", "elevator", "crossing", "trail"}
)
WALKED_IF_ALLOWED = frozenset({"cycleway", "bridleway", "busway", "bus_guideway", "motorway", "motorway_link"})
OFF_ROAD = frozenset(
    {"pedestrian", "footway", "path", "steps", "corridor", "platform", "elevator", "crossing", "trail"}
)
ROADS = WALKED - OFF_ROAD - {"track"}

OPEN = frozenset({"yes", "designated", "permissive", "official", "public", "destination", "customers", "permitted"})
SHUT = frozenset(
    {"no", "private", "permit", "military", "forestry", "agricultural", "delivery", "emergency", "residents"}
    | {"use_sidepath", "restricted", "employees", "staff", "closed"}
)
WALLS = frozenset({"wall", "fence", "hedge", "retaining_wall", "city_wall", "ditch", "guard_rail", "barrier_board"})
OBSTACLES = frozenset(
    {"stile", "turnstile", "full-height_turnstile", "kissing_gate", "cycle_barrier", "horse_stile", "log", "step"}
    | {"swing_stile", "debris", "motorcycle_barrier", "hampshire_gate"}
)
ROUGH_SURFACES = frozenset(
    {"unpaved", "compacted", "fine_gravel", "gravel", "pebblestone", "dirt", "earth", "ground", "sett", "cobblestone"}
    | {"unhewn_cobblestone", "cobblestone:flattened", "grass_paver", "woodchips"}
)
UNFIT_SURFACES = frozenset({"sand", "mud", "grass", "rock", "stepping_stones", "snow", "ice"})
ROUGH = frozenset({"bad", "very_bad"})
UNFIT = frozenset({"horrible", "very_horrible", "impassable"})
# All that `walked_way` looks at.
WAY_KEYS = frozenset(
    {"highway", "foot", "access", "motorroad", "foot:conditional", "footway", "path", "cycleway", "crossing"}
    | {"crossing:signals", "ramp:wheelchair", "wheelchair", "surface", "smoothness", "incline", "width", "conveying"}
    | {"oneway:foot", "layer", "bridge", "tunnel"}
)
STEEPEST_PERCENT = 8.0
NARROWEST_M = 0.8
HIGHEST_KERB_M = 0.03


class Feature(IntFlag):
    """What a profile may find slow or closed. Of ways: steps to unfit. Of nodes: locked, obstacle, kerb."""

    STEPS = 1
    RAMP = 2  # steps with a ramp for wheels beside them
    ROUGH = 4
    UNFIT = 8
    LOCKED = 16
    OBSTACLE = 32
    KERB = 64


class Wait(IntEnum):
    """Where one waits. A node has at most one kind."""

    NONE = 0
    CROSSING = 1
    SIGNALS = 2
    LIFT = 3


class Kind(IntEnum):
    """What one walks on, for the way in words."""

    STREET = 0
    FOOTWAY = 1
    STEPS = 2
    CROSSING = 3
    PATH = 4
    SERVICE = 5
    INDOORS = 6
    LIFT = 7


class Direction(Enum):
    BOTH = 0
    FORWARD = 1
    BACKWARD = -1


class WalkedWay(NamedTuple):
    """A way that is open on foot."""

    kind: Kind
    features: int
    wait: Wait  # of a way that is itself a crossing, where none of its nodes says it
    is_road: bool
    direction: Direction
    layer: int
    is_bridge: bool
    is_tunnel: bool


class NodeRule(NamedTuple):
    features: int
    wait: Wait
    is_signal: bool  # signals of the road, met by who walks on the road itself


def walked_way(tags: Tags) -> WalkedWay | None:
    """What the way is on foot, or None where it is closed to everybody."""
    highway = tags.get("highway", "")
    if not _is_open(highway, tags):
        return None
    is_crossing = highway == "crossing" or "crossing" in (tags.get("footway"), tags.get("path"), tags.get("cycleway"))
    return WalkedWay(
        kind=_kind(highway, is_crossing=is_crossing),
        features=int(_way_features(highway, tags)),
        wait=_crossing_wait(tags) if is_crossing else Wait.NONE,
        is_road=highway in ROADS,
        direction=_direction(highway, tags),
        layer=_layer(tags),
        is_bridge=tags.get("bridge", "no") != "no",
        is_tunnel=tags.get("tunnel", "no") not in ("no", "building_passage"),
    )


def _is_open(highway: str, tags: Tags) -> bool:
    if highway not in WALKED and highway not in WALKED_IF_ALLOWED:
        return False
    said = _permission(tags, "foot")
    if said is not None:
        return said
    if highway in WALKED_IF_ALLOWED or tags.get("motorroad") == "yes" or tags.get("foot:conditional"):
        return False
    return _permission(tags, "access") is not False


def _permission(tags: Tags, key: str) -> bool | None:
    """Open, shut, or nothing said. Of several values the openest counts."""
    values = {value.strip() for value in tags.get(key, "").split(";")}
    if values & OPEN:
        return True
    return False if values & SHUT else None


def _kind(highway: str, *, is_crossing: bool) -> Kind:
    if is_crossing:
        return Kind.CROSSING
    special = {
        "steps": Kind.STEPS,
        "footway": Kind.FOOTWAY,
        "pedestrian": Kind.STREET,
        "service": Kind.SERVICE,
        "corridor": Kind.INDOORS,
        "platform": Kind.FOOTWAY,
        "elevator": Kind.LIFT,
    }
    return special.get(highway, Kind.STREET if highway in ROADS else Kind.PATH)


def _way_features(highway: str, tags: Tags) -> Feature:
    found = Feature(0)
    if highway == "steps":
        has_ramp = tags.get("ramp:wheelchair") == "yes" or tags.get("wheelchair") in ("yes", "designated")
        found |= Feature.RAMP if has_ramp else Feature.STEPS
    if tags.get("wheelchair") in ("yes", "designated"):
        return found
    if tags.get("surface", "") in ROUGH_SURFACES or tags.get("smoothness", "") in ROUGH:
        found |= Feature.ROUGH
    if _is_unfit(tags):
        found |= Feature.UNFIT
    return found


def _is_unfit(tags: Tags) -> bool:
    steep = _number(tags.get("incline", "")) if tags.get("incline", "").endswith("%") else None
    width = _number(tags.get("width", ""))
    return (
        tags.get("wheelchair") == "no"
        or tags.get("surface", "") in UNFIT_SURFACES
        or tags.get("smoothness", "") in UNFIT
        or tags.get("conveying", "no") != "no"
        or (steep is not None and abs(steep) > STEEPEST_PERCENT)
        or (width is not None and width < NARROWEST_M)
    )


def _number(text: str) -> float | None:
    found = re.match(r"\s*(-?\d+(?:\.\d+)?)\s*(?:m|%|)\s*$", text)
    return float(found[1]) if found else None


def _crossing_wait(tags: Tags) -> Wait:
    signals = tags.get("crossing") == "traffic_signals" or tags.get("crossing:signals") == "yes"
    return Wait.SIGNALS if signals else Wait.CROSSING


def _direction(highway: str, tags: Tags) -> Direction:
    said = tags.get("oneway:foot", "")
    if not said and highway in ("steps", "footway", "corridor"):
        said = {"forward": "yes", "backward": "-1"}.get(tags.get("conveying", ""), "")
    return {"yes": Direction.FORWARD, "-1": Direction.BACKWARD}.get(said, Direction.BOTH)


def _layer(tags: Tags) -> int:
    number = _number(tags.get("layer", ""))
    if number is not None:
        return max(-9, min(9, int(number)))
    return int(tags.get("bridge", "no") != "no") - int(tags.get("tunnel", "no") not in ("no", "building_passage"))


def node_rule(tags: Tags) -> NodeRule | None:
    """What a node does to who passes it, or None."""
    features, wait = int(_node_features(tags)), _node_wait(tags)
    is_signal = tags.get("highway") == "traffic_signals"
    return NodeRule(features, wait, is_signal) if features or wait else None


def _node_features(tags: Tags) -> Feature:
    found, barrier = Feature(0), tags.get("barrier", "")
    if _is_locked(barrier, tags):
        found |= Feature.LOCKED
    if tags.get("wheelchair") in ("yes", "designated"):
        return found
    if barrier in OBSTACLES or tags.get("wheelchair") == "no":
        found |= Feature.OBSTACLE
    if _is_high_kerb(tags):
        found |= Feature.KERB
    return found


def _is_locked(barrier: str, tags: Tags) -> bool:
    if not barrier and tags.get("entrance") is None and tags.get("highway") != "gate":
        return False
    said = _permission(tags, "foot")
    if said is not None:
        return not said
    if barrier in WALLS or tags.get("locked") == "yes":
        return True
    return bool(barrier) and _permission(tags, "access") is False


def _is_high_kerb(tags: Tags) -> bool:
    height = _number(tags.get("kerb:height", ""))
    if height is not None:
        return height > HIGHEST_KERB_M
    return tags.get("kerb") in ("raised", "rolled")


def _node_wait(tags: Tags) -> Wait:
    highway = tags.get("highway")
    if highway == "traffic_signals":
        return Wait.SIGNALS
    if highway == "crossing":
        return _crossing_wait(tags)
    return Wait.LIFT if highway == "elevator" else Wait.NONE
