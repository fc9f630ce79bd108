"""Acting for another person: who may, for what, on which days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from yizhan.people.rules.levels import Level

EVERYTHING = "all"


class RelationKind(StrEnum):
    DAUGHTER = "daughter"
    SON = "son"
    SPOUSE = "spouse"
    PARENT = "parent"
    GUARDIAN = "guardian"
    OTHER = "other"


class Presence(StrEnum):
    """Who stands at the desk."""

    PERSON = "person"
    AGENT = "agent"


def covers(scope: Collection[str], wanted: str) -> bool:
    """Whether a scope such as {"matters", "delivery"} holds for "matters.old_age_allowance"."""
    return any(part in (EVERYTHING, wanted) or wanted.startswith(f"{part}.") for part in scope)


def touches(scope: Collection[str], wanted: str) -> bool:
    """Whether a scope holds for some part of "matters", though perhaps not for all of it."""
    return covers(scope, wanted) or any(part.startswith(f"{wanted}.") for part in scope)


def is_narrower(scope: Collection[str], former: Collection[str]) -> bool:
    """Whether everything in `scope` was allowed before."""
    return bool(scope) and all(covers(former, part) for part in scope)


def holds_on(valid_from: date, valid_until: date | None, day: date) -> bool:
    """Half-open: the last day is the one before `valid_until`."""
    return valid_from <= day and (valid_until is None or day < valid_until)


def level_needed(kind: RelationKind) -> Level:
    """A guardian is seen in person; any other agent has shown a document at a desk."""
    return Level.IN_PERSON if kind is RelationKind.GUARDIAN else Level.DOCUMENT
