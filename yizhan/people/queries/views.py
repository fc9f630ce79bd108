"""The frozen views that cross the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yizhan.people.rules.acting import Presence, RelationKind
from yizhan.people.rules.identity import Sex
from yizhan.people.rules.organisations import Department, OrganisationKind


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """A person as a desk or an office sees him: numbers masked. `age` is in full years on the day of the look."""

    resident_id: UUID
    name: str
    id_number_masked: str
    phone_masked: str
    sex: Sex | None
    born_on: date | None
    age: int | None
    home_community: str
    hukou_division: str
    level: int
    is_sample: bool
    has_phone: bool


@dataclass(frozen=True, kw_only=True)
class ListedPerson:
    """One line of a desk's own list."""

    resident_id: UUID
    name: str
    id_number_masked: str
    born_on: date | None


@dataclass(frozen=True, kw_only=True)
class PersonPage:
    people: tuple[ListedPerson, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Intake:
    """A desk's open look at one person. `agent` is the card of who stands there instead."""

    grant_id: UUID
    purpose: str
    presence: Presence
    organisation_id: UUID
    resident_id: UUID
    agent_id: UUID | None
    case_id: UUID | None
    opened_at: datetime
    person: PersonCard
    agent: PersonCard | None


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A verified attribute: what, from where, when seen, how surely."""

    name: str
    value: Any
    source: str
    seen_at: datetime
    level: int


@dataclass(frozen=True, kw_only=True)
class PersonFile:
    """The card and the attributes that one look shows together, by name."""

    card: PersonCard
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, kw_only=True)
class Contact:
    resident_id: UUID
    name: str
    phone: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RelationView:
    """`agent` may act for `principal`; `valid_until` is the first day on which that is over."""

    relation_id: UUID
    kind: RelationKind
    agent_id: UUID
    agent_name: str
    principal_id: UUID
    principal_name: str
    scope: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    level: int


@dataclass(frozen=True, kw_only=True)
class OrganisationView:
    organisation_id: UUID
    kind: OrganisationKind
    name: str
    department: Department | None
    territory: str
    parent_id: UUID | None
    phone: str
    address: str
    is_sample: bool


@dataclass(frozen=True, kw_only=True)
class StaffCard:
    staff_id: UUID
    name: str
    employee_number: str
    organisation_id: UUID
    organisation_name: str


@dataclass(frozen=True, kw_only=True)
class ReadView:
    """One look into somebody's record, as that person sees it."""

    read_id: UUID
    reader_name: str
    organisation_name: str
    purpose: str
    fields: tuple[str, ...]
    case_id: UUID | None
    case_title: str
    case_url: str
    at: datetime
    channel: str


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    reads: tuple[ReadView, ...]
    number: int
    pages: int
    total: int
