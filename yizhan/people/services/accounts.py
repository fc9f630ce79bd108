"""Accounts: opened by a phone that has proved itself, named once by the person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from django.db import IntegrityError, transaction

from yizhan.kernel.api import Actor, NotAllowed, Subject, access, audit, ids
from yizhan.people.models import Account, Resident
from yizhan.people.rules.levels import Level
from yizhan.people.services.registering import Particulars, enter_resident, name_of, phone_of


def open_account(*, phone: str, at: datetime) -> Account:
    """The account of a phone that has just answered with its code; a new one if there is none."""
    number = phone_of(phone)
    found = Account.objects.find_by_phone(number)
    return found or _new_account(number, at=at)


def _new_account(phone: str, *, at: datetime) -> Account:
    account = Account(id=ids.new_id(), phone_verified_at=at, opened_at=at)
    account.set_phone(phone)
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            audit(Actor.system("people.sign_in"), "people.account.opened", _subject(account.id))
    except IntegrityError:
        # The same phone was confirmed in another window a moment ago.
        return Account.objects.get(phone_index=account.phone_index)
    return account


def _subject(account_id: UUID) -> Subject:
    return Subject("people.account", str(account_id))


@transaction.atomic
def link_account(
    *, actor: Actor, phone: str, at: datetime, resident_id: UUID | None = None, staff_id: UUID | None = None
) -> UUID:
    """Give a resident or a member of staff a way in by this phone."""
    access.require(actor, "people.manage_organisations")
    account = open_account(phone=phone, at=at)
    account.resident_id, account.staff_id = resident_id, staff_id
    account.save(update_fields=["resident", "staff"])
    if resident_id:
        raise_to_phone_level(resident_id, at=at)
    audit(actor, "people.account.linked", _subject(account.id))
    return account.id


@transaction.atomic
def name_oneself(*, actor: Actor, name: str, at: datetime) -> UUID:
    """The person behind a new account says his name once: a resident of L1 without a number. Raises NameRefused."""
    access.require(actor, "people.name_oneself")
    if actor.account_id is None or actor.staff_id is not None:
        raise NotAllowed(permission="people.name_oneself")
    account = Account.objects.select_for_update().get(pk=actor.account_id)
    if account.resident_id is not None:
        return account.resident_id
    particulars = Particulars(name=name_of(name), phone=account.phone)
    account.resident_id = enter_resident(actor=actor, particulars=particulars, at=at)
    account.save(update_fields=["resident"])
    raise_to_phone_level(account.resident_id, at=at)
    return account.resident_id


def raise_to_phone_level(resident_id: UUID, *, at: datetime) -> None:
    """A phone that answered is L1; a higher level stays."""
    Resident.objects.filter(pk=resident_id, level=Level.NONE).update(level=Level.PHONE, level_at=at)


@transaction.atomic
def note_sign_in(*, account: Account) -> None:
    """A line in the audit for each sign-in."""
    actor = Actor(account_id=account.id, staff_id=account.staff_id, name=account.staff.name if account.staff else "")
    audit(actor, "people.account.signed_in", _subject(account.id))


@transaction.atomic
def choose_password(*, actor: Actor, password: str) -> Account:
    """A password that the form has found good enough; it opens nothing without a second factor."""
    account = _own_account(actor)
    account.set_password(password)
    account.save(update_fields=["password"])
    audit(actor, "people.password.chosen", _subject(account.id))
    return account


@transaction.atomic
def switch_on_second_factor(*, actor: Actor, secret: str) -> None:
    """From the next sign-in on a code from the app is asked for. `secret` has been proved by a code."""
    account = _own_account(actor)
    if not is_mfa_enabled(account):
        TOTP.activate(account, secret)
        audit(actor, "people.second_factor.on", _subject(account.id))


@transaction.atomic
def switch_off_second_factor(*, actor: Actor) -> None:
    account = _own_account(actor)
    if Authenticator.objects.filter(user=account).delete()[0]:
        audit(actor, "people.second_factor.off", _subject(account.id))


@transaction.atomic
def clear_second_factor(*, actor: Actor, staff_id: UUID) -> None:
    """A phone is lost: the administrator takes the second factor away, after seeing the person."""
    access.require(actor, "people.manage_organisations")
    account = Account.objects.filter(staff_id=staff_id).first()
    if account and Authenticator.objects.filter(user=account).delete()[0]:
        audit(actor, "people.second_factor.cleared", _subject(account.id))


def _own_account(actor: Actor) -> Account:
    access.require(actor, "people.protect_account")
    return Account.objects.select_for_update().get(pk=_account_id(actor))


def _account_id(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise NotAllowed(permission="people.protect_account")
    return actor.account_id
