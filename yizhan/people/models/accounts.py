"""Accounts: a phone that can sign in, standing for a resident, a member of staff or (at first) nobody."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from yizhan.kernel.api import EncryptedField, ids, keyed_index, rows
from yizhan.people.models.organisations import Staff
from yizhan.people.models.residents import Resident

ACCOUNT_PHONE_PURPOSE = "people.account.phone"


class AccountManager(BaseUserManager["Account"]):
    def find_by_phone(self, phone: str) -> Account | None:
        return self.filter(phone_index=Account.index_of(phone)).first()

    def get(self, *args: Any, **wanted: Any) -> Account:
        """One account by its `pk` alone, as every request asks for it, is read by a statement kept prepared."""
        if args or wanted.keys() != {"pk"}:
            return super().get(*args, **wanted)
        found = rows.find(Account, id=wanted["pk"])
        if found is None:
            raise Account.DoesNotExist
        return found


class Account(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    phone = EncryptedField()
    phone_index = models.BinaryField(max_length=32, unique=True)
    phone_verified_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    resident = models.OneToOneField(Resident, null=True, on_delete=models.PROTECT, related_name="account")
    staff = models.OneToOneField(Staff, null=True, on_delete=models.PROTECT, related_name="account")
    opened_at = models.DateTimeField()
    # Part of every session's proof: one more, and all sessions of this account are over.
    session_epoch = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    @staticmethod
    def index_of(phone: str) -> bytes:
        return keyed_index(phone, ACCOUNT_PHONE_PURPOSE)

    def set_phone(self, phone: str) -> None:
        self.phone = phone
        self.phone_index = self.index_of(phone)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        proof = f"{self.password}|{self.session_epoch}"
        return salted_hmac("people.account.session", proof, secret=secret, algorithm="sha256").hexdigest()

    def get_username(self) -> str:
        return str(self.pk)

    def __str__(self) -> str:
        return f"account {self.pk}"


class SignInGuard(models.Model):
    """Wrong codes and passwords of one phone or one address, counted; `key` is keyed, so nobody reads which.

    A counter and no evidence: it is overwritten, and forgotten when the right code comes.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    failures = models.PositiveSmallIntegerField()
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)


class DeviceSession(models.Model):
    """One sign-in that may still hold, for its owner to see and to end; where it was made is not written down."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=40)
    began_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
