"""The search box and outlets: what was meant, the nearest of it, and what is told where nothing is near."""

from pathlib import Path

import pytest
from django.test import Client

from yizhan.kernel.testing import facts_published
from yizhan.people import testing as people
from yizhan.reach.testing import XINZHU, make_compound, make_quarter, make_shops
from yizhan.streets.testing import NANNING

pytestmark = pytest.mark.django_db
UNMET = "shell.NothingWithinReach"


@pytest.fixture
def quarter(tmp_path: Path) -> None:
    make_shops(make_quarter(tmp_path))


@pytest.fixture
def neighbour(quarter) -> Client:
    """Signed in, at home in the middle of the quarter."""
    make_compound()
    client = Client()
    account = people.make_account(resident=people.make_resident())
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def look_for(text: str, client: Client) -> str:
    answer = client.post("/search/", {"q": text}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("理发", "阿莲理发店"),
        ("剪头发", "阿莲理发店"),
        ("lifa", "阿莲理发店"),
        ("买菜", "竹溪菜市场"),
        ("mai cai", "竹溪菜市场"),
        ("haircut", "阿莲理发店"),
        ("买药", "百姓大药房"),
        ("竹溪菜市场", "竹溪菜市场"),
        ("竹溪", "竹溪菜市场"),
        ("zhuxicaishichang", "竹溪菜市场"),
        ("zhu xi", "竹溪菜市场"),
        ("zxcsc", "竹溪菜市场"),
        ("allfd", "阿莲理发店"),
        ("bxdyf", "百姓大药房"),
    ],
)
def test_what_is_near_stands_first_with_its_minutes(neighbour: Client, said: str, name: str) -> None:
    page = look_for(said, neighbour)
    assert name in page
    assert "走得到的" in page
    assert "yz-place__min" in page


def test_a_point_that_was_chosen_is_enough(quarter) -> None:
    client = Client()
    client.post("/reach/start/", {"lon": NANNING[0], "lat": NANNING[1], "datum": "wgs84"})
    assert "阿莲理发店" in look_for("理发", client)


def test_who_has_not_said_where_he_is_may_say_so(quarter) -> None:
    page = look_for("理发", Client())
    assert "先选从哪里出发" in page
    assert "/reach/?kind=hairdresser" in page


def test_a_matter_is_no_place(neighbour: Client) -> None:
    page = look_for("高龄津贴", neighbour)
    assert "走得到的" not in page
    assert not facts_published(UNMET)


@pytest.mark.parametrize("said", ["修鞋", "xiu xie"])
def test_a_demand_that_nothing_meets_is_told_without_its_words(neighbour: Client, said: str) -> None:
    page = look_for(said, neighbour)
    assert "没有维修点" in page
    fact = facts_published(UNMET)[-1]
    assert fact.payload["categories"] == ["repair"]
    assert fact.payload["community"] == XINZHU
    assert fact.payload["minutes"] == 15
    assert said not in str(fact.payload)


def test_what_is_near_is_no_unmet_demand(neighbour: Client) -> None:
    look_for("理发", neighbour)
    assert not facts_published(UNMET)


def test_looking_again_at_the_address_tells_nothing_anew(neighbour: Client) -> None:
    look_for("修鞋", neighbour)
    neighbour.get("/search/", {"q": "修鞋"})
    assert len(facts_published(UNMET)) == 1
