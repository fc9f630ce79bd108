"""A desk writes down somebody new."""

import pytest
from django.urls import reverse

from yizhan.people.models import Resident
from yizhan.people.testing import (
    WANLI,
    XINZHU,
    make_account,
    make_id_number,
    make_organisation,
    make_resident,
    make_staff,
)
from yizhan.people.tests.test_pages import BACKEND

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    clerk = make_staff("desk_clerk", make_organisation(territory=XINZHU))
    client.force_login(make_account(staff=clerk), backend=BACKEND)
    return client


def entry(**more):
    values = {"name": "覃·玉兰", "id_number": make_id_number(), "home_community": f"新竹社区 {XINZHU}"}
    return values | more


def test_somebody_new_is_written_down(desk):
    assert f"新竹社区 {XINZHU}" in desk.get(reverse("people:register")).content.decode()
    answer = desk.post(reverse("people:register"), entry(phone="139 0000 0088", address="竹溪大道1号"))
    assert answer["Location"] == "/"
    resident = Resident.objects.get()
    assert (resident.name, resident.home_community_id, resident.hukou_division) == ("覃·玉兰", XINZHU, XINZHU)
    assert (resident.phone, resident.address, resident.level) == ("13900000088", "竹溪大道1号", 0)


def test_a_hukou_elsewhere_is_kept(desk):
    desk.post(reverse("people:register"), entry(hukou_division=WANLI))
    assert Resident.objects.get().hukou_division == WANLI


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "\x00"},
        {"name": "名" * 51},
        {"id_number": "450103194602290014"},
        {"id_number": ""},
        {"home_community": "青秀区"},
        {"home_community": "450103999999"},
        {"home_community": ""},
        {"hukou_division": "12"},
        {"hukou_division": "四五〇一〇三"},
        {"phone": "12345"},
        {"address": "路" * 201},
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_kept(desk, wrong):
    answer = desk.post(reverse("people:register"), entry(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "yz-errors" in page
    assert wrong.get("name") is not None or "覃·玉兰" in page
    assert not Resident.objects.exists()


def test_a_number_that_is_known_is_not_written_twice(desk):
    known = make_resident()
    answer = desk.post(reverse("people:register"), entry(id_number=known.id_number))
    assert answer.status_code == 422
    assert Resident.objects.count() == 1


def test_residents_and_offices_have_no_such_page(client):
    office = make_organisation("department", territory="450103")
    for account in (make_account(resident=make_resident()), make_account(staff=make_staff("examiner", office))):
        client.force_login(account, backend=BACKEND)
        assert client.get(reverse("people:register")).status_code == 403
