"""`make pictures`: remake docs/pictures from the running product. Needs Chromium."""

import os
import re
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 860}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Camera:
    def __init__(self, browser, address: str) -> None:  # noqa: ANN001
        self.browser, self.address = browser, address

    def person(self, phone: str, viewport: dict[str, int], *, elder: bool = False):  # noqa: ANN201
        context = self.browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
        if elder:
            context.add_cookies([{"name": "yz_version", "value": "elder", "url": self.address}])
        page = context.new_page()
        if phone:
            page.goto(self.address + "/sign-in/")
            page.fill("input[type=tel]", phone)
            page.locator("main form button.btn-primary").first.click()
            page.wait_for_selector("input[name=code]")
            page.fill("input[name=code]", re.search(r"\d{6}", page.inner_text("main")).group())
            page.locator("main form button.btn-primary").first.click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def take(self, page, name: str, *, full: bool = False) -> None:  # noqa: ANN001
        page.wait_for_load_state("networkidle")
        path = PICTURES / f"{name}.png"
        page.screenshot(path=path, full_page=full)
        print(f"{name}.png  {path.stat().st_size // 1024} kB")


def print_decision() -> None:
    """The printed decision, set as the office prints it."""
    import django

    os.environ.setdefault("DATABASE_URL", "postgresql:///none")
    django.setup()
    from yizhan.documents import api as documents
    from yizhan.documents.services.typesetting import qr_svg

    clause = {"rule": "满 80 周岁", "finding": "农秀珍 81 岁，已满 80 周岁", "holds": True, "source": "身份证号码"}
    hukou = {"rule": "南宁市户籍", "finding": "户口在南宁市", "holds": True, "source": "窗口核对户口簿"}
    register = {
        "rule": "没有在别处领同样的津贴",
        "finding": "发放名册里没有重复",
        "holds": True,
        "source": "经办核对发放名册",
    }
    data = {
        "outcome": "granted", "applicant": "农秀珍", "agent": {"name": "韦海燕", "relation": "女儿"},
        "item": "高龄津贴", "case_number": "450107MZ0520261124000001XQ", "accepted_on": "2026年11月24日",
        "clauses": [clause, hukou, register], "basis": ["《中华人民共和国老年人权益保障法》第三十三条"],
        "decision": ["准予农秀珍享受高龄津贴。"], "grant": [["享受档次", "80 至 89 周岁"]], "reasons": [],
        "remedies": ["不服本决定的，可以收到决定之日起 60 日内向城区（县）人民政府申请行政复议。"],
        "copies": "本决定书一式两份，申请人和本机关各一份。",
        "document": {
            "title": "准予高龄津贴决定书", "number": "450107MZ决〔2026〕202611240000001号", "issuer": "西乡塘区民政局",
            "issued_on": [2026, 11, 30], "code": "7K4M2-9PQRT-W8X3Z-5HJNC", "address": "http://127.0.0.1:8000/verify/",
            "qr": qr_svg("http://127.0.0.1:8000/verify/7K4M2-9PQRT-W8X3Z-5HJNC/"), "kid": "sample", "sample": True,
        },
    }  # fmt: skip
    template = ROOT / "yizhan" / "matters" / "print" / "decision.typ"
    path = PICTURES / "decision.png"
    path.write_bytes(documents.render_pictures(template=template, data=data, ppi=70)[0])
    print(f"decision.png  {path.stat().st_size // 1024} kB")


def main() -> int:
    from playwright.sync_api import sync_playwright

    from yizhan.config.testing import CHROMIUM

    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    PICTURES.mkdir(parents=True, exist_ok=True)
    print_decision()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        camera = Camera(browser, address)
        take_all(camera)
        browser.close()
    return 0


def take_all(camera: Camera) -> None:
    clerk = camera.person("13900000021", DESK)
    clerk.fill("#id_id_number", "450107194506030242")
    clerk.check("#id_is_original_seen")
    clerk.locator("label[for=id_who_1]").click()
    clerk.fill("#id_agent_number", "450103197209180461")
    clerk.check("#id_is_agent_card_seen")
    clerk.select_option("#id_relation", "daughter")
    clerk.check("#id_is_letter_seen")
    clerk.keyboard.press("F9")
    clerk.wait_for_url("**/desk/intake/**")
    clerk.locator("main a[href*='intake/old_age_allowance']").first.click()
    clerk.wait_for_url("**/old_age_allowance/")
    clerk.fill("[name='a-card_number']", "6217000000000000019")
    clerk.fill("[name='a-bank']", "样例银行")
    clerk.select_option("[name='a-delivery']", "desk")
    for paper in ("social_security_card", "identity_card", "household_register", "letter_of_authorisation"):
        clerk.locator(f"label:has([name='m-{paper}'][value=seen])").click()
    camera.take(clerk, "desk")
    clerk.keyboard.press("F9")
    clerk.wait_for_url("**/desk/done/**")

    office = camera.person("13900000031", DESK)
    office.goto(camera.address + "/office/")
    camera.take(office, "queue")
    office.locator("tr", has_text="莫*珍").locator("a").first.click()
    office.wait_for_url("**/office/cases/**")
    camera.take(office, "office-case")

    for name, elder in (("my-case", False), ("my-case-elder", True)):
        daughter = camera.person("13900000001", PHONE, elder=elder)
        daughter.goto(camera.address + "/my/cases/")
        daughter.locator("main a[href*='/my/cases/']").first.click()
        daughter.wait_for_selector("ol.yz-days")
        camera.take(daughter, name)
    verify = camera.person("", PHONE)
    daughter = camera.person("13900000001", PHONE)
    daughter.goto(camera.address + "/my/cases/")
    daughter.locator("main a[href*='/my/cases/']").first.click()
    verify.goto(camera.address + daughter.locator("a[href*='/verify/']").last.get_attribute("href"))
    camera.take(verify, "verify")
    guide = camera.person("", PHONE)
    guide.goto(camera.address + "/items/old_age_allowance/")
    camera.take(guide, "guide")
    home = camera.person("13900000001", PHONE)
    home.goto(camera.address + "/")
    camera.take(home, "home")
    take_circle(camera)


def take_circle(camera: Camera) -> None:
    daughter = camera.person("13900000001", PHONE)
    daughter.goto(camera.address + "/reach/")
    daughter.wait_for_selector(".maplibregl-canvas")
    camera.take(daughter, "circle")
    daughter.goto(camera.address + "/search/?q=理发")
    camera.take(daughter, "search")
    city = camera.person("", DESK)
    city.goto(camera.address + "/reach/city/")
    camera.take(city, "city")


if __name__ == "__main__":
    raise SystemExit(main())
