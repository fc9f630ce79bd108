"""The guide, for anybody, for oneself, for one's mother."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from yizhan.look.api import Link, links
from yizhan.people.testing import make_account, make_organisation, make_relation, make_resident

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOON = "2026-11-24T04:00:00+00:00"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def guide(client, **query):
    return client.get(reverse("catalogue:guide", args=["old_age_allowance"]), query)


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def signed_in(client):
    def sign_in(resident):
        client.force_login(
            make_account(resident=resident), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return sign_in


class TestForAnybody:
    def test_says_what_to_bring_how_long_and_from_when(self, client):
        page = text_of(guide(client))

        for words in ("高龄津贴", "满 80 周岁", "社会保障卡", "10 个工作日", "12月8日（周二）", "不收费", "待市里确认"):
            assert words in page

    def test_the_list_leads_to_the_guide(self, client):
        page = text_of(client.get(reverse("catalogue:items")))

        assert reverse("catalogue:guide", args=["old_age_allowance"]) in page

    def test_a_life_event_has_a_page_of_its_own(self, client):
        page = text_of(client.get(reverse("catalogue:items"), {"of": "old_age"}))

        assert "高龄津贴" in page
        assert "生育登记" not in page
        assert 'href="?of=birth"' in page

    def test_so_has_a_department(self, client):
        page = text_of(client.get(reverse("catalogue:items"), {"by": "department", "of": "civil_affairs"}))

        assert "高龄津贴" in page
        assert "生育登记" not in page
        assert 'href="/items/?by=department"' in page

    @pytest.mark.parametrize("of", ["nothing", "", "\x00", "civil_affairs"])
    def test_an_unknown_life_event_shows_them_all(self, client, of):
        assert "生育登记" in text_of(client.get(reverse("catalogue:items"), {"of": of}))

    def test_what_pays_money_stands_under_money_too(self, client):
        page = text_of(client.get(reverse("catalogue:items"), {"of": "money"}))

        for name in ("高龄津贴", "最低生活保障", "临时救助", "一卡通"):
            assert name in page
        assert "法律援助" not in page

    def test_a_changed_nationality_has_nothing_to_do_with_a_birth(self, client):
        assert "民族成份" not in text_of(client.get(reverse("catalogue:items"), {"of": "birth"}))

    @pytest.mark.parametrize(("by", "way"), [("event", 'href="?of=old_age"'), ("department", "of=civil_affairs")])
    def test_the_elder_version_asks_first_and_lists_then(self, client, by, way):
        client.cookies["yz_version"] = "elder"

        page = text_of(client.get(reverse("catalogue:items"), {"by": by}))

        assert way in page
        assert "高龄津贴" not in page

    def test_no_amount_of_today_is_invented(self, client):
        assert "2010 年" in text_of(guide(client))

    @pytest.mark.parametrize("code", ["nothing", "x" * 200])
    def test_an_unknown_item_is_not_found(self, client, code):
        assert client.get(f"/items/{code}/").status_code == 404

    @pytest.mark.parametrize("who", ["x", "01890000-0000-7000-8000-000000000000", "\x00", "<b>"])
    def test_other_peoples_ids_are_not_found(self, client, who):
        assert guide(client, **{"for": who}).status_code == 404

    def test_english_is_spoken_where_asked(self, client):
        client.cookies["yz_language"] = "en"

        page = text_of(guide(client))

        assert "Old-age allowance" in page
        assert "Is 80 or older" in page

    def test_posting_is_not_taken(self, client):
        assert client.post(reverse("catalogue:items")).status_code == 405


class TestAnsweredForMe:
    def test_seventy_nine_sees_the_day(self, signed_in):
        resident = make_resident(born_on=date(1947, 3, 2), level=3)
        _born(resident)

        page = text_of(guide(signed_in(resident)))

        assert "您 79 岁；满 80 周岁起发，从 2027年3月2日 起" in page
        assert "代办委托书" not in page

    def test_what_nobody_has_verified_has_still_to_be_checked(self, signed_in):
        page = text_of(guide(signed_in(make_resident(level=3))))

        assert "还要核对" in page
        assert "还不知道出生日期" in page

    def test_the_nearest_desk_comes_first(self, signed_in):
        make_organisation("desk", name="万力社区综合窗口", territory="450107006010")
        make_organisation("desk", name="新竹社区综合窗口", territory="450103001005")

        page = text_of(guide(signed_in(make_resident(home_community="450107006010"))))

        assert page.index("万力社区综合窗口") < page.index("新竹社区综合窗口")
        assert "离您家最近" in page


@pytest.fixture
def start(monkeypatch):
    """A way to start, as another room would offer it."""
    registry = type(links)()
    registry.register("item.start", Link(label="开始申请", route="catalogue:guide"))
    monkeypatch.setattr("yizhan.catalogue.web.guide.links", registry)


class TestStarting:
    def test_without_a_way_to_start_the_page_leads_to_the_desks(self, client, monkeypatch):
        monkeypatch.setattr("yizhan.catalogue.web.guide.links", type(links)())
        assert 'btn-primary" href="#desks"' in text_of(guide(client))

    def test_whoever_may_apply_is_led_on(self, client, start):
        assert 'btn-primary" href="/items/old_age_allowance/">开始申请' in text_of(guide(client))

    def test_whoever_has_to_wait_may_still_ask_and_the_person_goes_along(self, signed_in, start):
        mother, daughter = make_resident("韦桂英", born_on=date(1947, 3, 2), level=3), make_resident("李秀梅", level=3)
        _born(mother)
        make_relation(daughter, mother)

        page = text_of(guide(signed_in(daughter), **{"for": str(mother.id)}))

        assert f'btn-light" href="/items/old_age_allowance/?for={mother.id}">开始申请' in page


class TestForSomebodyElse:
    def test_the_daughter_sees_it_answered_for_her_mother(self, signed_in, django_assert_max_num_queries):
        mother, daughter = make_resident("韦桂英", born_on=date(1945, 6, 3), level=3), make_resident("李秀梅", level=3)
        _born(mother)
        make_relation(daughter, mother)

        client = signed_in(daughter)
        guide(client, **{"for": str(mother.id)})
        with django_assert_max_num_queries(20):
            page = text_of(guide(client, **{"for": str(mother.id)}))

        assert "韦桂英 81 岁，已满 80 周岁" in page
        assert "代办委托书" in page

    def test_a_strangers_record_is_not_shown(self, signed_in):
        stranger = make_resident("陌生人")

        assert guide(signed_in(make_resident()), **{"for": str(stranger.id)}).status_code == 404


def _born(resident):
    told = {"value": resident.born_on.isoformat(), "source": "identity_number", "level": 3}
    resident.attributes.create(name="born_on", seen_at=resident.registered_at, **told)
