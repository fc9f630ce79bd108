"""Making sure who a person is, and writing down what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.facts.people import LevelRaised
from yizhan.kernel.api import Actor, BadInput, Conflict, NotAllowed, access, audit, joined, publish, rows
from yizhan.people.models import LevelCheck, Resident, VerifiedAttribute
from yizhan.people.rules.acting import Presence
from yizhan.people.rules.levels import CheckMethod, IdentityDocument, Level, level_after
from yizhan.people.rules.organisations import Role
from yizhan.people.services.reading import ResidentNotFound, open_grant, organisation_of, subject_of
from yizhan.people.services.registering import (
    derive_attributes,
    identity_number_of,
    name_of,
    save_numbered,
    write_number,
)


class NotAtTheDesk(Conflict):
    code = "people.not_at_the_desk"
    message = _("请先读取这个人的身份证，再核验。")


class NumberDiffers(Conflict):
    code = "people.number_differs"
    message = _("证件上的姓名或号码和登记的不一样，请核对后再办。")


class AttributeRefused(BadInput):
    code = "people.attribute"
    message = _("登记的内容不完整：要写明是什么、看了什么材料。")


@dataclass(frozen=True, kw_only=True)
class SeenDocument:
    """What the clerk holds in the hand. `is_face_compared`: the person stands there and looks like the picture."""

    kind: IdentityDocument
    name: str
    id_number: str
    is_face_compared: bool = False


@transaction.atomic
def check_identity_at_desk(*, actor: Actor, resident_id: UUID, document: SeenDocument, at: datetime) -> int:
    """Lift the level by an original document at a desk; returns the level reached.

    L3 where the person is there, L4 where the face was compared with the picture too; a card brought by an agent
    makes the number sure and no more (L2). Needs the desk's open grant. Raises NotAtTheDesk, NumberDiffers.
    """
    access.require(actor, "people.check_identity")
    resident = _locked(resident_id)
    grant = open_grant(actor, resident_id, at=at)
    if grant is None:
        raise NotAtTheDesk
    _compare(resident, document, at=at)
    is_there = grant.presence == Presence.PERSON or grant.agent_id == resident_id
    if not is_there:
        method = CheckMethod.DOCUMENT_BY_AGENT
    elif document.is_face_compared:
        method = CheckMethod.FACE_TO_FACE
    else:
        method = CheckMethod.DOCUMENT_AT_DESK
    return _lift(actor=actor, resident=resident, method=method, document=document.kind, at=at)


def _locked(resident_id: UUID) -> Resident:
    resident = Resident.objects.select_for_update(no_key=True).filter(pk=resident_id).first()
    if resident is None:
        raise ResidentNotFound
    return resident


def _compare(resident: Resident, document: SeenDocument, *, at: datetime) -> None:
    number = identity_number_of(document.id_number, at=at)
    if resident.id_number is None:
        write_number(resident, number)
        save_numbered(resident, update_fields=["id_number", "id_number_index", "born_on", "sex"])
    if resident.id_number != number.number or resident.name != name_of(document.name):
        raise NumberDiffers


def _lift(
    *, actor: Actor, resident: Resident, method: CheckMethod, at: datetime, document: IdentityDocument | None = None
) -> int:
    before, resident.level = resident.level, int(level_after(Level(resident.level), method))
    resident.level_at, resident.level_by_id = at, actor.staff_id
    resident.save(update_fields=["level", "level_at", "level_by"])
    LevelCheck.objects.create(
        resident=resident,
        method=method,
        document=document or "",
        level=resident.level,
        at=at,
        staff_id=actor.staff_id,
        organisation_id=organisation_of(actor),
    )
    derive_attributes(resident, identity_number_of(resident.id_number or "", at=at), at=at)
    audit(actor, "people.identity.checked", subject_of(resident.id), method=method, level=resident.level)
    if resident.level > before:
        publish(
            LevelRaised(
                occurred_at=at,
                community=resident.home_community_id or "",
                channel=actor.channel,
                resident_id=resident.id,
                level=resident.level,
                method=method,
            )
        )
    return resident.level


@transaction.atomic
def lift_level(*, actor: Actor, resident_id: UUID, method: CheckMethod, at: datetime) -> int:
    """A check that another room of the city vouches for; machines only."""
    if not actor.machine:
        raise NotAllowed(permission="people.check_identity")
    return _lift(actor=actor, resident=_locked(resident_id), method=method, at=at)


@transaction.atomic
def match_number(*, actor: Actor, id_number: str, at: datetime) -> int:
    """Name and number of the signed-in person agree with the register (二要素): L2. Raises IdentityNumberTaken.

    The register is a twin until the exchange room opens: it agrees with every well-formed number. A number that the
    city knows already stays with its holder, and only a desk can bring the two together.
    """
    access.require(actor, "people.match_number")
    if actor.resident_id is None:
        raise NotAllowed(permission="people.match_number")
    resident = _locked(actor.resident_id)
    number = identity_number_of(id_number, at=at)
    if resident.id_number is not None and resident.id_number != number.number:
        raise NumberDiffers
    if resident.id_number is None:
        write_number(resident, number)
        save_numbered(resident, update_fields=["id_number", "id_number_index", "born_on", "sex"])
    return _lift(actor=actor, resident=resident, method=CheckMethod.NUMBER_MATCHED, at=at)


@joined
def record_attribute(
    *, actor: Actor, resident_id: UUID, name: str, value: Any, source: str, at: datetime, level: int | None = None
) -> None:
    """Write down what a source says of a person, e.g. ("hukou_division", "450107006010", "desk:户口簿").

    `value` is plain JSON; `level` is the person's own unless the source is surer. A desk needs its open grant.
    """
    access.require(actor, "people.record_attribute")
    if not name.strip() or not source.strip() or len(name) > 60 or len(source) > 60:
        raise AttributeRefused
    resident = _locked(resident_id)
    if actor.has_role(Role.DESK_CLERK) and not actor.machine and open_grant(actor, resident_id, at=at) is None:
        raise NotAtTheDesk
    seen = VerifiedAttribute(
        resident=resident,
        name=name,
        value=value,
        source=source,
        seen_at=at,
        level=resident.level if level is None else level,
        recorded_by_id=actor.staff_id,
    )
    rows.insert(seen)
    audit(actor, "people.attribute.recorded", subject_of(resident_id), name=name, source=source)
