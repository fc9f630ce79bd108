"""How sign-in locks, and how long a session lasts."""

import time

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from yizhan.kernel.testing import audit_lines
from yizhan.people.models import Account, SignInGuard
from yizhan.people.testing import make_account, make_resident, make_staff
from yizhan.people.tests.test_pages import PHONE, ask_for_code, code_on, sign_in

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60, 3600
PAGE = "people:workplace"


@pytest.fixture(autouse=True)
def _fresh_limits():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def clerk_account():
    return make_account(staff=make_staff(), phone=PHONE)


def later(seconds):
    return time_machine.travel(time.time() + seconds, tick=True)


def guess(browser, times, phone=PHONE):
    """Wrong codes, with a new code asked for whenever one is used up."""
    url, answer = "", None
    for number in range(times):
        if number % 4 == 0:
            url = ask_for_code(browser, phone)["Location"]
        answer = browser.post(url, {"code": "000000"})
    return url, answer


class TestLockOut:
    def test_wrong_codes_lock_the_phone_and_time_unlocks_it(self, client, clerk_account):
        url, _answer = guess(client, settings.YIZHAN_LOCK_AFTER)
        answer = client.post(url, {"code": code_on(client, url)})
        assert answer.status_code == 429
        page = answer.content.decode()
        assert "试得太多了" in page
        assert "15分钟后再试" in page
        assert "_auth_user_id" not in client.session
        assert ask_for_code(Client()).status_code == 429
        with later(16 * MINUTE):
            browser = Client()
            sign_in(browser)
            assert "_auth_user_id" in browser.session

    def test_an_unknown_phone_is_locked_alike(self, client):
        guess(client, settings.YIZHAN_LOCK_AFTER, "13900000066")
        assert ask_for_code(Client(), "13900000066").status_code == 429

    def test_another_phone_is_not(self, client, clerk_account):
        guess(client, settings.YIZHAN_LOCK_AFTER)
        make_account(staff=make_staff(), phone="13900000055")
        browser = Client()
        sign_in(browser, "13900000055")
        assert "_auth_user_id" in browser.session

    def test_passwords_and_codes_are_one_count(self, client, clerk_account):
        guess(client, settings.YIZHAN_LOCK_AFTER - 3)
        for _ in range(3):
            Client().post(reverse("people:password_sign_in"), {"login": "139 0000 0077", "password": "错的密码错的"})
        answer = Client().post(reverse("people:password_sign_in"), {"login": PHONE, "password": "错的密码错的"})
        assert answer.status_code == 429
        assert "试得太多" in answer.content.decode()

    def test_the_right_code_begins_the_count_anew(self, client, clerk_account):
        guess(client, settings.YIZHAN_LOCK_AFTER - 1)
        sign_in(Client())
        guess(client, settings.YIZHAN_LOCK_AFTER - 1)
        assert ask_for_code(Client()).status_code == 302

    def test_old_guesses_are_forgotten(self, client, clerk_account):
        guess(client, settings.YIZHAN_LOCK_AFTER - 1)
        with later(16 * MINUTE):
            guess(client, settings.YIZHAN_LOCK_AFTER - 1)
            assert ask_for_code(Client()).status_code == 302

    def test_an_address_that_tries_many_phones_is_locked(self, settings):
        settings.YIZHAN_LOCK_ADDRESS_AFTER = 6
        for number in range(6):
            guess(Client(), 1, f"1390000004{number}")
        assert ask_for_code(Client(), "13900000050").status_code == 429
        assert ask_for_code(Client(REMOTE_ADDR="10.1.2.3"), "13900000050").status_code == 302

    def test_a_lock_is_in_the_audit_and_nobody_reads_whose(self, client, clerk_account):
        guess(client, settings.YIZHAN_LOCK_AFTER)
        line = next(one for one in audit_lines() if one.action == "people.sign_in.locked")
        assert PHONE not in str((line.facts, line.subject_id))
        assert all(PHONE.encode() not in bytes(guard.key) for guard in SignInGuard.objects.all())


class TestSessionLimits:
    def test_staff_who_go_away_sign_in_again(self, client, clerk_account):
        sign_in(client)
        with later(29 * MINUTE):
            assert client.get(reverse(PAGE)).status_code == 200
        with later(58 * MINUTE):
            assert client.get(reverse(PAGE)).status_code == 200
        with later(58 * MINUTE + 31 * MINUTE):
            answer = client.get(reverse(PAGE))
            assert answer["Location"].startswith(reverse("account_login"))
            assert "ended=idle" in answer["Location"]
            assert "很久没有操作" in client.get(answer["Location"]).content.decode()
            assert "_auth_user_id" not in client.session
        assert "people.session.ended" in [one.action for one in audit_lines()]

    def test_a_fragment_leads_the_whole_page_to_the_sign_in(self, client, clerk_account):
        sign_in(client)
        with later(31 * MINUTE):
            answer = client.get(reverse(PAGE), headers={"HX-Request": "true"})
            assert answer.headers["HX-Redirect"].startswith(reverse("account_login"))

    def test_no_session_is_older_than_half_a_day(self, client, clerk_account):
        sign_in(client)
        for minutes in range(20, 12 * 60, 20):
            with later(minutes * MINUTE):
                assert client.get(reverse(PAGE)).status_code == 200
        with later(12 * HOUR + MINUTE):
            assert client.get(reverse(PAGE)).status_code == 302

    def test_a_resident_is_not_hurried(self, client):
        make_account(resident=make_resident(), phone=PHONE)
        sign_in(client)
        with later(11 * HOUR):
            assert client.get(reverse("people:me")).status_code == 200
        with later(12 * HOUR + MINUTE):
            assert client.get(reverse("people:me")).status_code == 302

    def test_most_pages_write_nothing(self, client, clerk_account, django_assert_max_num_queries):
        sign_in(client)
        client.get(reverse(PAGE))
        with django_assert_max_num_queries(12) as found:
            client.get(reverse(PAGE))
        assert not [one for one in found.captured_queries if one["sql"].startswith(("UPDATE", "INSERT"))]

    def test_signing_in_gives_a_new_session(self, client, clerk_account):
        client.get(reverse("account_login"))
        url = ask_for_code(client)["Location"]
        before = client.session.session_key
        client.post(url, {"code": code_on(client, url)})
        assert before
        assert client.session.session_key != before

    def test_all_devices_are_signed_out_at_once(self, client, clerk_account):
        browsers = [client, Client(), Client()]
        for browser in browsers:
            sign_in(browser)
        answer = client.post(reverse("people:sign_out_everywhere"))
        assert "所有设备上都已退出" in client.get(answer["Location"]).content.decode()
        assert {browser.get(reverse(PAGE)).status_code for browser in browsers} == {302}
        assert Account.objects.get(pk=clerk_account.pk).session_epoch == 1

    def test_a_stranger_signs_nobody_out(self, client):
        assert client.post(reverse("people:sign_out_everywhere")).status_code == 302


class TestCookies:
    def test_what_a_browser_is_told_of_the_session(self, client, clerk_account):
        sign_in(client)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert 0 < int(cookie["max-age"]) <= 12 * HOUR

    def test_behind_https_every_cookie_is_secure(self, client, clerk_account, settings):
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
        client.get(reverse("account_login"))
        sign_in(client)
        assert {name: bool(cookie["secure"]) for name, cookie in client.cookies.items()} == {
            settings.SESSION_COOKIE_NAME: True,
            settings.CSRF_COOKIE_NAME: True,
        }

    def test_a_page_for_one_person_is_in_no_shared_cache(self, client, clerk_account):
        sign_in(client)
        assert "Cookie" in client.get(reverse(PAGE))["Vary"]
