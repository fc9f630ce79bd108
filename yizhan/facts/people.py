"""What people publishes."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from yizhan.kernel.api import Fact


@dataclass(frozen=True, kw_only=True)
class ResidentRegistered(Fact):
    """A person is known to the city."""

    subject_kind: ClassVar[str] = "people.resident"
    subject_field: ClassVar[str] = "resident_id"

    resident_id: UUID


@dataclass(frozen=True, kw_only=True)
class LevelRaised(Fact):
    """The city knows more surely who a person is (L0–L4)."""

    subject_kind: ClassVar[str] = "people.resident"
    subject_field: ClassVar[str] = "resident_id"

    resident_id: UUID
    level: int
    method: str


@dataclass(frozen=True, kw_only=True)
class RelationEstablished(Fact):
    """Somebody may act for this person from a day on."""

    subject_kind: ClassVar[str] = "people.resident"
    subject_field: ClassVar[str] = "principal_id"

    principal_id: UUID
    agent_id: UUID
    relation_id: UUID
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class RelationEnded(Fact):
    """Somebody may no longer act for this person."""

    subject_kind: ClassVar[str] = "people.resident"
    subject_field: ClassVar[str] = "principal_id"

    principal_id: UUID
    agent_id: UUID
    relation_id: UUID
