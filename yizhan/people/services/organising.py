"""Organisations and staff, kept by the administrator; roles, granted and ended by the security officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, Conflict, NotFound, Subject, access, audit, ids, times
from yizhan.people.models import Organisation, RoleAssignment, Staff
from yizhan.people.queries.organisations import OrganisationNotFound
from yizhan.people.rules.identity import OrganisationCodeWrong, parse_organisation_code
from yizhan.people.rules.names import name_key
from yizhan.people.rules.organisations import (
    KEPT_APART,
    Department,
    OrganisationKind,
    Role,
    are_kept_apart,
    territory_prefix,
)
from yizhan.people.services.registering import name_of

LONGEST_REASON = 200


class OrganisationCodeRefused(BadInput):
    code = "people.organisation_code"
    message = _("统一社会信用代码对不上，请对照证书再看一遍。")


class OrganisationTaken(Conflict):
    code = "people.organisation_taken"
    message = _("已经有这个代码的单位，或者这个部门在这里已经有一个办公室。请先查一查单位列表。")


class OrganisationStopped(Conflict):
    code = "people.organisation_stopped"
    message = _("这个单位已经停用。")


class OrganisationHasParts(Conflict):
    code = "people.organisation_has_parts"
    message = _("下面还有在用的单位，请先停用它们。")


class ReasonNeeded(BadInput):
    code = "people.reason_needed"
    message = _("请写明原因，以后查得到。")


class StaffNotFound(NotFound):
    code = "people.staff_not_found"


class StaffNumberTaken(Conflict):
    code = "people.staff_number_taken"
    message = _("这个单位已经有这个工号的人。")


class RoleNotHeld(NotFound):
    code = "people.role_not_held"


class RoleHeld(Conflict):
    code = "people.role_held"
    message = _("这几天里他在那里已经有这个岗位。")


class RolePeriodRefused(BadInput):
    code = "people.role_period"
    message = _("岗位的最后一天要在第一天以后，也不能已经过去。")


class RolesKeptApart(Conflict):
    code = "people.roles_kept_apart"
    message = _("系统管理员、安全管理员、审计员不能是同一个人。请先收回原来的岗位。")


class KeptByTheSecurityOfficer(Conflict):
    code = "people.kept_by_security_officer"
    message = _("系统管理员、安全管理员、审计员的岗位由安全管理员收回，账号由另外两员当面办。")


@dataclass(frozen=True, kw_only=True)
class NewOrganisation:
    """`territory` is a division code; `department` is needed for an office of one of the ten."""

    kind: OrganisationKind
    name: str
    department: Department | None = None
    territory: str = ""
    credit_code: str = ""
    parent_id: UUID | None = None
    phone: str = ""
    address: str = ""
    is_sample: bool = False


def _organisation_subject(organisation_id: UUID) -> Subject:
    return Subject("people.organisation", str(organisation_id))


def staff_subject(staff_id: UUID) -> Subject:
    return Subject("people.staff", str(staff_id))


@transaction.atomic
def open_organisation(*, actor: Actor, organisation: NewOrganisation) -> UUID:
    """Raises OrganisationCodeRefused, OrganisationTaken."""
    access.require(actor, "people.manage_organisations")
    row = Organisation(
        id=ids.new_id(),
        kind=organisation.kind,
        name=organisation.name.strip(),
        credit_code=_credit_code(organisation.credit_code),
        department=organisation.department or "",
        territory=territory_prefix(organisation.territory),
        parent_id=organisation.parent_id,
        phone=organisation.phone,
        address=organisation.address,
        is_sample=organisation.is_sample,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise OrganisationTaken from None
    audit(actor, "people.organisation.opened", _organisation_subject(row.id), kind=row.kind, name=row.name)
    return row.id


def _credit_code(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return parse_organisation_code(text)
    except OrganisationCodeWrong:
        raise OrganisationCodeRefused from None


@transaction.atomic
def stop_organisation(*, actor: Actor, organisation_id: UUID, reason: str) -> None:
    """It is no more: every role in it rests at once. Raises OrganisationNotFound, OrganisationStopped, ReasonNeeded."""
    access.require(actor, "people.manage_organisations")
    row = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if row is None:
        raise OrganisationNotFound
    if not row.is_active:
        raise OrganisationStopped
    if Organisation.objects.filter(parent=row, is_active=True).exists():
        raise OrganisationHasParts
    row.is_active = False
    row.save(update_fields=["is_active"])
    audit(actor, "people.organisation.stopped", _organisation_subject(row.id), name=row.name, reason=_reason(reason))


def _reason(text: str) -> str:
    kept = text.replace("\x00", "").strip()[:LONGEST_REASON]
    if not kept:
        raise ReasonNeeded
    return kept


@transaction.atomic
def employ_staff(
    *, actor: Actor, organisation_id: UUID, name: str, employee_number: str, is_sample: bool = False
) -> UUID:
    """A person begins to work in an organisation; without roles he may do nothing. Raises StaffNumberTaken."""
    access.require(actor, "people.manage_staff")
    _require_active(organisation_id)
    parsed = name_of(name)
    row = Staff(
        id=ids.new_id(),
        name=parsed,
        name_key=name_key(parsed),
        organisation_id=organisation_id,
        employee_number=employee_number,
        is_sample=is_sample,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise StaffNumberTaken from None
    audit(actor, "people.staff.employed", staff_subject(row.id), organisation_id=organisation_id, staff=row.name)
    return row.id


def _require_active(organisation_id: UUID) -> Organisation:
    row = Organisation.objects.filter(pk=organisation_id).first()
    if row is None:
        raise OrganisationNotFound
    if not row.is_active:
        raise OrganisationStopped
    return row


@transaction.atomic
def assign_role(
    *,
    actor: Actor,
    staff_id: UUID,
    role: Role,
    organisation_id: UUID,
    valid_from: date,
    valid_until: date | None = None,
    territory: str | None = None,
) -> UUID:
    """A role in an organisation, over its own territory unless another is named.

    Raises NotAllowed (also for oneself), RolePeriodRefused, RoleHeld, RolesKeptApart.
    """
    access.require(actor, "people.grant_roles", staff_id)
    organisation = _require_active(organisation_id)
    staff = lock_staff(staff_id)
    if valid_until is not None and valid_until <= valid_from:
        raise RolePeriodRefused
    _refuse_beside_others(staff_id, role, organisation_id, valid_from, valid_until)
    row = RoleAssignment.objects.create(
        id=ids.new_id(),
        staff_id=staff_id,
        role=role,
        organisation=organisation,
        territory=organisation.territory if territory is None else territory_prefix(territory),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    facts = {"role": role, "organisation_id": organisation_id, "since": valid_from, "until": valid_until}
    audit(actor, "people.role.assigned", staff_subject(staff_id), staff=staff.name, **facts)
    return row.id


def lock_staff(staff_id: UUID) -> Staff:
    """Raises StaffNotFound."""
    staff = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if staff is None:
        raise StaffNotFound
    return staff


def _refuse_beside_others(
    staff_id: UUID, role: Role, organisation_id: UUID, valid_from: date, valid_until: date | None
) -> None:
    touching = list(RoleAssignment.objects.touching(valid_from, valid_until).filter(staff_id=staff_id))
    if any(one.role == role and one.organisation_id == organisation_id for one in touching):
        raise RoleHeld
    if are_kept_apart(role, [one.role for one in touching]):
        raise RolesKeptApart


@transaction.atomic
def end_role(*, actor: Actor, assignment_id: UUID, at: datetime) -> UUID:
    """One role ends today, at once. Returns whose it was. Raises RoleNotHeld, NotAllowed (also for one's own)."""
    today = times.local_day(at)
    found = RoleAssignment.objects.select_for_update(of=("self",)).select_related("staff").filter(pk=assignment_id)
    row = found.first()
    if row is None or (row.valid_until is not None and row.valid_until <= today):
        raise RoleNotHeld
    access.require(actor, "people.grant_roles", row.staff_id)
    _end(row, today)
    facts = {"role": row.role, "organisation_id": row.organisation_id, "staff": row.staff.name}
    audit(actor, "people.role.ended", staff_subject(row.staff_id), **facts)
    return row.staff_id


def _end(row: RoleAssignment, today: date) -> None:
    row.valid_until = max(today, row.valid_from)
    row.save(update_fields=["valid_until"])


@transaction.atomic
def end_roles(*, actor: Actor, staff_id: UUID, at: datetime) -> int:
    """The person leaves: every right ends today, also what was to begin later. Returns how many roles ended.

    Raises StaffNotFound, KeptByTheSecurityOfficer for one of the three who keep the house.
    """
    access.require(actor, "people.manage_staff", staff_id)
    staff, today = lock_staff(staff_id), times.local_day(at)
    refuse_the_three(actor, staff_id, today)
    held = list(RoleAssignment.objects.select_for_update().not_over_on(today).filter(staff_id=staff_id))
    for assignment in held:
        _end(assignment, today)
    audit(actor, "people.roles.ended", staff_subject(staff_id), count=len(held), staff=staff.name)
    return len(held)


def refuse_the_three(actor: Actor, staff_id: UUID, today: date) -> None:
    """Whoever keeps accounts has no hand in those of the administrators. Raises KeptByTheSecurityOfficer."""
    held = RoleAssignment.objects.not_over_on(today).filter(staff_id=staff_id, role__in=KEPT_APART)
    if not actor.machine and held.exists():
        raise KeptByTheSecurityOfficer
