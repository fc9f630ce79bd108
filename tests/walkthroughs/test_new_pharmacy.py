"""A pharmacy opens in 蓉茉社区: the community's worker puts it on the map, and everybody's pages follow.

阿依古丽 looks for medicine from her home and finds none near. 卢志华 of the desk has seen the new shop, puts it on the
map with a click and says when it is open. Her list has it with its minutes; the page of what the community lacks, open
on a desk all the while, changes by itself.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.walkthroughs.conftest import FLAGS, PHONE
from yizhan.config.testing import CHROMIUM

pytestmark = pytest.mark.browser

RONGMO = "450103400002"
NEIGHBOUR, WORKER = "13900000008", "13900000024"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One that draws maps: by software, as there is no graphics card here."""
    flags = [flag for flag in FLAGS if flag != "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*flags, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        )
        yield browser
        browser.close()


def sees_the_map(person):
    person.page.wait_for_selector("[data-map][data-state=drawn]")


def test_a_pharmacy_opens(person):
    neighbour, worker, desk = person(NEIGHBOUR, PHONE), person(WORKER), person()

    # at home: no pharmacy within fifteen minutes, and the search says so
    neighbour.opens("/reach/")
    sees_the_map(neighbour)
    neighbour.finds_nothing_wrong()
    assert "药店" in neighbour.page.inner_text("section:has(#twelve)")
    neighbour.page.goto(neighbour.address + "/search/")
    neighbour.page.fill("#q", "买药")
    neighbour.page.keyboard.press("Enter")
    neighbour.page.wait_for_url("**/search/?q=*")
    assert "没有药店" in neighbour.reads()

    # on a desk: what the community lacks
    desk.opens(f"/reach/city/{RONGMO}/")
    desk.finds_nothing_wrong()
    pharmacy = desk.page.locator("section[aria-labelledby=gaps] tr", has_text="药店")
    expect(pharmacy).to_contain_text("整个社区都没有")

    # in front of the shop: a click on the map, a name, the hours
    worker.opens("/places/new/?category=pharmacy")
    sees_the_map(worker)
    page = worker.page
    page.locator("[data-map-canvas]").click()
    assert float(page.input_value("#id_lat")) == pytest.approx(22.80, abs=0.02)
    assert page.input_value("#id_datum") == "wgs84"
    page.fill("#id_name", "蓉茉百姓大药房")
    page.fill("#id_hours", "Mo-Su 00:00-24:00")
    worker.finds_nothing_wrong()
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(lambda url: "/places/new/" not in url)
    assert "蓉茉百姓大药房" in worker.reads()

    # her list has it at once, with the way in words; the desk's page has followed by itself
    neighbour.opens("/reach/?kind=pharmacy&when=now")
    neighbour.page.get_by_role("link", name="蓉茉百姓大药房").first.click()
    neighbour.page.wait_for_url("**/reach/way/**")
    sees_the_map(neighbour)
    neighbour.finds_nothing_wrong()
    assert "分钟" in neighbour.page.inner_text(".reach__summary")
    expect(pharmacy.filter(has_text="整个社区都没有")).to_have_count(0, timeout=10_000)


def test_who_needs_no_map_misses_nothing(person):
    elder = person(NEIGHBOUR, PHONE, elder=True)
    elder.opens("/reach/?map=no")
    elder.finds_nothing_wrong()
    assert "慢慢走按每秒 0.8 米" in elder.reads()
    assert elder.page.locator("[data-map]").count() == 0
    first = elder.page.locator("ul.yz-rows a").first
    name = first.locator(".yz-place__name").inner_text()
    first.click()
    elder.page.wait_for_url("**/reach/way/**")
    assert name in elder.reads()
    assert elder.page.locator(".reach__legs li").count() >= 1
    elder.finds_nothing_wrong()


@pytest.mark.parametrize("width", [320, 1440])
def test_the_circle_fits_every_window(person, width):
    somebody = person(viewport={"width": width, "height": 700})
    somebody.opens("/reach/start/")
    somebody.finds_nothing_wrong()
    somebody.page.locator("main ul.yz-rows a").first.click()
    sees_the_map(somebody)
    somebody.finds_nothing_wrong()
    somebody.page.locator("a.yz-chip").nth(1).click()
    somebody.page.wait_for_url("**kind=*")
    somebody.finds_nothing_wrong()
