"""Filed from a phone: 韦海燕 fills in for her mother, loses the page in the middle, finds her draft and hands it in.

The material lies at the desk of her mother's community, where 莫小兰 takes it in and accepts it.
"""

import re

import pytest

from tests.walkthroughs.conftest import PHONE
from yizhan.matters.testing import PNG

pytestmark = pytest.mark.browser

CLERK, DAUGHTER = "13900000021", "13900000001"
PAPERS = ("social_security_card", "identity_card", "household_register", "letter_of_authorisation")
PHOTOGRAPH = {"name": "照片.png", "mimeType": "image/png", "buffer": PNG}


def goes_on(person, until):
    person.page.locator(".yz-foot .btn-primary").click()
    person.page.wait_for_url(until)


def photographs(person, material_id):
    with person.page.expect_navigation():
        person.page.set_input_files(f"[name='c-{material_id}']", PHOTOGRAPH)


def in_both_versions(person):
    """No finding in the standard and in the elder version of the page that is open."""
    person.finds_nothing_wrong()
    person.page.context.add_cookies([{"name": "yz_version", "value": "elder", "url": person.address}])
    person.page.goto(person.page.url)
    person.finds_nothing_wrong()
    person.page.context.clear_cookies(name="yz_version")
    person.page.goto(person.page.url)


def test_filing_from_a_phone(person):
    daughter = person(DAUGHTER, PHONE)
    page = daughter.page

    # from the guide to the form, for her mother
    daughter.opens("/items/old_age_allowance/")
    page.locator(".yz-foot a", has_text="开始申请").click()
    page.wait_for_url("**/my/apply/old_age_allowance/**")
    page.locator("label", has_text="农秀珍").click()
    in_both_versions(daughter)
    page.locator("label", has_text="农秀珍").click()
    goes_on(daughter, "**/account/")
    assert "农秀珍" in daughter.reads()
    in_both_versions(daughter)

    # a number too short is kept and named
    page.fill("[name='a-card_number']", "6217 0000 0000 0000 01")
    page.locator(".yz-foot .btn-primary").click()
    page.wait_for_selector("text=少了 1 位")
    daughter.complaints.clear()  # the browser's word on the answer 422

    # typed to the end, and then the page is gone before she leaves the field
    page.fill("[name='a-card_number']", "6217 0000 0000 0000 019")
    page.goto("about:blank")
    page.wait_for_timeout(700)  # the browser sends it after the page has gone

    # the draft is where she left it
    daughter.opens("/")
    page.locator("a", has_text="接着填").click()
    page.wait_for_url("**/account/")
    assert page.input_value("[name='a-card_number']") == "6217 0000 0000 0000 019"
    with page.expect_response(lambda answer: answer.url.endswith("/save/")):
        page.fill("[name='a-bank']", "样例银行")
        page.locator("[name='a-card_number']").focus()
    assert re.fullmatch(r"\d\d:\d\d 已存", page.inner_text("#yz-saved"))
    goes_on(daughter, "**/delivery/")
    page.locator("label", has_text="到任何一个社区窗口领").click()
    goes_on(daughter, "**/papers/")

    # papers with the camera, two pages of the register
    in_both_versions(daughter)
    for paper in PAPERS:
        photographs(daughter, paper)
    photographs(daughter, "household_register")
    assert "2 张" in daughter.reads("#m-household_register")

    # everything once more, then handed in
    goes_on(daughter, "**/review/")
    in_both_versions(daughter)
    assert "今天受理，最迟" in daughter.reads()
    page.locator("label", has_text="我填的").click()
    goes_on(daughter, "**/done/")
    in_both_versions(daughter)
    assert "材料到了新竹社区综合窗口，先收件再受理" in daughter.reads()
    reference = re.search(r"\d{6}MZ[0-9A-Z]{18}", daughter.reads()).group()

    # she leaves her page open; it follows by itself
    daughter.opens("/my/cases/")
    page.locator("main a[href*='/my/cases/']", has_text=reference[-5:]).click()
    page.wait_for_url("**/my/cases/*/")
    assert "前答复您" not in daughter.reads()

    # at the desk of her mother's community
    clerk = person(CLERK)
    clerk.opens("/desk/cases/")
    clerk.page.locator("main a[href*='/desk/cases/']", has_text=reference[-5:]).first.click()
    clerk.page.wait_for_url("**/desk/cases/*/")
    assert "样例银行" in clerk.reads()
    clerk.finds_nothing_wrong()
    clerk.page.keyboard.press("F9")  # take it in
    clerk.page.wait_for_selector("text=已收件")
    clerk.finds_nothing_wrong()
    clerk.presses("F9", "**/desk/done/**")  # accept
    assert reference in clerk.reads()

    # the daughter sees by when, without having touched her phone
    page.wait_for_selector("text=前答复您", timeout=3000)
    daughter.finds_nothing_wrong()
    daughter.opens("/my/cases/")
    page.locator("main a[href*='/my/cases/']", has_text=reference[-5:]).click()
    page.wait_for_selector("text=前答复您")
