"""Who calls when a token comes with a request, and which systems are registered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yizhan.kernel.api import Actor, Client, NotAllowed, access, prepared_cursor, times
from yizhan.people.models import Account, MachineClient
from yizhan.people.queries.organisations import actor_of
from yizhan.people.rules.organisations import OrganisationKind

TERMINAL, DESK, SYSTEM = "terminal", "desk", "system"


class NotYourStaff(NotAllowed):
    """Unknown, of another organisation, without account or without a role there today: all look the same."""

    code = "people.not_your_staff"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls, and how often it may in a minute."""

    actor: Actor
    calls_per_minute: int


# Asked with every call: written out, because composing it anew takes longer than the answer.
_CALLER = """
SELECT t.scope, c.id, c.name, c.organisation_id, o.kind, c.calls_per_minute
FROM oauth2_provider_accesstoken t
JOIN people_machineclient c ON c.application_id = t.application_id
JOIN people_organisation o ON o.id = c.organisation_id
WHERE t.token_checksum = %s AND t.expires > %s AND c.revoked_at IS NULL AND o.is_active
"""


def caller_of_token(*, token: str, at: datetime) -> Caller | None:
    """Whose token this is, as it holds at `at`; one indexed query, and a revoked client is known at once."""
    with prepared_cursor() as cursor:
        cursor.execute(_CALLER, [hashlib.sha256(token.encode()).hexdigest(), at])
        row = cursor.fetchone()
    if row is None:
        return None
    scope, client_id, name, organisation_id, kind, calls = row
    client = Client(client_id=client_id, name=name, organisation_id=organisation_id, scopes=frozenset(scope.split()))
    channel = TERMINAL if kind == OrganisationKind.DESK else SYSTEM
    return Caller(actor=Actor(name=name, channel=channel, client=client), calls_per_minute=calls)


def acting_staff(*, caller: Actor, employee_number: str, at: datetime) -> Actor:
    """The same system, now for the member of its organisation's staff who sits at it, with her roles there alone.

    Raises NotYourStaff.
    """
    client = caller.client
    accounts = Account.objects.select_related("resident", "staff").filter(is_active=True)
    account = (
        accounts.filter(staff__organisation_id=client.organisation_id, staff__employee_number=employee_number).first()
        if client
        else None
    )
    if account is None or client is None:
        raise NotYourStaff
    person = actor_of(account, on=times.local_day(at), channel=DESK, workplace=client.organisation_id)
    if not person.roles:
        raise NotYourStaff
    return Actor(
        account_id=person.account_id,
        resident_id=person.resident_id,
        staff_id=person.staff_id,
        name=person.name,
        level=person.level,
        roles=person.roles,
        channel=DESK,
        stands_in=person.stands_in,
        client=client,
    )


@dataclass(frozen=True, kw_only=True)
class ClientLine:
    """One registered system, for the security officer."""

    machine_client_id: UUID
    client_id: str
    name: str
    organisation: str
    scopes: tuple[access.Scope, ...]
    calls_per_minute: int
    is_sample: bool
    registered_at: datetime
    revoked_at: datetime | None
    last_token_at: datetime | None


def client_lines(*, organisation_id: UUID | None = None) -> tuple[ClientLine, ...]:
    from django.db.models import Max

    rows = MachineClient.objects.select_related("application", "organisation").annotate(
        last_token_at=Max("application__accesstoken__created")
    )
    if organisation_id:
        rows = rows.filter(organisation_id=organisation_id)
    known = access.scopes()
    return tuple(
        ClientLine(
            machine_client_id=row.pk,
            client_id=row.application.client_id,
            name=row.name,
            organisation=row.organisation.name,
            scopes=tuple(known[name] for name in row.scopes if name in known),
            calls_per_minute=row.calls_per_minute,
            is_sample=row.is_sample,
            registered_at=row.registered_at,
            revoked_at=row.revoked_at,
            last_token_at=row.last_token_at,
        )
        for row in rows.order_by("revoked_at", "organisation__name", "name", "id")[:200]
    )


def sample_clients() -> int:
    """How many sample systems could still get a token."""
    return MachineClient.objects.filter(is_sample=True, revoked_at=None).count()
