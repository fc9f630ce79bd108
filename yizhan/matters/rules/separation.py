"""受办分离: who accepts never decides, and who decides is not who signs."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Part(StrEnum):
    EXAMINE = "examine"
    DECIDE = "decide"
    SIGN = "sign"
    REVOKE = "revoke"


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Which member of staff has had which part in a case."""

    taken_in_by: UUID | None = None
    accepted_by: UUID | None = None
    decided_by: UUID | None = None
    heard: frozenset[UUID] = frozenset()  # gave the opinion of an office before


def may_take(part: Part, staff_id: UUID | None, parts: Parts) -> bool:
    """Whether this member of staff is free to take the part; nobody without a staff id is."""
    if staff_id is None or staff_id in (parts.taken_in_by, parts.accepted_by):
        return False
    return part is not Part.SIGN or (staff_id != parts.decided_by and staff_id not in parts.heard)
