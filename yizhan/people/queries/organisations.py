"""Organisations, who is responsible where, staff, and the actor behind an account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yizhan.kernel.api import Actor, Composed, NotFound, RoleGrant, StandIn, prepared_cursor
from yizhan.people.models import Account, Delegation, Organisation, RoleAssignment, Staff
from yizhan.people.queries.views import OrganisationView, StaffCard
from yizhan.people.rules.levels import Level
from yizhan.people.rules.organisations import Department, OrganisationKind, most_specific, territory_prefix


class OrganisationNotFound(NotFound):
    code = "people.organisation_not_found"


_COLUMNS = ("id", "kind", "name", "department", "territory", "parent_id", "phone", "address", "is_sample")


def _view(organisation: Organisation) -> OrganisationView:
    return _seen(*(getattr(organisation, name) for name in _COLUMNS))


def _seen(*columns: Any) -> OrganisationView:
    found = dict(zip(_COLUMNS, columns, strict=True))
    return OrganisationView(
        organisation_id=found["id"],
        kind=OrganisationKind(found["kind"]),
        name=found["name"],
        department=Department(found["department"]) if found["department"] else None,
        territory=found["territory"],
        parent_id=found["parent_id"],
        phone=found["phone"],
        address=found["address"],
        is_sample=found["is_sample"],
    )


def organisation(*, organisation_id: UUID) -> OrganisationView:
    """Raises OrganisationNotFound."""
    found = Organisation.objects.filter(pk=organisation_id).first()
    if found is None:
        raise OrganisationNotFound
    return _view(found)


def organisations(
    *, kind: str | None = None, department: str | None = None, territory: str | None = None
) -> tuple[OrganisationView, ...]:
    """Active organisations; `territory` keeps those that lie within that place."""
    found = Organisation.objects.filter(is_active=True).order_by("territory", "name", "id")
    if kind:
        found = found.filter(kind=kind)
    if department:
        found = found.filter(department=department)
    if territory:
        found = found.filter(territory__startswith=territory_prefix(territory))
    return tuple(_view(one) for one in found)


def organisation_names(ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(Organisation.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def responsible_organisation(*, department: str, division_code: str) -> OrganisationView | None:
    """The department's office with the smallest territory that holds the place; None if the city has none."""
    return _smallest_around(division_code, kind=OrganisationKind.DEPARTMENT, department=department)


def government_of(*, division_code: str) -> OrganisationView | None:
    """The people's government of the place, or the next higher one; None if the city has none."""
    return _smallest_around(division_code, kind=OrganisationKind.GOVERNMENT)


def desk_for(*, division_code: str) -> OrganisationView | None:
    """The integrated desk of a community, or the next wider one."""
    return _smallest_around(division_code, kind=OrganisationKind.DESK)


# Asked with every filing and hand-over: written out, because composing it anew takes longer than the answer.
_AROUND = f"""
SELECT {", ".join(_COLUMNS)} FROM people_organisation
WHERE is_active AND kind = %s AND territory = ANY(%s) AND (%s = '' OR department = %s) ORDER BY territory, name, id
"""  # noqa: S608  names of our own columns


def _smallest_around(division_code: str, *, kind: OrganisationKind, department: str = "") -> OrganisationView | None:
    """As the rule `most_specific`, of those few that hold the place: their territories are beginnings of its code."""
    beginnings = [division_code[:length] for length in range(len(division_code) + 1)]
    with prepared_cursor() as cursor:
        cursor.execute(_AROUND, [kind, beginnings, department, department])
        found = [_seen(*row) for row in cursor.fetchall()]
    return most_specific(found, division_code)


def staff_cards(*, staff_ids: Collection[UUID]) -> dict[UUID, StaffCard]:
    found = Staff.objects.filter(pk__in=staff_ids).select_related("organisation")
    return {
        one.id: StaffCard(
            staff_id=one.id,
            name=one.name,
            employee_number=one.employee_number,
            organisation_id=one.organisation_id,
            organisation_name=one.organisation.name,
        )
        for one in found
    }


def staff_numbered(*, employee_number: str) -> dict[UUID, UUID | None]:
    """Who has this employee number, with the account of each; two organisations may have given the same one."""
    return dict(Staff.objects.filter(employee_number=employee_number).values_list("pk", "account__pk"))


def staff_card(*, staff_id: UUID) -> StaffCard | None:
    return staff_cards(staff_ids=[staff_id]).get(staff_id)


def roles_of(staff_id: UUID, *, on: date, workplace: UUID | None = None) -> tuple[RoleGrant, ...]:
    """The roles held on that day; within one organisation if `workplace` names it."""
    held = RoleAssignment.objects.holding_on(on).filter(staff_id=staff_id).order_by("role", "organisation_id")
    if workplace:
        held = held.filter(organisation_id=workplace)
    return tuple(
        RoleGrant(role=one.role, organisation_id=one.organisation_id, territory=territory_prefix(one.territory))
        for one in held
    )


# Who holds what on a day, as `holding_on` of role assignments and of delegations say it. Asked with every request and
# every office's page, so written out: composing it anew takes longer than the answer.
_HOLDING = """
people_roleassignment a JOIN people_organisation o ON o.id = a.organisation_id AND o.is_active
WHERE a.valid_from <= %(on)s AND (a.valid_until IS NULL OR a.valid_until > %(on)s)
"""
_LENT = f"""
people_delegation d
WHERE d.valid_from <= %(on)s AND d.valid_until > %(on)s
  AND NOT EXISTS (SELECT FROM people_delegationend e WHERE e.delegation_id = d.id)
  AND EXISTS (SELECT FROM {_HOLDING} AND a.staff_id = d.from_staff_id AND a.role = d.role
              AND a.organisation_id = d.organisation_id)
"""  # noqa: S608  our own words
_HOLDERS = f"""
SELECT held.place, s.id, s.name, s.employee_number, s.organisation_id, employer.name
FROM (SELECT a.organisation_id, a.staff_id FROM {_HOLDING} AND a.role = %(role)s AND a.organisation_id = ANY(%(places)s)
      UNION
      SELECT d.organisation_id, d.to_staff_id FROM {_LENT} AND d.role = %(role)s AND d.organisation_id = ANY(%(places)s)
     ) AS held(place, staff_id)
JOIN people_staff s ON s.id = held.staff_id JOIN people_organisation employer ON employer.id = s.organisation_id
ORDER BY s.name, s.id
"""  # noqa: S608  our own words
# One's own roles come first: what one may do by oneself, one does for nobody else.
_HELD_AND_LENT = f"""
SELECT role, place, territory, whose, name
FROM (SELECT a.role, a.organisation_id, a.territory, NULL::uuid, '' FROM {_HOLDING} AND a.staff_id = %(staff)s
      UNION
      SELECT d.role, d.organisation_id, d.territory, d.from_staff_id,
             (SELECT s.name FROM people_staff s WHERE s.id = d.from_staff_id) FROM {_LENT} AND d.to_staff_id = %(staff)s
     ) AS held(role, place, territory, whose, name)
ORDER BY whose IS NOT NULL, role, place, name
"""  # noqa: S608  our own words


def holders_of(*, role: str, organisation_ids: Collection[UUID], on: date) -> dict[UUID, tuple[StaffCard, ...]]:
    """Who holds the role on that day in each of the organisations, for himself or for somebody on leave: one query."""
    with prepared_cursor() as cursor:
        cursor.execute(_HOLDERS, {"role": role, "places": list(organisation_ids), "on": on})
        rows = cursor.fetchall()
    found: dict[UUID, list[StaffCard]] = {}
    for place, staff_id, name, number, employer_id, employer in rows:
        card = StaffCard(
            staff_id=staff_id,
            name=name,
            employee_number=number,
            organisation_id=employer_id,
            organisation_name=employer,
        )
        found.setdefault(place, []).append(card)
    return {place: tuple(held) for place, held in found.items()}


def _held_and_lent(
    staff_id: UUID, on: date, workplace: UUID | None
) -> tuple[tuple[RoleGrant, ...], tuple[StandIn, ...]]:
    """The roles held that day and what colleagues on leave have handed over: one query, as every request asks."""
    with prepared_cursor() as cursor:
        cursor.execute(_HELD_AND_LENT, {"staff": staff_id, "on": on})
        rows = cursor.fetchall()
    grants: dict[tuple[str, UUID], RoleGrant] = {}
    stand_ins = []
    for role, place, territory, whose, name in rows:
        if (workplace and place != workplace) or (role, place) in grants:
            continue
        grants[role, place] = RoleGrant(role=role, organisation_id=place, territory=territory_prefix(territory))
        if whose is not None:
            stand_ins.append(StandIn(role=role, organisation_id=place, staff_id=whose, name=name))
    return tuple(grants.values()), tuple(stand_ins)


def actor_of(account: Account, *, on: date, channel: str, workplace: UUID | None = None) -> Actor:
    """Who acts when this account is signed in. `account` comes with its staff and resident."""
    roles: tuple[RoleGrant, ...] = ()
    stands_in: tuple[StandIn, ...] = ()
    if account.staff_id:
        roles, stands_in = _held_and_lent(account.staff_id, on, workplace)
    person = account.staff or account.resident
    level = account.resident.level if account.resident else Level.NONE
    return Actor(
        account_id=account.id,
        resident_id=account.resident_id,
        staff_id=account.staff_id,
        name=person.name if person else "",
        level=max(int(level), int(Level.PHONE)),
        roles=roles,
        channel="desk" if account.staff_id else channel,
        stands_in=stands_in,
    )


def workplaces_of(*, staff_id: UUID, on: date) -> tuple[OrganisationView, ...]:
    """The organisations in which this person has a role today, his own or for somebody on leave."""
    held = RoleAssignment.objects.holding_on(on).filter(staff_id=staff_id).values("organisation_id")
    lent = Delegation.objects.holding_on(on).filter(to_staff_id=staff_id).values("organisation_id")
    found = Organisation.objects.filter(Q(pk__in=held) | Q(pk__in=lent))
    return tuple(_view(one) for one in found.order_by("name"))


def workplace_words(organisation_ids: Collection[UUID]) -> str:
    """The names of the places where somebody works, for the head of a page."""
    return "、".join(name for (name,) in _names.rows(ids=tuple(sorted(organisation_ids))))


@Composed
def _names(*, ids: tuple[UUID, ...]) -> QuerySet[Organisation, tuple[str]]:
    return Organisation.objects.filter(pk__in=ids).order_by("name").values_list("name")
