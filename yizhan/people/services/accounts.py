"""Accounts: opened by a phone that has proved itself, named once by the person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, Conflict, NotAllowed, Subject, access, audit, ids, times
from yizhan.messaging import api as messaging
from yizhan.people.models import Account, Resident, RoleAssignment
from yizhan.people.rules.acting import Presence
from yizhan.people.rules.levels import Level
from yizhan.people.services.devices import forget_devices
from yizhan.people.services.intake import current_intake
from yizhan.people.services.organising import lock_staff, refuse_the_three, staff_subject
from yizhan.people.services.registering import Particulars, enter_resident, name_of, phone_of


class PhoneTaken(Conflict):
    code = "people.phone_taken"
    message = _("这个手机号码已经有账号，请换一个号码。")


class NobodyInPerson(Conflict):
    code = "people.nobody_in_person"
    message = _("本人没有在窗口。请先读本人的身份证，代办人不能代取消。")


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
    access.require(actor, "people.manage_staff", staff_id)
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


@transaction.atomic
def change_sign_in_phone(*, actor: Actor, staff_id: UUID, phone: str, at: datetime) -> None:
    """A member of staff signs in by another phone from now on; every session is over, both phones are told.

    Raises NotAllowed (also for oneself), StaffNotFound, KeptByTheSecurityOfficer, PhoneRefused, PhoneTaken.
    """
    access.require(actor, "people.manage_staff", staff_id)
    staff, number = lock_staff(staff_id), phone_of(phone)
    refuse_the_three(actor, staff_id, times.local_day(at))
    if Account.objects.exclude(staff_id=staff_id).filter(phone_index=Account.index_of(number)).exists():
        raise PhoneTaken
    account = Account.objects.select_for_update().filter(staff_id=staff_id).first()
    former = account.phone if account else ""
    if account is None:
        account = Account(id=ids.new_id(), opened_at=at, staff_id=staff_id)
        account.set_unusable_password()
    account.set_phone(number)
    account.phone_verified_at = None
    account.session_epoch += 1
    account.save()
    audit(actor, "people.sign_in_phone.changed", staff_subject(staff_id), staff=staff.name, first=not former)
    for told in {number, former} - {""}:
        _tell_of_new_phone(told, at)


def _tell_of_new_phone(phone: str, at: datetime) -> None:
    messaging.send_sms(
        to=phone,
        text=str(_("您的一站工作账号换了登录手机。不是您要求的，请马上打电话给本单位管理员。")),
        reference=f"people.sign_in_phone:{ids.new_id()}",
        actor=Actor.system("people.accounts"),
        at=at,
    )


@transaction.atomic
def sign_out_everywhere(*, actor: Actor) -> Account:
    """Every session of one's own account is over, on all devices, at once."""
    access.require(actor, "people.sign_out_everywhere")
    account = Account.objects.select_for_update().get(pk=_account_id(actor))
    account.session_epoch += 1
    account.save(update_fields=["session_epoch"])
    forget_devices(account.id)
    audit(actor, "people.account.signed_out_everywhere", _subject(account.id))
    return account


@transaction.atomic
def note_session_ended(*, account: Account, why: str) -> None:
    """A line in the audit for a session that a limit has ended: `idle` or `old`."""
    actor = Actor(account_id=account.id, staff_id=account.staff_id, name=account.staff.name if account.staff else "")
    audit(actor, "people.session.ended", _subject(account.id), why=why)


def raise_to_phone_level(resident_id: UUID, *, at: datetime) -> None:
    """A phone that answered is L1; a higher level stays."""
    Resident.objects.filter(pk=resident_id, level=Level.NONE).update(level=Level.PHONE, level_at=at)


@transaction.atomic
def note_sign_in(*, account: Account) -> None:
    """A line in the audit for each sign-in."""
    actor = Actor(account_id=account.id, staff_id=account.staff_id, name=account.staff.name if account.staff else "")
    audit(actor, "people.account.signed_in", _subject(account.id))


@transaction.atomic
def note_confirmed(*, account: Account) -> None:
    """A line in the audit: who was signed in has proved anew who he is."""
    actor = Actor(account_id=account.id, staff_id=account.staff_id, name=account.staff.name if account.staff else "")
    audit(actor, "people.account.confirmed", _subject(account.id))


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
    access.require(actor, "people.manage_staff", staff_id)
    refuse_the_three(actor, staff_id, times.local_day(times.utc_now()))
    account = Account.objects.filter(staff_id=staff_id).first()
    if account and Authenticator.objects.filter(user=account).delete()[0]:
        audit(actor, "people.second_factor.cleared", _subject(account.id))


@transaction.atomic
def clear_second_factor_at_desk(*, actor: Actor, at: datetime) -> None:
    """A resident has lost the phone with the app and stands at the desk with the card. Raises NobodyInPerson."""
    access.require(actor, "people.clear_app_at_desk")
    found = current_intake(actor=actor, at=at)
    if found is None or found.presence is not Presence.PERSON:
        raise NobodyInPerson
    account = Account.objects.filter(resident_id=found.resident_id).first()
    if account and Authenticator.objects.filter(user=account).delete()[0]:
        audit(actor, "people.second_factor.cleared", _subject(account.id))


def staff_without_second_factor() -> int:
    """How many who hold a role today have no app's code yet."""
    today = times.local_day(times.utc_now())
    holders = RoleAssignment.objects.filter(valid_from__lte=today).exclude(valid_until__lte=today).values("staff_id")
    with_app = Authenticator.objects.values("user_id")
    return Account.objects.filter(staff_id__in=holders).exclude(pk__in=with_app).count()


def _own_account(actor: Actor) -> Account:
    access.require(actor, "people.protect_account")
    return Account.objects.select_for_update().get(pk=_account_id(actor))


def _account_id(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise NotAllowed(permission="people.protect_account")
    return actor.account_id
