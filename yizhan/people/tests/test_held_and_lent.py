"""Who holds a role on a day: the statements of the queries beside the managers' own words, over many made-up leaves."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from yizhan.people.models import Delegation, DelegationEnd, Organisation, RoleAssignment, Staff
from yizhan.people.queries.organisations import actor_of, holders_of
from yizhan.people.rules.organisations import Role
from yizhan.people.testing import MOMENT, WANLI, XINZHU, make_account, make_organisation, make_staff

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)
ROLES = (Role.EXAMINER, Role.SIGNER)
_TERRITORIES = (XINZHU, WANLI, XINZHU[:6])


def _near(chance: random.Random) -> date:
    return DAY + timedelta(days=chance.choice([-30, -1, 0, 1, 30]))


def _some_leaves(chance: random.Random) -> tuple[list[Organisation], list[Staff]]:
    places = [
        make_organisation(name=f"窗口{n}", territory=place, is_active=n < 2) for n, place in enumerate(_TERRITORIES)
    ]
    staff = [make_staff(Role.AUDITOR, places[0], name=f"甲{n}") for n in range(4)]
    is_open = set()
    for _ in range(14):
        begin, end = sorted((_near(chance), _near(chance)))
        who = (chance.choice(staff), chance.choice(ROLES), chance.choice(places))
        until = end if who in is_open or chance.random() < 0.5 else None
        is_open |= {who} if until is None else set()
        RoleAssignment.objects.create(
            staff=who[0], role=who[1], organisation=who[2], valid_from=begin, valid_until=until, territory=""
        )
    for _ in range(14):
        giver, taker = chance.sample(staff, 2)
        begin, end = sorted((_near(chance), _near(chance) + timedelta(days=1)))
        lent = Delegation.objects.create(
            from_staff=giver, to_staff=taker, role=chance.choice(ROLES), organisation=chance.choice(places),
            territory="", valid_from=begin, valid_until=max(end, begin + timedelta(days=1)), reason="年休假",
            handed_over_at=MOMENT,
        )  # fmt: skip
        if chance.random() < 0.2:
            DelegationEnd.objects.create(delegation=lent, ended_at=MOMENT, ended_by="x")
    return places, staff


def _held(**wanted: Any) -> set[tuple[UUID, UUID, str]]:
    own = RoleAssignment.objects.holding_on(DAY).filter(**wanted)
    return set(own.values_list("staff_id", "organisation_id", "role"))


def _lent(**wanted: Any) -> set[tuple[UUID, UUID, str]]:
    lent = Delegation.objects.holding_on(DAY).filter(**wanted)
    return set(lent.values_list("to_staff_id", "organisation_id", "role"))


@pytest.mark.parametrize("seed", range(12))
def test_the_statements_say_what_the_managers_say(seed: int) -> None:
    places, staff = _some_leaves(random.Random(seed))
    for role in ROLES:
        found = holders_of(role=role, organisation_ids=[one.id for one in places], on=DAY)
        seen = {(card.staff_id, place, role) for place, cards in found.items() for card in cards}
        assert seen == _held(role=role, staff__in=staff) | _lent(role=role, to_staff__in=staff)
    for one in staff:
        own, lent = _held(staff=one), _lent(to_staff=one)
        actor = actor_of(make_account(staff=one), on=DAY, channel="web")
        assert {(one.id, grant.organisation_id, grant.role) for grant in actor.roles} == own | lent
        assert {(one.id, stand.organisation_id, stand.role) for stand in actor.stands_in} == lent - own
