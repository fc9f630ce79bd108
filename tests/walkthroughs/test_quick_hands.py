"""A clerk whose fingers are quicker than the line: nothing chosen or typed while an answer is on its way is lost."""

import pytest

from tests.walkthroughs.test_one_matter import CLERK

pytestmark = pytest.mark.browser
CARD = "450103194402290175"


def test_what_is_done_while_the_page_fetches_places_stays(person):
    clerk = person(CLERK)
    page = clerk.page
    clerk.opens("/desk/")
    page.fill("#id_id_number", CARD)
    page.check("#id_is_original_seen")
    clerk.presses("F9", "**/desk/intake/**")
    page.locator("main a[href*='intake/old_age_allowance']").first.click()
    page.wait_for_url("**/old_age_allowance/")

    held = []
    page.route("**/desk/intake/**", lambda route: held.append(route))  # noqa: PLW0108  it wants a function of ours
    page.select_option("#id_hukou_district", index=2)
    page.wait_for_timeout(50)
    assert held, "choosing the district asks for its communities"
    page.fill("[name='a-bank']", "样例银行")
    page.locator("label:has([name='m-identity_card'][value=seen])").click()
    page.fill("[name='a-card_number']", "6217000000000000019")
    for route in held:
        route.continue_()
    page.wait_for_selector("#id_hukou:not([disabled])")
    assert page.input_value("[name='a-bank']") == "样例银行"
    assert page.input_value("[name='a-card_number']") == "6217000000000000019"
    assert page.locator("[name='m-identity_card'][value=seen]").is_checked()

    # two questions at once: the later one is answered
    page.unroute("**/desk/intake/**")
    first = []
    page.route("**/desk/intake/**", lambda route: first.append(route) if not first else route.continue_())
    page.select_option("#id_hukou_district", index=3)
    page.keyboard.press("F9")
    page.wait_for_selector(".yz-errors")
    assert page.input_value("[name='a-bank']") == "样例银行"
    clerk.complaints.clear()
