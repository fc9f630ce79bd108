"""What weighs much asks again who one is; devices; a second factor for whoever has a role."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.utils import is_mfa_enabled
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yizhan.kernel.testing import audit_lines
from yizhan.people.models import DeviceSession, RoleAssignment
from yizhan.people.testing import make_account, make_intake, make_organisation, make_resident, make_staff
from yizhan.people.tests.test_pages import PHONE, code_on, sign_in
from yizhan.people.tests.test_protection import code_of

pytestmark = pytest.mark.django_db
CONFIRM = "people:confirm"
PHONE_UA = "Mozilla/5.0 (Linux; Android 14; HarmonyOS) MicroMessenger/8.0 Chrome/120"
DESK_UA = "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120"


@pytest.fixture(autouse=True)
def _fresh_limits():
    from django.core.cache import cache

    cache.clear()


def later(minutes):
    return time_machine.travel(time.time() + minutes * 60)


@pytest.fixture
def officer():
    """Signed in; may grant roles."""
    city = make_organisation("city", name="运行中心", territory="4501")
    make_account(staff=make_staff("security_officer", city), phone=PHONE)
    browser = Client()
    sign_in(browser)
    return browser


@pytest.fixture
def granting():
    """A role to be granted: its address and what the form sends."""
    desk = make_organisation(name="新竹窗口", territory="450103001005")
    somebody = make_staff(name="陆新")
    url = reverse("people:grant", args=[somebody.id, desk.id])
    return somebody, url, {"role": "desk_clerk", "first": timezone.localdate().isoformat()}


def roles_of(staff):
    return RoleAssignment.objects.filter(staff=staff, organisation__name="新竹窗口").count()


class TestFreshProof:
    def test_right_after_signing_in_nobody_is_asked(self, officer, granting):
        somebody, url, sent = granting
        officer.post(url, sent)
        assert roles_of(somebody) == 1

    def test_later_a_code_is_asked_for_and_nothing_typed_is_lost(self, officer, granting):
        somebody, url, sent = granting
        with later(16):
            asked = officer.post(url, sent, headers={"Referer": f"http://testserver{url}"})
            assert asked.status_code == 302
            assert parse_qs(urlsplit(asked["Location"]).query)["next"] == [f"http://testserver{url}"]
            assert roles_of(somebody) == 0
            page = officer.post(asked["Location"], {"code": code_on(officer, asked["Location"]), "next": url})
            shown = page.content.decode()
            assert f'action="{url}"' in shown
            assert 'name="role" value="desk_clerk"' in shown
            officer.post(url, sent)
        assert roles_of(somebody) == 1
        assert "people.account.confirmed" in [line.action for line in audit_lines()]

    def test_a_wrong_code_opens_nothing(self, officer, granting):
        somebody, url, sent = granting
        with later(16):
            asked = officer.post(url, sent)["Location"]
            answer = officer.post(asked, {"code": "000000"})
            assert answer.status_code == 422
            officer.post(url, sent)
        assert roles_of(somebody) == 0

    def test_where_the_app_is_on_it_is_the_app(self, officer, granting):
        officer.get(reverse("people:switch_on"))
        secret = officer.session["mfa.totp.secret"]
        officer.post(reverse("people:switch_on"), {"code": code_of(secret)})
        _somebody, url, sent = granting
        with later(16):
            asked = officer.post(url, sent)["Location"]
            assert "验证器应用" in officer.get(asked).content.decode()
            assert "确认过了" in officer.post(asked, {"code": code_of(secret)}).content.decode()

    def test_who_may_not_do_it_is_not_asked_either(self, client, granting):
        make_account(staff=make_staff(), phone="13900000066")
        sign_in(client, "13900000066")
        somebody, url, sent = granting
        with later(16):
            assert client.post(url, sent).status_code == 403
        assert roles_of(somebody) == 0


class TestDevices:
    def test_each_sign_in_is_listed_in_words(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        other = Client(headers={"User-Agent": PHONE_UA})
        sign_in(other)
        client.defaults["HTTP_USER_AGENT"] = DESK_UA
        sign_in(client)
        page = client.get(reverse("people:devices")).content.decode()
        assert "Windows 电脑，Edge" in page
        assert "鸿蒙设备，微信" in page
        assert "这一台" in page

    def test_one_is_ended_and_the_others_stay(self, client):
        account = make_account(resident=make_resident(), phone=PHONE)
        lost = Client(headers={"User-Agent": PHONE_UA})
        sign_in(lost)
        sign_in(client)
        device = DeviceSession.objects.get(account=account, device="harmony/wechat")
        client.post(reverse("people:end_device", args=[device.id]))
        assert lost.get(reverse("people:me")).status_code == 302
        assert client.get(reverse("people:me")).status_code == 200

    def test_nobody_ends_a_stranger_s(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        stranger = Client()
        sign_in(stranger)
        make_account(resident=make_resident(), phone="13900000066")
        sign_in(client, "13900000066")
        device = DeviceSession.objects.get(account__phone_index=DeviceSession.objects.first().account.phone_index)
        assert client.post(reverse("people:end_device", args=[device.id])).status_code == 404
        assert stranger.get(reverse("people:me")).status_code == 200


class TestWhoeverHasARole:
    def test_switches_the_app_on_before_anything_else(self, officer, settings):
        settings.YIZHAN_STAFF_SECOND_FACTOR = "required"
        answer = officer.get(reverse("people:roles"))
        assert answer["Location"] == reverse("people:switch_on")
        officer.get(reverse("people:switch_on"))
        officer.post(reverse("people:switch_on"), {"code": code_of(officer.session["mfa.totp.secret"])})
        assert officer.get(reverse("people:roles")).status_code == 200

    def test_a_demo_city_leaves_it_to_them(self, officer):
        assert officer.get(reverse("people:roles")).status_code == 200

    def test_residents_are_offered_it_and_told_of_the_risk(self, client, settings):
        settings.YIZHAN_STAFF_SECOND_FACTOR = "required"
        make_account(resident=make_resident(), phone=PHONE)
        sign_in(client)
        assert client.get(reverse("people:me")).status_code == 200
        page = client.get(reverse("people:protection")).content.decode()
        assert "手机卡可能被人补办" in page
        client.get(reverse("people:switch_on"))
        secret = client.session["mfa.totp.secret"]
        client.post(reverse("people:switch_on"), {"code": code_of(secret)})
        again = Client()
        sign_in(again)
        assert "_auth_user_id" not in again.session  # the app's code is still to come


def with_app(phone=PHONE):
    """A resident who has switched the app's codes on; her account."""
    account = make_account(resident=make_resident(), phone=phone)
    own = Client()
    sign_in(own, phone)
    own.get(reverse("people:switch_on"))
    own.post(reverse("people:switch_on"), {"code": code_of(own.session["mfa.totp.secret"])})
    assert is_mfa_enabled(account)
    return account


class TestALostApp:
    """The phone with the app is gone: the desk takes the app away, for the person whose card lies there."""

    PAGE = "people:clear_app_at_desk"

    @pytest.fixture
    def clerk(self):
        staff = make_staff("desk_clerk", make_organisation(name="新竹窗口", territory="450103001005"))
        make_account(staff=staff, phone="13900000066")
        browser = Client()
        sign_in(browser, "13900000066")
        return staff, browser

    def test_with_the_person_at_the_desk_the_app_is_gone(self, clerk):
        staff, desk = clerk
        account = with_app()
        make_intake(staff, account.resident, at=timezone.now())
        assert account.resident.name in desk.get(reverse(self.PAGE)).content.decode()
        desk.post(reverse(self.PAGE))
        assert not is_mfa_enabled(account)
        assert "people.second_factor.cleared" in [line.action for line in audit_lines()]

    def test_with_nobody_there_nothing_happens(self, clerk):
        _staff, desk = clerk
        account = with_app()
        assert "先在窗口读本人的身份证" in desk.get(reverse(self.PAGE)).content.decode()
        assert desk.post(reverse(self.PAGE)).status_code == 409
        assert is_mfa_enabled(account)

    def test_a_resident_takes_nobody_s_app_away(self, client):
        with_app()
        make_account(resident=make_resident(), phone="13900000066")
        sign_in(client, "13900000066")
        assert client.post(reverse(self.PAGE)).status_code == 403
