"""What a scenario makes of the outlets: some open, some close, some stand elsewhere; and who walks how much then."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from yizhan.reach.rules.live import Held


class ChangeKind(StrEnum):
    OPEN = "open"  # 开
    CLOSE = "close"  # 关
    MOVE = "move"  # 搬


@dataclass(frozen=True, kw_only=True)
class Change:
    """One step. `outlet_id` names the outlet that closes or moves; of one that opens it is made up."""

    kind: ChangeKind
    category: str
    outlet_id: UUID
    lon: float | None
    lat: float | None


def applied(held: Iterable[Held], changes: Iterable[Change]) -> tuple[Held, ...]:
    """The outlets after the changes, by id. What has closed in the meantime can neither close nor move."""
    after = {one.outlet_id: one for one in held}
    for change in changes:
        known = after.get(change.outlet_id)
        if change.kind == ChangeKind.OPEN:
            after[change.outlet_id] = _placed(change, change.category)
        elif known is not None and change.kind == ChangeKind.CLOSE:
            del after[change.outlet_id]
        elif known is not None:
            after[change.outlet_id] = _placed(change, known.category)
    return tuple(sorted(after.values()))


def _placed(change: Change, category: str) -> Held:
    if change.lon is None or change.lat is None:
        raise ValueError("what opens or moves has a point")
    return Held(change.outlet_id, category, change.lon, change.lat)


@dataclass(frozen=True, kw_only=True)
class Walks:
    """Dwellings whose walk becomes shorter or longer, and those of them that come within the limit or leave it."""

    shorter: int
    longer: int
    gained: int
    lost: int


def walks(homes: Iterable[tuple[int, int | None, int | None]], limit: int) -> Walks:
    """Of (dwellings, deciseconds before, deciseconds after); None is farther than the hour."""
    shorter = longer = gained = lost = 0
    for dwellings, before, after in homes:
        if before == after:
            continue
        if before is None or (after is not None and after < before):
            shorter += dwellings
            gained += dwellings if after is not None and after <= limit and (before is None or before > limit) else 0
        else:
            longer += dwellings
            lost += dwellings if before <= limit and (after is None or after > limit) else 0
    return Walks(shorter=shorter, longer=longer, gained=gained, lost=lost)
