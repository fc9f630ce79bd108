"""The sessions of an account: listed for its owner, ended one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, NotFound, Subject, access, audit
from yizhan.people.models import Account, DeviceSession
from yizhan.people.rules.devices import device_of


class DeviceNotFound(NotFound):
    code = "people.device_not_found"
    message = _("没有这台设备，可能已经退出了。")


@dataclass(frozen=True, kw_only=True)
class DeviceView:
    device_id: UUID
    device: str
    began_at: datetime
    last_used_at: datetime
    is_this: bool


@transaction.atomic
def note_device(*, account: Account, session_key: str, user_agent: str, at: datetime) -> None:
    """After signing in. What is over by itself is forgotten."""
    _forget(account.id, keep={session_key} | _alive(account.id, at))
    DeviceSession.objects.update_or_create(
        session_key=session_key,
        defaults={"account": account, "device": device_of(user_agent), "began_at": at, "last_used_at": at},
    )


def touch_device(*, session_key: str, at: datetime) -> None:
    DeviceSession.objects.filter(session_key=session_key).update(last_used_at=at)


@transaction.atomic
def keep_one_device(*, account: Account, former_key: str, session_key: str) -> None:
    """A new password has ended every other session and given this one a new key."""
    DeviceSession.objects.filter(session_key=former_key).update(session_key=session_key)
    _forget(account.id, keep={session_key})


def own_devices(*, actor: Actor, session_key: str, at: datetime) -> tuple[DeviceView, ...]:
    """This device first, then the latest used."""
    access.require(actor, "people.own_devices")
    account_id = _account_id(actor)
    alive = _alive(account_id, at)
    found = DeviceSession.objects.filter(account_id=account_id, session_key__in=alive).order_by("-last_used_at")
    views = [
        DeviceView(
            device_id=one.id,
            device=one.device,
            began_at=one.began_at,
            last_used_at=one.last_used_at,
            is_this=one.session_key == session_key,
        )
        for one in found
    ]
    return tuple(sorted(views, key=lambda view: not view.is_this))


@transaction.atomic
def end_device(*, actor: Actor, device_id: UUID) -> None:
    """That device is signed out at once. Raises DeviceNotFound."""
    access.require(actor, "people.own_devices")
    mine = DeviceSession.objects.select_for_update().filter(account_id=_account_id(actor))
    device = mine.filter(pk=device_id).first()
    if device is None:
        raise DeviceNotFound
    Session.objects.filter(session_key=device.session_key).delete()
    device.delete()
    audit(actor, "people.device.signed_out", Subject("people.account", str(actor.account_id)))


def forget_devices(account_id: UUID) -> None:
    """Every session of the account is over."""
    _forget(account_id, keep=set())


def _account_id(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise DeviceNotFound
    return actor.account_id


def _alive(account_id: UUID, at: datetime) -> set[str]:
    keys = DeviceSession.objects.filter(account_id=account_id).values("session_key")
    return set(Session.objects.filter(session_key__in=keys, expire_date__gt=at).values_list("session_key", flat=True))


def _forget(account_id: UUID, *, keep: set[str]) -> None:
    DeviceSession.objects.filter(account_id=account_id).exclude(session_key__in=keep).delete()
