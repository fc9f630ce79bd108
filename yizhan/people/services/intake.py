"""A desk's look at one person: opened by the full number, one at a time, closed when the case is routed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.core.paginator import Paginator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, Conflict, NotAllowed, Subject, access, audit, joined, times
from yizhan.people.models import IntakeGrant, Resident, Staff
from yizhan.people.queries import people
from yizhan.people.queries.views import Intake, PersonPage
from yizhan.people.rules.acting import EVERYTHING, Presence, RelationKind
from yizhan.people.rules.looking import CARD_FIELDS, GRANT_LASTS, LIST_FIELDS, Purpose
from yizhan.people.rules.organisations import Role
from yizhan.people.services.reading import ResidentNotFound, record_reads, subject_of
from yizhan.people.services.registering import identity_number_of, name_of
from yizhan.people.services.relating import NewRelation, establish

log = structlog.get_logger()


class AgentNotAuthorised(Conflict):
    code = "people.agent_not_authorised"
    message = _("来办事的人还没有登记代办关系。请核对委托材料，先登记关系再办。")


class AgentMissing(BadInput):
    code = "people.agent_missing"
    message = _("家人代办时，请先读取代办人的身份证。")


class IntakeNotOpen(Conflict):
    code = "people.intake_not_open"
    message = _("这次查看已经结束。请重新读取身份证。")


class WorkplaceUnclear(Conflict):
    code = "people.workplace_unclear"
    message = _("您在几个单位都有岗位，请先选择现在在哪个单位上班。")


@dataclass(frozen=True, kw_only=True)
class Authorisation:
    """A relation that the desk enters on the papers the agent has brought."""

    kind: RelationKind
    scope: tuple[str, ...] = (EVERYTHING,)
    valid_until: date | None = None
    evidence_id: UUID | None = None
    evidence_note: str = ""


@dataclass(frozen=True, kw_only=True)
class _Visitor:
    resident: Resident
    agent: Resident | None
    purpose: Purpose
    case_id: UUID | None = None


def find_resident_at_desk(
    *,
    actor: Actor,
    id_number: str,
    at: datetime,
    presence: Presence | str = Presence.PERSON,
    agent_id: UUID | None = None,
    authorisation: Authorisation | None = None,
    organisation_id: UUID | None = None,
    delivery_of: UUID | None = None,
) -> Intake:
    """Open a look at the person with this full number; the desk's former look closes.

    With presence "agent" somebody else stands there: `agent_id`, with a relation that holds today for some matter
    (which one is asked when the matter is known) or is entered now by `authorisation`. `delivery_of` names the case
    that a person has come to fetch: the look is then for delivery. Raises IdentityNumberRefused, ResidentNotFound
    (absent and not yours look the same), AgentMissing, AgentNotAuthorised, WorkplaceUnclear.
    """
    access.require(actor, "people.deliver_at_desk" if delivery_of else "people.find_at_desk")
    number = identity_number_of(id_number, at=at)
    resident = Resident.objects.with_id_number(number.number).first()
    if resident is None:
        _note_miss(actor)
        raise ResidentNotFound
    if delivery_of:
        visitor = _Visitor(resident=resident, agent=None, purpose=Purpose.DELIVERY, case_id=delivery_of)
        return _open(actor=actor, visitor=visitor, organisation_id=organisation_id, at=at)
    return _open_intake(
        actor=actor,
        resident=resident,
        presence=Presence(presence),
        agent_id=agent_id,
        authorisation=authorisation,
        organisation_id=organisation_id,
        at=at,
    )


def open_intake(
    *,
    actor: Actor,
    resident_id: UUID,
    at: datetime,
    presence: Presence | str = Presence.PERSON,
    agent_id: UUID | None = None,
    authorisation: Authorisation | None = None,
    organisation_id: UUID | None = None,
) -> Intake:
    """Open a look at a person of the desk's own territory, chosen from its list. Raises ResidentNotFound outside."""
    access.require(actor, "people.find_at_desk")
    near = Resident.objects.living_in(actor.territories(Role.DESK_CLERK))
    resident = near.filter(pk=resident_id).first()
    if resident is None:
        raise ResidentNotFound
    return _open_intake(
        actor=actor,
        resident=resident,
        presence=Presence(presence),
        agent_id=agent_id,
        authorisation=authorisation,
        organisation_id=organisation_id,
        at=at,
    )


def open_for_delivery(
    *,
    actor: Actor,
    resident_id: UUID,
    case_id: UUID,
    at: datetime,
    presence: Presence | str = Presence.PERSON,
    agent_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> Intake:
    """Any desk, for a case whose pick-up code matters has checked. Raises ResidentNotFound, AgentNotAuthorised."""
    access.require(actor, "people.deliver_at_desk")
    resident = Resident.objects.filter(pk=resident_id).first()
    if resident is None:
        raise ResidentNotFound
    agent = _agent(Presence(presence), agent_id)
    if agent and not _may_act(agent, resident, "delivery", at) and not _may_act(agent, resident, "matters", at):
        raise AgentNotAuthorised
    visitor = _Visitor(resident=resident, agent=agent, purpose=Purpose.DELIVERY, case_id=case_id)
    return _open(actor=actor, visitor=visitor, organisation_id=organisation_id, at=at)


@transaction.atomic
def _open_intake(
    *,
    actor: Actor,
    resident: Resident,
    presence: Presence,
    agent_id: UUID | None,
    authorisation: Authorisation | None,
    organisation_id: UUID | None,
    at: datetime,
) -> Intake:
    agent = _agent(presence, agent_id)
    if agent and not _may_act(agent, resident, "matters", at):
        _authorise(actor, agent, resident, authorisation, at)
    visitor = _Visitor(resident=resident, agent=agent, purpose=Purpose.INTAKE)
    return _open(actor=actor, visitor=visitor, organisation_id=organisation_id, at=at)


def _authorise(
    actor: Actor, agent: Resident, resident: Resident, authorisation: Authorisation | None, at: datetime
) -> None:
    if authorisation is None:
        raise AgentNotAuthorised
    relation = NewRelation(
        principal_id=resident.id,
        agent_id=agent.id,
        kind=authorisation.kind,
        scope=authorisation.scope,
        valid_from=times.local_day(at),
        valid_until=authorisation.valid_until,
        evidence_id=authorisation.evidence_id,
        evidence_note=authorisation.evidence_note,
    )
    establish(actor=actor, relation=relation, at=at)


def _may_act(agent: Resident, resident: Resident, scope: str, at: datetime) -> bool:
    return people.may_act_in_part_for(agent_id=agent.id, principal_id=resident.id, scope=scope, on=times.local_day(at))


def _agent(presence: Presence, agent_id: UUID | None) -> Resident | None:
    if presence is Presence.PERSON:
        return None
    agent = Resident.objects.filter(pk=agent_id).first() if agent_id else None
    if agent is None:
        raise AgentMissing
    return agent


@transaction.atomic
def _open(*, actor: Actor, visitor: _Visitor, organisation_id: UUID | None, at: datetime) -> Intake:
    # The row of the member of staff is the queue: two windows of one clerk wait for each other here.
    staff = Staff.objects.select_for_update(no_key=True).get(pk=_staff_id(actor))
    IntakeGrant.objects.filter(staff=staff, closed_at=None).update(closed_at=at)
    grant = IntakeGrant.objects.create(
        staff=staff,
        organisation_id=_workplace(actor, organisation_id),
        resident=visitor.resident,
        purpose=visitor.purpose,
        presence=Presence.AGENT if visitor.agent else Presence.PERSON,
        agent=visitor.agent,
        opened_at=at,
        case_id=visitor.case_id,
    )
    seen = [visitor.resident.id, *([visitor.agent.id] if visitor.agent else [])]
    record_reads(
        actor=actor, resident_ids=seen, purpose=visitor.purpose, fields=CARD_FIELDS, at=at, case_id=visitor.case_id
    )
    audit(actor, f"people.{visitor.purpose}.opened", subject_of(visitor.resident.id), presence=grant.presence)
    return _view(grant, at=at)


def _staff_id(actor: Actor) -> UUID:
    if actor.staff_id is None:
        raise NotAllowed(permission="people.find_at_desk")
    return actor.staff_id


def _workplace(actor: Actor, organisation_id: UUID | None) -> UUID:
    places = actor.organisations(Role.DESK_CLERK) | actor.organisations(Role.DELIVERY_CLERK)
    if organisation_id is not None:
        if organisation_id not in places:
            raise NotAllowed(permission="people.find_at_desk")
        return organisation_id
    if len(places) != 1:
        raise WorkplaceUnclear
    return next(iter(places))


def _view(grant: IntakeGrant, *, at: datetime) -> Intake:
    day = times.local_day(at)
    return Intake(
        grant_id=grant.id,
        purpose=grant.purpose,
        presence=Presence(grant.presence),
        organisation_id=grant.organisation_id,
        resident_id=grant.resident_id,
        agent_id=grant.agent_id,
        case_id=grant.case_id,
        opened_at=grant.opened_at,
        person=people.card_of(grant.resident, day=day),
        agent=people.card_of(grant.agent, day=day) if grant.agent else None,
    )


def _note_miss(actor: Actor) -> None:
    # Somebody who tries numbers leaves a trail, though no number is written down. The line in the log stays even
    # where a caller's transaction takes the audit line back.
    log.info("resident_not_found_at_desk", staff=str(actor.staff_id))
    with transaction.atomic():
        audit(actor, "people.intake.not_found", Subject("people.staff", str(actor.staff_id)))


def current_intake(*, actor: Actor, at: datetime) -> Intake | None:
    """The desk's open look, as it was logged when it was opened; None when nobody stands there."""
    if actor.staff_id is None:
        return None
    grants = IntakeGrant.objects.filter(staff_id=actor.staff_id, closed_at=None, opened_at__gt=at - GRANT_LASTS)
    grant = grants.select_related("resident", "agent").first()
    return _view(grant, at=at) if grant else None


@joined
def attach_intake_to_case(*, actor: Actor, grant_id: UUID, case_id: UUID, at: datetime) -> None:
    """From here on the look belongs to this case. Raises IntakeNotOpen."""
    grant = (
        IntakeGrant.objects.select_for_update()
        .filter(pk=grant_id, staff_id=_staff_id(actor), closed_at=None, opened_at__gt=at - GRANT_LASTS)
        .first()
    )
    if grant is None or grant.case_id not in (None, case_id):
        raise IntakeNotOpen
    if grant.case_id is None:
        grant.case_id = case_id
        grant.save(update_fields=["case_id"])
        # The same look again, now with its case, so that the person sees what it was for.
        seen = [grant.resident_id, *([grant.agent_id] if grant.agent_id else [])]
        record_reads(actor=actor, resident_ids=seen, purpose=grant.purpose, fields=CARD_FIELDS, at=at, case_id=case_id)


def close_intake(*, case_id: UUID, at: datetime) -> int:
    """No desk sees the person of this case any longer. Returns how many looks were closed."""
    return IntakeGrant.objects.filter(case_id=case_id, closed_at=None).update(closed_at=at)


def close_current_intake(*, actor: Actor, at: datetime) -> int:
    """The person has left the desk."""
    return IntakeGrant.objects.filter(staff_id=_staff_id(actor), closed_at=None).update(closed_at=at)


@transaction.atomic
def residents_near_desk(*, actor: Actor, name: str, at: datetime, page: int = 1, size: int = 10) -> PersonPage:
    """The desk's own residents whose name contains the text, masked; each line shown is a look ("desk_list").

    Raises NameRefused for a name that is none.
    """
    access.require(actor, "people.list_own_territory")
    wanted = name_of(name)
    near = Resident.objects.living_in(actor.territories(Role.DESK_CLERK)).filter(name__contains=wanted)
    paginator = Paginator(near.by_name(), size)
    shown = paginator.get_page(page)
    residents = list(shown.object_list)
    record_reads(
        actor=actor, resident_ids=[one.id for one in residents], purpose=Purpose.DESK_LIST, fields=LIST_FIELDS, at=at
    )
    return PersonPage(
        people=tuple(people.listed(one) for one in residents),
        number=shown.number,
        pages=paginator.num_pages,
        total=paginator.count,
    )
