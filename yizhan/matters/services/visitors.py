"""Who stands at the desk: the person, or somebody for the person, with the papers that were seen."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, Conflict, access, times
from yizhan.people import api as people


class NobodyAtTheDesk(Conflict):
    code = "matters.nobody_at_the_desk"
    message = _("窗口前还没有登记来办的人。请先读身份证。")


class CardNotSeen(Conflict):
    code = "matters.card_not_seen"
    message = _("没有核对身份证原件，不能往下办。请核对后打勾。")


class AgentNotRegistered(people.ResidentNotFound):
    code = "matters.agent_not_registered"
    message = _("代办人还没有在一站登记。先登记代办人，再往下办。")


class AgentNumberRefused(people.IdentityNumberRefused):
    """The number of the agent, not that of the person."""

    code = "matters.agent_number"


@dataclass(frozen=True, kw_only=True)
class SeenCard:
    """An identity card in the clerk's hand; `is_face_compared` where the holder stands there."""

    id_number: str
    is_original_seen: bool
    is_face_compared: bool = False


@dataclass(frozen=True, kw_only=True)
class AgentSeen:
    """Somebody who acts for the person. `kind` and the letter matter only where no relation holds yet."""

    card: SeenCard
    kind: people.RelationKind
    is_letter_seen: bool
    valid_until: date | None = None


@transaction.atomic
def receive_visitor(*, actor: Actor, card: SeenCard, agent: AgentSeen | None, at: datetime) -> people.Intake:
    """Open the desk's look at one person by the full number and the original card.

    Raises CardNotSeen, AgentNumberRefused, AgentNotRegistered, and of people IdentityNumberRefused, ResidentNotFound,
    AgentNotAuthorised, AgentLevelTooLow.
    """
    access.require(actor, "matters.take_in")
    if not card.is_original_seen or (agent and not agent.card.is_original_seen):
        raise CardNotSeen
    agent_id = _check_agent(actor, agent.card, at) if agent else None
    intake = people.find_resident_at_desk(
        actor=actor,
        id_number=card.id_number,
        at=at,
        presence=people.Presence.AGENT if agent else people.Presence.PERSON,
        agent_id=agent_id,
        authorisation=_authorisation(agent),
    )
    check_card(actor, intake.person, card, at)
    seen_again = people.current_intake(actor=actor, at=at)
    if seen_again is None:
        raise NobodyAtTheDesk
    return seen_again


def _check_agent(actor: Actor, card: SeenCard, at: datetime) -> UUID:
    try:
        found = people.find_resident_at_desk(actor=actor, id_number=card.id_number, at=at)
    except people.IdentityNumberRefused as wrong:
        raise AgentNumberRefused(wrong.fault) from None
    except people.ResidentNotFound:
        raise AgentNotRegistered from None
    check_card(actor, found.person, card, at)
    return found.resident_id


def check_card(actor: Actor, person: people.PersonCard, card: SeenCard, at: datetime) -> None:
    document = people.SeenDocument(
        kind=people.IdentityDocument.IDENTITY_CARD,
        name=person.name,
        id_number=card.id_number,
        is_face_compared=card.is_face_compared,
    )
    people.check_identity_at_desk(actor=actor, resident_id=person.resident_id, document=document, at=at)


def _authorisation(agent: AgentSeen | None) -> people.Authorisation | None:
    if agent is None or not agent.is_letter_seen:
        return None
    return people.Authorisation(
        kind=agent.kind,
        scope=("matters", "delivery"),
        valid_until=agent.valid_until,
        evidence_note="desk:代办委托书",
    )


def current_visitor(*, actor: Actor, at: datetime) -> people.Intake:
    """Raises NobodyAtTheDesk."""
    intake = people.current_intake(actor=actor, at=at)
    if intake is None:
        raise NobodyAtTheDesk
    return intake


@transaction.atomic
def record_household(*, actor: Actor, division: str, at: datetime) -> None:
    """Write down the place of registration as the household register (户口簿) at the desk shows it."""
    intake = current_visitor(actor=actor, at=at)
    people.record_attribute(
        actor=actor,
        resident_id=intake.resident_id,
        name="hukou_division",
        value=division,
        source="desk:户口簿",
        at=at,
    )


def record_presence(*, actor: Actor, intake: people.Intake, at: datetime) -> None:
    """A person who stands at the desk is alive; of one who sent somebody nothing is known."""
    if intake.presence is people.Presence.PERSON:
        people.record_attribute(
            actor=actor, resident_id=intake.resident_id, name="alive", value=True, source="desk:本人到场", at=at
        )


def filing_context(intake: people.Intake) -> dict[str, str]:
    """What the form need not ask, because the desk knows it."""
    if intake.agent is None:
        return {"filed_by": "self"}
    contact = people.contact_of(resident_id=intake.agent.resident_id)
    context = {"filed_by": "agent", "agent_name": intake.agent.name}
    if contact and contact.phone:
        context["agent_phone"] = contact.phone
    return context | {"relation": _relation_choice(intake)}


_CHOICES = {"daughter": "child", "son": "child", "spouse": "spouse"}


def relation_of(intake: people.Intake) -> str:
    """The kind of relation between the agent who stands there and the person; "" for the person."""
    if intake.agent_id is None:
        return ""
    relations = people.agents_of(resident_id=intake.resident_id, on=times.local_day(intake.opened_at))
    return next((str(r.kind) for r in relations if r.agent_id == intake.agent_id), "other")


def _relation_choice(intake: people.Intake) -> str:
    return _CHOICES.get(relation_of(intake), "other")
