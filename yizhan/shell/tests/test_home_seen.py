"""Home, the list of items, search and one's own page in Chromium: nothing serious, nothing hangs over, all legible."""

import os

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import sync_playwright

from yizhan.config.testing import CHROMIUM
from yizhan.look.testing import cut_off, hangs_over, serious_findings, serving, small_print, small_targets
from yizhan.people import testing as people

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, NARROW = 1440, 320
PAGES = ("/", "/items/", "/items/?of=old_age", "/search/?q=%E6%B4%A5%E8%B4%B4", "/search/?q=qqxz", "/notices/", "/me/")


@pytest.fixture
def signed_in(committed_db, monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    account = people.make_account(resident=people.make_resident("阿依古丽·买买提江·吐尔逊"))
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return session.session_key


def test_nothing_is_wrong_on_a_phone_on_a_desk_and_for_old_eyes(signed_in):
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width, version in ((NARROW, "standard"), (WIDE, "standard"), (NARROW, "elder")):
            context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", bypass_csp=True)
            cookies = {settings.SESSION_COOKIE_NAME: signed_in, "yz_version": version}
            context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
            page = context.new_page()
            for path in PAGES:
                page.goto(address + path)
                where = f"{path} at {width}, {version}"
                assert serious_findings(page) == [], where
                assert not hangs_over(page), where
                assert cut_off(page) == [], where
                if version == "elder":
                    assert (small_print(page), small_targets(page)) == ([], []), where
        browser.close()
