"""One matter goes from another community's desk to a signed decision and back: four people, one browser each.

韦海燕 files for her mother 农秀珍, who is registered in 西乡塘区, at the desk of 新竹社区 in 青秀区.
莫小兰 takes the case in and accepts it, 韦丽华 examines it in the responsible office,
梁少芬 signs, and 莫小兰 hands the decision over.
"""

import re

import pytest

from tests.walkthroughs.conftest import PHONE

pytestmark = pytest.mark.browser

MOTHER_CARD, DAUGHTER_CARD = "450107194506030242", "450103197209180461"
CLERK, EXAMINER, SIGNER, DAUGHTER = "13900000021", "13900000031", "13900000032", "13900000001"
PAPERS = ("social_security_card", "identity_card", "household_register", "letter_of_authorisation")


def receive_for_her_mother(clerk):
    clerk.opens("/desk/")
    page = clerk.page
    page.fill("#id_id_number", MOTHER_CARD)
    page.check("#id_is_original_seen")
    page.locator("label[for=id_who_1]").click()
    page.fill("#id_agent_number", DAUGHTER_CARD)
    page.check("#id_is_agent_card_seen")
    page.select_option("#id_relation", "daughter")
    page.check("#id_is_letter_seen")
    clerk.finds_nothing_wrong()
    clerk.presses("F9", "**/desk/intake/**")


def fill_in(clerk):
    page = clerk.page
    page.locator("main a[href*='intake/old_age_allowance']").first.click()
    page.wait_for_url("**/old_age_allowance/")
    page.fill("[name='a-card_number']", "6217000000000000019")
    page.fill("[name='a-bank']", "样例银行")
    page.select_option("[name='a-delivery']", "desk")
    for paper in PAPERS:
        page.locator(f"label:has([name='m-{paper}'][value=seen])").click()
    for paper in PAPERS:
        assert page.locator(f"[name='m-{paper}'][value=seen]").is_checked()


def fetch(person, url):
    answer = person.page.request.get(url if url.startswith("http") else person.address + url)
    return answer.status, answer.body()


def test_one_matter(person, running_city):
    daughter = person(DAUGHTER, PHONE)
    clerk, examiner, signer = person(CLERK), person(EXAMINER), person(SIGNER)

    # at home: the guide answers for her mother and shows the days
    daughter.opens("/items/old_age_allowance/")
    daughter.finds_nothing_wrong()
    assert "10 个工作日" in daughter.reads()

    # at the desk of another district
    receive_for_her_mother(clerk)
    assert "农秀珍" in clerk.reads()
    assert MOTHER_CARD not in clerk.page.content()
    fill_in(clerk)
    assert "您收的件，您不能批" in clerk.reads()
    clerk.finds_nothing_wrong()
    clerk.presses("F9", "**/desk/done/**")
    clerk.finds_nothing_wrong()
    reference = re.search(r"\d{6}MZ[0-9A-Z]{18}", clerk.reads()).group()
    assert "农秀珍" not in clerk.reads()  # routed: the desk has lost sight of her
    notice = clerk.page.locator("a[href*='acceptance_notice'], form[action*='acceptance_notice']").first
    status, body = fetch(clerk, notice.get_attribute("href") or notice.get_attribute("action"))
    assert (status, body[:5]) == (200, b"%PDF-")

    # the office that is responsible sees it; the clerk does not
    examiner.opens("/office/")
    examiner.finds_nothing_wrong()
    row = examiner.page.locator("tr", has_text=reference[-5:])
    assert "农*珍" in row.inner_text()
    row.locator("a").first.click()
    examiner.page.wait_for_url("**/office/cases/**")
    case_url = examiner.page.url.removeprefix(running_city.address)
    assert clerk.opens(case_url) in (403, 404)
    clerk.complaints.clear()  # the browser's word on the refused page
    examiner.page.keyboard.press("F8")  # take it up
    finding = "[name='find-receives-old_age_allowance"
    examiner.page.wait_for_selector(f"{finding}-source']")
    examiner.finds_nothing_wrong()

    # what no source has answered does not pass
    examiner.page.locator("label:has([name=outcome][value=granted])").click()
    examiner.page.keyboard.press("F9")
    examiner.page.wait_for_selector("text=没有查明的条件不能当作符合")
    examiner.opens(case_url)
    examiner.page.locator(f"label:has({finding}-value'][value=no])").click()
    examiner.page.fill(f"{finding}-source']", "高龄津贴发放名册（样例）")
    examiner.page.locator("button:has-text('记下')").last.click()
    examiner.page.wait_for_selector("text=高龄津贴发放名册（样例）")
    examiner.page.locator("label:has([name=outcome][value=granted])").click()
    examiner.page.keyboard.press("F9")
    examiner.page.wait_for_selector("text=待签发")

    # a second official signs
    signer.opens(case_url)
    signer.finds_nothing_wrong()
    signer.page.keyboard.press("F9")
    signer.page.wait_for_selector("text=准予高龄津贴决定书")

    # the daughter: told, with the days explained, and who looked
    daughter.opens("/my/cases/")
    daughter.page.locator("main a[href*='/my/cases/']").first.click()
    daughter.page.wait_for_selector("text=取件码")
    daughter.finds_nothing_wrong()
    pickup = re.search(r"[0-9A-Z]{4} [0-9A-Z]{4}", daughter.reads()).group()
    decision = daughter.page.locator("a[href*='/documents/']", has_text="决定书").first
    status, body = fetch(daughter, decision.get_attribute("href"))
    assert (status, body[:5]) == (200, b"%PDF-")
    verify_path = daughter.page.locator("a[href*='/verify/']").last.get_attribute("href")
    daughter.opens("/notices/")
    assert "受理" in daughter.reads()
    daughter.opens("/me/reads/")
    assert "新竹社区综合窗口" in daughter.reads()
    assert "西乡塘区民政局" in daughter.reads()
    daughter.finds_nothing_wrong()

    # at the desk where she is
    clerk.opens("/desk/deliver/")
    clerk.page.fill("[name=pickup_code], [name=code]", pickup)
    clerk.page.fill("[name=id_number]", DAUGHTER_CARD)
    clerk.page.locator("label:has([name=is_original_seen])").click()
    clerk.finds_nothing_wrong()
    clerk.page.keyboard.press("F9")
    clerk.page.wait_for_selector("text=确认已交给代办人")
    clerk.finds_nothing_wrong()
    clerk.page.keyboard.press("F9")
    clerk.page.wait_for_selector("text=送达回证")

    # anybody can verify the paper
    anybody = person(viewport=PHONE)
    anybody.opens(verify_path)
    anybody.finds_nothing_wrong()
    assert "这份文书是真的" in anybody.reads()
    assert "农秀珍" not in anybody.reads()

    # the text messages went out once each
    anybody.opens("/demo/phone/")
    assert anybody.reads().count("决定书可以领了") == 2  # mother and daughter share a phone
