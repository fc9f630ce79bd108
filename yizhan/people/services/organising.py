"""Organisations, staff and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, NotFound, Subject, access, audit, ids, times
from yizhan.people.models import Organisation, RoleAssignment, Staff
from yizhan.people.rules.identity import OrganisationCodeWrong, parse_organisation_code
from yizhan.people.rules.names import name_key
from yizhan.people.rules.organisations import Department, OrganisationKind, Role, territory_prefix
from yizhan.people.services.registering import name_of


class OrganisationCodeRefused(BadInput):
    code = "people.organisation_code"
    message = _("统一社会信用代码对不上，请对照证书再看一遍。")


class RoleNotHeld(NotFound):
    code = "people.role_not_held"


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


@transaction.atomic
def open_organisation(*, actor: Actor, organisation: NewOrganisation) -> UUID:
    """Raises OrganisationCodeRefused."""
    access.require(actor, "people.manage_organisations")
    row = Organisation.objects.create(
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
    audit(actor, "people.organisation.opened", Subject("people.organisation", str(row.id)), kind=row.kind)
    return row.id


def _credit_code(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return parse_organisation_code(text)
    except OrganisationCodeWrong:
        raise OrganisationCodeRefused from None


@transaction.atomic
def employ_staff(
    *, actor: Actor, organisation_id: UUID, name: str, employee_number: str, is_sample: bool = False
) -> UUID:
    """A person begins to work in an organisation; without roles he may do nothing."""
    access.require(actor, "people.manage_organisations")
    parsed = name_of(name)
    row = Staff.objects.create(
        id=ids.new_id(),
        name=parsed,
        name_key=name_key(parsed),
        organisation_id=organisation_id,
        employee_number=employee_number,
        is_sample=is_sample,
    )
    audit(actor, "people.staff.employed", Subject("people.staff", str(row.id)), organisation_id=organisation_id)
    return row.id


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
    """A role in an organisation, over its own territory unless another is named."""
    access.require(actor, "people.manage_organisations")
    organisation = Organisation.objects.get(pk=organisation_id)
    row = RoleAssignment.objects.create(
        id=ids.new_id(),
        staff_id=staff_id,
        role=role,
        organisation=organisation,
        territory=organisation.territory if territory is None else territory_prefix(territory),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    audit(actor, "people.role.assigned", Subject("people.staff", str(staff_id)), role=role, until=valid_until)
    return row.id


@transaction.atomic
def end_roles(*, actor: Actor, staff_id: UUID, at: datetime) -> int:
    """The person leaves: every right ends today. Returns how many roles ended."""
    access.require(actor, "people.manage_organisations")
    today = times.local_day(at)
    held = RoleAssignment.objects.select_for_update().holding_on(today).filter(staff_id=staff_id)
    for assignment in held:
        assignment.valid_until = max(today, assignment.valid_from)
        assignment.save(update_fields=["valid_until"])
    audit(actor, "people.roles.ended", Subject("people.staff", str(staff_id)), count=len(held))
    return len(held)
