"""A table of outlets comes in: half of it good, some of it wrong, one row known already.

陆晓明 keeps the city's data. He uploads a list of shops, says whose coordinates they are, reads why five rows would
come back, takes the good ones in, and sees them in the list of outlets.
"""

from io import BytesIO

import pytest
from openpyxl import Workbook

pytestmark = pytest.mark.browser

STEWARD = "13900000046"
HEADS = ("店名", "业态", "经度", "纬度", "营业时间", "备注")
GOOD = (
    ("竹溪老友粉（样例）", "餐饮店", 108.3391, 22.8157, "周一至周日 7:00-21:00", ""),
    ("新竹修鞋铺（样例）", "维修点", 108.3402, 22.8146, "Mo-Sa 09:00-18:00", ""),
)
BAD = (
    ("写反了的店", "药店", 22.8150, 108.3385, "", "经纬度反了"),
    ("没有这种类别", "太空港", 108.3385, 22.8150, "", ""),
    ("看不懂的时间", "药店", 108.3386, 22.8151, "天亮开门", ""),
    ("远在北京", "药店", 116.4, 39.9, "", ""),
    ("竹溪老友粉（样例）", "餐饮店", 108.3391, 22.8157, "", "又写了一遍"),
)
WHY = ("写反了", "没有“太空港”这种类别", "营业时间第", "不在这个站点的范围里", "同一个网点")


def table() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADS, *GOOD, *BAD):
        sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_good_rows_go_in_and_bad_rows_come_back(person):
    steward = person(STEWARD)
    page = steward.page

    # the file, and the site that it is of
    steward.opens("/places/import/")
    page.select_option("#id_site", "nanning")
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("#id_file", {"name": "新竹网点.xlsx", "mimeType": mime, "buffer": table()})
    steward.finds_nothing_wrong()
    page.locator("main form button.btn-primary").click()

    # the columns are guessed; whose coordinates they are is not
    page.wait_for_selector("#id_datum")
    assert page.input_value("#id_datum") == ""
    steward.finds_nothing_wrong()
    page.select_option("#id_datum", "wgs84")
    page.locator("main form button.btn-primary").click()

    # what would become of it, and why not all of it
    page.wait_for_url("**/preview/")
    for reason in WHY:
        assert reason in steward.reads(), reason
    steward.finds_nothing_wrong()
    page.get_by_role("button", name="导入这 2 行").click()
    page.wait_for_selector("h1:has-text('导入好了')")
    assert "有 5 行退回" in steward.reads()
    steward.finds_nothing_wrong()

    # the rows that came back are a file to mend
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载退回的行").first.click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    assert "太空港" in text
    assert "竹溪老友粉" in text
    assert "新竹修鞋铺" not in text

    # and the good ones stand in the list
    steward.opens("/places/?category=repair")
    assert "新竹修鞋铺（样例）" in steward.reads()
