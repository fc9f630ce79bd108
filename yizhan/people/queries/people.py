"""Cards, relations and contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from itertools import starmap
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yizhan.kernel.api import Composed
from yizhan.look.api import mask_id_number, mask_phone
from yizhan.people.models import Account, Relation, Resident, Staff, VerifiedAttribute
from yizhan.people.models.residents import letters_of_name_key
from yizhan.people.queries.views import Attribute, Contact, ListedPerson, PersonCard, RelationView
from yizhan.people.rules.acting import RelationKind, covers, touches
from yizhan.people.rules.ages import age_on
from yizhan.people.rules.identity import Sex
from yizhan.people.rules.names import letters_typed, parts_like_names


def card_of(resident: Resident, *, day: date) -> PersonCard:
    born_on = resident.born_on
    return PersonCard(
        resident_id=resident.id,
        name=resident.name,
        id_number_masked=mask_id_number(resident.id_number or ""),
        phone_masked=mask_phone(resident.phone or ""),
        sex=Sex(resident.sex) if resident.sex else None,
        born_on=born_on,
        age=age_on(born_on, day) if born_on and born_on <= day else None,
        home_community=resident.home_community_id or "",
        hukou_division=resident.hukou_division,
        level=resident.level,
        is_sample=resident.is_sample,
        has_phone=resident.phone is not None,
    )


def listed(resident: Resident) -> ListedPerson:
    return ListedPerson(
        resident_id=resident.id,
        name=resident.name,
        id_number_masked=mask_id_number(resident.id_number or ""),
        born_on=resident.born_on,
    )


def latest_attributes(resident_id: UUID, names: Collection[str]) -> dict[str, Attribute]:
    """Per name the row seen last; a name that no source answers is absent."""
    rows = _latest.rows(resident_id=resident_id, names=tuple(sorted(set(names)))) if names else []
    return {
        name: Attribute(name=name, value=value, source=source, seen_at=seen_at, level=level)
        for name, value, source, seen_at, level in rows
    }


@Composed
def _latest(*, resident_id: UUID, names: tuple[str, ...]) -> QuerySet[VerifiedAttribute, tuple[Any, ...]]:
    known = VerifiedAttribute.objects.filter(resident_id=resident_id, name__in=names)
    newest = known.order_by("name", "-seen_at", "-id").distinct("name")
    return newest.values_list("name", "value", "source", "seen_at", "level")


def contact_of(*, resident_id: UUID) -> Contact | None:
    """Where a message to this very person goes; None if nobody has that id.

    For the resident's own messages only: it is the city writing to him, not somebody reading about him, so it
    leaves no RecordRead. Anything else asks for `person_card`.
    """
    resident = Resident.objects.filter(pk=resident_id).only("id", "name", "phone").first()
    if resident is None:
        return None
    phone = resident.phone or _account_phone(resident_id)
    return Contact(resident_id=resident.id, name=resident.name, phone=phone)


def is_name_known(text: str) -> bool:
    """Whether some part of the text is the name of somebody here, or all of it such a name in pinyin.

    Asked before a text that somebody typed is kept: nobody is named by the answer, and nobody looked into a record.
    """
    parts = parts_like_names(text)
    if parts and (Resident.objects.filter(name__in=parts).exists() or Staff.objects.filter(name__in=parts).exists()):
        return True
    letters = letters_typed(text)
    return bool(letters) and Resident.objects.alias(letters=letters_of_name_key()).filter(letters=letters).exists()


def _account_phone(resident_id: UUID) -> str | None:
    account = Account.objects.filter(resident_id=resident_id, is_active=True).only("id", "phone").first()
    return account.phone if account else None


def agents_of(*, resident_id: UUID, scope: str | None = None, on: date) -> tuple[RelationView, ...]:
    """Who may act for this person on that day, for `scope` if given."""
    return _covering(_relations.rows(principal_id=resident_id, agent_id=None, on=on), scope)


def principals_of(*, resident_id: UUID, scope: str | None = None, on: date) -> tuple[RelationView, ...]:
    """For whom this person may act on that day, for `scope` if given."""
    return _covering(_relations.rows(principal_id=None, agent_id=resident_id, on=on), scope)


@Composed
def _relations(*, principal_id: UUID | None, agent_id: UUID | None, on: date) -> QuerySet[Relation, tuple[Any, ...]]:
    whose = Q(principal_id=principal_id) if principal_id else Q(agent_id=agent_id)
    return Relation.objects.holding_on(on).filter(whose).order_by("valid_from", "id").values_list(*_RELATION)


_RELATION = (
    "id",
    "kind",
    "agent_id",
    "agent__name",
    "principal_id",
    "principal__name",
    "scope",
    "valid_from",
    "valid_until",
    "level",
)


def _covering(relations: Iterable[tuple[Any, ...]], scope: str | None) -> tuple[RelationView, ...]:
    views = starmap(_relation_view, relations)
    return tuple(one for one in views if scope is None or covers(one.scope, scope))


def _relation_view(relation_id: UUID, kind: str, *rest: Any) -> RelationView:
    agent_id, agent_name, principal_id, principal_name, scope, valid_from, valid_until, level = rest
    return RelationView(
        relation_id=relation_id,
        kind=RelationKind(kind),
        agent_id=agent_id,
        agent_name=agent_name,
        principal_id=principal_id,
        principal_name=principal_name,
        scope=tuple(scope),
        valid_from=valid_from,
        valid_until=valid_until,
        level=level,
    )


def may_act_for(*, agent_id: UUID, principal_id: UUID, scope: str, on: date) -> bool:
    return any(covers(held, scope) for held in _scopes(agent_id, principal_id, on))


def may_act_in_part_for(*, agent_id: UUID, principal_id: UUID, scope: str, on: date) -> bool:
    """Whether a relation holds for some part of `scope`: at a desk, before anybody has said which matter it is."""
    return any(touches(held, scope) for held in _scopes(agent_id, principal_id, on))


def _scopes(agent_id: UUID, principal_id: UUID, on: date) -> list[list[str]]:
    held = Relation.objects.holding_on(on).filter(agent_id=agent_id, principal_id=principal_id)
    return list(held.values_list("scope", flat=True))
