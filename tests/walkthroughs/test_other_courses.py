"""Four matters that take another course than the plain one, each by the people who have a part in it.

At once, by the department's rules; with a public notice; through two departments to one hand-over; and a refusal, told
in plain words to somebody of 87 years.
"""

import re

import pytest

from tests.walkthroughs.conftest import PHONE
from tests.walkthroughs.days import let_days_pass
from tests.walkthroughs.test_filing import photographs
from tests.walkthroughs.test_one_matter import fetch
from yizhan.matters.testing import PNG

pytestmark = pytest.mark.browser

AYGUL, DAUGHTER, ELDER, SON = "13900000008", "13900000001", "13900000004", "13900000005"
CLERK_XINZHU, CLERK_WANLI, CLERK_RONGMO = "13900000021", "13900000022", "13900000024"
STREET = "13900000119"
EXAMINER_QINGXIU, SIGNER_QINGXIU = "13900000033", "13900000034"
EXAMINER_XIXIANGTANG, SIGNER_XIXIANGTANG = "13900000031", "13900000032"
EXAMINER_HOUSING, SIGNER_HOUSING = "13900000105", "13900000106"
SON_CARD = "450107195608200315"
REFERENCE = r"\d{6}[A-Z]{2}[0-9A-Z]{18}"


@pytest.fixture
def days_pass(test_server, running_city):
    return lambda days: let_days_pass(test_server, running_city, days)


# ── what people do ──


def answers(page, name, value):
    """Whatever kind of field it is."""
    field = page.locator(f"[name='a-{name}']").first
    kind = field.evaluate("one => one.type")
    if kind == "radio":
        page.locator(f"label:has([name='a-{name}'][value='{value}'])").click()
    elif kind.startswith("select"):
        field.select_option(value)
    else:
        field.fill(value)


def goes_on(resident):
    with resident.page.expect_navigation():
        resident.page.locator(".yz-foot .btn-primary").click()


def files(resident, item, typed):
    """From the guide to the receipt, on a phone. Returns the number of the case."""
    page = resident.page
    resident.opens(f"/items/{item}/")
    page.locator(".yz-foot a", has_text="开始申请").click()
    page.wait_for_url(f"**/my/apply/{item}/**")
    if not page.locator("[name=applicant]:checked").count():  # more than one of the family may be entitled
        page.locator("label", has_text="我自己").click()
    goes_on(resident)
    while not page.url.endswith("/review/"):
        step = page.url
        resident.finds_nothing_wrong()
        for name, value in typed.items():
            if page.locator(f"[name='a-{name}']").count():
                answers(page, name, value)
        for card in missing(page):
            photographs(resident, card)
        goes_on(resident)
        assert page.url != step, resident.reads()
    page.locator("label", has_text="我填的").click()
    resident.finds_nothing_wrong()
    goes_on(resident)
    assert page.url.endswith("/done/"), resident.reads()
    resident.finds_nothing_wrong()
    return re.search(REFERENCE, resident.reads()).group()


def missing(page):
    cards = page.locator(".apply-card", has_text="还没拍")
    return [one.get_attribute("id").removeprefix("m-") for one in cards.all()]


def accepts(clerk, reference):
    """What was filed from home lies at the desk."""
    clerk.opens("/desk/cases/")
    clerk.page.locator("main a[href*='/desk/cases/']", has_text=reference[-5:]).first.click()
    clerk.page.wait_for_url("**/desk/cases/*/")
    clerk.page.keyboard.press("F9")
    clerk.page.wait_for_selector("text=已收件")
    clerk.presses("F9", "**/desk/done/**")


def finds_in_queue(official, reference):
    official.opens("/office/")
    official.page.locator("tr", has_text=reference[-5:]).locator("a").first.click()
    official.page.wait_for_url("**/office/cases/**")


def takes_up(official):
    with official.page.expect_navigation():
        official.page.keyboard.press("F8")
    official.finds_nothing_wrong()


def looks_up(official, found):
    """Each clause that wants a look, answered where it stands: as `found` says, else yes."""
    page = official.page
    while (form := page.locator("form.case-find:not(details form)").first).count():
        value = form.locator("[name$='-value']").first
        answer = found.get(form.locator("[name=of]").input_value(), "yes")
        if value.get_attribute("type") == "radio":
            form.locator(f"label:has([value='{answer}'])").click()
        else:
            value.fill(answer)
        form.locator("[name$='-source']").fill("样例名册")
        with page.expect_navigation():
            form.locator("button").click()


def acts(official, words):
    with official.page.expect_navigation():
        official.page.locator("button", has_text=words).first.click()


def hands_on(official, text):
    page = official.page
    page.locator("label:has([name=opinion][value=yes])").click()
    page.fill("[name=text]", text)
    official.finds_nothing_wrong()
    page.keyboard.press("F9")


def proposes(official, outcome, reasons=""):
    page = official.page
    page.locator(f"label:has([name=outcome][value={outcome}])").click()
    if reasons:
        page.fill("[name=reasons]", reasons)
    page.keyboard.press("F9")
    page.wait_for_selector("text=待签发")
    official.finds_nothing_wrong()


def signs(signer, reference):
    finds_in_queue(signer, reference)
    signer.finds_nothing_wrong()
    signer.page.keyboard.press("F9")
    signer.page.wait_for_selector("a[href*='/documents/']:has-text('决定书')")
    signer.finds_nothing_wrong()


def own_case(resident, reference):
    resident.opens("/my/cases/")
    resident.page.locator("main a[href*='/my/cases/']", has_text=reference[-5:]).click()
    resident.page.wait_for_url("**/my/cases/*/")
    resident.finds_nothing_wrong()


# ── the four ──


def test_decided_at_once_by_the_rules(person):
    """阿依古丽 joins the residents' pension from her phone; nobody has to examine what the registers know."""
    aygul = person(AYGUL, PHONE)
    reference = files(aygul, "resident_pension_enrolment", {"tier": "middle", "delivery": "online"})
    own_case(aygul, reference)

    clerk = person(CLERK_RONGMO)
    accepts(clerk, reference)

    # her page, open on the phone, follows by itself; the paper is there in the same minute
    aygul.page.wait_for_selector("text=电子决定书")
    aygul.finds_nothing_wrong()
    paper = aygul.page.locator("a[href*='/documents/']", has_text="看决定书").get_attribute("href")
    status, body = fetch(aygul, paper)
    assert (status, body[:5]) == (200, b"%PDF-")
    verify = aygul.page.locator("a[href*='/verify/']").last.get_attribute("href")
    acts(aygul, "收到了")
    assert "已送达" in aygul.reads()
    aygul.finds_nothing_wrong()

    # whoever gets the paper checks it without signing in
    anybody = person(viewport=PHONE)
    anybody.opens(verify)
    assert "这份文书是真的" in anybody.reads()
    assert "阿依古丽" not in anybody.reads()
    anybody.finds_nothing_wrong()


def test_shown_to_the_public_before_it_is_granted(person, days_pass):
    """低保: the sub-district visits, the district shows it to the public, and after the seven days decides."""
    daughter = person(DAUGHTER, PHONE)
    reference = files(
        daughter,
        "minimum_living_allowance",
        {"persons": "2", "reason": "illness", "severe_illness": "false", "staff_relative": "false",
         "card_number": "6217000000000000019", "delivery": "desk"},
    )  # fmt: skip
    accepts(person(CLERK_XINZHU), reference)

    street = person(STREET)
    finds_in_queue(street, reference)
    takes_up(street)
    hands_on(street, "入户看过，情况和申报的一致")
    street.page.wait_for_selector("[role=status]:has-text('已送')")

    district = person(EXAMINER_QINGXIU)
    finds_in_queue(district, reference)
    takes_up(district)
    case_url = district.page.url.removeprefix(district.address)
    looks_up(district, {"household.persons": "2", "household.income_month": "1000", "household.luxury_school": "no"})
    acts(district, "开始公示")
    assert "期满自动回来" in district.reads()
    district.finds_nothing_wrong()

    # the family reads until when, and that the days stand still
    own_case(daughter, reference)
    assert "公示" in daughter.reads()

    days_pass(14)
    own_case(daughter, reference)
    district.opens(case_url)
    proposes(district, "granted")
    signer = person(SIGNER_QINGXIU)
    signs(signer, reference)
    own_case(daughter, reference)
    assert "取件码" in daughter.reads()


def test_two_departments_and_one_hand_over(person, days_pass):
    """公租房: civil affairs check the means, housing decides; 陆志强 files and fetches at a desk, once each."""
    clerk = person(CLERK_WANLI)
    page = clerk.page
    clerk.opens("/desk/")
    page.fill("#id_id_number", SON_CARD)
    page.check("#id_is_original_seen")
    page.check("#id_is_face_compared")
    clerk.presses("F9", "**/desk/intake/**")
    clerk.opens("/desk/intake/public_rental_eligibility/")
    for name, value in {"persons": "1", "present_home": "rented", "wish": "either", "delivery": "desk"}.items():
        answers(page, name, value)
    for paper in ("identity_card", "household_register", "consent_to_check"):
        page.locator(f"label:has([name='m-{paper}'][value=seen])").click()
    clerk.finds_nothing_wrong()
    clerk.presses("F9", "**/desk/done/**")
    clerk.finds_nothing_wrong()
    reference = re.search(REFERENCE, clerk.reads()).group()

    means = person(EXAMINER_XIXIANGTANG)
    finds_in_queue(means, reference)
    takes_up(means)
    hands_on(means, "核对过，收入在标准以内")
    means.page.wait_for_selector("[role=status]:has-text('已送')")
    means.finds_nothing_wrong()

    housing = person(EXAMINER_HOUSING)
    finds_in_queue(housing, reference)
    takes_up(housing)
    case_url = housing.page.url.removeprefix(housing.address)
    assert "核对过，收入在标准以内" in housing.reads()
    found = {"household.below_rental_line": "yes", "household.floor_area": "0", "holds.other_policy_housing": "no"}
    looks_up(housing, found)
    acts(housing, "开始公示")
    days_pass(14)
    housing.opens(case_url)
    proposes(housing, "granted")
    signs(person(SIGNER_HOUSING), reference)

    # he knows one case and one code, whoever had a hand in it
    son = person(SON, PHONE)
    own_case(son, reference)
    pickup = re.search(r"[0-9A-Z]{4} [0-9A-Z]{4}", son.reads()).group()
    clerk.opens("/desk/deliver/")
    page.fill("[name=pickup_code], [name=code]", pickup)
    page.fill("[name=id_number]", SON_CARD)
    page.locator("label:has([name=is_original_seen])").click()
    page.locator("label:has([name=is_face_compared])").click()
    page.keyboard.press("F9")
    page.wait_for_selector("text=确认已交给本人")
    clerk.finds_nothing_wrong()
    page.keyboard.press("F9")
    page.wait_for_selector("text=送达回证")
    own_case(son, reference)
    assert "已送达" in son.reads()


def test_refused_with_reasons_in_plain_words(person):
    """黄桂英, 87, has asked for the allowance; first a photograph is missing, then it turns out that she gets one."""
    elder = person(ELDER, PHONE, elder=True)
    typed = {"card_number": "6217000000000000019", "bank": "样例银行", "delivery": "desk"}
    reference = files(elder, "old_age_allowance", typed)
    accepts(person(CLERK_WANLI), reference)

    examiner = person(EXAMINER_XIXIANGTANG)
    finds_in_queue(examiner, reference)
    takes_up(examiner)
    case_url = examiner.page.url.removeprefix(examiner.address)
    examiner.page.locator("summary", has_text="通知补正").click()
    examiner.page.locator("label:has([name=materials][value=social_security_card])").click()
    examiner.page.fill("[name=note]", "卡的照片反光，看不清卡号，请重拍正面")
    examiner.finds_nothing_wrong()
    acts(examiner, "通知申请人补正")

    # what to do, in her words; one photograph, and it goes on
    own_case(elder, reference)
    assert "卡的照片反光" in elder.reads()
    elder.page.locator("a", has_text="拍照补上").click()
    elder.page.wait_for_url("**/supplement/")
    elder.finds_nothing_wrong()
    elder.page.set_input_files("main input[type=file]", {"name": "照片.png", "mimeType": "image/png", "buffer": PNG})
    acts(elder, "交上去")
    elder.finds_nothing_wrong()

    examiner.opens(case_url)
    looks_up(examiner, {"receives.old_age_allowance": "yes"})
    proposes(examiner, "refused", "柳州市的发放名册上有申请人，同一个人只能在一处领。")
    signs(person(SIGNER_XIXIANGTANG), reference)

    own_case(elder, reference)
    told = elder.reads()
    assert "柳州市的发放名册上有申请人" in told
    assert "60 日" in told
    assert "打给" in told
    assert "申请行政复议" in told
    elder.page.locator("a[href*='/more/']").click()
    elder.page.wait_for_url("**/more/")
    elder.finds_nothing_wrong()
