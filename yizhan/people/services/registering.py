"""Making a person known to the city."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.facts.people import ResidentRegistered
from yizhan.kernel.api import Actor, BadInput, Conflict, NotFound, access, audit, ids, publish, times
from yizhan.people.models import Resident, VerifiedAttribute
from yizhan.people.queries import labels
from yizhan.people.rules.identity import (
    IdentityFault,
    IdentityNumber,
    IdentityNumberWrong,
    Sex,
    parse_identity_number,
)
from yizhan.people.rules.names import NameFault, NameWrong, name_key, parse_name
from yizhan.people.rules.phones import PhoneWrong, parse_phone
from yizhan.people.services.reading import subject_of
from yizhan.territory import api as territory


class IdentityNumberRefused(BadInput):
    code = "people.identity_number"

    def __init__(self, fault: IdentityFault) -> None:
        super().__init__(fault=fault.value)
        self.fault = fault

    @property
    def text(self) -> str:
        return labels.label(labels.IDENTITY_FAULTS, self.fault)


class NameRefused(BadInput):
    code = "people.name"

    def __init__(self, fault: NameFault) -> None:
        super().__init__(fault=fault.value)
        self.fault = fault

    @property
    def text(self) -> str:
        return labels.label(labels.NAME_FAULTS, self.fault)


class PhoneRefused(BadInput):
    code = "people.phone"
    message = labels.PHONE_FAULT


class PlaceRefused(BadInput):
    code = "people.place"
    message = _("没有这个社区或区划代码，请从列表里选。")


class AddressRefused(BadInput):
    code = "people.address"
    message = _("住址最多200个字，不能有看不见的字符。")


class IdentityNumberTaken(Conflict):
    code = "people.identity_number_taken"
    message = _("这个身份证号码已经登记过，请按号码查找本人。")


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What is written down of a person. `born_on` and `sex` come from the number where there is one."""

    name: str
    id_number: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    born_on: date | None = None
    sex: Sex | None = None
    home_community: str = ""
    hukou_division: str = ""
    address: str = field(default="", repr=False)
    is_sample: bool = False


def identity_number_of(text: str, *, at: datetime) -> IdentityNumber:
    """Raises IdentityNumberRefused."""
    try:
        return parse_identity_number(text, today=times.local_day(at))
    except IdentityNumberWrong as wrong:
        raise IdentityNumberRefused(wrong.fault) from None


def name_of(text: str) -> str:
    """Raises NameRefused."""
    try:
        return parse_name(text)
    except NameWrong as wrong:
        raise NameRefused(wrong.fault) from None


def phone_of(text: str) -> str:
    """Raises PhoneRefused."""
    try:
        return parse_phone(text)
    except PhoneWrong:
        raise PhoneRefused from None


def register_resident(*, actor: Actor, particulars: Particulars, at: datetime) -> UUID:
    """Write a person down at a desk. Level 0: nothing has been checked yet. Raises IdentityNumberTaken."""
    access.require(actor, "people.register_resident")
    return enter_resident(actor=actor, particulars=particulars, at=at)


@transaction.atomic
def enter_resident(*, actor: Actor, particulars: Particulars, at: datetime) -> UUID:
    """The row, its audit line and its fact, for whoever has been found to be allowed."""
    resident = Resident(id=ids.new_id(), registered_at=at, is_sample=particulars.is_sample)
    write_name(resident, particulars.name)
    resident.set_phone(phone_of(particulars.phone) if particulars.phone.strip() else "")
    resident.home_community_id = _community(particulars.home_community)
    resident.hukou_division = _place(particulars.hukou_division)
    resident.address = _address(particulars.address)
    resident.born_on, resident.sex = particulars.born_on, particulars.sex or ""
    number = identity_number_of(particulars.id_number, at=at) if particulars.id_number.strip() else None
    if number:
        write_number(resident, number)
    save_numbered(resident, force_insert=True)
    if number:
        derive_attributes(resident, number, at=at)
    audit(actor, "people.resident.registered", subject_of(resident.id), has_number=number is not None)
    publish(
        ResidentRegistered(
            occurred_at=at, community=resident.home_community_id or "", channel=actor.channel, resident_id=resident.id
        )
    )
    return resident.id


def write_name(resident: Resident, text: str) -> None:
    resident.name = name_of(text)
    resident.name_key = name_key(resident.name)


def write_number(resident: Resident, number: IdentityNumber) -> None:
    """Raises IdentityNumberTaken."""
    if Resident.objects.with_id_number(number.number).exclude(pk=resident.pk).exists():
        raise IdentityNumberTaken
    resident.set_id_number(number.number)
    resident.born_on, resident.sex = number.born_on, number.sex


def save_numbered(resident: Resident, **how: Any) -> None:
    """Save; where two desks wrote the same number at once, the index lets one through: IdentityNumberTaken."""
    try:
        with transaction.atomic():
            resident.save(**how)
    except IntegrityError as fault:
        if "id_number_index" in str(fault):
            raise IdentityNumberTaken from None
        raise


def derive_attributes(resident: Resident, number: IdentityNumber, *, at: datetime) -> None:
    """What the number itself says, as sure as the person's level is now."""
    VerifiedAttribute.objects.bulk_create(
        VerifiedAttribute(
            resident=resident, name=name, value=value, source="identity_number", seen_at=at, level=resident.level
        )
        for name, value in (("born_on", number.born_on.isoformat()), ("sex", number.sex.value))
    )


def _place(code: str) -> str:
    code = code.strip()
    if code and not (code.isascii() and code.isdigit() and len(code) in (6, 9, 12)):
        raise PlaceRefused
    return code


def _community(code: str) -> str | None:
    code = _place(code)
    if not code:
        return None
    try:
        return territory.division(code).code
    except NotFound:
        raise PlaceRefused from None


def _address(text: str) -> str | None:
    address = text.strip()
    if len(address) > 200 or any(ord(character) < 32 for character in address):
        raise AddressRefused
    return address or None
