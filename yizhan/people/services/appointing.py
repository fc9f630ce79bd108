"""The first three who keep a new city, and a new phone for one of them: from the machine's console alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, Conflict, NotFound, access, audit, times
from yizhan.people.models import Account, Organisation, RoleAssignment, Staff
from yizhan.people.queries.labels import ROLES
from yizhan.people.rules.organisations import KEPT_APART, OrganisationKind, Role
from yizhan.people.services.accounts import change_sign_in_phone, link_account
from yizhan.people.services.organising import (
    NewOrganisation,
    assign_role,
    employ_staff,
    open_organisation,
    staff_subject,
)
from yizhan.people.services.registering import phone_of


class NotOneOfTheThree(BadInput):
    code = "people.not_one_of_the_three"
    message = _("这里只任命系统管理员、安全管理员、审计员；其他岗位由安全管理员在网页上给。")


class AlreadyAppointed(Conflict):
    code = "people.already_appointed"
    message = _("{role}已经有人：{name}。要换人，由安全管理员在网页上收回、再给。")


class CityNameMissing(BadInput):
    code = "people.city_name_missing"
    message = _("还没有市级运行机构，请用 --city 写明它的名称。")


class KeeperNotFound(NotFound):
    code = "people.keeper_not_found"
    message = _("没有找到工号是 {number}、今天任这三个岗位之一的人。")


class WitnessMissing(Conflict):
    code = "people.witness_missing"
    message = _("换三员之一的登录手机，另外两员都要在场，请写明他们的工号。")


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """Who holds one of the three roles today."""

    role: Role
    staff_id: UUID
    name: str
    employee_number: str
    has_phone: bool


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """The city's own organisation is opened under `city` where there is none yet."""

    role: str
    name: str
    employee_number: str
    phone: str
    city: str
    territory: str


def keepers(*, on: date) -> tuple[Keeper, ...]:
    held = RoleAssignment.objects.holding_on(on).filter(role__in=KEPT_APART).select_related("staff")
    phones = set(Account.objects.filter(staff__in=[one.staff_id for one in held]).values_list("staff_id", flat=True))
    found = [
        Keeper(
            role=Role(one.role),
            staff_id=one.staff_id,
            name=one.staff.name,
            employee_number=one.staff.employee_number,
            has_phone=one.staff_id in phones,
        )
        for one in held
    ]
    return tuple(sorted(found, key=lambda one: (list(Role).index(one.role), one.name)))


@transaction.atomic
def appoint(*, actor: Actor, appointment: Appointment, at: datetime) -> UUID:
    """Give the first holder one of the three roles and a way in by phone. Returns the staff id.

    Raises NotOneOfTheThree, CityNameMissing, AlreadyAppointed, RolesKeptApart for somebody who holds another of
    them, PhoneRefused, NameRefused, StaffNumberTaken.
    """
    access.require(actor, "people.appoint_the_three")
    if appointment.role not in KEPT_APART:
        raise NotOneOfTheThree
    role, today = Role(appointment.role), times.local_day(at)
    city_id = _city(actor, appointment)
    for one in keepers(on=today):
        if one.role == role:
            raise AlreadyAppointed(role=ROLES[role], name=one.name)
    staff_id = _staff(actor, appointment, city_id)
    assign_role(actor=actor, staff_id=staff_id, role=role, organisation_id=city_id, valid_from=today)
    if not Account.objects.filter(staff_id=staff_id).exists():
        link_account(actor=actor, phone=appointment.phone, staff_id=staff_id, at=at)
    return staff_id


def _city(actor: Actor, appointment: Appointment) -> UUID:
    """The city's own organisation, locked, so that two consoles appoint one after the other."""
    cities = Organisation.objects.select_for_update().filter(kind=OrganisationKind.CITY, is_active=True)
    found = cities.order_by("territory", "id").first()
    if found is not None:
        return found.id
    if not appointment.city.strip():
        raise CityNameMissing
    return open_organisation(
        actor=actor,
        organisation=NewOrganisation(
            kind=OrganisationKind.CITY, name=appointment.city, territory=appointment.territory
        ),
    )


def _staff(actor: Actor, appointment: Appointment, city_id: UUID) -> UUID:
    """Whoever signs in by this phone or has this number already is the same person; else somebody new."""
    account = Account.objects.find_by_phone(phone_of(appointment.phone))
    if account is not None and account.staff_id is not None:
        return account.staff_id
    known = Staff.objects.filter(organisation_id=city_id, employee_number=appointment.employee_number).first()
    if known is not None:
        return known.id
    return employ_staff(
        actor=actor, organisation_id=city_id, name=appointment.name, employee_number=appointment.employee_number
    )


@transaction.atomic
def change_phone_of_a_keeper(
    *, actor: Actor, employee_number: str, phone: str, witnesses: Sequence[str], at: datetime
) -> UUID:
    """One of the three signs in by another phone; the other two stand by and are named in the audit.

    Raises KeeperNotFound, WitnessMissing, PhoneRefused, PhoneTaken.
    """
    access.require(actor, "people.appoint_the_three")
    found = keepers(on=times.local_day(at))
    keeper = next((one for one in found if one.employee_number == employee_number), None)
    if keeper is None:
        raise KeeperNotFound(number=employee_number)
    others = {one.employee_number: one for one in found if one.staff_id != keeper.staff_id}
    seen = [others[number] for number in witnesses if number in others]
    if {one.role for one in seen} != KEPT_APART - {keeper.role}:
        raise WitnessMissing
    change_sign_in_phone(actor=actor, staff_id=keeper.staff_id, phone=phone, at=at)
    names = "、".join(one.name for one in seen)
    audit(actor, "people.keeper.phone_changed", staff_subject(keeper.staff_id), staff=keeper.name, witnesses=names)
    return keeper.staff_id
