"""One's own cases on the web, as the person who waits, as her daughter, as nobody."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yizhan.look.testing import plain_static_files
from yizhan.matters import api as matters
from yizhan.matters.models import Case
from yizhan.matters.rules.states import State
from yizhan.matters.testing import ALL_SEEN, ANSWERS, ITEM, NOON, bring_to, make_town, seen, take_in
from yizhan.people import api as people_api
from yizhan.people import testing as people

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LATER = NOON + timedelta(days=1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738"
    "550000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def _plain():
    with plain_static_files():
        yield


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def at():
    with time_machine.travel(LATER, tick=False):
        yield LATER


def sign_in(client, resident):
    account = people.Account.objects.filter(resident=resident).first() or people.make_account(resident=resident)
    client.force_login(account, backend=BACKEND)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def ask_for_card(town, case_id):
    matters.request_supplement(
        actor=town.examiner,
        case_id=case_id,
        materials=["social_security_card"],
        note="照片反光，请重拍",
        at=NOON + timedelta(hours=5),
    )


def my_case(case_id, name="my_case"):
    return reverse(f"matters:{name}", args=[case_id])


class TestMyCase:
    def test_says_by_when_and_why(self, client, town, at):
        case_id = bring_to(town, State.EXAMINING)
        page = text_of(sign_in(client, town.mother).get(my_case(case_id)))

        for words in (
            "12月8日前答复您",
            "承诺 10 个工作日，今天是第 1 天",
            "为什么是 12月8日",
            "西乡塘区民政局",
            "受理通知书",
        ):
            assert words in page
        assert "11月24日受理，当天不算，从第二天数起。" in page
        assert "数满 10 个工作日是 12月8日（周二）" in page
        assert "取件码" not in page.replace("报取件码", "")

    def test_the_daughter_reads_of_her_mother(self, client, town, at):
        case_id = bring_to(town, State.EXAMINING, with_agent=True)
        page = text_of(sign_in(client, town.daughter).get(my_case(case_id)))
        assert "母亲农秀珍的高龄津贴" in page

    def test_a_stranger_finds_nothing(self, client, town, at):
        case_id = bring_to(town, State.EXAMINING)
        stranger = sign_in(client, people.make_resident("陌生人"))
        for name in ("my_case", "my_more", "my_supplement", "my_withdraw", "case"):
            assert stranger.get(my_case(case_id, name)).status_code == 404

    def test_nobody_is_led_to_sign_in(self, client, town, at):
        case_id = bring_to(town, State.ACCEPTED)
        for url in (reverse("matters:mine"), my_case(case_id), my_case(case_id, "case")):
            answer = client.get(url)
            assert answer.status_code == 302
            assert "sign-in" in answer.headers["Location"] or "login" in answer.headers["Location"]

    def test_the_code_is_shown_only_once_decided(self, client, town, at):
        case_id = bring_to(town, State.GRANTED)
        page = text_of(sign_in(client, town.mother).get(my_case(case_id)))
        assert matters.get_case(town.as_mother, case_id).pickup_code in page
        assert "已准予，请来领决定书" in page

    @pytest.mark.parametrize("state", [State.RECEIVED, State.ACCEPTED, State.PROPOSED, State.DELIVERED])
    @pytest.mark.parametrize("version", ["standard", "elder"])
    def test_every_state_in_both_versions(self, client, town, at, state, version):
        case_id = bring_to(town, state)
        client.cookies["yz_version"] = version
        assert sign_in(client, town.mother).get(my_case(case_id)).status_code == 200
        assert client.get(reverse("matters:mine")).status_code == 200
        assert client.get(my_case(case_id, "my_more")).status_code == 200

    def test_in_english_too(self, client, town, at):
        case_id = bring_to(town, State.EXAMINING)
        client.cookies["yz_language"] = "en"
        assert sign_in(client, town.mother).get(my_case(case_id)).status_code == 200

    def test_odd_names_are_written_as_they_are(self, client, at):
        town = make_town()
        town.mother = people.make_resident("阿依古丽·<b>𠮷", hukou_division=people.WANLI)
        people.make_relation(town.daughter, town.mother)
        case_id = take_in(town)
        page = text_of(sign_in(client, town.daughter).get(my_case(case_id)))
        assert "阿依古丽·&lt;b&gt;𠮷" in page

    def test_a_relation_for_this_item_alone_suffices_and_another_does_not(self, client, town, at):
        case_id = bring_to(town, State.ACCEPTED)
        relation = people.make_relation(town.daughter, town.mother, scope=("matters.something_else",))
        assert sign_in(client, town.daughter).get(my_case(case_id)).status_code == 404
        relation.scope = ["matters.old_age_allowance"]
        relation.save()
        assert client.get(my_case(case_id)).status_code == 200


class TestWords:
    def test_late_is_said_as_such(self, client, town):
        case_id = bring_to(town, State.EXAMINING)
        with time_machine.travel(NOON + timedelta(days=17), tick=False):
            page = text_of(sign_in(client, town.mother).get(my_case(case_id)))
        assert "过了 12月8日，还没有答复您" in page
        assert "已经超了 3 个工作日" in page
        assert "本该 12月8日前" in page

    def test_a_day_that_hangs_on_an_unpublished_calendar_is_provisional(self, client, town):
        at = NOON + timedelta(days=30)
        case_id = bring_to(town, State.EXAMINING, at=at)
        with time_machine.travel(at + timedelta(days=1), tick=False):
            page = text_of(sign_in(client, town.mother).get(my_case(case_id)))
            assert "暂定" in page
            assert "有的放假安排还没有公布" in page
            assert "暂定" in text_of(client.get(reverse("matters:mine")))
            client.cookies["yz_version"] = "elder"
            assert "日子是暂定的" in text_of(client.get(my_case(case_id)))

    def test_a_pause_is_told_with_its_days(self, client, town):
        case_id = bring_to(town, State.EXAMINING)
        ask_for_card(town, case_id)
        came = NOON + timedelta(days=3)
        seen = [matters.HandedIn(material_id="social_security_card", status="seen")]
        matters.supplement_case(actor=town.as_mother, case_id=case_id, materials=seen, at=came)
        with time_machine.travel(came, tick=False):
            page = text_of(sign_in(client, town.mother).get(my_case(case_id)))
        assert "11月25日到11月27日等您补材料，停算 3 天，期限跟着后移。" in page
        assert "照片反光，请重拍。已补上" in page

    def test_a_refusal_shows_no_success(self, client, town, at):
        case_id = bring_to(town, State.GRANTED, outcome="refused")
        page = text_of(sign_in(client, town.mother).get(my_case(case_id)))
        assert "不予批准，请来领决定书" in page
        assert "已准予" not in page

    def test_not_accepted_tells_the_reason(self, client, town, at):
        case_id = take_in(town)
        matters.refuse_to_accept(actor=town.clerk, case_id=case_id, reason="不属于本市办理", at=NOON)
        page = text_of(sign_in(client, town.mother).get(my_case(case_id)))
        assert "不予受理" in page
        assert "不属于本市办理" in page

    def test_papers_asked_for_before_acceptance_go_to_the_desk(self, client, town, at):
        matters.receive_visitor(actor=town.clerk, card=seen(town.mother), agent=None, at=NOON)
        case_id = matters.take_in_case(
            actor=town.clerk, item_code=ITEM, answers=ANSWERS, materials=ALL_SEEN[:2], at=NOON
        )
        matters.request_papers(actor=town.clerk, case_id=case_id, note="请带户口簿", at=NOON)
        page = text_of(sign_in(client, town.mother).get(my_case(case_id)))
        assert "请带到新竹社区综合窗口" in page
        assert my_case(case_id, "my_supplement") not in page
        assert client.get(my_case(case_id, "my_supplement")).status_code == 302


class TestWhoLooked:
    def test_my_looks_are_counted_and_the_daughters_are_remembered(self, client, town, at):
        case_id = bring_to(town, State.EXAMINING, with_agent=True)
        assert "为这件事" in text_of(sign_in(client, town.mother).get(my_case(case_id)))
        daughter = client.__class__()
        sign_in(daughter, town.daughter).get(my_case(case_id))
        reads = people_api.reads_of(actor=town.as_mother, on=LATER.date()).reads
        assert [one.reader_name for one in reads if one.purpose == "acting" and one.case_id == case_id] == ["韦海燕"]


class TestList:
    def test_open_first_and_nothing_of_others(self, client, town, at):
        case_id = bring_to(town, State.EXAMINING)
        page = text_of(sign_in(client, town.mother).get(reverse("matters:mine")))
        assert my_case(case_id) in page
        assert "12月8日前答复您" in page
        empty = text_of(sign_in(client, people.make_resident("陌生人")).get(reverse("matters:mine")))
        assert "还没有办件" in empty

    def test_few_queries(self, client, town, at, django_assert_max_num_queries):
        bring_to(town, State.EXAMINING, with_agent=True)
        sign_in(client, town.daughter).get(reverse("matters:mine"))
        with django_assert_max_num_queries(14):
            client.get(reverse("matters:mine"))

    @pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "２"])
    def test_odd_page_numbers(self, client, town, at, page):
        assert sign_in(client, town.mother).get(reverse("matters:mine"), {"page": page}).status_code == 200


class TestSupplement:
    @pytest.fixture
    def asked(self, town):
        case_id = bring_to(town, State.EXAMINING)
        ask_for_card(town, case_id)
        return case_id

    def test_is_asked_for_on_the_page(self, client, town, at, asked):
        page = text_of(sign_in(client, town.mother).get(my_case(asked)))
        assert "等您补材料" in page
        assert "照片反光，请重拍" in page
        assert my_case(asked, "my_supplement") in page

    def test_a_photograph_makes_the_clock_run(self, client, town, at, asked):
        photo = SimpleUploadedFile("卡.png", PNG, content_type="image/png")
        answer = sign_in(client, town.mother).post(my_case(asked, "my_supplement"), {"social_security_card": photo})
        assert answer.status_code == 302
        assert Case.objects.get().state == State.EXAMINING

    @pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<script>"])
    def test_what_is_no_photograph_is_asked_for_again(self, client, town, at, asked, content):
        file = SimpleUploadedFile("卡.png", content, content_type="image/png")
        answer = sign_in(client, town.mother).post(my_case(asked, "my_supplement"), {"social_security_card": file})
        assert answer.status_code == 422
        assert Case.objects.get().state == State.AWAITING_SUPPLEMENT

    def test_nothing_chosen(self, client, town, at, asked):
        answer = sign_in(client, town.mother).post(my_case(asked, "my_supplement"), {})
        assert answer.status_code == 422
        assert "请选“社会保障卡”的文件" in text_of(answer)

    def test_sent_twice_is_kept_once(self, client, town, at, asked):
        sign_in(client, town.mother)
        for _ in range(2):
            photo = SimpleUploadedFile("卡.png", PNG, content_type="image/png")
            answer = client.post(my_case(asked, "my_supplement"), {"social_security_card": photo})
            assert answer.headers["Location"] == my_case(asked)
        assert Case.objects.get().steps.filter(action="supplement").count() == 1


class TestWithdrawing:
    def test_asks_once_more_then_stops(self, client, town, at):
        case_id = bring_to(town, State.EXAMINING)
        sign_in(client, town.mother)
        assert "真的不办了吗" in text_of(client.get(my_case(case_id, "my_withdraw")))
        assert Case.objects.get().state == State.EXAMINING
        assert client.post(my_case(case_id, "my_withdraw")).status_code == 302
        assert Case.objects.get().state == State.WITHDRAWN
        assert client.post(my_case(case_id, "my_withdraw")).status_code == 409

    def test_a_decided_case_cannot_be_withdrawn(self, client, town, at):
        case_id = bring_to(town, State.GRANTED)
        sign_in(client, town.mother)
        assert client.get(my_case(case_id, "my_withdraw")).status_code == 302
        assert client.post(my_case(case_id, "my_withdraw")).status_code == 409


class TestNeutralAddress:
    def test_leads_each_to_their_own_page(self, client, town, at):
        case_id = bring_to(town, State.ACCEPTED)
        account = people.Account.objects.get(pk=town.examiner.account_id)
        client.force_login(account, backend=BACKEND)
        assert client.get(my_case(case_id, "case")).headers["Location"] == my_case(case_id, "office_case")
        assert sign_in(client, town.mother).get(my_case(case_id, "case")).headers["Location"] == my_case(case_id)

    def test_the_desk_is_led_to_its_own_page_until_routing(self, client, town, at):
        case_id = take_in(town)
        client.force_login(people.Account.objects.get(pk=town.clerk.account_id), backend=BACKEND)
        assert client.get(my_case(case_id, "case")).headers["Location"] == my_case(case_id, "desk_case")
