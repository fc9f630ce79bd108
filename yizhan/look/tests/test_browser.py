"""The living page in a real Chromium: nothing serious for axe, no small print for old eyes, keys that work."""

import os
import threading
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from yizhan.config.testing import CHROMIUM

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "var" / "axe" / "axe.min.js"
PLAIN_STATIC = {
    **django_settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SMALL_PRINT = """
minimum => [...document.querySelectorAll('body *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => e.getClientRects().length && !e.closest('.visually-hidden, .yz-skip'))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < (e.closest('.yz-day') ? 14.9 : minimum - .1))
  .map(e => `${e.tagName}.${e.className} ${getComputedStyle(e).fontSize}`)
"""
SMALL_TARGETS = """
minimum => [...document.querySelectorAll('.btn, button, .yz-row, .yz-choice, .yz-place, select, .form-control')]
  .filter(e => e.getClientRects().length && !e.closest('.yz-desktop') && e.tagName !== 'LI')
  .filter(e => e.getBoundingClientRect().height < minimum - .5)
  .map(e => `${e.tagName}.${e.className} ${e.getBoundingClientRect().height}`)
"""
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address():
    with override_settings(STORAGES=PLAIN_STATIC, ALLOWED_HOSTS=["127.0.0.1"]):
        server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), _Server, _Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser():
    if not AXE.is_file() and not os.environ.get("CI"):
        pytest.skip("axe is not there: run tools/frontend.py")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address):
    @contextmanager
    def opened(path, width=1280, height=900):
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda fault: page.complaints.append(str(fault)))
        page.goto(address + path)
        yield page
        context.close()

    return opened


def findings(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [(f["id"], [node["target"] for node in f["nodes"]]) for f in found if f["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize("version", ["standard", "elder", "desk"])
class TestLivingPage:
    def test_axe_finds_nothing_serious_and_the_policy_holds(self, visit, version):
        with visit(f"/look/?as={version}") as page:
            assert findings(page) == []
            assert page.complaints == []

    def test_nothing_hangs_over_on_a_small_phone(self, visit, version):
        with visit(f"/look/?as={version}", width=320, height=600) as page:
            assert not page.evaluate(WIDER_THAN_THE_WINDOW)


class TestElderVersion:
    def test_no_small_print_and_no_small_targets(self, visit):
        with visit("/look/?as=elder", width=390) as page:
            assert page.evaluate(SMALL_PRINT, 19) == []
            assert page.evaluate(SMALL_TARGETS, 60) == []

    def test_standard_targets_fit_a_finger(self, visit):
        with visit("/look/?as=standard", width=390) as page:
            assert page.evaluate(SMALL_TARGETS, 48) == []


class TestSwitches:
    def test_the_elder_version_is_one_press_away_and_back(self, visit):
        with visit("/no-such-page/") as page:
            page.get_by_role("button", name="长辈版").click()
            assert page.locator("html").get_attribute("data-version") == "elder"
            page.get_by_role("button", name="标准版").click()
            assert page.locator("html").get_attribute("data-version") is None


class TestKeyboard:
    def test_the_first_tab_goes_past_the_header(self, visit):
        with visit("/no-such-page/") as page:
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "yz-skip"

    def test_mistakes_take_the_focus_and_lead_to_the_field(self, visit):
        with visit("/look/") as page:
            assert page.evaluate("document.activeElement.className").startswith("yz-errors")
            page.get_by_role("link", name="请选“您是老人的”").press("Enter")
            assert page.evaluate("document.activeElement.id || location.hash") in {"id_relation_0", "#id_relation_0"}

    def test_rows_and_function_keys(self, visit):
        with visit("/look/?as=desk") as page:
            page.evaluate("document.activeElement.blur()")
            page.keyboard.press("j")
            page.keyboard.press("j")
            page.keyboard.press("k")
            assert page.locator("tr.is-at").count() == 1
            assert page.evaluate("document.querySelector('tr.is-at').sectionRowIndex") == 0
            page.evaluate("document.querySelector('[data-key=F6]').addEventListener('click', () => { window.hit = 1 })")
            page.keyboard.press("F6")
            assert page.evaluate("window.hit") == 1


class TestHtmx:
    def test_a_refusal_is_told_at_the_head_and_the_page_stays(self, visit):
        with visit("/no-such-page/") as page:
            heading = page.locator("h1").inner_text()
            page.evaluate("htmx.ajax('GET', '/another/', {target: 'h1', swap: 'innerHTML'})")
            page.wait_for_selector("#yz-refusals .yz-refusal")
            assert page.locator("h1").first.inner_text() == heading
            assert page.evaluate("document.activeElement.className") == "yz-refusal"


class TestReadingAloud:
    def test_it_reads_the_page_in_sentences_and_stops(self, visit):
        with visit("/look/") as page:
            page.evaluate(
                "window.said = []; SpeechSynthesis.prototype.speak = (part) => said.push(part.text);"
                "SpeechSynthesis.prototype.cancel = () => { window.stopped = true }"
            )
            button = page.get_by_role("button", name="读给我听")
            button.click()
            said = page.evaluate("said")
            assert said[0] == "一条线，一个站"
            assert "10个工作日已用5个，10月12日到期。" in said
            assert not any("下一步" in piece for piece in said)
            page.get_by_role("button", name="不读了").click()
            assert page.evaluate("window.stopped")
            assert page.get_by_role("button", name="读给我听").is_visible()
