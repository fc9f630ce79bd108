"""The living page in a real Chromium: nothing serious for axe, no small print for old eyes, keys that work."""

import os
from contextlib import contextmanager

import pytest

from yizhan.config.testing import CHROMIUM
from yizhan.look.testing import AXE, cut_off, hangs_over, serious_findings, serving, small_print, small_targets

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address():
    with serving() as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    if not (CHROMIUM and AXE.is_file()):
        missing = "Chromium is not installed" if AXE.is_file() else "axe is not there: run tools/frontend.py"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
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


@pytest.mark.parametrize("version", ["standard", "elder", "desk"])
class TestLivingPage:
    def test_axe_finds_nothing_serious_and_the_policy_holds(self, visit, version):
        with visit(f"/look/?as={version}") as page:
            assert serious_findings(page) == []
            assert page.complaints == []

    def test_nothing_hangs_over_on_a_small_phone(self, visit, version):
        with visit(f"/look/?as={version}", width=320, height=600) as page:
            assert not hangs_over(page)


class TestTheWallsThemselves:
    def test_each_finds_a_seeded_fault(self, visit):
        with visit("/look/?as=elder", width=390) as page:
            page.evaluate(
                "document.querySelector('main').insertAdjacentHTML('beforeend', "
                "'<button class=btn></button><small class=yz-seeded>x</small><p class=yz-wide>x</p>');"
                "document.querySelector('main > .btn').style.minHeight = '20px';"
                "document.querySelector('.yz-seeded').style.fontSize = '12px';"
                "document.querySelector('.yz-wide').style.width = '900px'"
            )
            assert any(finding.startswith("button-name") for finding in serious_findings(page))
            assert any("yz-seeded" in found for found in small_print(page))
            assert small_targets(page)
            assert hangs_over(page)

    def test_words_that_are_cut_off_are_found(self, visit):
        with visit("/look/", width=390) as page:
            assert cut_off(page) == []
            page.evaluate(
                "document.querySelector('main').insertAdjacentHTML('beforeend', "
                "'<p class=yz-seeded>words</p><input class=yz-asks placeholder=words>');"
                "for (const one of document.querySelectorAll('.yz-seeded, .yz-asks')) "
                "one.style.cssText = 'width: 20px; white-space: nowrap'"
            )
            assert [found.split()[0] for found in cut_off(page)] == ["P.yz-seeded", "INPUT.yz-asks"]


class TestElderVersion:
    def test_no_small_print_and_no_small_targets(self, visit):
        with visit("/look/?as=elder", width=390) as page:
            assert small_print(page, 19) == []
            assert small_targets(page, 60) == []

    def test_standard_targets_fit_a_finger(self, visit):
        with visit("/look/?as=standard", width=390) as page:
            assert small_targets(page, 48) == []


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
