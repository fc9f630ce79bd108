"""What every answer tells a browser: where scripts may come from, what is kept, which cookies are for this host."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from yizhan.people import testing as people

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NAMES = ("LANGUAGE_COOKIE_NAME", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")
PROTECTIONS = (
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "LANGUAGE_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_SSL_REDIRECT",
)
PAGES = ("/", "/sign-in/", "/verify/", "/verify/keys.json", "/nowhere/", "/livez")


@pytest.fixture
def resident():
    browser = Client()
    browser.force_login(people.make_account(resident=people.make_resident("农秀珍")), backend=BACKEND)
    return browser


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_says_where_scripts_may_come_from(address):
    policy = Client().get(address)["Content-Security-Policy"]
    for wanted in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert wanted in policy
    for unsafe in ("unsafe-inline", "unsafe-eval", "*", "http:"):
        assert unsafe not in policy


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_keeps_to_itself(address):
    answer = Client().get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_says_what_it_is(address):
    answer = Client().get(address)
    kind = answer["Content-Type"]
    assert kind in ("application/json", "text/plain; charset=utf-8", "text/html; charset=utf-8")
    assert "utf-8" in kind or json.loads(answer.content) is not None


@pytest.mark.parametrize("route", ["shell:home", "people:me", "people:reads", "matters:mine"])
def test_what_one_sees_after_signing_in_stays_in_no_cache(resident, route):
    assert "no-store" in resident.get(reverse(route))["Cache-Control"]


def test_a_refusal_to_somebody_signed_in_stays_in_no_cache(resident):
    assert "no-store" in resident.get("/office/")["Cache-Control"]


def test_signing_out_leaves_nothing_in_the_browsers_storage(resident):
    assert resident.post(reverse("account_logout"))["Clear-Site-Data"] == '"storage"'
    assert resident.get(reverse("people:me")).status_code == 302


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH"])
def test_a_method_that_a_page_does_not_have_does_nothing(method):
    assert Client().generic(method, "/verify/keys.json").status_code == 405


def test_no_script_reads_any_cookie():
    browser = Client()
    browser.get("/sign-in/")
    browser.post("/look/language/", {"language": "en", "next": "/"})
    assert {settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME} <= set(browser.cookies)
    assert [name for name, one in browser.cookies.items() if not one["httponly"]] == []


def test_behind_tls_cookies_are_of_this_host_alone_and_tls_stays():
    """Settings are read once for a process, so another one reads them here."""
    shown = f"{{name: getattr(settings, name) for name in {NAMES + PROTECTIONS}}}"
    program = f"import json; from yizhan.config import settings; print(json.dumps({shown}))"
    env = {**os.environ, "YIZHAN_HTTPS": "1"}
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, env=env, text=True)
    said = json.loads(done.stdout)
    assert [said.pop(name) for name in NAMES] == ["__Host-yz_language", "__Host-yz_session", "__Host-yz_csrf"]
    assert said == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_SSL_REDIRECT": False,
    }


def test_without_tls_cookies_bear_plain_names():
    assert settings.SESSION_COOKIE_NAME == "yz_session"


ASKS_FOR_A_PICTURE = """
import asyncio, json, sys
from pathlib import Path
from django.conf import settings
settings.STATIC_ROOT = Path(sys.argv[1])
from yizhan.config.asgi import application
scope = {"type": "http", "method": "GET", "path": "/static/a.svg", "headers": [], "query_string": b""}
sent = []
async def receive():
    return {"type": "http.request", "body": b""}
async def send(message):
    sent.append(message)
asyncio.run(application(scope, receive, send))
print(json.dumps([sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}]))
"""


def test_a_static_file_is_what_it_says_it_is(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    program = [sys.executable, "-c", ASKS_FOR_A_PICTURE, str(tmp_path)]
    done = subprocess.run(program, check=True, capture_output=True, text=True)
    status, headers = json.loads(done.stdout)
    assert status == 200
    assert {name.lower(): value for name, value in headers.items()}["x-content-type-options"] == "nosniff"
