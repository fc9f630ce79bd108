"""The ten departments, the desks, and who is responsible where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar


class OrganisationKind(StrEnum):
    DEPARTMENT = "department"
    DESK = "desk"
    CITY = "city"
    GOVERNMENT = "government"
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
    OFFICE_LEAD = "office_lead"
    OFFICE_HEAD = "office_head"
    GOVERNMENT_HEAD = "government_head"
    DELIVERY_CLERK = "delivery_clerk"
    SUPERVISOR = "supervisor"
    PLANNER = "planner"
    DATA_STEWARD = "data_steward"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"


OFFICE_ROLES = frozenset({Role.EXAMINER, Role.SIGNER, Role.OFFICE_LEAD})
# Who approve what the law leaves to them (行政许可法 42); they neither examine nor see the papers of a case.
HEADS = frozenset({Role.OFFICE_HEAD, Role.GOVERNMENT_HEAD})
# 三员: one keeps accounts, one grants rights, one reads what both did. Nobody holds two of them.
KEPT_APART = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR})
# What one may hand over for a time; the three of the machine room are not among them, nor is watching others.
HANDED_OVER = OFFICE_ROLES | HEADS | {Role.DESK_CLERK, Role.DELIVERY_CLERK}
ROLES_OF_KIND: Mapping[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.DESK: frozenset({Role.DESK_CLERK, Role.DELIVERY_CLERK}),
    OrganisationKind.DEPARTMENT: OFFICE_ROLES | {Role.OFFICE_HEAD},
    OrganisationKind.GOVERNMENT: frozenset({Role.GOVERNMENT_HEAD}),
    OrganisationKind.CITY: KEPT_APART | {Role.SUPERVISOR, Role.PLANNER, Role.DATA_STEWARD},
    # A planning bureau decides no matter here, so it is none of the departments.
    OrganisationKind.OTHER: frozenset({Role.PLANNER}),
}


def roles_in(kind: str) -> tuple[Role, ...]:
    """The roles that an organisation of this kind has, in the order of the list above."""
    fitting = ROLES_OF_KIND.get(OrganisationKind(kind), frozenset())
    return tuple(role for role in Role if role in fitting)


def are_kept_apart(wanted: str, held: Collection[str]) -> bool:
    """Whether one person must not have the wanted role beside those that he holds."""
    return wanted in KEPT_APART and any(role in KEPT_APART and role != wanted for role in held)


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
