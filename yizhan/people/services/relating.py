"""Relations: who may act for whom, entered at a desk, ended by either side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yizhan.facts.people import RelationEnded, RelationEstablished
from yizhan.kernel.api import Actor, BadInput, Conflict, access, audit, ids, publish, times
from yizhan.people.models import Relation, Resident
from yizhan.people.rules.acting import EVERYTHING, RelationKind, holds_on, is_narrower, level_needed
from yizhan.people.services.reading import ResidentNotFound, subject_of


class AgentLevelTooLow(Conflict):
    code = "people.agent_level_too_low"
    message = _("代办人的实名等级是L{level}，登记这种关系要先核验到L{needed}。")


class RelationRefused(BadInput):
    code = "people.relation"
    message = _("代办关系填写不对：不能自己替自己，截止日期要在开始日期之后，范围不能空。")


class RelationExists(Conflict):
    code = "people.relation_exists"
    message = _("这两个人已经有代办关系。要改范围或期限，请先结束原来的。")


class RelationNotFound(ResidentNotFound):
    code = "people.relation_not_found"


@dataclass(frozen=True, kw_only=True)
class NewRelation:
    """`agent` may act for `principal` in `scope` from `valid_from` up to and without `valid_until`."""

    principal_id: UUID
    agent_id: UUID
    kind: RelationKind
    valid_from: date
    scope: tuple[str, ...] = (EVERYTHING,)
    valid_until: date | None = None
    evidence_id: UUID | None = None
    evidence_note: str = ""


def add_relation(*, actor: Actor, relation: NewRelation, at: datetime) -> UUID:
    """Enter a relation. Raises AgentLevelTooLow, RelationRefused, RelationExists, ResidentNotFound."""
    access.require(actor, "people.establish_relation")
    return establish(actor=actor, relation=relation, at=at)


@transaction.atomic
def establish(*, actor: Actor, relation: NewRelation, at: datetime) -> UUID:
    if relation.agent_id == relation.principal_id or not relation.scope:
        raise RelationRefused
    if relation.valid_until is not None and relation.valid_until <= relation.valid_from:
        raise RelationRefused
    principal, agent = _locked_pair(relation.principal_id, relation.agent_id)
    needed = level_needed(relation.kind)
    if agent.level < needed:
        raise AgentLevelTooLow(level=agent.level, needed=int(needed))
    if _clashes(relation):
        raise RelationExists
    row = Relation.objects.create(
        id=ids.new_id(),
        principal=principal,
        agent=agent,
        kind=relation.kind,
        scope=list(relation.scope),
        valid_from=relation.valid_from,
        valid_until=relation.valid_until,
        evidence_id=relation.evidence_id,
        evidence_note=relation.evidence_note[:100],
        level=agent.level,
        established_at=at,
        established_by_id=actor.staff_id,
    )
    audit(actor, "people.relation.established", subject_of(principal.id), agent_id=agent.id, scope=list(relation.scope))
    publish(
        RelationEstablished(
            occurred_at=at,
            community=principal.home_community_id or "",
            channel=actor.channel,
            principal_id=principal.id,
            agent_id=agent.id,
            relation_id=row.id,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
    )
    return row.id


def _locked_pair(principal_id: UUID, agent_id: UUID) -> tuple[Resident, Resident]:
    """Both rows, always locked in the order of their ids, so that two who act for each other cannot deadlock."""
    pair = Resident.objects.select_for_update(no_key=True).filter(pk__in=[principal_id, agent_id]).order_by("id")
    found = {resident.id: resident for resident in pair}
    if len(found) < 2:
        raise ResidentNotFound
    return found[principal_id], found[agent_id]


def _clashes(relation: NewRelation) -> bool:
    pair = Relation.objects.filter(principal_id=relation.principal_id, agent_id=relation.agent_id)
    later = pair.filter(Q(valid_until=None) | Q(valid_until__gt=relation.valid_from))
    if relation.valid_until is not None:
        later = later.filter(valid_from__lt=relation.valid_until)
    return later.exists()


@transaction.atomic
def end_relation(*, actor: Actor, relation_id: UUID, at: datetime) -> None:
    """End it today: the agent may do nothing more. Either side may, and a desk. Raises RelationNotFound."""
    relation = Relation.objects.select_for_update().filter(pk=relation_id).select_related("principal").first()
    if relation is None or not _may_end(actor, relation):
        raise RelationNotFound
    today = times.local_day(at)
    if relation.valid_until is not None and relation.valid_until <= today:
        return
    relation.valid_until = max(today, relation.valid_from)
    relation.ended_by_key = actor.key
    relation.save(update_fields=["valid_until", "ended_by_key"])
    audit(actor, "people.relation.ended", subject_of(relation.principal_id), agent_id=relation.agent_id)
    publish(
        RelationEnded(
            occurred_at=at,
            community=relation.principal.home_community_id or "",
            channel=actor.channel,
            principal_id=relation.principal_id,
            agent_id=relation.agent_id,
            relation_id=relation.id,
        )
    )


@transaction.atomic
def narrow_relation(
    *, actor: Actor, relation_id: UUID, scope: tuple[str, ...], valid_until: date | None, at: datetime
) -> UUID:
    """The principal takes part of it back: fewer matters, or an earlier end. The former relation ends today.

    Widening needs a desk. Raises RelationNotFound, RelationRefused. Returns the relation that holds from today.
    """
    relation = Relation.objects.select_for_update().filter(pk=relation_id).first()
    today = times.local_day(at)
    if relation is None or relation.principal_id != actor.resident_id:
        raise RelationNotFound
    if not holds_on(relation.valid_from, relation.valid_until, today):
        raise RelationNotFound
    until = relation.valid_until if valid_until is None else valid_until
    is_longer = relation.valid_until is not None and until is not None and until > relation.valid_until
    if is_longer or not is_narrower(scope, relation.scope):
        raise RelationRefused
    end_relation(actor=actor, relation_id=relation_id, at=at)
    narrowed = NewRelation(
        principal_id=relation.principal_id,
        agent_id=relation.agent_id,
        kind=RelationKind(relation.kind),
        valid_from=today,
        scope=scope,
        valid_until=until,
        evidence_id=relation.evidence_id,
        evidence_note=relation.evidence_note,
    )
    return establish(actor=actor, relation=narrowed, at=at)


def _may_end(actor: Actor, relation: Relation) -> bool:
    sides = (relation.principal_id, relation.agent_id)
    return actor.resident_id in sides or access.may(actor, "people.establish_relation")
