"""The desk as a browser sees it: who is here, which matter, and taking the case in."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yizhan.catalogue import api as catalogue
from yizhan.documents.testing import png
from yizhan.kernel.api import times
from yizhan.look.testing import plain_static_files
from yizhan.matters.models import Case
from yizhan.matters.rules.states import State
from yizhan.matters.services.opening import HandedIn, keep_answers, keep_material, new_case
from yizhan.matters.testing import ANSWERS, ITEM, make_town
from yizhan.people import api as people
from yizhan.people import testing as people_testing

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DESK = reverse("matters:desk")
INTAKE = reverse("matters:desk_intake", args=[ITEM])
SEEN = {"is_original_seen": "on", "is_face_compared": "on"}
MATERIALS = ("social_security_card", "identity_card", "household_register", "letter_of_authorisation")
ALL_SEEN = {f"m-{one}": "seen" for one in MATERIALS}
ANSWERED = {f"a-{name}": value for name, value in ANSWERS.items()}
HUKOU = {"hukou_district": people_testing.WANLI[:6], "hukou": people_testing.WANLI}


@pytest.fixture(autouse=True)
def _static():
    with plain_static_files():
        yield


@pytest.fixture
def town():
    return make_town()


def signed_in(actor):
    client = Client()
    client.force_login(people_testing.Account.objects.get(pk=actor.account_id), backend=BACKEND)
    return client


@pytest.fixture
def clerk(town):
    return signed_in(town.clerk)


def receive(client, resident, **more):
    return client.post(DESK, {"id_number": resident.id_number, "who": "self", "act": "receive", **SEEN, **more})


def filled(**more):
    return {"act": "accept", "key": "k1", **ANSWERED, **ALL_SEEN, **HUKOU, **more}


def looks_at(resident):
    """What the person sees of who looked."""
    return people.reads_of(actor=resident, on=times.local_day(timezone.now())).reads


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


class TestWhoMayEnter:
    @pytest.mark.parametrize("name", ["desk", "desk_cases", "pick_up", "desk_items"])
    def test_nobody_signed_in_is_asked_to_sign_in(self, name):
        response = Client().get(reverse(f"matters:{name}"))
        assert response.status_code == 302
        assert "/sign-in" in response["Location"] or "login" in response["Location"]

    @pytest.mark.parametrize("name", ["desk", "desk_cases", "pick_up", "desk_items"])
    def test_residents_and_offices_may_not(self, town, name):
        for actor in (town.as_daughter, town.examiner, town.signer):
            assert signed_in(actor).get(reverse(f"matters:{name}")).status_code == 403


class TestWhoIsHere:
    def test_a_person_of_another_district_is_opened_by_number_and_card(self, clerk, town):
        response = receive(clerk, town.mother)
        assert response.url == reverse("matters:desk_items")
        page = text_of(clerk.get(response.url))
        assert "农秀珍" in page
        assert "高龄津贴" in page
        assert town.mother.id_number not in page

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            ("450107194502310025", "没有这一天"),
            ("45010719450603", "应是18位"),
            ("450107194506030020", "对不上"),
            ("", "请填“身份证号码”"),
        ],
    )
    def test_a_bad_number_says_what_is_wrong_and_keeps_what_was_typed(self, clerk, number, words):
        response = clerk.post(DESK, {"id_number": number, "who": "self", "act": "receive", **SEEN})
        assert response.status_code == 422
        page = text_of(response)
        assert words in page
        assert f'value="{number}"' in page or not number

    def test_a_number_that_passes_the_check_but_is_no_day(self, clerk):
        response = clerk.post(
            DESK, {"id_number": people_testing.with_check_digit("45010719450231002"), "who": "self", **SEEN}
        )
        assert response.status_code == 422
        assert "没有这一天" in text_of(response)

    def test_a_card_that_was_not_seen(self, clerk, town):
        response = clerk.post(DESK, {"id_number": town.mother.id_number, "who": "self", "act": "receive"})
        assert response.status_code == 422
        assert "没有核对身份证原件" in text_of(response)
        assert not people_testing.IntakeGrant.objects.exists()

    def test_somebody_new_is_registered_and_opened_at_once(self, clerk):
        number = people_testing.make_id_number(date(1940, 1, 2))
        asked = clerk.post(DESK, {"id_number": number, "who": "self", "act": "receive", **SEEN})
        assert asked.status_code == 422
        assert "登记申请人" in text_of(asked)
        response = clerk.post(
            DESK,
            {
                "id_number": number,
                "who": "self",
                "act": "register",
                "new": "person",
                "new-name": "阿依古丽·吐尔逊",
                "new-district": "450103",
                "new-community": people_testing.XINZHU,
                **SEEN,
            },
        )
        assert response.status_code == 302
        assert people_testing.Resident.objects.get(name="阿依古丽·吐尔逊").home_community_id == people_testing.XINZHU
        assert "阿依古丽·吐尔逊" in text_of(clerk.get(response.url))

    @pytest.mark.parametrize("name", ["", " ", "一" * 51, "坏\x00名"])
    def test_a_name_that_is_none_is_mended_in_the_form(self, clerk, name):
        number = people_testing.make_id_number(date(1940, 1, 2))
        new = {"new": "person", "new-name": name, "new-district": "450103", "new-community": people_testing.XINZHU}
        response = clerk.post(DESK, {"id_number": number, "who": "self", "act": "register", **new, **SEEN})
        assert response.status_code == 422
        assert not people_testing.Resident.objects.with_id_number(number).exists()

    @pytest.mark.parametrize("name", ["一" * 50, "黄𠮷安", "<b>王</b>"])
    def test_long_rare_and_hostile_names_are_only_names(self, clerk, name):
        number = people_testing.make_id_number(date(1940, 1, 2))
        new = {"new": "person", "new-name": name, "new-district": "450103", "new-community": people_testing.XINZHU}
        response = clerk.post(DESK, {"id_number": number, "who": "self", "act": "register", **new, **SEEN})
        assert response.status_code == 302
        page = clerk.get(response.url).content.decode()
        assert "<b>王</b>" not in page

    def test_the_community_list_follows_the_district(self, clerk):
        number = people_testing.make_id_number(date(1940, 1, 2))
        new = {"new": "person", "new-name": "王", "new-district": "450107"}
        page = text_of(clerk.post(DESK, {"id_number": number, "who": "self", "act": "refresh", **new, **SEEN}))
        assert people_testing.WANLI in page
        assert 'value="王"' in page


ITEMS = reverse("matters:desk_items")


class TestWhichMatter:
    @pytest.mark.parametrize("typed", ["高龄", "gljt", "gaolingjintie", "80岁补贴"])
    def test_any_name_finds_it_and_enter_opens_it(self, clerk, town, typed):
        receive(clerk, town.mother)
        assert "高龄津贴" in text_of(clerk.post(ITEMS, {"q": typed}))
        assert clerk.post(ITEMS, {"q": typed, "act": "open"}).url == INTAKE

    def test_what_nobody_calls_so_leads_back_to_all(self, clerk, town):
        receive(clerk, town.mother)
        page = text_of(clerk.post(ITEMS, {"q": "开飞机", "act": "open"}))
        assert "没有找到这件事" in page
        assert "看全部" in page

    def test_what_the_clerk_takes_in_most_comes_first(self, clerk, town):
        receive(clerk, town.mother)
        assert "我最近常收的" not in text_of(clerk.get(ITEMS))
        clerk.post(INTAKE, filled())
        receive(clerk, town.daughter)
        assert "我最近常收的" in text_of(clerk.get(ITEMS))
        assert clerk.post(ITEMS, {"act": "open"}).url == INTAKE

    def test_nobody_is_there(self, clerk):
        assert clerk.post(ITEMS, {"q": "高龄", "act": "open"}).url == DESK


class TestKeptAtHand:
    def test_what_is_wanting_is_told_all_at_once(self, clerk, town):
        receive(clerk, town.mother)
        page = text_of(clerk.post(INTAKE, {"act": "accept", "key": "k1", **HUKOU}))
        assert "请填开户银行" in page
        assert "材料还缺：社会保障卡、居民身份证、户口簿" in page
        assert not Case.objects.exists()

    def test_the_clauses_speak_of_the_applicant(self, clerk, town):
        receive(clerk, town.mother)
        page = text_of(clerk.get(INTAKE))
        assert "申请人 81 岁" in page or "申请人 80 岁" in page
        assert "您 8" not in page

    @pytest.mark.parametrize(("act", "words"), [("papers", "请写清楚要补什么"), ("refuse", "请写明不予受理的理由")])
    def test_a_second_press_without_a_note_says_what_is_wanting(self, clerk, town, act, words):
        receive(clerk, town.mother)
        assert words not in text_of(clerk.post(INTAKE, filled(act=act)))
        assert words in text_of(clerk.post(INTAKE, filled(act=act, asked=act, note=" ")))
        assert not Case.objects.exists()

    def test_a_note_stays_while_a_district_is_chosen_and_goes_when_it_is_given_up(self, clerk, town):
        receive(clerk, town.mother)
        written = {"asked": "papers", "note": "社保卡没带"}
        assert "社保卡没带" in text_of(clerk.post(INTAKE, filled(act="refresh", **written)))
        assert "社保卡没带" not in text_of(clerk.post(INTAKE, filled(act="back", **written)))

    def test_who_was_just_received_goes_on_with_what_lies_here(self, clerk, town):
        receive(clerk, town.mother)
        clerk.post(INTAKE, filled(act="papers", note="社保卡没带", **{"m-social_security_card": "missing"}))
        page = reverse("matters:desk_case", args=[Case.objects.get().pk])
        clerk.post(reverse("matters:desk_leave"))
        receive(clerk, town.mother)
        assert "这件就在本窗口" in text_of(clerk.get(INTAKE))
        assert "农秀珍就在窗口前" in text_of(clerk.get(page))
        assert clerk.post(page, {"act": "go_on"}).url == page
        done = clerk.post(page, filled(key="k2"))
        assert done.status_code == 302
        assert Case.objects.get().state == State.ACCEPTED

    def test_somebody_else_at_the_desk_goes_on_with_nothing(self, clerk, town):
        receive(clerk, town.mother)
        clerk.post(INTAKE, filled(act="papers", note="社保卡没带", **{"m-social_security_card": "missing"}))
        page = reverse("matters:desk_case", args=[Case.objects.get().pk])
        clerk.post(reverse("matters:desk_leave"))
        receive(clerk, town.daughter)
        assert "就在窗口前" not in text_of(clerk.get(page))
        assert clerk.post(page, {"act": "go_on"}).status_code == 409


class TestSomebodyForThePerson:
    def agent(self, town, **more):
        seen = {"is_agent_card_seen": "on", "relation": "known"}
        return {"who": "agent", "agent_number": town.daughter.id_number, **seen, **more}

    def test_a_daughter_with_a_letter(self, clerk, town):
        asked = receive(clerk, town.mother, **self.agent(town))
        assert asked.status_code == 422
        assert "还没有登记代办关系" in text_of(asked)
        response = receive(clerk, town.mother, **self.agent(town, relation="daughter", is_letter_seen="on"))
        assert response.status_code == 302
        assert "韦海燕代办" in text_of(clerk.get(response.url))

    def test_a_daughter_whom_the_desk_knows(self, clerk, town):
        people_testing.make_relation(town.daughter, town.mother)
        assert receive(clerk, town.mother, **self.agent(town)).status_code == 302

    def test_an_agent_nobody_knows_is_registered(self, clerk, town):
        number = people_testing.make_id_number(date(1970, 1, 2))
        asked = receive(clerk, town.mother, **self.agent(town, agent_number=number))
        assert "登记代办人" in text_of(asked)

    def test_a_wrong_number_of_the_agent_is_told_beside_it(self, clerk, town):
        page = text_of(receive(clerk, town.mother, **self.agent(town, agent_number="4501")))
        assert "id_agent_number_error" in page
        assert "id_id_number_error" not in page

    def test_a_relation_without_a_letter(self, clerk, town):
        page = text_of(receive(clerk, town.mother, **self.agent(town, relation="daughter")))
        assert "登记代办关系要看委托书" in page


class TestByName:
    def test_only_the_own_community(self, clerk, town):
        people_testing.make_resident("农阿妹", home_community=people_testing.WANLI)
        page = text_of(clerk.post(reverse("matters:desk_near"), {"name": "农"}))
        assert "农秀珍" in page
        assert "农阿妹" not in page
        assert "desk_list" in {one.purpose for one in looks_at(town.as_mother)}

    def test_opened_from_the_list(self, clerk, town):
        response = clerk.post(reverse("matters:desk_open_near", args=[town.mother.pk]))
        assert response.url == reverse("matters:desk_items")

    def test_of_another_community_there_is_nobody(self, clerk):
        other = people_testing.make_resident("农阿妹", home_community=people_testing.WANLI)
        assert clerk.post(reverse("matters:desk_open_near", args=[other.pk])).status_code == 404


class TestTakingIn:
    def test_taken_in_and_accepted_at_another_districts_desk(self, clerk, town):
        receive(clerk, town.mother)
        page = text_of(clerk.get(INTAKE))
        assert "您收的件，您不能批" in page
        response = clerk.post(INTAKE, filled())
        case = Case.objects.get()
        assert response.url == reverse("matters:desk_done", args=[case.pk])
        assert (case.state, case.responsible_organisation.name) == ("accepted", "西乡塘区民政局")
        done = text_of(clerk.get(response.url))
        assert case.reference in done
        assert "农秀珍" not in done
        paper = clerk.get(reverse("matters:desk_paper", args=[case.pk, "acceptance_notice"]))
        assert paper.content.startswith(b"%PDF")

    def test_sent_twice_it_is_one_case(self, clerk, town):
        receive(clerk, town.mother)
        first, second = clerk.post(INTAKE, filled()), clerk.post(INTAKE, filled())
        assert first.url == second.url
        assert Case.objects.count() == 1

    def test_an_old_form_with_another_content_is_refused(self, clerk, town):
        receive(clerk, town.mother)
        clerk.post(INTAKE, filled())
        assert clerk.post(INTAKE, filled(note="another")).status_code == 422
        assert Case.objects.count() == 1

    def test_what_is_wrong_is_named_and_what_was_typed_is_kept(self, clerk, town):
        receive(clerk, town.mother)
        response = clerk.post(INTAKE, filled(**{"a-card_number": "6217", "a-bank": "<b>银行</b>"}))
        assert response.status_code == 422
        page = text_of(response)
        assert "少了 15 位" in page
        assert "6217" in page
        assert "&lt;b&gt;银行&lt;/b&gt;" in page
        assert not Case.objects.exists()

    def test_missing_papers_stop_acceptance_and_nothing_stays(self, clerk, town):
        receive(clerk, town.mother)
        response = clerk.post(INTAKE, filled(**{"m-household_register": "missing"}))
        assert response.status_code == 422
        assert "还缺：户口簿" in text_of(response)
        assert not Case.objects.exists()
        assert (
            people.current_intake(actor=town.clerk, at=people_testing.IntakeGrant.objects.get().opened_at) is not None
        )

    def test_an_unknown_registration_is_asked_for(self, clerk):
        old = people_testing.make_resident("黄阿婆", hukou_division="")
        receive(clerk, old)
        response = clerk.post(INTAKE, filled(hukou_district="", hukou=""))
        assert response.status_code == 422
        assert "还不知道户籍在哪个城区" in text_of(response)

    def test_registered_elsewhere_nobody_is_responsible(self, clerk, town):
        receive(clerk, town.mother)
        response = clerk.post(INTAKE, filled(hukou_district="elsewhere", hukou="430000"))
        assert response.status_code == 422
        assert "没有办理这件事的单位" in text_of(response)

    def test_seventy_nine_and_what_the_day_is(self, clerk):
        nearly = people_testing.make_resident("覃玉兰", born_on=date(2027 - 80, 3, 2))
        receive(clerk, nearly)
        page = text_of(clerk.get(INTAKE))
        assert re.search(r"申请人 \d+ 岁；满 80 周岁起发，从 2027年3月2日 起", page) or "已满 80 周岁" in page

    def test_papers_are_asked_for_once_even_before_the_card_is_known(self, clerk, town):
        receive(clerk, town.mother)
        asked = clerk.post(INTAKE, filled(act="papers", **{"m-social_security_card": "missing", "a-card_number": ""}))
        assert asked.status_code == 422
        assert "要补什么" in text_of(asked)
        response = clerk.post(
            INTAKE,
            filled(act="papers", note="带社保卡来", **{"m-social_security_card": "missing", "a-card_number": ""}),
        )
        case = Case.objects.get()
        assert case.state == "awaiting_papers"
        assert "社会保障卡" in text_of(clerk.get(response.url))

    def test_nothing_missing_nothing_to_ask_for(self, clerk, town):
        receive(clerk, town.mother)
        response = clerk.post(INTAKE, filled(act="papers", note="再看看"))
        assert response.status_code == 422
        assert "请选出要补的材料" in text_of(response)

    def test_not_accepted_with_a_reason(self, clerk, town):
        receive(clerk, town.mother)
        assert clerk.post(INTAKE, filled(act="refuse")).status_code == 422
        response = clerk.post(INTAKE, filled(act="refuse", note="户籍不在本市", **{"a-card_number": ""}))
        assert Case.objects.get().state == "not_accepted"
        assert "不予受理" in text_of(clerk.get(response.url))

    def test_the_same_matter_twice_in_the_city(self, clerk, town):
        receive(clerk, town.mother)
        clerk.post(INTAKE, filled())
        other = signed_in(town.other_clerk)
        receive(other, town.mother)
        response = other.post(INTAKE, filled(key="k2"))
        assert response.status_code == 422
        assert "已经在办" in text_of(response)

    def test_htmx_is_told_where_to_go(self, clerk, town):
        receive(clerk, town.mother)
        response = clerk.post(INTAKE, filled(), headers={"HX-Request": "true"})
        assert response.status_code == 204
        assert response["HX-Redirect"] == reverse("matters:desk_done", args=[Case.objects.get().pk])

    def test_nobody_there(self, clerk):
        assert clerk.get(INTAKE).status_code == 409
        gone = clerk.post(INTAKE, filled(), headers={"HX-Request": "true"})
        assert gone["HX-Redirect"] == DESK
        assert "还没有登记来办的人" in text_of(clerk.get(DESK))

    def test_a_picture_is_kept_and_a_program_is_not(self, clerk, town):
        receive(clerk, town.mother)
        upload = {"m-social_security_card": "uploaded"}
        bad = SimpleUploadedFile("card.png", b"MZ\x90\x00 not a picture")
        refused = clerk.post(INTAKE, filled(**upload, **{"f-social_security_card": bad}))
        assert refused.status_code == 422
        assert not Case.objects.exists()
        good = SimpleUploadedFile("card.png", png())
        assert clerk.post(INTAKE, filled(**upload, **{"f-social_security_card": good})).status_code == 302
        kept = Case.objects.get().materials.get(material_id="social_security_card")
        assert (kept.status, kept.file_id is not None) == ("uploaded", True)

    def test_a_relation_for_another_matter_opens_the_desk_but_not_this_item(self, clerk, town):
        people_testing.make_relation(town.daughter, town.mother, scope=("matters.something_else",))
        agent = {"who": "agent", "agent_number": town.daughter.id_number, "is_agent_card_seen": "on"}
        assert receive(clerk, town.mother, **agent, relation="known").status_code == 302
        response = clerk.post(INTAKE, filled())
        assert response.status_code == 422
        assert not Case.objects.exists()


class TestLeaving:
    def test_nothing_of_the_person_stays(self, clerk, town):
        receive(clerk, town.mother)
        assert clerk.post(reverse("matters:desk_leave")).url == DESK
        assert "农秀珍" not in text_of(clerk.get(DESK))

    def test_a_full_number_leaves_a_trace(self, clerk, town):
        receive(clerk, town.mother)
        assert town.mother.id_number in text_of(clerk.post(reverse("matters:desk_reveal")))
        assert ("id_number",) in {one.fields for one in looks_at(town.as_mother)}


class TestComingBack:
    @pytest.fixture
    def waiting(self, clerk, town):
        receive(clerk, town.mother)
        missing = {"m-social_security_card": "missing", "a-card_number": ""}
        clerk.post(INTAKE, filled(act="papers", note="带社保卡来", **missing))
        return Case.objects.get()

    def test_the_list_and_the_case_without_the_person(self, clerk, waiting):
        assert waiting.reference in text_of(clerk.get(reverse("matters:desk_cases")))
        page = text_of(clerk.get(reverse("matters:desk_case", args=[waiting.pk])))
        assert "带社保卡来" in page
        assert "农秀珍" not in page

    def test_the_person_brings_the_card_and_the_case_is_accepted(self, clerk, town, waiting):
        url = reverse("matters:desk_case", args=[waiting.pk])
        opened = clerk.post(url, {"act": "open", "id_number": town.mother.id_number, "who": "self", **SEEN})
        assert opened.url == url
        assert "农秀珍" in text_of(clerk.get(url))
        back = {"act": "accept", "key": "k9", "m-social_security_card": "seen", **ANSWERED}
        response = clerk.post(url, back)
        assert response.status_code == 302
        waiting.refresh_from_db()
        assert waiting.state == "accepted"
        assert waiting.all_answers()["card_number"] == ANSWERS["card_number"]
        assert clerk.get(url).status_code == 404
        assert people.current_intake(actor=town.clerk, at=waiting.accepted_at) is None

    def test_somebody_else_is_not_the_applicant(self, clerk, town, waiting):
        url = reverse("matters:desk_case", args=[waiting.pk])
        response = clerk.post(url, {"act": "open", "id_number": town.daughter.id_number, "who": "self", **SEEN})
        assert response.status_code == 422
        assert "不是这件的申请人" in text_of(response)

    def test_acceptance_needs_the_person(self, clerk, waiting):
        url = reverse("matters:desk_case", args=[waiting.pk])
        response = clerk.post(url, {"act": "accept", "key": "k9", "m-social_security_card": "seen"})
        assert response.status_code in (409, 422)
        waiting.refresh_from_db()
        assert waiting.state == "awaiting_papers"

    def test_another_desk_does_not_see_it(self, town, waiting):
        assert signed_in(town.other_clerk).get(reverse("matters:desk_case", args=[waiting.pk])).status_code == 404


class TestFiledOnline:
    """A case that somebody filed at night lies at the desk; its person need not come."""

    @pytest.fixture
    def submitted(self, town):
        at = timezone.now()
        version = catalogue.current_version(ITEM, times.local_day(at))
        case = new_case(
            version, town.mother.pk, home=people_testing.XINZHU, division=people_testing.WANLI, at=at, channel="web"
        )
        case.state, case.intake_organisation_id = State.SUBMITTED, town.desk.pk
        answers = catalogue.require_answers(
            version.item_version_id, ANSWERS, {"filed_by": "self"}, on=times.local_day(at)
        )
        keep_answers(case, answers)
        case.save(force_insert=True)
        for one in version.definition.materials[:3]:
            handed_in = HandedIn(material_id=one.id, status="uploaded", content=png())
            keep_material(case, handed_in, name=str(one.name), actor=town.as_mother, at=at)
        people.record_attribute(
            actor=town.examiner,
            resident_id=town.mother.pk,
            name="hukou_division",
            value=people_testing.WANLI,
            source="register:户籍登记",
            at=at,
            level=3,
        )
        return case

    def test_it_waits_without_the_person(self, clerk, submitted):
        assert "待收件" in text_of(clerk.get(DESK))
        page = text_of(clerk.get(reverse("matters:desk_case", args=[submitted.pk])))
        assert "收件" in page
        assert ANSWERS["card_number"] not in page

    def test_whose_it_is_is_shown_and_the_look_remembered(self, clerk, town, submitted):
        url = reverse("matters:desk_case", args=[submitted.pk])
        page = text_of(clerk.get(url))
        assert "农秀珍" in page
        assert town.mother.id_number not in page
        looks = people.reads_of(actor=town.as_mother, on=times.local_day(timezone.now())).reads
        assert ("新竹社区综合窗口", "filed_online") in [(one.organisation_name, one.purpose) for one in looks]
        assert signed_in(town.other_clerk).get(url).status_code == 404

    def test_taken_in_and_accepted_from_its_papers(self, clerk, submitted):
        url = reverse("matters:desk_case", args=[submitted.pk])
        assert clerk.post(url, {"act": "take_in"}).url == url
        assert clerk.post(url, {"act": "take_in"}).status_code == 409
        done = clerk.post(url, {"act": "accept", "key": "k1"})
        submitted.refresh_from_db()
        assert submitted.state == "accepted"
        assert submitted.reference in text_of(clerk.get(done.url))

    def test_not_accepted_needs_a_reason(self, clerk, submitted):
        url = reverse("matters:desk_case", args=[submitted.pk])
        clerk.post(url, {"act": "take_in"})
        assert clerk.post(url, {"act": "refuse", "key": "k1"}).status_code == 422
        assert clerk.post(url, {"act": "refuse", "key": "k1", "note": "不归本市办"}).status_code == 302
        submitted.refresh_from_db()
        assert submitted.state == "not_accepted"


class TestBringingPapersInParts:
    def test_it_waits_until_all_is_there(self, clerk, town):
        receive(clerk, town.mother)
        lacks = {"m-social_security_card": "missing", "m-household_register": "missing", "a-card_number": ""}
        clerk.post(INTAKE, filled(act="papers", note="带社保卡和户口簿来", **lacks))
        case = Case.objects.get()
        url = reverse("matters:desk_case", args=[case.pk])
        clerk.post(url, {"act": "open", "id_number": town.mother.id_number, "who": "self", **SEEN})
        nothing = clerk.post(url, {"act": "save", "key": "s0", **ANSWERED})
        assert nothing.status_code == 422
        clerk.post(url, {"act": "save", "key": "s1", "m-household_register": "seen", **ANSWERED})
        case.refresh_from_db()
        assert case.state == "awaiting_papers"
        refused = clerk.post(url, {"act": "accept", "key": "s2", **ANSWERED})
        assert refused.status_code == 422
        assert "社会保障卡" in text_of(refused)
        clerk.post(url, {"act": "save", "key": "s3", "m-social_security_card": "seen", **ANSWERED})
        case.refresh_from_db()
        assert case.state == "received"
        assert clerk.post(url, {"act": "accept", "key": "s4", **ANSWERED}).status_code == 302
