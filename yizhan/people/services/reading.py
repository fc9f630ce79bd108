"""Looking into a record: every look has a purpose and is remembered before anything is shown."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from yizhan.kernel.api import Actor, NotAllowed, NotFound, Subject, access, audit, ids, joined, times
from yizhan.people.models import IntakeGrant, Resident, Staff
from yizhan.people.queries import people
from yizhan.people.queries.views import Attribute, PersonCard, PersonFile
from yizhan.people.rules.looking import (
    ADDRESS,
    CARD_FIELDS,
    FULL_ID_NUMBER,
    GRANT_LASTS,
    ONE_LOOK,
    Purpose,
)


class ResidentNotFound(NotFound):
    """Nobody has that id or number, or this actor has no business with that person: both look the same."""

    code = "people.resident_not_found"
    message = NotFound.message


def subject_of(resident_id: UUID) -> Subject:
    return Subject("people.resident", str(resident_id))


@joined
def person_card(
    *, actor: Actor, resident_id: UUID, purpose: str, at: datetime, case_id: UUID | None = None
) -> PersonCard:
    """The masked card. Raises ResidentNotFound where `actor` has no business with the person."""
    resident = _looked_at(
        actor=actor, resident_id=resident_id, purpose=purpose, at=at, case_id=case_id, fields=CARD_FIELDS
    )
    return people.card_of(resident, day=times.local_day(at))


@transaction.atomic
def reveal_id_number(
    *, actor: Actor, resident_id: UUID, purpose: str, at: datetime, case_id: UUID | None = None
) -> str:
    """The whole number, for the printed paper or a check against the card; leaves its own line in the audit."""
    resident = _looked_at(
        actor=actor, resident_id=resident_id, purpose=purpose, at=at, case_id=case_id, fields=[FULL_ID_NUMBER]
    )
    audit(actor, "people.id_number.revealed", subject_of(resident_id), purpose=purpose, case_id=case_id)
    return resident.id_number or ""


@transaction.atomic
def address_of(*, actor: Actor, resident_id: UUID, purpose: str, at: datetime, case_id: UUID | None = None) -> str:
    """The home address in full."""
    resident = _looked_at(
        actor=actor, resident_id=resident_id, purpose=purpose, at=at, case_id=case_id, fields=[ADDRESS]
    )
    return resident.address or ""


@joined
def attributes_of(
    *,
    actor: Actor,
    resident_id: UUID,
    names: Collection[str],
    purpose: str,
    at: datetime,
    case_id: UUID | None = None,
) -> dict[str, Attribute]:
    """The newest verified value of each name; what no source answers is absent, never false."""
    _looked_at(actor=actor, resident_id=resident_id, purpose=purpose, at=at, case_id=case_id, fields=sorted(set(names)))
    return people.latest_attributes(resident_id, names)


@joined
def person_file(
    *,
    actor: Actor,
    resident_id: UUID,
    names: Collection[str],
    purpose: str,
    at: datetime,
    case_id: UUID | None = None,
) -> PersonFile:
    """The masked card and verified values by name, as one look. Raises ResidentNotFound."""
    fields = [*CARD_FIELDS, *sorted(set(names))]
    resident = _looked_at(actor=actor, resident_id=resident_id, purpose=purpose, at=at, case_id=case_id, fields=fields)
    return PersonFile(
        card=people.card_of(resident, day=times.local_day(at)),
        attributes=people.latest_attributes(resident_id, names),
    )


def _looked_at(
    *, actor: Actor, resident_id: UUID, purpose: str, at: datetime, case_id: UUID | None, fields: Sequence[str]
) -> Resident:
    resident = Resident.objects.filter(pk=resident_id).first()
    if resident is None or not may_look(actor, resident_id, purpose=purpose, case_id=case_id, at=at):
        raise ResidentNotFound
    record_reads(actor=actor, resident_ids=[resident_id], purpose=purpose, fields=fields, at=at, case_id=case_id)
    return resident


def may_look(actor: Actor, resident_id: UUID, *, purpose: str, case_id: UUID | None, at: datetime) -> bool:
    """Whether `purpose` holds for this actor and person.

    A desk needs its open grant, for what was filed online a case; a relative a relation with scope "matters", an
    office a role and a case: that the case is the office's or the desk's own is known to matters alone, which asks
    only for cases that it has shown already.
    """
    if actor.machine or actor.resident_id == resident_id:
        return True
    ways = {
        Purpose.INTAKE: (_at_the_desk,),
        Purpose.FILED_ONLINE: (_at_the_desk_of_a_case,),
        Purpose.DELIVERY: (_at_the_desk,),
        Purpose.EXAMINATION: (_in_the_office,),
        Purpose.DECISION: (_in_the_office,),
        Purpose.ACTING: (_as_agent,),
        Purpose.ELIGIBILITY: (_at_the_desk, _in_the_office, _as_agent),
    }
    return any(way(actor, resident_id, case_id, at) for way in ways.get(Purpose(purpose), ()))


def _at_the_desk(actor: Actor, resident_id: UUID, _case_id: UUID | None, at: datetime) -> bool:
    return open_grant(actor, resident_id, at=at) is not None


def _at_the_desk_of_a_case(actor: Actor, _resident_id: UUID, case_id: UUID | None, _at: datetime) -> bool:
    return case_id is not None and access.may(actor, "people.find_at_desk")


def _in_the_office(actor: Actor, _resident_id: UUID, case_id: UUID | None, _at: datetime) -> bool:
    return case_id is not None and access.may(actor, "people.look_for_case")


def _as_agent(actor: Actor, resident_id: UUID, _case_id: UUID | None, at: datetime) -> bool:
    if actor.resident_id is None:
        return False
    return people.may_act_in_part_for(
        agent_id=actor.resident_id, principal_id=resident_id, scope="matters", on=times.local_day(at)
    )


def open_grant(actor: Actor, resident_id: UUID, *, at: datetime) -> IntakeGrant | None:
    """This desk's open look at the person, or at the person for whom he stands there."""
    if actor.staff_id is None:
        return None
    grant = IntakeGrant.objects.filter(staff_id=actor.staff_id, closed_at=None, opened_at__gt=at - GRANT_LASTS).first()
    return grant if grant and resident_id in (grant.resident_id, grant.agent_id) else None


def record_reads(
    *,
    actor: Actor,
    resident_ids: Collection[UUID],
    purpose: str,
    fields: Sequence[str],
    at: datetime,
    case_id: UUID | None = None,
) -> None:
    """Remember a look at each person. One's own record is no look, and reloading a page is the same look."""
    if actor.is_anonymous:
        raise NotAllowed(permission="people.look_for_case")
    seen = [resident_id for resident_id in resident_ids if resident_id != actor.resident_id]
    if not seen:
        return
    look = {
        "ids": [ids.new_id() for _ in seen],
        "residents": seen,
        "reader_key": actor.key,
        "reader_name": actor.name[:60],
        "staff": actor.staff_id,
        "organisation": organisation_of(actor),
        "purpose": str(purpose),
        "case": case_id,
        "fields": json.dumps(list(fields), ensure_ascii=False),
        "at": at,
        "same_since": at - ONE_LOOK,
        "channel": actor.channel,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, look)


# One statement for all of them, however long the list that was shown.
_REMEMBER = """
INSERT INTO people_recordread (id, resident_id, reader_key, reader_name, staff_id, organisation_id, purpose, case_id,
                               fields, at, channel)
SELECT one.id, one.resident_id, %(reader_key)s::text, %(reader_name)s::text, %(staff)s::uuid, %(organisation)s::uuid,
       %(purpose)s::text,
       %(case)s::uuid, %(fields)s::jsonb, %(at)s, %(channel)s::text
FROM unnest(%(ids)s::uuid[], %(residents)s::uuid[]) AS one(id, resident_id)
WHERE NOT EXISTS (
    SELECT FROM people_recordread earlier
    WHERE earlier.resident_id = one.resident_id AND earlier.reader_key = %(reader_key)s::text
      AND earlier.purpose = %(purpose)s::text AND earlier.case_id IS NOT DISTINCT FROM %(case)s::uuid
      AND earlier.fields = %(fields)s::jsonb AND earlier.at > %(same_since)s AND earlier.at <= %(at)s)
"""


def organisation_of(actor: Actor) -> UUID | None:
    """Where the reader stands: the one organisation of his roles today, else the one he is employed by."""
    if actor.client:
        return actor.client.organisation_id
    places = {grant.organisation_id for grant in actor.roles}
    if len(places) == 1:
        return places.pop()
    if actor.staff_id is None:
        return None
    return Staff.objects.values_list("organisation_id", flat=True).filter(pk=actor.staff_id).first()
