"""A reader of English meets no Chinese on the pages but names, sample data and the titles of printed papers."""

import re

import psycopg
import pytest

from tests.walkthroughs.conftest import DESK, PHONE, browser, person
from tests.walkthroughs.test_one_matter import CLERK, DAUGHTER, EXAMINER, SIGNER, fill_in, receive_for_her_mother
from tools import words
from yizhan.config.testing import RunningCity
from yizhan.look.testing import cut_off, hangs_over

__all__ = ["browser", "person"]

pytestmark = pytest.mark.browser

ELDER_OF_SAMPLES, ADMINISTRATOR, AUDITOR = "13900000004", "13900000042", "13900000043"
TEXTS = r"""() => {
  const chinese = /[\u3400-\u9fff\uff01-\uff1f\u3001\u3002]/, said = new Set()
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT)
  const isMarked = element => element.closest('script, style, [lang|="zh"]')
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), inside = walker.currentNode.parentElement
    if (chinese.test(text) && !isMarked(inside)) said.add(text)
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
    for (const element of document.querySelectorAll(`[${name}]`))
      if (chinese.test(element.getAttribute(name)) && !isMarked(element)) said.add(element.getAttribute(name))
  return [...said]
}"""
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff1f\u3001\u3002]")
NAMES = """
    SELECT name FROM people_resident UNION SELECT name FROM people_staff UNION SELECT name FROM people_organisation
    UNION SELECT name FROM territory_division
"""
# Titles and numbers of printed papers, which are Chinese by law, and what people of the sample city wrote.
PAPERS = re.compile(r"[准不]予\S+?决定书|受理通知书|送达回证|决〔\d+〕\d+号|【一站】.*|简体中文")
PLACES = re.compile(r"[\u4e00-\u9fff]{2,9}?(?:区|县|市|街道|镇|乡|社区|村)")
WRITTEN = re.compile(r"高龄津贴发放名册（样例）|样例银行|社会保障卡照片反光，看不清卡号，请重拍正面")


@pytest.fixture(scope="module", autouse=True)
def english() -> None:
    """The catalogues as the running product reads them."""
    words.compile_all(words.PACKAGE)


@pytest.fixture(scope="module")
def names(running_city: RunningCity) -> re.Pattern[str]:
    """Names of people, organisations and places of the sample city, also with the middle hidden."""
    with psycopg.connect(running_city.database_url) as database:
        found = {name for (name,) in database.execute(NAMES)}
    masked = {f"{name[0]}*{name[-1]}" for name in found if 2 <= len(name) <= 4}
    longest_first = sorted(found | masked, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


class Reader:
    """Somebody who reads English."""

    def __init__(self, somebody, names: re.Pattern[str]) -> None:
        self.somebody, self.page, self.names = somebody, somebody.page, names
        self.page.context.add_cookies([{"name": "yz_language", "value": "en", "url": somebody.address}])

    def reads(self, *paths: str) -> None:
        for path in paths:
            self.somebody.opens(path)
            self.reads_this()

    def reads_this(self) -> None:
        assert self.page.evaluate("document.documentElement.lang") == "en", self.page.url
        assert [text for text in self.page.evaluate(TEXTS) if self._is_chinese(text)] == [], self.page.url
        assert not hangs_over(self.page), self.page.url

    def _is_chinese(self, text: str) -> bool:
        for known in (PAPERS, WRITTEN, self.names, PLACES):
            text = known.sub("", text)
        return bool(CHINESE.search(text))


@pytest.fixture
def reader(person, names: re.Pattern[str]):
    def come(phone: str = "", viewport: dict[str, int] = PHONE, *, elder: bool = False) -> Reader:
        return Reader(person(phone, viewport, elder=elder), names)

    return come


def test_without_signing_in(reader):
    reader().reads("/", "/items/", "/sign-in/", "/sign-in/password/", "/verify/", "/verify/ABCDE/", "/demo/phone/")
    reader().reads("/look/", "/look/?as=elder", "/nothing-here/")
    reader(viewport=DESK).reads("/", "/look/?as=desk")


def test_a_guide(reader):
    reader().reads("/items/old_age_allowance/")
    reader(DAUGHTER, DESK).reads("/items/old_age_allowance/")


def test_at_home(reader):
    reader(ELDER_OF_SAMPLES).reads("/", "/my/cases/", "/notices/", "/me/", "/me/reads/", "/me/protection/", "/office/")
    reader(ELDER_OF_SAMPLES, elder=True).reads("/", "/my/cases/", "/notices/", "/me/")


def test_on_the_smallest_phone(reader):
    for elder in (False, True):
        reads = reader(ELDER_OF_SAMPLES, {"width": 320, "height": 640}, elder=elder)
        for path in ("/", "/items/", "/notices/"):
            reads.reads(path)
            assert cut_off(reads.page) == [], reads.page.url


def test_one_matter(reader):
    clerk, examiner, signer = reader(CLERK, DESK), reader(EXAMINER, DESK), reader(SIGNER, DESK)
    clerk.reads("/desk/", "/desk/cases/", "/desk/deliver/")
    receive_for_her_mother(clerk.somebody)
    clerk.reads_this()
    fill_in(clerk.somebody)
    clerk.reads_this()
    clerk.somebody.presses("F9", "**/desk/done/**")
    clerk.reads_this()
    reference = re.search(r"\d{6}MZ[0-9A-Z]{18}", clerk.somebody.reads()).group()

    examiner.reads("/office/", "/office/done/")
    examiner.somebody.opens("/office/")
    examiner.page.locator("tr", has_text=reference[-5:]).locator("a").first.click()
    examiner.page.wait_for_url("**/office/cases/**")
    examiner.page.keyboard.press("F8")
    finding = "[name='find-receives-old_age_allowance"
    examiner.page.wait_for_selector(f"{finding}-source']")
    examiner.reads_this()
    examiner.page.locator(f"label:has({finding}-value'][value=no])").click()
    examiner.page.fill(f"{finding}-source']", "高龄津贴发放名册（样例）")
    examiner.page.locator("form[action*=finding] button").last.click()
    examiner.page.wait_for_selector("text=高龄津贴发放名册（样例）")
    examiner.page.locator("label:has([name=outcome][value=granted])").click()
    examiner.page.keyboard.press("F9")
    examiner.page.wait_for_selector("text=To be signed")
    examiner.reads_this()
    signer.somebody.opens(examiner.page.url.removeprefix(signer.somebody.address))
    signer.reads_this()
    signer.page.keyboard.press("F9")
    signer.page.wait_for_selector("text=准予高龄津贴决定书")  # the paper is Chinese, whoever signs it
    signer.reads_this()


def test_the_case_at_home(reader):
    for elder in (False, True):
        daughter = reader(DAUGHTER, elder=elder)
        daughter.reads("/", "/my/cases/", "/notices/", "/me/reads/")
        daughter.somebody.opens("/my/cases/")
        daughter.page.locator("main a[href*='/my/cases/']").first.click()
        daughter.page.wait_for_selector("text=Pick-up code")
        daughter.reads_this()


def test_the_machine_room(reader):
    reader(ADMINISTRATOR, DESK).reads("/outbox/")
    reader(AUDITOR, DESK).reads("/audit/")
