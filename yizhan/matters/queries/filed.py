"""Cases in short, as organisations' systems follow them: no person, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor
from yizhan.matters.models import Case
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.states import State

_COLUMNS = ("id", "reference", "state", "item_code", "item_version_id", "created_at", "accepted_at", "due_on")


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    case_id: UUID
    reference: str
    state: State
    state_word: str
    item_code: str
    item_name: str
    created_at: datetime
    accepted_at: datetime | None
    due_on: date | None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What whoever has just opened a case is told, though it may lie elsewhere already."""

    case_id: UUID
    reference: str
    state: State


def case_receipt(*, case_id: UUID) -> Opened:
    reference, state = Case.objects.values_list("reference", "state").get(pk=case_id)
    return Opened(case_id=case_id, reference=reference, state=State(state))


def find_case_line(actor: Actor, case_id: UUID) -> CaseLine | None:
    return next(_lines(actor, Q(pk=case_id), 1), None)


def case_lines(actor: Actor, *, before: UUID | None, state: str, most: int) -> tuple[CaseLine, ...]:
    """At most `most` of the cases that the actor sees, the newest first, from before the one named."""
    wanted = Q(pk__lt=before) if before else Q()
    return tuple(_lines(actor, wanted & Q(state=state) if state else wanted, most))


def _lines(actor: Actor, wanted: Q, most: int) -> Iterator[CaseLine]:
    found = Case.objects.visible_to(actor).exclude(state=State.DRAFT).filter(wanted).order_by("-pk")
    for row in found.values_list(*_COLUMNS)[:most]:
        case_id, reference, state, code, version_id, created_at, accepted_at, due_on = row
        yield CaseLine(
            case_id=case_id,
            reference=reference,
            state=State(state),
            state_word=str(STATE_WORDS[State(state)]),
            item_code=code,
            item_name=catalogue.item_name(version_id),
            created_at=created_at,
            accepted_at=accepted_at,
            due_on=due_on,
        )
