"""A table of the city's data staff: read, its columns named, looked at, taken in; bad rows come back."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yizhan.people.testing import WANLI, XINZHU, make_account, make_organisation, make_staff
from yizhan.places.models import ImportDraft, Outlet
from yizhan.places.rules.columns import guess_columns
from yizhan.places.services.reading_sheets import MAX_ROWS, SheetNotTaken, read_sheet
from yizhan.places.tests.test_pages import signed_in, text

pytestmark = pytest.mark.django_db
HEAD = "店名,业态,经度,纬度,营业时间,电话\n"
GOOD = "竹溪便利店,便利店,108.370572,22.814314,8:00-22:00,0771-2801234\n"


@pytest.fixture
def keeper() -> Client:
    """Keeps the data of the whole city."""
    city = make_organisation("city", territory="4501")
    return signed_in(make_account(staff=make_staff("administrator", city)))


def upload(client: Client, content: bytes, name: str = "outlets.csv"):
    return client.post(reverse("places:import"), {"site": "test", "file": SimpleUploadedFile(name, content)})


def named(client: Client, content: bytes, **more: str):
    """Uploaded, with the guessed columns agreed to; gives the address of the preview."""
    answer = upload(client, content)
    assert answer.status_code == 302, text(answer)
    form = client.get(answer["Location"]).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"datum": "gcj02"} | more
    answer = client.post(answer["Location"], said)
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


class TestTakingIn:
    def test_good_rows_go_in_and_bad_ones_come_back_as_they_were(self, keeper: Client, site: str) -> None:
        rows = [
            GOOD,
            "大药房,药店,108.371572,22.814314,周一至周五 8:00-12:00,\n",
            "写反了,药店,22.814314,108.370572,,\n",
            "没类别,,108.37,22.81,,\n",
            "怪类别,火星店,108.37,22.81,,\n",
            "怪时间,药店,108.372572,22.814314,早上开,\n",
            "不是数,药店,东经108度,22.81,,\n",
            "远处,药店,109.5,22.81,,\n",
            "竹溪便利店,便利店,108.370582,22.814314,,\n",
        ]
        preview = named(keeper, (HEAD + "".join(rows)).encode())
        page = keeper.get(preview)
        assert page.context["report"].opened == 2
        assert not Outlet.objects.exists()
        done = keeper.post(preview)
        assert "导入好了" in text(done)
        assert {row.name: row.hours for row in Outlet.objects.all()} == {
            "竹溪便利店": "08:00-22:00",
            "大药房": "Mo-Fr 08:00-12:00",
        }
        answer = keeper.get(preview.replace("preview/", "refused.csv"))
        table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [(row["行号"], row["店名"]) for row in table] == [
            ("4", "写反了"), ("5", "没类别"), ("6", "怪类别"), ("7", "怪时间"), ("8", "不是数"), ("9", "远处"),
            ("10", "竹溪便利店"),
        ]  # fmt: skip
        reasons = {row["店名"]: row["原因"] for row in table}
        assert "写反了" in reasons["写反了"]
        assert "没有“火星店”这种类别" in reasons["怪类别"]
        assert "两行说的是同一个网点" in reasons["竹溪便利店"]
        assert table[0]["经度"] == "22.814314"

    def test_a_table_is_taken_in_once(self, keeper: Client, site: str) -> None:
        preview = named(keeper, (HEAD + GOOD).encode())
        keeper.post(preview)
        assert keeper.post(preview).status_code in (200, 404)
        assert Outlet.objects.count() == 1

    def test_without_a_datum_nothing_goes_on(self, keeper: Client, site: str) -> None:
        url = upload(keeper, (HEAD + GOOD).encode())["Location"]
        form = keeper.get(url).context["form"]
        said = {name: form[name].value() or "" for name in form.fields}
        answer = keeper.post(url, said)
        assert answer.status_code == 422
        assert "请选“坐标系”" in text(answer)
        assert keeper.get(url + "preview/").status_code == 302
        assert keeper.post(url + "preview/").status_code == 302

    def test_one_column_does_not_say_two_things(self, keeper: Client, site: str) -> None:
        url = upload(keeper, (HEAD + GOOD).encode())["Location"]
        said = {"name": "0", "category": "1", "lon": "2", "lat": "2", "datum": "wgs84"}
        answer = keeper.post(url, said)
        assert answer.status_code == 422
        assert "一列只能用一次" in text(answer)

    def test_a_worker_enters_his_own_community_alone(self, site: str) -> None:
        worker = signed_in(make_account(staff=make_staff(organisation=make_organisation(territory=XINZHU))))
        head = HEAD.strip() + ",社区代码\n"
        content = head + GOOD.strip() + f",{XINZHU}\n" + f"万力店,药店,108.37257,22.8143,,,{WANLI}\n"
        report = worker.get(named(worker, content.encode())).context["report"]
        assert (report.opened, len(report.refused)) == (1, 1)

    def test_another_persons_table_is_not_there(self, keeper: Client, site: str) -> None:
        url = upload(keeper, (HEAD + GOOD).encode())["Location"]
        other = signed_in(make_account(staff=make_staff()))
        assert other.get(url).status_code == 404

    def test_nobody_else_may_import(self, client: Client, site: str) -> None:
        supervisor = signed_in(make_account(staff=make_staff("supervisor", make_organisation("city"))))
        assert upload(supervisor, (HEAD + GOOD).encode()).status_code == 403
        assert upload(client, (HEAD + GOOD).encode()).status_code == 302
        assert not ImportDraft.objects.exists()


def excel(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(content: bytes):
    return read_sheet(io.BytesIO(content), len(content))


class TestReading:
    def test_excel_gives_texts(self) -> None:
        sheet = read(excel(("店名", "经度", "日期"), ("竹溪店", 108.5, None), (None, None, None), ("=1+1", 7, True)))
        assert sheet.headings == ("店名", "经度", "日期")
        assert sheet.rows == (("竹溪店", "108.5"), ("", "7", "1"))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_csv_as_offices_write_it(self, encoding: str, delimiter: str) -> None:
        content = (
            delimiter.join(["店名", "类别", "经度"]) + "\r\n" + delimiter.join(["竹溪店", "药店", "108.5"]) + "\r\n"
        )
        assert read(content.encode(encoding)).rows == (("竹溪店", "药店", "108.5"),)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "是空的"),
            (b"name,lon\n", "至少要有一行"),
            (b"\xd0\xcf\x11\xe0 old", "旧的 .xls"),
            (b"PK\x03\x04 broken", "不是完整的 .xlsx"),
            (b"\xff\xfe\xff\xff\x80", "编码认不出来"),
            (("a," * 70 + "\n" + "1," * 70).encode(), "超过 60 列"),
        ],
    )
    def test_what_is_no_table_is_refused_in_plain_words(self, content: bytes, words: str) -> None:
        with pytest.raises(SheetNotTaken) as refused:
            read(content)
        assert words in refused.value.text

    def test_what_an_export_made_plain_comes_back_as_it_was(self) -> None:
        assert read("店名,电话\n'=cmd,'+86 771\n'平常,0771\n".encode()).rows == (("=cmd", "+86 771"), ("'平常", "0771"))

    def test_too_many_rows(self) -> None:
        with pytest.raises(SheetNotTaken) as refused:
            read(b"name\n" + b"x\n" * (MAX_ROWS + 1))
        assert "50000 行" in refused.value.text

    def test_a_small_file_that_unfolds_into_a_large_one(self) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
            parts.writestr("xl/worksheets/sheet1.xml", b" " * 160 * 1024 * 1024)
        assert len(buffer.getvalue()) < 1024 * 1024
        with pytest.raises(SheetNotTaken) as refused:
            read(buffer.getvalue())
        assert "展开以后太大" in refused.value.text

    def test_a_hundred_megabytes_are_refused_before_they_are_read(self, tmp_path: Path) -> None:
        large = tmp_path / "large.xlsx"
        with large.open("wb") as file:
            file.truncate(100 * 1024 * 1024)
        with large.open("rb") as file, pytest.raises(SheetNotTaken) as refused:
            read_sheet(file, large.stat().st_size)
        assert "请分成几个表" in refused.value.text
        assert "MB" in refused.value.text

    def test_headings_that_people_use_are_guessed(self) -> None:
        assert guess_columns(["序号", "店名（必填）", "业态", "经度*", "纬度：", "备注"]) == {
            "name": 1, "category": 2, "lon": 3, "lat": 4,
        }  # fmt: skip
