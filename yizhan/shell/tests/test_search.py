"""The search box: for everybody, for staff by number, and what is told of a search that finds nothing."""

import pytest
from django.test import Client

from yizhan.kernel.testing import carry_out_everything, facts_published
from yizhan.matters.api import State
from yizhan.matters.testing import bring_to, make_town
from yizhan.people import testing as people
from yizhan.shell.rules import may_be_kept, may_stand_in_address

pytestmark = pytest.mark.django_db
NOTHING = "shell.SearchFoundNothing"


def client_of(account):
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def look_for(text: str, client: Client | None = None):
    return (client or Client()).post("/search/", {"q": text}, follow=True)


def told(text: str, client: Client | None = None):
    assert look_for(text, client).status_code == 200
    return facts_published(NOTHING)[-1].payload


class TestEverybody:
    @pytest.mark.parametrize("page", ["/", "/search/"])
    def test_the_box_is_there(self, page):
        assert 'role="search"' in Client().get(page).content.decode()

    def test_a_resident_has_it_at_home(self):
        client = client_of(people.make_account(resident=people.make_resident()))
        assert 'role="search"' in client.get("/").content.decode()

    @pytest.mark.parametrize("text", ["高龄津贴", "80岁补贴", "gljt", "gaolingjintie", "old age"])
    def test_what_is_found_has_an_address(self, text):
        answer = look_for(text)
        assert answer.redirect_chain[0][1] == 302
        assert "/items/old_age_allowance/" in answer.content.decode()

    @pytest.mark.parametrize("text", ["身份证丢了", "身份證丟了", "身份证过期", "补身份证", "shenfenzheng", "sfz"])
    def test_a_lost_identity_card_can_be_replaced(self, text):
        assert "/items/identity_card_replacement/" in look_for(text).content.decode()

    @pytest.mark.parametrize(
        ("text", "item"),
        [
            ("申请低保要什么材料", "minimum_living_allowance"),
            ("我妈80岁了能领什么钱", "old_age_allowance"),
            ("老人钱", "old_age_allowance"),
            ("生娃", "birth_registration"),
            ("生病没钱", "temporary_relief"),
            ("没钱看病", "temporary_relief"),
            ("穷", "minimum_living_allowance"),
            ("拖欠工资", "legal_aid"),
            ("房租", "public_rental_eligibility"),
            ("找工作", "hard_to_employ_recognition"),
            ("换卡", "subsidy_account_binding"),
            ("外来人口", "floating_population_registration"),
            ("elevator", "elevator_addition"),
        ],
    )
    def test_it_is_said_as_people_say_it(self, text, item):
        assert f"/items/{item}/" in look_for(text).content.decode()

    def test_where_nothing_is_found_other_ways_lead_on(self):
        page = look_for("租热气球").content.decode()
        assert "没有找到“租热气球”" in page
        assert "/items/?of=old_age" in page

    def test_what_was_found_is_marked(self):
        assert "<mark>津贴</mark>" in Client().get("/search/", {"q": "jintie"}).content.decode()

    @pytest.mark.parametrize(
        "text", ["", "  ", "%", "'", "<script>alert(1)</script>", "\x00", "长" * 5000, "a" * 5000, "𠀀𪛖", "🀄"]
    )
    def test_anything_may_be_typed(self, text):
        assert look_for(text).status_code == 200
        page = Client().get("/search/", {"q": text, "page": text[:50]})
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()

    def test_what_may_be_an_identity_number_stands_in_no_address(self):
        answer = look_for("450103194003150021高龄津贴")
        assert answer.redirect_chain == []


class TestStaff:
    def test_a_case_is_found_by_either_end_of_its_number(self):
        town = make_town()
        case_id = bring_to(town, State.ACCEPTED)
        carry_out_everything()
        reference = facts_published("matters.CaseAccepted")[-1].payload["reference"]
        office = client_of(people.Account.objects.get(pk=town.examiner.account_id))
        for text in (reference, reference[:14], reference[-5:].lower()):
            assert str(case_id) in look_for(text, office).content.decode()
        for other in (town.other_clerk, town.as_mother):
            client = client_of(people.Account.objects.get(pk=other.account_id))
            assert str(case_id) not in look_for(reference, client).content.decode()
        assert str(case_id) not in look_for(reference).content.decode()

    def test_the_way_there_is_on_every_staff_page(self):
        client = client_of(people.make_account(staff=people.make_staff("administrator")))
        assert 'href="/search/" data-key="/"' in client.get("/outbox/").content.decode()


class TestFoundNothing:
    def test_short_words_are_told(self):
        fact = told("租热气球")
        assert (fact["text"], fact["length"], fact["asked_by"]) == ("租热气球", 4, "anybody")

    def test_the_community_of_a_resident_is_told_and_not_who(self):
        resident = people.make_resident()
        client = client_of(people.make_account(resident=resident))
        look_for("租热气球", client)
        fact = facts_published(NOTHING)[-1]
        assert fact.community == people.XINZHU
        assert str(resident.id) not in str(fact.payload) + fact.subject_id

    @pytest.mark.parametrize(
        "text",
        [
            "12345 宠物",
            "宠物１２３４５",
            "138 0013 8000 宠物",
            "一三八零零宠物",
            "这是一句超过二十个字的话所以它的内容不会被留下来",
        ],
    )
    def test_numbers_and_long_texts_are_told_by_their_length(self, text):
        assert told(text)["text"] == ""
        assert told(text)["length"] == len(text)

    @pytest.mark.parametrize("text", ["农秀珍", "农秀珍租热气球", "nong xiu zhen"])
    def test_names_are_told_by_their_length(self, text):
        people.make_resident("农秀珍")
        assert told(text)["text"] == ""

    def test_a_search_that_finds_something_is_not_told(self):
        look_for("高龄津贴")
        assert facts_published(NOTHING) == []

    def test_opening_an_address_tells_nothing(self):
        Client().get("/search/", {"q": "租热气球"})
        look_for("")
        assert facts_published(NOTHING) == []


@pytest.mark.parametrize(
    ("text", "kept"), [("宠物", True), ("1234", True), ("12345", False), ("1-2-3-4-5", False), ("宠" * 21, False)]
)
def test_what_may_be_kept(text, kept):
    assert may_be_kept(text) is kept


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("身份证丢了", True),
        ("450103", True),
        ("450103MZ05202611240000123K", True),
        ("450103194003150021", False),
        ("4501 0319 4003", False),
        ("１３９００００００２１", False),
    ],
)
def test_what_may_stand_in_an_address(text, may):
    assert may_stand_in_address(text) is may
