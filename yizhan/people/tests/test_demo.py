"""The demo city's people are synthetic, marked, and can all sign in."""

import pytest

from yizhan.kernel.api import times
from yizhan.people import api as people
from yizhan.people import demo
from yizhan.people.models import Account, Organisation, Resident, Staff
from yizhan.people.queries.organisations import actor_of
from yizhan.people.testing import MOMENT, WANLI, XINZHU

pytestmark = pytest.mark.django_db


def test_the_city_is_built_and_marked_as_a_sample():
    city = {}
    demo.build(city)

    put = city["people"]
    for model in (Resident, Staff, Organisation):
        assert model.objects.exists()
        assert not model.objects.filter(is_sample=False).exists()
    mother = Resident.objects.get(pk=put["mother"])
    assert (mother.name, str(mother.born_on), mother.home_community_id) == ("农秀珍", "1945-06-03", XINZHU)
    assert mother.hukou_division == WANLI
    day = times.local_day(MOMENT)
    assert people.may_act_for(agent_id=put["daughter"], principal_id=put["mother"], scope="matters", on=day)
    for digits, key in ((6, "civil_affairs_xixiangtang"), (9, "civil_affairs_xinyang"), (4, "civil_affairs_city")):
        office = people.responsible_organisation(department="civil_affairs", division_code=WANLI[:digits])
        assert office.organisation_id == put[key]


def test_every_department_has_somebody_to_examine_and_somebody_else_to_sign():
    demo.build({})
    for clerk in demo.OFFICE_CLERKS:
        account = Account.objects.find_by_phone(clerk.phone)
        assert actor_of(account, on=times.local_day(MOMENT), channel="web").name == clerk.name


def test_every_printed_sign_in_has_an_account():
    demo.build({})
    for sign_in in demo.SIGN_INS:
        account = Account.objects.find_by_phone(sign_in.phone)
        assert actor_of(account, on=times.local_day(MOMENT), channel="web").name == sign_in.who
