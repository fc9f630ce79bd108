"""The office's and the resident's pages in Chromium: nothing serious for axe, nothing hangs over, old eyes can read."""

import os
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from yizhan.config.testing import CHROMIUM
from yizhan.look.testing import hangs_over, serious_findings, serving, small_print, small_targets
from yizhan.matters import api as matters
from yizhan.matters.rules.states import State
from yizhan.matters.testing import NOON, bring_to, make_town
from yizhan.people import testing as people

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, PHONE, NARROW = 1440, 390, 320


def session_of(actor):
    account = people.Account.objects.get(pk=actor.account_id)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return session.session_key


@pytest.fixture
def city(committed_db, monkeypatch):
    """One case that waits for its papers, one in examination, one decided; who may see them, signed in."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with time_machine.travel(NOON + timedelta(days=2), tick=True):
        town = make_town()
        decided = bring_to(town, State.GRANTED)
        fetcher = session_of(town.as_mother)
        town.mother = people.make_resident("阿依古丽·买买提江·吐尔逊", hukou_division=people.WANLI)
        asked = bring_to(town, State.EXAMINING)
        matters.request_supplement(
            actor=town.examiner,
            case_id=asked,
            materials=["social_security_card", "household_register"],
            note="照片反光，请重拍",
            at=NOON + timedelta(days=1),
        )
        asked_one = session_of(town.as_mother)
        town.mother = people.make_resident("农秀珍", hukou_division=people.WANLI)
        examined = bring_to(town, State.EXAMINING, with_agent=True)
        daughter, examiner = session_of(town.as_daughter), session_of(town.examiner)
        yield {
            "office": [
                (examiner, reverse("matters:office")),
                (examiner, reverse("matters:office_done")),
                (examiner, reverse("matters:office_case", args=[examined])),
                (examiner, reverse("matters:office_case", args=[asked])),
            ],
            "resident": [
                (daughter, reverse("matters:mine")),
                (daughter, reverse("matters:my_case", args=[examined])),
                (fetcher, reverse("matters:my_case", args=[decided])),
                (asked_one, reverse("matters:my_supplement", args=[asked])),
                (daughter, reverse("matters:my_withdraw", args=[examined])),
            ],
        }


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def opened(browser, address, session, path, *, width, version="standard"):
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address},
            {"name": "yz_version", "value": version, "url": address},
        ]
    )
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    assert page.goto(address + path).status == 200
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return page


def test_pages_of_the_office(city, browser):
    with serving() as address:
        for session, path in city["office"]:
            for width in (WIDE, NARROW):
                page = opened(browser, address, session, path, width=width)
                assert serious_findings(page) == [], path
                assert not hangs_over(page), (path, width)
                assert page.complaints == [], path


def test_pages_of_a_resident(city, browser):
    with serving() as address:
        for session, path in city["resident"]:
            for width in (PHONE, NARROW):
                page = opened(browser, address, session, path, width=width)
                assert serious_findings(page) == [], path
                assert not hangs_over(page), (path, width)
                assert small_targets(page, 48) == [], path
                assert page.complaints == [], path


def test_the_elder_version(city, browser):
    with serving() as address:
        for session, path in city["resident"]:
            for width in (PHONE, NARROW):
                page = opened(browser, address, session, path, width=width, version="elder")
                assert serious_findings(page) == [], path
                assert not hangs_over(page), (path, width)
                assert small_print(page) == [], path
                assert small_targets(page) == [], path


def test_the_queue_by_keyboard(city, browser):
    with serving() as address:
        session, path = city["office"][0]
        page = opened(browser, address, session, path, width=WIDE)
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/office/cases/**")
        assert page.locator("#clauses").is_visible()
