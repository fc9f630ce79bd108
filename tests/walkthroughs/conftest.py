"""People at their screens: each has a browser window of their own on the running city."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from yizhan.config.testing import CHROMIUM, RunningCity
from yizhan.look.testing import hangs_over, serious_findings

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 1000}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


class Person:
    """Somebody with a browser: signs in by phone and code, reads, types, presses keys."""

    def __init__(self, page: Page, city: RunningCity) -> None:
        self.page = page
        self.address = city.address
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def signs_in(self, phone: str) -> "Person":
        self.opens("/sign-in/")
        self.page.fill("input[type=tel]", phone)
        self.page.locator("main form button.btn-primary").first.click()
        self.page.wait_for_selector("input[name=code]")
        code = re.search(r"\d{6}", self.reads())
        assert code, "the demo city shows the code on the page"
        self.page.fill("input[name=code]", code.group())
        self.page.locator("main form button.btn-primary").first.click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self

    def opens(self, path: str) -> int:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer.status

    def reads(self, selector: str = "main") -> str:
        return self.page.inner_text(selector)

    def presses(self, key: str, until: str) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_url(until)

    def finds_nothing_wrong(self) -> None:
        """No serious axe finding, no sideways scroll, no complaint of the browser or its content policy."""
        findings = serious_findings(self.page)
        assert findings == [], f"{self.page.url}: {findings}"
        assert not hangs_over(self.page), self.page.url
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def person(browser: Browser, running_city: RunningCity):
    """person("13900000021") at a desk; person("13900000001", PHONE) with a phone; elder=True for the elder version."""
    contexts = []

    def come(phone: str = "", viewport: dict[str, int] = DESK, *, elder: bool = False) -> Person:
        context = browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(15_000)
        if elder:
            context.add_cookies([{"name": "yz_version", "value": "elder", "url": running_city.address}])
        contexts.append(context)
        somebody = Person(context.new_page(), running_city)
        return somebody.signs_in(phone) if phone else somebody

    yield come
    for context in contexts:
        context.close()
