"""How the table of nearest outlets follows the outlets: what changed, and how far the change can be felt.

Of equally near outlets the one with the lower id counts, so that the table is a function of the set of outlets.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import NamedTuple
from uuid import UUID

METRES_PER_DEGREE = 111_195.08
LIMIT_DS = 36_000  # an hour; farther than that is "more than an hour"
_SHORTEST_DS = 3_000


class Held(NamedTuple):
    """An outlet as it is counted."""

    outlet_id: UUID
    category: str
    lon: float
    lat: float


class Box(NamedTuple):
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What is new in a category and what is gone from it; an outlet that moved is both."""

    category: str
    opened: tuple[Held, ...]
    closed: tuple[Held, ...]

    def __len__(self) -> int:
        return len(self.opened) + len(self.closed)


def differences(before: Iterable[Held], after: Iterable[Held]) -> tuple[Difference, ...]:
    """By category; what stands as it stood is in none of them."""
    old, new = frozenset(before), frozenset(after)
    opened, closed = sorted(new - old), sorted(old - new)
    return tuple(
        Difference(
            category=category,
            opened=tuple(one for one in opened if one.category == category),
            closed=tuple(one for one in closed if one.category == category),
        )
        for category in sorted({one.category for one in (*opened, *closed)})
    )


def is_whole_cheaper(changed: int, held: int) -> bool:
    """Whether a category is sooner counted anew than followed change by change."""
    return changed > max(8, held // 8)


def farthest_m(ds: int, speed_cm_per_min: int) -> float:
    """No walk of `ds` deciseconds leads farther than this as the crow flies.

    Every stretch costs its length at the profile's speed or more, rounded half up and at least 1 ds: never less than
    two thirds of it. Parts of the first and the last stretch and the walks beside the street may round down to 0.
    """
    return 1.5 * ds * speed_cm_per_min / 60_000 * 1.005 + 1.0


def box_round(points: Iterable[tuple[float, float]], metres: float) -> Box:
    """A box in degrees that holds everything within so many metres of any of the points (lon, lat)."""
    lons, lats = zip(*points, strict=True)
    north = metres / METRES_PER_DEGREE
    widest = min(max(abs(min(lats) - north), abs(max(lats) + north)), 89.0)
    east = north / cos(radians(widest))
    return Box(min(lons) - east, min(lats) - north, max(lons) + east, max(lats) + north)


def first_limit(longest_ds: int) -> int:
    """How far to look first for what comes next where the nearest outlet was `longest_ds` away at most."""
    return min(LIMIT_DS, max(_SHORTEST_DS, 2 * longest_ds))
