"""Organisations' own systems: registering one, and taking its access away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AccessToken, Application

from yizhan.kernel.api import Actor, BadInput, Client, NotFound, Subject, access, audit, ids
from yizhan.people.models import MachineClient, Organisation
from yizhan.people.queries.organisations import OrganisationNotFound

SECRET_LENGTH, ID_LENGTH = 40, 12
CALLS_PER_MINUTE = 1200
MOST_CALLS_PER_MINUTE = 120_000


class ClientNotFound(NotFound):
    code = "people.client_not_found"


class ClientNameRefused(BadInput):
    code = "people.client_name"
    message = _("请写明是哪个系统，2到60个字，例如：民政业务系统。")


class ScopesRefused(BadInput):
    code = "people.client_scopes"
    message = _("请至少选一项这个系统可以做的事，只能从列表里选。")


class CallsRefused(BadInput):
    code = "people.client_calls"
    message = _("每分钟次数请填1到{most}之间的整数。")


@dataclass(frozen=True, kw_only=True)
class NewClient:
    """`client_id` and `secret` are made here unless the sample city names its own."""

    organisation_id: UUID
    name: str
    scopes: tuple[str, ...]
    calls_per_minute: int = CALLS_PER_MINUTE
    is_sample: bool = False
    client_id: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Shown once; the secret is kept as a hash alone."""

    machine_client_id: UUID
    client_id: str
    secret: str = field(repr=False)


def client_subject(machine_client_id: UUID) -> Subject:
    return Subject("people.client", str(machine_client_id))


class _Lightly(Argon2PasswordHasher):
    """For the secrets of the sample city, which anybody can read in its source: nothing is gained by hashing slowly.

    A hash carries its own cost, so it is checked like the others; `yizhan doctor` refuses sample clients in production.
    """

    time_cost, memory_cost, parallelism = 1, 64, 1


@transaction.atomic
def register_client(*, actor: Actor, client: NewClient, at: datetime) -> Credentials:
    """Raises ClientNameRefused, ScopesRefused, CallsRefused, OrganisationNotFound."""
    access.require(actor, "people.manage_clients")
    name = _name_of(client.name)
    scopes = _scopes_of(client.scopes)
    if not 1 <= client.calls_per_minute <= MOST_CALLS_PER_MINUTE:
        raise CallsRefused(most=MOST_CALLS_PER_MINUTE)
    if not Organisation.objects.filter(pk=client.organisation_id, is_active=True).exists():
        raise OrganisationNotFound
    secret = client.secret or ids.short_code(SECRET_LENGTH)
    kept = _Lightly().encode(secret, ids.short_code(22)) if client.is_sample else secret
    application = _application(client.client_id or f"yz-{ids.short_code(ID_LENGTH).lower()}", name, kept)
    row = MachineClient.objects.create(
        application=application,
        organisation_id=client.organisation_id,
        name=name,
        scopes=scopes,
        calls_per_minute=client.calls_per_minute,
        is_sample=client.is_sample,
        registered_at=at,
        registered_by=actor.key,
    )
    audit(actor, "people.client.registered", client_subject(row.pk), organisation=row.organisation_id, scopes=scopes)
    return Credentials(machine_client_id=row.pk, client_id=application.client_id, secret=secret)


def _name_of(text: str) -> str:
    name = " ".join(text.replace("\x00", "").split())
    if not 2 <= len(name) <= 60:
        raise ClientNameRefused
    return name


def _scopes_of(wanted: Collection[str]) -> list[str]:
    if not wanted or not set(wanted) <= set(access.scopes()):
        raise ScopesRefused
    return sorted(set(wanted))


def _application(client_id: str, name: str, secret: str) -> Application:
    return Application.objects.create(
        client_id=client_id,
        name=name,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
        hash_client_secret=True,
    )


@transaction.atomic
def revoke_client(*, actor: Actor, machine_client_id: UUID, at: datetime) -> None:
    """From this moment its tokens are worth nothing and it gets no more. Raises ClientNotFound."""
    access.require(actor, "people.manage_clients")
    row = MachineClient.objects.select_for_update().filter(pk=machine_client_id).first()
    if row is None:
        raise ClientNotFound
    if row.revoked_at is not None:
        return
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    AccessToken.objects.filter(application_id=row.application_id).delete()
    audit(actor, "people.client.revoked", client_subject(row.pk))


# Tokens that ran out so long ago are swept away when the next one is taken.
KEPT = timedelta(days=1)


@transaction.atomic
def note_token(*, application_id: int, at: datetime) -> None:
    """A system has taken a token."""
    row = MachineClient.objects.get(application_id=application_id)
    AccessToken.objects.filter(application_id=application_id, expires__lt=at - KEPT).delete()
    actor = Actor(
        name=row.name,
        channel="system",
        client=Client(client_id=row.pk, name=row.name, organisation_id=row.organisation_id),
    )
    audit(actor, "people.client.token_taken", client_subject(row.pk))
