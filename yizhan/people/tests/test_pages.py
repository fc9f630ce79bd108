"""Signing in and the pages of a resident, as a browser sees them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yizhan.people.models import Account, RecordRead, Relation, Resident
from yizhan.people.testing import (
    WANLI,
    actor_for,
    make_account,
    make_intake,
    make_organisation,
    make_relation,
    make_resident,
    make_staff,
)

pytestmark = pytest.mark.django_db
PHONE = "13900000077"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _fresh_limits():
    from django.core.cache import cache

    cache.clear()


def ask_for_code(client, phone=PHONE, **query):
    return client.post(reverse("account_login") + (f"?next={query['next']}" if query else ""), {"phone": phone})


def code_on(client, url=None):
    page = client.get(url or reverse("account_confirm_login_code")).content.decode()
    return re.search(r"data-demo-code>.*?<b[^>]*>([^<]+)</b>", page, re.S).group(1)


def sign_in(client, phone=PHONE):
    url = ask_for_code(client, phone)["Location"]
    return client.post(url, {"code": code_on(client, url), "action": "verify"})


class TestSigningIn:
    def test_a_new_phone_becomes_a_named_resident_of_level_1(self, client):
        answer = sign_in(client)
        assert answer["Location"] == reverse("people:name")
        answer = client.post(reverse("people:name"), {"name": " 阿卜杜拉·买买提 "})
        assert answer["Location"] == reverse("people:me")

        resident = Resident.objects.get()
        assert (resident.name, resident.level, resident.id_number) == ("阿卜杜拉·买买提", 1, None)
        assert resident.account.phone == PHONE
        assert "阿卜杜拉·买买提" in client.get(reverse("people:me")).content.decode()

    def test_no_account_before_the_code_has_come_back(self, client):
        ask_for_code(client)
        assert not Account.objects.exists()

    def test_known_and_unknown_phones_are_answered_alike(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        pages = []
        for phone in (PHONE, "13900000078"):
            browser = Client()
            url = ask_for_code(browser, phone)["Location"]
            pages.append(re.sub(r"\d|<input[^>]+>|nonce=\S+|[A-Z0-9]{4,}", "", browser.get(url).content.decode()))
        assert pages[0] == pages[1]

    def test_an_old_phone_comes_back_to_its_person(self, client):
        account = make_account(resident=make_resident("韦海燕"), phone=PHONE)
        assert sign_in(client, "139 0000 0077")["Location"] == reverse("people:after_sign_in")
        assert str(account.pk) == client.session["_auth_user_id"]
        assert client.get(reverse("people:after_sign_in"))["Location"] == "/"

    def test_who_came_for_a_page_gets_there(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        url = ask_for_code(client, next=reverse("people:reads"))["Location"]
        answer = client.post(url, {"code": code_on(client, url), "action": "verify"})
        assert answer["Location"] == reverse("people:reads")

    def test_nobody_is_sent_to_another_house(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        url = ask_for_code(client, next="https://evil.example/")["Location"]
        answer = client.post(url, {"code": code_on(client, url), "action": "verify"})
        assert "evil" not in answer["Location"]

    def test_wrong_codes_run_out(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        url = ask_for_code(client)["Location"]
        right = code_on(client, url)
        for _ in range(4):
            assert "验证码不对" in client.post(url, {"code": "000000"}).content.decode()
        client.post(url, {"code": "000000"})
        client.post(url, {"code": right})
        assert "_auth_user_id" not in client.session

    def test_a_code_may_be_sent_again_and_the_old_one_is_void(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        url = ask_for_code(client)["Location"]
        old = code_on(client, url)
        client.post(url, {"action": "resend"})
        new = code_on(client, url)
        assert old != new
        client.post(url, {"code": old})
        assert "_auth_user_id" not in client.session
        client.post(url, {"code": new})
        assert "_auth_user_id" in client.session

    def test_a_late_code_is_refused(self, client):
        url = ask_for_code(client)["Location"]
        code = code_on(client, url)
        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            answer = client.post(url, {"code": code})
        assert answer["Location"].startswith(reverse("account_login"))
        assert not Account.objects.exists()

    @pytest.mark.parametrize("phone", ["", "12345", "\x00", "0771-5501234", "1390000000a", "9" * 5000])
    def test_what_is_no_phone_is_said_so(self, client, phone):
        page = ask_for_code(client, phone)
        assert page.status_code == 200
        assert "yz-errors" in page.content.decode()

    def test_a_closed_account_stays_outside(self, client):
        account = make_account(resident=make_resident(), phone=PHONE)
        Account.objects.filter(pk=account.pk).update(is_active=False)
        assert "closed=1" in sign_in(client)["Location"]
        assert "_auth_user_id" not in client.session

    def test_an_account_closed_later_is_out_at_once(self, client):
        account = make_account(resident=make_resident(), phone=PHONE)
        sign_in(client)
        Account.objects.filter(pk=account.pk).update(is_active=False)
        assert client.get(reverse("people:me"))["Location"].startswith(reverse("account_login"))

    def test_signing_out_needs_a_post(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        sign_in(client)
        assert client.get(reverse("account_logout")).status_code == 200
        assert "_auth_user_id" in client.session
        client.post(reverse("account_logout"))
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize("name", ["", "   ", "\x00", "名" * 51, "韦\x00燕"])
    def test_what_is_no_name_is_asked_again(self, client, name):
        sign_in(client)
        answer = client.post(reverse("people:name"), {"name": name})
        assert answer.status_code == 422
        assert "yz-errors" in answer.content.decode()
        assert not Resident.objects.exists()

    def test_the_phone_is_not_kept_in_the_session(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        sign_in(client)
        assert PHONE not in str(dict(client.session))


@pytest.fixture
def daughter():
    return make_resident("韦海燕", level=3)


@pytest.fixture
def signed_in(client, daughter):
    client.force_login(make_account(resident=daughter), backend=BACKEND)
    return client


def elder(client):
    client.cookies["yz_version"] = "elder"
    return client


class TestMyPage:
    def test_numbers_are_masked_and_names_escaped(self, signed_in, daughter):
        mother = make_resident("<b>农</b>", home_community=WANLI)
        make_relation(daughter, mother)
        for browser in (signed_in, elder(signed_in)):
            page = browser.get(reverse("people:me")).content.decode()
            assert daughter.id_number not in page
            assert "&lt;b&gt;农&lt;/b&gt;" in page
            assert "<b>农</b>" not in page

    def test_a_relation_is_ended_by_its_button(self, signed_in, daughter):
        relation = make_relation(daughter, make_resident())
        signed_in.post(reverse("people:end_relation", args=[relation.id]))
        assert Relation.objects.get().valid_until is not None

    def test_it_is_asked_before_a_relation_ends(self, signed_in, daughter):
        acting = make_relation(daughter, make_resident("农秀珍"))
        helped = make_relation(make_resident("陆志强", level=3), daughter)
        for relation, asked in ((acting, "以后不替农秀珍办事了"), (helped, "不让陆志强再替您办事")):
            url = reverse("people:end_relation", args=[relation.id])
            assert f'href="{url}"' in signed_in.get(reverse("people:me")).content.decode()
            page = signed_in.get(url).content.decode()
            assert asked in page
            assert "要两个人带身份证到窗口重新登记" in page
        assert not Relation.objects.filter(valid_until__isnull=False).exists()
        assert "已经不能再代办了" in signed_in.post(url, follow=True).content.decode()

    def test_the_principal_narrows_a_relation(self, signed_in, daughter):
        helper = make_resident("陆志强", level=3)
        relation = make_relation(helper, daughter)
        url = reverse("people:narrow_relation", args=[relation.id])
        assert signed_in.get(url).status_code == 200
        for wrong in ({}, {"scope": "all"}, {"scope": "matters", "last_day": "2020-01-01"}, {"scope": "x"}):
            assert signed_in.post(url, {**wrong, "sent": "1"}).status_code == 422
        for wrong in ("2026-02-30", "9999-12-31", "\x00"):
            assert signed_in.post(url, {"scope": "matters", "last_day": wrong}).status_code == 422
        last_day = (timezone.now() + timedelta(days=30)).date()
        signed_in.post(url, {"scope": ["matters"], "last_day": last_day.isoformat()})
        newest = Relation.objects.exclude(pk=relation.pk).get()
        assert (newest.scope, newest.valid_until) == (["matters"], last_day + timedelta(days=1))
        assert signed_in.get(url).status_code == 404

    def test_somebody_elses_relation_is_not_there(self, signed_in):
        relation = make_relation(make_resident("甲"), make_resident("乙"))
        for wanted in (relation.id, uuid4()):
            assert signed_in.get(reverse("people:end_relation", args=[wanted])).status_code == 404
            assert signed_in.post(reverse("people:end_relation", args=[wanted])).status_code == 404
        assert Relation.objects.get().valid_until is None

    def test_number_and_name_lift_to_level_2(self, client):
        sign_in(client)
        client.post(reverse("people:name"), {"name": "覃玉兰"})
        answer = client.post(reverse("people:number"), {"id_number": "450103194602290014"})
        assert answer.status_code == 422
        assert "没有这一天" in answer.content.decode()
        client.post(reverse("people:number"), {"id_number": "11010519491231002x"})
        resident = Resident.objects.get()
        assert (resident.level, resident.id_number, str(resident.born_on)) == (2, "11010519491231002X", "1949-12-31")

    def test_a_number_that_somebody_has_stays_with_its_holder(self, client):
        holder = make_resident(level=3)
        sign_in(client)
        client.post(reverse("people:name"), {"name": holder.name})
        answer = client.post(reverse("people:number"), {"id_number": holder.id_number})
        assert answer.status_code == 422
        assert Resident.objects.exclude(pk=holder.pk).get().level == 1

    def test_anonymous_is_asked_to_sign_in(self, client):
        for name in ("me", "reads", "number", "workplace", "name", "after_sign_in"):
            answer = client.get(reverse(f"people:{name}"))
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_login"))

    def test_a_clerk_without_resident_has_no_reads_page(self, client):
        client.force_login(make_account(staff=make_staff()), backend=BACKEND)
        assert client.get(reverse("people:reads")).status_code == 403


class TestWhoLookedPage:
    def look(self, resident, times=1):
        clerk = make_staff("desk_clerk", make_organisation(name="新竹社区综合窗口"))
        from yizhan.people import api as people

        for hour in range(times):
            at = timezone.now() - timedelta(hours=hour)
            make_intake(clerk, resident, at=at)
            people.person_card(actor=actor_for(clerk), resident_id=resident.id, purpose="intake", at=at)

    def test_both_versions_say_who_where_and_why(self, signed_in, daughter):
        self.look(daughter)
        for browser in (signed_in, elder(signed_in)):
            page = browser.get(reverse("people:reads")).content.decode()
            assert all(words in page for words in ("莫小兰", "新竹社区综合窗口", "收件：到窗口办事"))

    def test_many_looks_are_paged(self, signed_in, daughter):
        self.look(daughter, times=17)
        assert signed_in.get(reverse("people:reads")).content.decode().count("莫小兰") == 15
        assert signed_in.get(reverse("people:reads") + "?page=2").content.decode().count("莫小兰") == 2
        for odd in ("x", "-1", "99999999999", "²"):
            assert signed_in.get(reverse("people:reads"), {"page": odd}).status_code == 200

    def test_the_mothers_looks_only_with_the_scope(self, signed_in, daughter):
        mother = make_resident()
        self.look(mother)
        url = reverse("people:reads_of_principal", args=[mother.id])
        assert signed_in.get(url).status_code == 404
        make_relation(daughter, mother, scope=("matters", "reads"))
        assert "莫小兰" in signed_in.get(url).content.decode()
        assert signed_in.get(reverse("people:reads_of_principal", args=[uuid4()])).status_code == 404

    def test_looking_at_the_list_is_no_look(self, signed_in, daughter):
        signed_in.get(reverse("people:reads"))
        assert not RecordRead.objects.exists()


class TestWorkplace:
    def test_one_works_in_one_organisation_at_a_time(self, client):
        desk, office = make_organisation(), make_organisation("department", territory="450107")
        staff = make_staff("desk_clerk", desk, also=[("examiner", office)])
        client.force_login(make_account(staff=staff), backend=BACKEND)
        url = reverse("people:workplace")
        assert client.get(url).status_code == 200
        client.post(url, {"organisation": str(office.id)})
        assert {grant.role for grant in client.get(url).wsgi_request.actor.roles} == {"examiner"}
        client.post(url, {"organisation": str(uuid4())})
        assert len(client.get(url).wsgi_request.actor.roles) == 2


class TestOwnPage:
    @pytest.mark.parametrize("version", ["standard", "elder"])
    def test_it_leads_to_ones_own_cases_and_messages(self, client, version):
        client.force_login(make_account(resident=make_resident()), backend=BACKEND)
        client.cookies["yz_version"] = version

        page = client.get(reverse("people:me")).content.decode()

        for way in ("/my/cases/", "/notices/", reverse("people:reads"), reverse("people:devices")):
            assert f'href="{way}"' in page

    def test_whoever_has_nobody_is_told_how_to_appoint_somebody(self, client):
        client.force_login(make_account(resident=make_resident()), backend=BACKEND)

        assert "要请家人替您办，带两个人的身份证到窗口登记一次" in client.get(reverse("people:me")).content.decode()
