"""For the tests of every room: people, offices and actors, made fast and without the desk's formalities."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from yizhan.kernel.api import Actor, ids, times
from yizhan.people.models import (
    Account,
    Delegation,
    IntakeGrant,
    Organisation,
    Relation,
    Resident,
    RoleAssignment,
    Staff,
)
from yizhan.people.queries.organisations import actor_of
from yizhan.people.rules.identity import Sex, parse_identity_number, with_check_digit
from yizhan.people.rules.names import name_key
from yizhan.people.rules.organisations import Department, OrganisationKind, Role, territory_prefix

MOMENT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
BEGIN = date(2020, 1, 1)
XINZHU, WANLI = "450103001005", "450107006010"
QINGXIU, XIXIANGTANG = "450103", "450107"
_next = count(1)


def make_id_number(born_on: date = date(1945, 6, 3), *, female: bool = True, place: str = "450107") -> str:
    """A synthetic number with a right check digit; each call another one."""
    sequence = (next(_next) * 2 + (0 if female else 1)) % 1000
    return with_check_digit(f"{place}{born_on:%Y%m%d}{sequence:03}")


def make_phone() -> str:
    return f"1390001{next(_next):04}"


def make_resident(
    name: str = "农秀珍",
    *,
    born_on: date = date(1945, 6, 3),
    id_number: str | None = None,
    phone: str = "",
    home_community: str | None = XINZHU,
    hukou_division: str = WANLI,
    level: int = 0,
    sex: str = Sex.FEMALE,
    **more: Any,
) -> Resident:
    """A resident with a synthetic number; `id_number=""` for one without."""
    resident = Resident(id=ids.new_id(), name=name, name_key=name_key(name), registered_at=MOMENT, **more)
    number = make_id_number(born_on) if id_number is None else id_number
    if number:
        parsed = parse_identity_number(number, today=date(2099, 1, 1))
        resident.set_id_number(parsed.number)
        born_on = parsed.born_on
    resident.born_on, resident.sex = born_on, sex
    resident.set_phone(phone)
    resident.home_community_id, resident.hukou_division = home_community, hukou_division
    resident.level = level
    resident.save(force_insert=True)
    return resident


def make_organisation(
    kind: str = OrganisationKind.DESK,
    *,
    name: str = "",
    department: str = "",
    territory: str = XINZHU,
    **more: Any,
) -> Organisation:
    """A desk, or with kind "department" an office (civil affairs unless named)."""
    if kind == OrganisationKind.DEPARTMENT and not department:
        department = Department.CIVIL_AFFAIRS
    return Organisation.objects.create(
        id=ids.new_id(),
        kind=kind,
        name=name or f"样例单位{next(_next)}",
        department=department,
        territory=territory_prefix(territory),
        **more,
    )


def make_staff(
    role: str = Role.DESK_CLERK, organisation: Organisation | None = None, *, name: str = "莫小兰", also: Any = ()
) -> Staff:
    """A member of staff holding `role` in `organisation`; `also` adds (role, organisation) pairs."""
    place = organisation or make_organisation()
    staff = Staff.objects.create(
        id=ids.new_id(),
        name=name,
        name_key=name_key(name),
        organisation=place,
        employee_number=f"T{next(_next):05}",
    )
    for held, where in ((role, place), *also):
        RoleAssignment.objects.create(
            id=ids.new_id(), staff=staff, role=held, organisation=where, territory=where.territory, valid_from=BEGIN
        )
    return staff


def make_account(*, resident: Resident | None = None, staff: Staff | None = None, phone: str = "") -> Account:
    account = Account(id=ids.new_id(), phone_verified_at=MOMENT, opened_at=MOMENT, resident=resident, staff=staff)
    account.set_phone(phone or make_phone())
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def actor_for(person: Resident | Staff | Account, *, on: date | None = None, channel: str = "web") -> Actor:
    """The actor behind a person, with an account made where there is none."""
    if isinstance(person, Account):
        account = person
    elif isinstance(person, Staff):
        account = Account.objects.filter(staff=person).first() or make_account(staff=person)
    else:
        account = Account.objects.filter(resident=person).first() or make_account(resident=person)
    return actor_of(account, on=on or times.local_day(MOMENT), channel=channel)


def make_relation(agent: Resident, principal: Resident, *, scope: tuple[str, ...] = ("all",), **more: Any) -> Relation:
    """`agent`, a daughter unless told otherwise, may act for `principal`."""
    values = {"kind": "daughter", "valid_from": BEGIN, "level": 3, "established_at": MOMENT} | more
    return Relation.objects.create(id=ids.new_id(), agent=agent, principal=principal, scope=list(scope), **values)


def make_intake(staff: Staff, resident: Resident, *, at: datetime = MOMENT, case_id: UUID | None = None) -> IntakeGrant:
    """An open look of a desk, with the person present."""
    IntakeGrant.objects.filter(staff=staff, closed_at=None).update(closed_at=at)
    return IntakeGrant.objects.create(
        id=ids.new_id(),
        staff=staff,
        organisation=staff.organisation,
        resident=resident,
        purpose="intake",
        presence="person",
        opened_at=at,
        case_id=case_id,
    )


def actor_of_staff(staff_id: UUID, *, on: date) -> Actor:
    """The actor behind a member of staff who has an account."""
    return actor_of(Account.objects.get(staff_id=staff_id), on=on, channel="desk")


def actor_of_resident(resident_id: UUID, *, on: date) -> Actor:
    """The actor behind a resident who has an account."""
    return actor_of(Account.objects.get(resident_id=resident_id), on=on, channel="web")


def make_delegation(
    from_staff_id: UUID, to_staff_id: UUID, role: str, organisation: Organisation, *, on: date, days: int = 7
) -> Delegation:
    """`to` stands in for `from` with the role, from that day on."""
    return Delegation.objects.create(
        id=ids.new_id(),
        from_staff_id=from_staff_id,
        to_staff_id=to_staff_id,
        role=role,
        organisation=organisation,
        territory=organisation.territory,
        valid_from=on,
        valid_until=on + timedelta(days=days),
        reason="年休假",
        handed_over_at=MOMENT,
    )


# ── many at once, for benchmarks ──


def make_residents(count: int, *, first: int = 0, has_phone: bool = False, level: int = 3) -> list[Resident]:
    """Residents of 新竹 registered in 万力, each with a number of its own: the one at `first` and those after it."""
    made = [_one_of_many(number, has_phone=has_phone, level=level) for number in range(first, first + count)]
    return Resident.objects.bulk_create(made, batch_size=500)


def _one_of_many(number: int, *, has_phone: bool, level: int) -> Resident:
    born_on = date(1935, 1, 1) + timedelta(days=number % 7000)
    made = Resident(name="韦样例", name_key="wei yang li", registered_at=MOMENT, born_on=born_on, sex=Sex.FEMALE)
    made.set_id_number(make_id_number(born_on, place=str(450200 + number // 7000)))
    made.set_phone(f"139{number:08}" if has_phone else "")
    made.home_community_id, made.hukou_division, made.level = XINZHU, WANLI, level
    return made


def make_colleagues(organisation: Organisation, count: int, *, first: int = 0, name: str = "莫小兰") -> list[Staff]:
    """Staff without roles and accounts, whose actors a benchmark makes itself."""
    return Staff.objects.bulk_create(
        Staff(name=name, name_key=name_key(name), organisation=organisation, employee_number=f"B{number:06}")
        for number in range(first, first + count)
    )


def make_intakes(staff: list[Staff], residents: list[Resident], *, at: datetime) -> list[IntakeGrant]:
    """Before each of the clerks stands one of the residents."""
    return IntakeGrant.objects.bulk_create(
        IntakeGrant(
            staff=clerk,
            organisation=clerk.organisation,
            resident=resident,
            purpose="intake",
            presence="person",
            opened_at=at,
        )
        for clerk, resident in zip(staff, residents, strict=True)
    )


def give_role(staff: Staff, role: str, organisation: Organisation) -> None:
    RoleAssignment.objects.create(
        staff=staff, role=role, organisation=organisation, territory=organisation.territory, valid_from=BEGIN
    )


def account_of_phone(phone: str) -> Account | None:
    return Account.objects.find_by_phone(phone)


def staff_of(actor: Actor) -> Staff:
    assert actor.staff_id is not None
    return Staff.objects.get(pk=actor.staff_id)


def account_of(actor: Actor) -> Account:
    """The account with which this member of staff signs in, made where there is none."""
    staff = staff_of(actor)
    return Account.objects.filter(staff=staff).first() or make_account(staff=staff)
