"""Password and one-time code from an app, for staff."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from yizhan.kernel.api import Actor, NotAllowed
from yizhan.kernel.testing import audit_lines
from yizhan.people.models import Account
from yizhan.people.services.accounts import clear_second_factor
from yizhan.people.testing import actor_for, make_account, make_resident, make_staff
from yizhan.people.tests.test_pages import PHONE, ask_for_code, code_on, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "坐看云起时 1992"


@pytest.fixture(autouse=True)
def _fresh_limits():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def account():
    return make_account(staff=make_staff(), phone=PHONE)


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def protect(client):
    """Sign in, set a password, switch the app on; answers the secret."""
    sign_in(client)
    client.post(reverse("people:choose_password"), {"password": PASSWORD, "again": PASSWORD})
    client.get(reverse("people:switch_on"))
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("people:switch_on"), {"code": code_of(secret)})
    return secret


def later(seconds):
    return time_machine.travel(time.time() + seconds)


class TestSecondFactor:
    def test_the_secret_lies_encrypted(self, client, account):
        secret = protect(client)
        stored = Authenticator.objects.get(user=account)
        assert secret not in str(stored.data)
        actions = [line.action for line in audit_lines()]
        assert "people.second_factor.on" in actions
        assert "people.password.chosen" in actions

    def test_no_sign_in_passes_without_it(self, client, account):
        secret = protect(client)
        browser = Client()
        answer = sign_in(browser)
        assert answer["Location"] == reverse("mfa_authenticate")
        assert "_auth_user_id" not in browser.session
        assert browser.get(reverse("people:protection")).status_code == 302
        page = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert "yz-errors" in page.content.decode()
        with later(60):
            browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert "_auth_user_id" in browser.session

    def test_the_same_code_does_not_open_twice(self, client, account):
        secret = protect(client)
        with later(60):
            code = code_of(secret)
            for opens in (True, False):
                browser = Client()
                sign_in(browser)
                browser.post(reverse("mfa_authenticate"), {"code": code})
                assert ("_auth_user_id" in browser.session) is opens

    def test_a_right_text_message_forgives_no_guesses_at_the_apps_code(self, client, account, settings):
        settings.YIZHAN_LOCK_AFTER = 4
        protect(client)
        answers = []
        for _ in range(2):
            browser = Client()
            sign_in(browser)
            answers += [browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code for _ in range(2)]
        assert 429 not in answers
        assert Client().post(reverse("account_login"), {"phone": PHONE}).status_code == 429

    def test_it_is_switched_off_by_oneself_or_cleared_by_an_administrator(self, client, account):
        protect(client)
        with pytest.raises(NotAllowed):
            clear_second_factor(actor=actor_for(make_resident()), staff_id=account.staff_id)
        clear_second_factor(actor=Actor.system("people.tests"), staff_id=account.staff_id)
        assert not Authenticator.objects.exists()

        other = Client()
        protect(other)
        assert Authenticator.objects.exists()
        other.post(reverse("people:switch_off"))
        assert not Authenticator.objects.exists()

    def test_an_open_screen_is_not_enough(self, client, account):
        sign_in(client)
        with later(16 * 60):
            for name in ("choose_password", "switch_on"):
                assert client.get(reverse(f"people:{name}"))["Location"].startswith(reverse("people:confirm"))
            assert client.post(reverse("people:switch_off"))["Location"].startswith(reverse("people:confirm"))

    def test_a_resident_has_no_password(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        sign_in(client)
        assert client.get(reverse("people:choose_password")).status_code == 403


class TestPassword:
    def try_password(self, browser, password, phone=PHONE):
        return browser.post(reverse("people:password_sign_in"), {"login": phone, "password": password})

    def test_password_and_app_open_the_house(self, client, account):
        secret = protect(client)
        browser = Client()
        assert self.try_password(browser, PASSWORD)["Location"] == reverse("mfa_authenticate")
        with later(60):
            browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert "_auth_user_id" in browser.session

    def test_a_password_alone_does_not(self, client, account):
        sign_in(client)
        client.post(reverse("people:choose_password"), {"password": PASSWORD, "again": PASSWORD})
        browser = Client()
        assert "动态口令" in self.try_password(browser, PASSWORD).content.decode()
        assert "_auth_user_id" not in browser.session

    def test_wrong_password_and_unknown_phone_are_answered_alike(self, client, account):
        protect(client)
        words = [
            self.try_password(Client(), "错的密码错的密码", phone).content.decode() for phone in (PHONE, "13900000099")
        ]
        assert all("手机号码或密码不对" in page for page in words)

    @pytest.mark.parametrize("phone", [PHONE, "13900000099"])
    def test_known_or_not_one_password_is_hashed(self, client, account, phone, settings, monkeypatch):
        """It takes as long for a phone that nobody has as for one with an account, with or without a password."""
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
        hashed = []
        encode = PBKDF2PasswordHasher.encode
        monkeypatch.setattr(
            PBKDF2PasswordHasher, "encode", lambda self, *told, **more: hashed.append(1) or encode(self, *told, **more)
        )
        self.try_password(Client(), "错的密码错的密码", phone)
        assert len(hashed) == 1

    def test_guessing_stops_for_this_phone_alone(self, client, account):
        protect(client)
        for _ in range(5):
            self.try_password(Client(), "错的密码错的密码")
        assert "试得太多" in self.try_password(Client(), PASSWORD).content.decode()
        assert "试得太多" not in self.try_password(Client(), "x" * 12, "13900000098").content.decode()

    @pytest.mark.parametrize(
        ("password", "again"),
        [("short", "short"), ("1234567890123", "1234567890123"), (PASSWORD, PASSWORD + "x"), ("", "")],
    )
    def test_weak_or_mistyped_passwords_are_refused(self, client, account, password, again):
        sign_in(client)
        answer = client.post(reverse("people:choose_password"), {"password": password, "again": again})
        assert answer.status_code == 422
        assert not Account.objects.get(pk=account.pk).has_usable_password()

    def test_a_new_password_ends_the_other_sessions(self, client, account):
        other = Client()
        sign_in(other)
        sign_in(client)
        client.post(reverse("people:choose_password"), {"password": PASSWORD, "again": PASSWORD})
        assert client.get(reverse("people:protection")).status_code == 200
        assert other.get(reverse("people:protection")).status_code == 302


def test_each_sign_in_is_in_the_audit(client):
    make_account(staff=make_staff(), phone=PHONE)
    url = ask_for_code(client)["Location"]
    client.post(url, {"code": code_on(client, url)})
    assert [line.action for line in audit_lines() if line.action.startswith("people.account")] == [
        "people.account.signed_in"
    ]
