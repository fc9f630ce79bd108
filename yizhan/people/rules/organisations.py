"""The ten departments, the desks, and who is responsible where."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol, TypeVar


class OrganisationKind(StrEnum):
    DEPARTMENT = "department"
    DESK = "desk"
    CITY = "city"
    MERCHANT = "merchant"
    OTHER = "other"


class Department(StrEnum):
    PUBLIC_SECURITY = "public_security"
    HUMAN_RESOURCES = "human_resources"
    CIVIL_AFFAIRS = "civil_affairs"
    HOUSING = "housing"
    HEALTH = "health"
    FINANCE = "finance"
    JUSTICE = "justice"
    TRADE_UNIONS = "trade_unions"
    ETHNIC_AFFAIRS = "ethnic_affairs"
    DISABLED_PERSONS = "disabled_persons"


class Role(StrEnum):
    DESK_CLERK = "desk_clerk"
    EXAMINER = "examiner"
    SIGNER = "signer"
    DELIVERY_CLERK = "delivery_clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"


OFFICE_ROLES = frozenset({Role.EXAMINER, Role.SIGNER})


def territory_prefix(code: str) -> str:
    """A division code without the empty places of its lower levels: 450103000000 and 450103 are both 450103."""
    for length in (2, 4, 6, 9):
        if set(code[length:]) <= {"0"}:
            return code[:length]
    return code


def contains(territory: str, division_code: str) -> bool:
    return division_code.startswith(territory_prefix(territory))


class HasTerritory(Protocol):
    @property
    def territory(self) -> str: ...


Placed = TypeVar("Placed", bound=HasTerritory)


def most_specific(candidates: Iterable[Placed], division_code: str) -> Placed | None:
    """The candidate with the smallest territory that holds the code; None if none does."""
    holding = [one for one in candidates if contains(one.territory, division_code)]
    return max(holding, key=lambda one: len(territory_prefix(one.territory)), default=None)
