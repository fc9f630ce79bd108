"""What the administrators see: organisations, staff, who holds which role, who stands in for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yizhan.look.api import mask_phone
from yizhan.people.models import Account, Delegation, Organisation, RoleAssignment, Staff
from yizhan.people.queries import labels
from yizhan.people.rules.organisations import KEPT_APART, OrganisationKind
from yizhan.territory import api as territory

PAGE = 30
Line = TypeVar("Line")
LONGEST_QUESTION = 40
MOST_CHOICES = 30


def question(text: str) -> str:
    """What somebody typed into a search box, without what no name holds."""
    return text.replace("\x00", "").strip()[:LONGEST_QUESTION]


def _page(lines: list[Line], shown: Page[Any]) -> Page[Line]:
    return Page(lines, shown.number, cast("Paginator[Line]", shown.paginator))


# ── organisations ──


@dataclass(frozen=True, kw_only=True)
class OrganisationLine:
    organisation_id: UUID
    name: str
    kind: str
    department: str
    territory: str
    place: str
    parent: str
    staff: int
    is_active: bool
    is_sample: bool


def organisation_lines(*, asked: str = "", kind: str = "", page: str = "1") -> Page[OrganisationLine]:
    """By name, area code or credit code; those in use first."""
    found = Organisation.objects.select_related("parent").annotate(employed=Count("staff"))
    found = found.order_by("-is_active", "territory", "name", "id")
    if kind in list(OrganisationKind):
        found = found.filter(kind=kind)
    if asked := question(asked):
        found = found.filter(Q(name__icontains=asked) | Q(territory__startswith=asked) | Q(credit_code=asked.upper()))
    shown = Paginator(found, PAGE).get_page(page)
    rows = list(shown.object_list)
    places = territory.full_names({_twelve(row.territory) for row in rows})
    return _page([_organisation_line(row, places) for row in rows], shown)


def organisation_line(organisation_id: UUID) -> OrganisationLine | None:
    """One that is in use; none if it is not."""
    found = Organisation.objects.select_related("parent").annotate(employed=Count("staff"))
    row = found.filter(pk=organisation_id, is_active=True).first()
    return _organisation_line(row, {}) if row else None


def _twelve(code: str) -> str:
    return code.ljust(12, "0")


def _organisation_line(row: Organisation, places: Mapping[str, str]) -> OrganisationLine:
    return OrganisationLine(
        organisation_id=row.id,
        name=row.name,
        kind=labels.label(labels.KINDS, row.kind),
        department=labels.label(labels.DEPARTMENTS, row.department) if row.department else "",
        territory=row.territory,
        place=places.get(_twelve(row.territory), "") if row.territory else "",
        parent=row.parent.name if row.parent else "",
        staff=getattr(row, "employed", 0),
        is_active=row.is_active,
        is_sample=row.is_sample,
    )


def active_organisations(asked: str, *, kinds: Sequence[str] = ()) -> list[tuple[UUID, str]]:
    """(id, name) of at most thirty that a search finds, for a form's choices."""
    found = Organisation.objects.filter(is_active=True).order_by("territory", "name", "id")
    if kinds:
        found = found.filter(kind__in=kinds)
    if asked := question(asked):
        found = found.filter(Q(name__icontains=asked) | Q(territory__startswith=asked))
    return list(found.values_list("id", "name")[:MOST_CHOICES])


# ── staff ──


@dataclass(frozen=True, kw_only=True)
class RoleLine:
    """A role that holds or will hold. `last_day` is the last one on which it holds; none: until further notice."""

    assignment_id: UUID
    role: str
    word: str
    organisation: str
    since: date
    last_day: date | None
    is_future: bool
    rests: bool


@dataclass(frozen=True, kw_only=True)
class DelegationLine:
    delegation_id: UUID
    word: str
    organisation: str
    from_name: str
    to_name: str
    first: date
    last_day: date
    reason: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class StaffLine:
    staff_id: UUID
    name: str
    number: str
    organisation: str
    phone: str
    roles: tuple[RoleLine, ...]
    is_one_of_three: bool
    is_sample: bool


def staff_lines(
    *, today: date, asked: str = "", role: str = "", without_role: bool = False, page: str = "1"
) -> Page[StaffLine]:
    """By name, pinyin, number or employer; with `role`, those who hold it."""
    found = Staff.objects.select_related("organisation").order_by("name_key", "name", "id")
    held = RoleAssignment.objects.not_over_on(today).filter(staff_id=OuterRef("pk"))
    if role:
        found = found.filter(Exists(held.filter(role=role)))
    if without_role:
        found = found.exclude(Exists(held))
    if asked := question(asked):
        found = found.filter(
            Q(name__icontains=asked)
            | Q(name_key__startswith=asked.casefold())
            | Q(employee_number__iexact=asked)
            | Q(organisation__name__icontains=asked)
        )
    shown = Paginator(found, PAGE).get_page(page)
    return _page(_staff_lines(list(shown.object_list), today), shown)


def staff_line(staff_id: UUID, *, today: date) -> StaffLine | None:
    lines = _staff_lines(list(Staff.objects.select_related("organisation").filter(pk=staff_id)), today)
    return lines[0] if lines else None


def _staff_lines(rows: Sequence[Staff], today: date) -> list[StaffLine]:
    wanted = [row.id for row in rows]
    phones = {one.staff_id: mask_phone(one.phone) for one in Account.objects.filter(staff_id__in=wanted)}
    held: dict[UUID, list[RoleAssignment]] = {}
    for one in _roles(today).filter(staff_id__in=wanted):
        held.setdefault(one.staff_id, []).append(one)
    return [_staff_line(row, phones.get(row.id, ""), held.get(row.id, []), today) for row in rows]


def _roles(today: date) -> QuerySet[RoleAssignment]:
    found = RoleAssignment.objects.not_over_on(today).select_related("organisation")
    return found.order_by("valid_from", "role", "id")


def _staff_line(row: Staff, phone: str, held: Sequence[RoleAssignment], today: date) -> StaffLine:
    return StaffLine(
        staff_id=row.id,
        name=row.name,
        number=row.employee_number,
        organisation=row.organisation.name,
        phone=phone,
        roles=tuple(_role_line(one, today) for one in held),
        is_one_of_three=any(one.role in KEPT_APART for one in held),
        is_sample=row.is_sample,
    )


def _role_line(one: RoleAssignment, today: date) -> RoleLine:
    return RoleLine(
        assignment_id=one.id,
        role=one.role,
        word=labels.label(labels.ROLES, one.role),
        organisation=one.organisation.name,
        since=one.valid_from,
        last_day=one.valid_until - timedelta(days=1) if one.valid_until else None,
        is_future=one.valid_from > today,
        rests=not one.organisation.is_active,
    )


def delegation_lines(*, today: date, staff_id: UUID | None = None) -> list[DelegationLine]:
    """What has been handed over and is not over; with `staff_id`, by or to that person."""
    found = Delegation.objects.not_ended().filter(valid_until__gt=today)
    if staff_id:
        found = found.filter(Q(from_staff_id=staff_id) | Q(to_staff_id=staff_id))
    found = found.select_related("from_staff", "to_staff", "organisation").order_by("valid_from", "id")
    holding = set(
        Delegation.objects.holding_on(today).filter(pk__in=[one.id for one in found]).values_list("id", flat=True)
    )
    return [_delegation_line(one, one.id in holding) for one in found]


def _delegation_line(one: Delegation, holds: bool) -> DelegationLine:
    return DelegationLine(
        delegation_id=one.id,
        word=labels.label(labels.ROLES, one.role),
        organisation=one.organisation.name,
        from_name=one.from_staff.name,
        to_name=one.to_staff.name,
        first=one.valid_from,
        last_day=one.valid_until - timedelta(days=1),
        reason=one.reason,
        holds=holds,
    )
