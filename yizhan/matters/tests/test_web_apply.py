"""Filing online through HTTP: as the daughter, her mother, a stranger, nobody, a clerk."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yizhan.look.testing import plain_static_files
from yizhan.matters import api as matters
from yizhan.matters.models import Case, CaseMaterial
from yizhan.matters.rules.states import State
from yizhan.matters.testing import (
    ITEM,
    NOON,
    PHOTOGRAPHED,
    PNG,
    draft,
    filing_town,
    fill_draft,
    load_next_version,
    submit,
    take_in,
)
from yizhan.people import testing as people

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BEGIN = reverse("matters:apply", args=[ITEM])


@pytest.fixture(autouse=True)
def _frame():
    with plain_static_files(), time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def town():
    return filing_town()


@pytest.fixture
def daughter(client, town):
    return sign_in(client, resident=town.daughter)


def sign_in(client, **who):
    account = people.Account.objects.filter(**who).first() or people.make_account(**who)
    client.force_login(account, backend=BACKEND)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def at(name, case_id, *more):
    return reverse(f"matters:{name}", args=[case_id, *more])


def photo(content=PNG, name="照片.png"):
    return SimpleUploadedFile(name, content, content_type="image/png")


def key_of(page):
    return re.search(r'name="key" value="(\w+)"', page).group(1)


def hand_in(client, case_id, **more):
    page = text_of(client.get(at("apply_review", case_id)))
    return client.post(at("apply_review", case_id), {"key": key_of(page), "declared": "on", **more})


class TestForWhom:
    def test_the_guide_leads_here(self, daughter, town):
        guide = text_of(daughter.get(reverse("catalogue:guide", args=[ITEM]), {"for": str(town.mother.id)}))
        assert f'href="{BEGIN}?for={town.mother.id}"' in guide

    def test_who_is_not_signed_in_signs_in_first(self, client, town):
        assert BEGIN in text_of(client.get(reverse("catalogue:guide", args=[ITEM])))
        answer = client.get(BEGIN)
        assert answer.status_code == 302
        assert "sign-in" in answer.headers["Location"]

    def test_a_clerk_is_not_led_here(self, client, town):
        clerk = sign_in(client, id=town.clerk.account_id)
        assert BEGIN not in text_of(clerk.get(reverse("catalogue:guide", args=[ITEM])))
        assert clerk.get(BEGIN).status_code == 403

    def test_myself_and_my_mother(self, daughter, town):
        page = text_of(daughter.get(BEGIN, {"for": str(town.mother.id)}))
        assert "我自己（韦海燕）" in page
        assert "农秀珍" in page
        assert re.search(rf'value="{town.mother.id}" checked', page)

    def test_only_who_can_be_entitled_is_chosen_beforehand(self, daughter, town):
        page = text_of(daughter.get(BEGIN))
        assert re.search(rf'value="{town.mother.id}" checked', page)
        assert not re.search(rf'value="{town.daughter.id}" checked', page)

    def test_nobody_is_chosen_beforehand_where_several_can_be_entitled(self, daughter, town):
        other = people.make_resident("农秀芳")
        people.make_relation(town.daughter, other, kind="other")
        page = text_of(daughter.get(BEGIN))
        assert "农秀芳" in page
        assert " checked" not in page

    def test_nobody_is_chosen_beforehand_where_none_can_be_entitled(self, daughter, town):
        town.relation.valid_until = NOON.date()
        town.relation.save()
        assert " checked" not in text_of(daughter.get(BEGIN))

    def test_says_who_i_am_to_whom_i_act_for(self, daughter, town):
        assert "您是她女儿，已登记代办" in text_of(daughter.get(BEGIN))
        town.mother.sex = ""
        town.mother.save()
        assert "您是本人的女儿，已登记代办" in text_of(daughter.get(BEGIN))

    def test_begins_and_goes_on(self, daughter, town):
        answer = daughter.post(BEGIN, {"applicant": str(town.mother.id)}, follow=True)
        assert answer.redirect_chain[-1][0] == at("apply_step", Case.objects.get().pk, "account")
        assert "津贴发到哪张卡" in text_of(answer)
        assert "有一份没交的，12:00 已存，接着填" in text_of(daughter.get(BEGIN))

    @pytest.mark.parametrize("who", ["", "x", "00000000-0000-0000-0000-000000000000", "stranger"])
    def test_for_nobody_else(self, daughter, town, who):
        chosen = str(people.make_resident("陌生人").id) if who == "stranger" else who
        answer = daughter.post(BEGIN, {"applicant": chosen})
        assert answer.status_code == 422
        assert "请选给谁办" in text_of(answer)
        assert not Case.objects.exists()

    def test_too_low_a_level_says_what_to_do(self, daughter, town):
        town.daughter.level = 2
        town.daughter.save()
        page = text_of(daughter.get(BEGIN))
        assert "先在窗口核一次身份证" in page
        assert "现在姓名和身份证号码已核对" in page
        assert "L2" not in page
        assert "新竹社区综合窗口" in page
        assert "开始填" not in page
        answer = daughter.post(BEGIN, {"applicant": str(town.mother.id)})
        assert answer.status_code == 409
        assert not Case.objects.exists()

    def test_what_is_under_way_leads_to_it(self, daughter, town):
        case_id = take_in(town)
        page = text_of(daughter.get(BEGIN))
        assert "已经在办，不用再交" in page
        assert at("my_case", case_id) in page
        answer = daughter.post(BEGIN, {"applicant": str(town.mother.id)})
        assert answer.status_code == 422
        assert "已经在办" in text_of(answer)

    def test_an_unknown_item(self, daughter):
        assert daughter.get(reverse("matters:apply", args=["nothing"])).status_code == 404

    def test_an_ended_relation(self, daughter, town):
        town.relation.valid_until = NOON.date()
        town.relation.save()
        assert "农秀珍" not in text_of(daughter.get(BEGIN))


class TestSteps:
    @pytest.fixture
    def begun(self, town):
        return draft(town)

    def test_what_the_city_knows_is_shown_and_not_asked(self, daughter, town, begun):
        page = text_of(daughter.get(at("apply_step", begun, "account")))
        assert "农秀珍" in page
        assert town.mother.id_number not in page
        assert 'name="a-agent_name"' not in page
        later = text_of(daughter.get(at("apply_step", begun, "delivery")))
        assert 'value="13900000002"' in later  # her own phone, to be told by

    def test_wrong_answers_stay_and_say_how_to_mend(self, daughter, begun):
        answer = daughter.post(
            at("apply_step", begun, "account"), {"a-card_number": "6217 9000 1234 5678 90", "a-bank": "", "go": "next"}
        )
        assert answer.status_code == 422
        page = text_of(answer)
        assert "少了 1 位" in page
        assert 'href="#id_a-card_number"' in page
        assert 'value="6217 9000 1234 5678 90"' in page
        again = text_of(daughter.get(at("apply_step", begun, "account")))
        assert 'value="6217 9000 1234 5678 90"' in again
        assert "少了 1 位" not in again
        assert "少了 1 位" in text_of(daughter.get(at("apply_step", begun, "account") + "?mend=1"))

    def test_right_answers_lead_on(self, daughter, begun):
        answer = daughter.post(
            at("apply_step", begun, "account"),
            {"a-card_number": "6217000000000000019", "a-bank": "样例银行", "go": "next"},
        )
        assert answer.headers["Location"] == at("apply_step", begun, "delivery")

    def test_kept_for_later_whatever_it_is(self, daughter, begun):
        answer = daughter.post(at("apply_step", begun, "account"), {"a-card_number": "62", "go": "later"})
        assert answer.headers["Location"] == reverse("matters:mine")
        assert Case.objects.get().all_answers() == {"card_number": "62"}
        page = text_of(daughter.get(reverse("matters:mine")))
        assert "接着填" in page
        assert "农秀珍的高龄津贴" in page

    def test_saves_itself(self, daughter, begun):
        posted = {"a-card_number": "621", "step": "account", "asked": "card_number bank"}
        answer = daughter.post(at("apply_save", begun), posted)
        assert (answer.status_code, answer.content.decode()) == (200, "12:00 已存")
        assert "HX-Refresh" not in answer.headers
        assert Case.objects.get().all_answers()["card_number"] == "621"

    def test_other_questions_make_the_page_come_anew(self, daughter, begun):
        answer = daughter.post(at("apply_save", begun), {"a-bank": "甲", "step": "account", "asked": "card_number"})
        assert answer.headers["HX-Refresh"] == "true"

    @pytest.mark.parametrize("text", ["<b>&", "𠮷·", "a\x00b", "行" * 5000])
    def test_odd_answers_are_kept_or_cut_and_escaped(self, daughter, begun, text):
        daughter.post(at("apply_save", begun), {"a-bank": text})
        page = text_of(daughter.get(at("apply_step", begun, "account")))
        assert "<b>&" not in page
        assert daughter.get(at("apply_review", begun)).status_code == 200

    @pytest.mark.parametrize("step", ["nothing", "account-card_number", "papers-identity_card"])
    def test_an_unknown_step_leads_to_the_nearest(self, daughter, begun, step):
        answer = daughter.get(at("apply_step", begun, step))
        assert answer.status_code == 302
        assert daughter.get(answer.headers["Location"]).status_code == 200

    def test_goes_on_where_one_left_off(self, daughter, town, begun):
        fill_draft(town, begun, papers=())
        assert daughter.get(at("apply_draft", begun)).headers["Location"] == at("apply_step", begun, "papers")
        fill_draft(town, begun)
        assert daughter.get(at("apply_draft", begun)).headers["Location"] == at("apply_review", begun)

    def test_a_draft_has_no_other_page(self, daughter, begun):
        for name in ("my_case", "case", "apply_done"):
            assert daughter.get(at(name, begun), follow=True).redirect_chain[-1][0].endswith("/account/")

    @pytest.mark.parametrize("name", ["apply_draft", "apply_save", "apply_review", "apply_discard", "apply_done"])
    def test_strangers_find_nothing(self, client, town, begun, name):
        stranger = sign_in(client, resident=people.make_resident("陌生人", level=3))
        method = stranger.post if name == "apply_save" else stranger.get
        assert method(at(name, begun)).status_code == 404

    def test_one_question_a_page_in_the_elder_version(self, daughter, begun):
        daughter.cookies["yz_version"] = "elder"
        first = daughter.get(at("apply_draft", begun)).headers["Location"]
        assert first == at("apply_step", begun, "account-card_number")
        page = text_of(daughter.get(first))
        assert 'name="a-card_number"' in page
        assert 'name="a-bank"' not in page
        answer = daughter.post(first, {"a-card_number": "6217000000000000019", "go": "next"})
        assert answer.headers["Location"] == at("apply_step", begun, "account-bank")

    def test_thrown_away(self, daughter, begun):
        assert "真的不填了吗" in text_of(daughter.get(at("apply_discard", begun)))
        assert daughter.post(at("apply_discard", begun)).headers["Location"] == reverse("matters:mine")
        assert "还没有办件" in text_of(daughter.get(reverse("matters:mine")))
        assert daughter.get(at("apply_step", begun, "account")).status_code in (302, 404)


class TestPapers:
    @pytest.fixture
    def papers(self, town):
        return at("apply_step", fill_draft(town, draft(town), papers=()), "papers")

    def test_asks_for_each_with_the_camera(self, daughter, papers):
        page = text_of(daughter.get(papers))
        for name in PHOTOGRAPHED:
            assert f'name="c-{name}" accept="image/*" capture="environment"' in page
        assert "首页和老人那一页" in page

    def test_several_at_once(self, daughter, papers):
        answer = daughter.post(papers, {"f-household_register": [photo(), photo()], "c-identity_card": photo()})
        assert answer.headers["Location"] == papers
        page = text_of(daughter.get(papers))
        assert "2 张" in page
        assert "第 2 张" in page
        assert {one.material_id for one in CaseMaterial.objects.all()} == {"household_register", "identity_card"}

    def test_one_is_taken_off(self, daughter, papers):
        daughter.post(papers, {"c-identity_card": photo()})
        page = text_of(daughter.get(papers))
        remove = re.search(r'name="remove" value="([^"]+)"', page).group(1)
        assert daughter.post(papers, {"remove": remove}).status_code == 302
        assert not CaseMaterial.objects.exists()
        assert daughter.post(papers, {"remove": remove}).status_code == 404

    def test_what_is_wrong_is_said_at_the_paper_and_the_others_are_kept(self, daughter, papers):
        answer = daughter.post(papers, {"c-identity_card": photo(b"MZ\x90"), "f-social_security_card": photo()})
        assert answer.status_code == 422
        page = text_of(answer)
        assert "只收照片（JPEG、PNG）和 PDF" in page
        assert 'href="#m-identity_card"' in page
        assert [one.material_id for one in CaseMaterial.objects.all()] == ["social_security_card"]

    def test_a_huge_file_is_refused_unread(self, daughter, papers, settings):
        settings.MAX_UPLOAD_BYTES = 1000
        answer = daughter.post(papers, {"f-identity_card": photo(PNG + b"\0" * 2000)})
        assert answer.status_code == 422
        assert not CaseMaterial.objects.exists()

    def test_what_is_missing_is_said_on_the_way_on(self, daughter, papers):
        answer = daughter.post(papers, {"go": "next", "c-identity_card": photo()})
        assert answer.status_code == 422
        page = text_of(answer)
        assert "有 3 处要改" in page
        assert "请拍“户口簿”" in page
        assert CaseMaterial.objects.get().material_id == "identity_card"

    def test_all_there_leads_to_the_review(self, daughter, papers):
        files = {f"c-{name}": photo() for name in PHOTOGRAPHED}
        assert daughter.post(papers, {"go": "next", **files}).headers["Location"].endswith("/review/")

    def test_of_an_earlier_case(self, daughter, town, papers):
        first = submit(town, fill_draft(town, Case.objects.get().pk))
        matters.withdraw_case(actor=town.as_daughter, case_id=first, at=NOON)
        again = at("apply_step", draft(town), "papers")
        assert "用 11月24日交过的" in text_of(daughter.get(again))
        assert daughter.post(again, {"reuse": "identity_card"}).headers["Location"] == again
        assert daughter.post(again, {"reuse": "diploma"}).status_code == 404

    def test_one_paper_a_page_in_the_elder_version(self, daughter, town, papers):
        daughter.cookies["yz_version"] = "elder"
        page = text_of(daughter.get(at("apply_step", Case.objects.get().pk, "papers-identity_card")))
        assert "c-identity_card" in page
        assert "c-household_register" not in page


class TestHandingIn:
    @pytest.fixture
    def filled(self, town):
        return fill_draft(town, draft(town))

    def test_shows_everything_once_more(self, daughter, filled):
        page = text_of(daughter.get(at("apply_review", filled)))
        for words in (
            "母亲农秀珍的高龄津贴",
            "6217 0000 0000 0000 019",
            "到任何一个社区窗口领",
            "今天受理，最迟 12月8日（周二）答复",
            "要当面核对一次",
            "新竹社区综合窗口",
        ):
            assert words in page
        assert "有 0 处要改" not in page

    def test_handed_in(self, daughter, filled):
        answer = hand_in(daughter, filled)
        assert answer.headers["Location"] == at("apply_done", filled)
        page = text_of(daughter.get(answer.headers["Location"]))
        case = Case.objects.get()
        assert case.reference in re.sub(r"</?span>|<wbr>", "", page)
        assert "材料到了新竹社区综合窗口，先收件再受理" in page
        assert case.steps.get(action="submit").note == "我填的、交的都是真实的。有虚假的，愿意承担责任。"
        mine = text_of(daughter.get(reverse("matters:mine")))
        assert "交上去了，等窗口收件" in mine
        assert "没交的" not in mine

    def test_not_without_the_declaration(self, daughter, filled):
        answer = daughter.post(at("apply_review", filled), {"key": "k"})
        assert answer.status_code == 422
        assert "请在声明前打勾" in text_of(answer)
        assert Case.objects.get().state == State.DRAFT

    def test_twice_is_once(self, daughter, filled):
        posted = {"key": key_of(text_of(daughter.get(at("apply_review", filled)))), "declared": "on"}
        for _ in range(2):
            assert daughter.post(at("apply_review", filled), posted).status_code == 302
        assert Case.objects.get().steps.filter(action="submit").count() == 1
        other = daughter.post(at("apply_review", filled), {"key": "another", "declared": "on"})
        assert other.headers["Location"] == at("my_case", filled)

    def test_every_problem_leads_to_its_place(self, daughter, town):
        case_id = fill_draft(town, draft(town), answers={"card_number": "62"}, papers=("identity_card",))
        answer = hand_in(daughter, case_id)
        assert answer.status_code == 422
        page = text_of(answer)
        assert f'href="{at("apply_step", case_id, "account")}?mend=1"' in page
        assert f'href="{at("apply_step", case_id, "papers")}?mend=1"' in page
        assert "户口簿：还没拍" in page
        assert Case.objects.get().state == State.DRAFT

    def test_an_unknown_home_is_told(self, daughter, town, filled):
        town.mother.home_community_id = None
        town.mother.save()
        answer = hand_in(daughter, filled)
        assert answer.status_code == 422
        assert "还不知道您住在哪个社区" in text_of(answer)

    def test_quicker_at_a_desk(self, daughter, town, filled):
        take_in(town)
        answer = hand_in(daughter, filled)
        assert answer.status_code == 422
        assert "已经在办" in text_of(answer)

    def test_another_version_meanwhile(self, daughter, town, filled):
        load_next_version("2026-11-25")
        with time_machine.travel(NOON + timedelta(days=1), tick=False):
            page = text_of(sign_in(daughter, resident=town.daughter).get(at("apply_review", filled)))
            assert "这份草稿要重新填" in page
            answer = hand_in(daughter, filled)
            assert answer.status_code == 422
            assert "办法已经改了" in text_of(answer)

    @pytest.mark.parametrize("version", ["standard", "elder"])
    def test_every_page_in_both_versions(self, daughter, filled, version):
        daughter.cookies["yz_version"] = version
        step = "account" if version == "standard" else "account-bank"
        for url in (BEGIN, at("apply_step", filled, step), at("apply_review", filled), at("apply_discard", filled)):
            assert daughter.get(url).status_code == 200
        hand_in(daughter, filled)
        assert daughter.get(at("apply_done", filled)).status_code == 200


class TestAtTheDesk:
    def test_read_taken_in_and_accepted(self, client, town):
        case_id = submit(town, fill_draft(town, draft(town)))
        clerk = sign_in(client, id=town.clerk.account_id)
        page = text_of(clerk.get(at("desk_case", case_id)))
        assert "6217 0000 0000 0000 019" in page
        assert "户口簿照片上的城区" not in page
        clerk.post(at("desk_case", case_id), {"act": "take_in"})
        answer = clerk.post(at("desk_case", case_id), {"act": "accept", "key": "k1"})
        assert answer.headers["Location"] == at("desk_done", case_id)

    def test_an_unknown_registration_is_read_from_the_photograph(self, client, town):
        town.mother = people.make_resident("黄阿婆", hukou_division="", level=3)
        people.make_relation(town.daughter, town.mother)
        case_id = submit(town, fill_draft(town, draft(town)))
        clerk = sign_in(client, id=town.clerk.account_id)
        clerk.post(at("desk_case", case_id), {"act": "take_in"})
        asked = clerk.post(at("desk_case", case_id), {"act": "accept", "key": "k1"})
        assert asked.status_code == 422
        assert "户口簿照片上的城区" in text_of(asked)
        wrong = clerk.post(at("desk_case", case_id), {"act": "accept", "key": "k2", "household": "999999"})
        assert wrong.status_code == 422
        right = clerk.post(at("desk_case", case_id), {"act": "accept", "key": "k3", "household": "450107"})
        assert right.headers["Location"] == at("desk_done", case_id)
        assert matters.get_case(town.examiner, case_id).office == "西乡塘区民政局"
