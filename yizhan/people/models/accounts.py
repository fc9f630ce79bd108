"""Accounts: a phone that can sign in, standing for a resident, a member of staff or (at first) nobody."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from yizhan.kernel.api import EncryptedField, ids, keyed_index
from yizhan.people.models.organisations import Staff
from yizhan.people.models.residents import Resident

ACCOUNT_PHONE_PURPOSE = "people.account.phone"


class AccountManager(BaseUserManager["Account"]):
    def find_by_phone(self, phone: str) -> Account | None:
        return self.filter(phone_index=keyed_index(phone, ACCOUNT_PHONE_PURPOSE)).first()


class Account(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    phone = EncryptedField()
    phone_index = models.BinaryField(max_length=32, unique=True)
    phone_verified_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    resident = models.OneToOneField(Resident, null=True, on_delete=models.PROTECT, related_name="account")
    staff = models.OneToOneField(Staff, null=True, on_delete=models.PROTECT, related_name="account")
    opened_at = models.DateTimeField()

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    def set_phone(self, phone: str) -> None:
        self.phone = phone
        self.phone_index = keyed_index(phone, ACCOUNT_PHONE_PURPOSE)

    def get_username(self) -> str:
        return str(self.pk)

    def __str__(self) -> str:
        return f"account {self.pk}"
