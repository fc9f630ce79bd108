"""The way in words: stretches of the same street, and the turn at the beginning of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atan2, cos, degrees, radians

import numpy as np

from yizhan.streets.rules.network import Arrays, names_of
from yizhan.streets.rules.tags import Kind

SHORT_CM = 1500
_AHEAD, _SLIGHT, _BACK = 30, 60, 150


class Turn(StrEnum):
    START = "start"
    STRAIGHT = "straight"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SLIGHT_RIGHT = "slight_right"
    RIGHT = "right"
    BACK = "back"


class Compass(StrEnum):
    NORTH = "north"
    NORTH_EAST = "north_east"
    EAST = "east"
    SOUTH_EAST = "south_east"
    SOUTH = "south"
    SOUTH_WEST = "south_west"
    WEST = "west"
    NORTH_WEST = "north_west"


@dataclass(frozen=True, kw_only=True)
class Leg:
    """A stretch walked without a change. `name` is "" where there is none; `heading` is where it leads first."""

    name: str
    kind: str
    structure: str  # "", "bridge" or "tunnel"
    turn: Turn
    heading: Compass
    ds: int
    metres: float


@dataclass(frozen=True, kw_only=True)
class _Step:
    """A walked part of an edge."""

    name: int
    kind: int
    structure: int
    ds: int
    cm: float
    begins: float  # bearing in degrees
    ends: float


def bearing(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Degrees from north, clockwise, on the plane: for turns on foot."""
    east = (lon_b - lon_a) * cos(radians((lat_a + lat_b) / 2))
    return degrees(atan2(east, lat_b - lat_a)) % 360


def legs_along(
    arrays: Arrays, points: Sequence[tuple[float, float]], edges: Sequence[int], ds: Sequence[int]
) -> list[Leg]:
    """Legs of a walk over `edges`: `points` are its corners in degrees, one more than edges; `ds` what each costs."""
    steps = [_step(arrays, edge, points[i], points[i + 1], ds[i]) for i, edge in enumerate(edges)]
    groups = _grouped([step for step in steps if step.cm > 0 or step.ds > 0])
    names = names_of(arrays, np.array([group[0].name for group in groups], dtype=np.int32))
    return [
        Leg(
            name=name,
            kind=Kind(group[0].kind).name.lower(),
            structure=("", "bridge", "tunnel")[group[0].structure],
            turn=_turn(groups[i - 1][-1].ends, group[0].begins) if i else Turn.START,
            heading=list(Compass)[int((group[0].begins + 22.5) // 45) % 8],
            ds=sum(step.ds for step in group),
            metres=round(sum(step.cm for step in group) / 100, 1),
        )
        for i, (group, name) in enumerate(zip(groups, names, strict=True))
    ]


def _step(arrays: Arrays, edge: int, here: tuple[float, float], there: tuple[float, float], ds: int) -> _Step:
    towards = bearing(*here, *there)
    east, north = (there[0] - here[0]) * cos(radians(here[1])), there[1] - here[1]
    return _Step(
        name=int(arrays["edge_name"][edge]),
        kind=int(arrays["edge_kind"][edge]),
        structure=int(arrays["edge_structure"][edge]),
        ds=ds,
        cm=float(np.hypot(east, north)) * np.pi / 180 * 637_100_880,
        begins=towards,
        ends=towards,
    )


def _grouped(steps: Sequence[_Step]) -> list[list[_Step]]:
    """Neighbours of the same name and kind together; a scrap without a name joins what is before it."""
    groups: list[list[_Step]] = []
    for step in steps:
        if groups and _is_same(groups[-1][-1], step):
            groups[-1].append(step)
        else:
            groups.append([step])
    joined: list[list[_Step]] = []
    for group in groups:
        is_scrap = sum(s.cm for s in group) < SHORT_CM and group[0].name < 0 and group[0].kind not in _TOLD
        if joined and (is_scrap or _is_same(joined[-1][0], group[0])):
            joined[-1].extend(group)
        else:
            joined.append(list(group))
    return joined


_TOLD = {Kind.STEPS, Kind.CROSSING, Kind.LIFT}


def _is_same(a: _Step, b: _Step) -> bool:
    if a.kind in _TOLD or b.kind in _TOLD:
        return a.kind == b.kind and a.name == b.name
    if a.name < 0 and b.name < 0:
        return a.kind == b.kind and abs(_difference(a.ends, b.begins)) < _SLIGHT and a.structure == b.structure
    return a.name == b.name


def _difference(before: float, after: float) -> float:
    """Degrees to the right, -180 to 180."""
    return (after - before + 180) % 360 - 180


def _turn(before: float, after: float) -> Turn:
    right = _difference(before, after)
    size = abs(right)
    if size < _AHEAD:
        return Turn.STRAIGHT
    if size > _BACK:
        return Turn.BACK
    if size < _SLIGHT:
        return Turn.SLIGHT_RIGHT if right > 0 else Turn.SLIGHT_LEFT
    return Turn.RIGHT if right > 0 else Turn.LEFT
