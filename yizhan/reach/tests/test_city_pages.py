"""The city's figures on pages and as tables: what everybody sees, and what only those who plan see."""

import csv
import io
import json

import openpyxl
import pytest
from django.test import Client

from yizhan.kernel.testing import carry_out_everything
from yizhan.people import testing as people
from yizhan.people.api import Role
from yizhan.places import api as places
from yizhan.places.testing import AT
from yizhan.reach.tests.shops import shops, town_with_shops
from yizhan.reach.tests.test_live import SITE, WANLI, XINZHU, Town, points

__all__ = ["shops", "town_with_shops"]
KINDS = ("pharmacy", "market", "breakfast")


@pytest.fixture
def city(shops: Town) -> Town:
    return shops


def staff_client(role: Role = Role.SUPERVISOR) -> Client:
    client = Client()
    account = people.make_account(staff=people.make_staff(role=role))
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.django_db
def test_without_any_home_it_says_so():
    answer = Client().get("/reach/city/")
    assert answer.status_code == 404
    assert "住处" in answer.content.decode()


class TestCity:
    def test_everybody_sees_the_figures_of_every_community(self, city):
        page = text(Client().get("/reach/city/"))
        assert "新竹" in page
        assert "万力" in page
        assert "样例" in page
        assert f'data-live="reach.site:{SITE}"' in page

    def test_a_category_has_its_minutes_and_its_map(self, city):
        page = text(Client().get("/reach/city/", {"kind": "pharmacy", "profile": "elder"}))
        assert "15 分钟以内" in page
        assert "kind=pharmacy" in page
        assert "data-map" in page

    @pytest.mark.parametrize("sort", ["lacking", "name", "share", "residents", "nonsense"])
    def test_it_sorts(self, city, sort):
        text(Client().get("/reach/city/", {"sort": sort, "list": "ten_minutes"}))

    @pytest.mark.parametrize(
        "asked",
        [{"list": "nothing"}, {"kind": "nothing"}, {"profile": "bird"}, {"when": "late"}],
        ids=lambda one: next(iter(one)),
    )
    def test_what_the_address_says_wrongly_is_refused_in_words(self, city, asked):
        assert Client().get("/reach/city/", asked).status_code in (400, 422)

    def test_a_site_without_homes_is_not_found(self, city):
        assert Client().get("/reach/city/", {"site": "atlantis"}).status_code == 404

    def test_it_takes_few_queries(self, city, django_assert_max_num_queries):
        Client().get("/reach/city/")
        with django_assert_max_num_queries(25):
            text(Client().get("/reach/city/"))

    def test_the_hour_changes_it(self, city):
        night = text(Client().get("/reach/city/", {"kind": "pharmacy", "when": "2026-11-24T23:00"}))
        assert "只算这个时间确定开着的网点" in night

    def test_the_map_names_tiles_by_the_table_s_version(self, city):
        data = json.loads(text(Client().get("/reach/city/map/", {"kind": "pharmacy"})))
        before = data["minutes"]
        x, y = tile_of(city.site, 13)
        answer = Client().get(before.replace("{z}/{x}/{y}", f"13/{x}/{y}"))
        assert answer.status_code == 200
        assert b"minutes" in answer.content
        city.open("pharmacy", points(city.site, 1234, 1)[0])
        carry_out_everything(AT)
        assert json.loads(text(Client().get("/reach/city/map/", {"kind": "pharmacy"})))["minutes"] != before


def tile_of(site, z: int) -> tuple[int, int]:
    from math import asinh, pi, radians, tan

    lon, lat = (site.west + site.east) / 2, (site.south + site.north) / 2
    return int((lon + 180) / 360 * 2**z), int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)


class TestCommunity:
    def test_it_names_gaps_people_and_grade(self, city):
        page = text(Client().get(f"/reach/city/{XINZHU}/"))
        assert "未达基础型" in page
        assert "整个社区都没有" in page  # laundries, say
        assert "待市里确认" in page

    def test_a_gap_that_closes_leaves_the_list(self, city):
        def lacks() -> bool:
            page = text(Client().get(f"/reach/city/{XINZHU}/"))
            return "洗染店" in page.split('id="gaps"')[1].split("</section>")[0]

        assert lacks()
        for point in points(city.site, 31, 60):
            city.open("laundry", point)
        carry_out_everything(AT)
        assert not lacks()

    def test_a_community_without_homes_is_not_found(self, city):
        assert Client().get("/reach/city/450107006999/").status_code == 404

    def test_outlets_that_somebody_doubts_are_marked(self, city):
        neighbour = people.actor_for(people.make_account(resident=people.make_resident()))
        for one in places.outlets_of(SITE, on=AT.date()):
            places.report_closed(outlet_id=one.outlet_id, actor=neighbour, at=AT)
        page = text(Client().get(f"/reach/city/{WANLI}/market/"))
        assert "待核实" in page


class TestBehindAFigure:
    def test_everybody_sees_the_outlets(self, city):
        page = text(Client().get(f"/reach/city/{XINZHU}/market/"))
        assert "试验网点" in page
        assert "试验小区" not in page
        assert "住处清单只给做规划的工作人员看" in page

    @pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DESK_CLERK])
    def test_those_who_plan_see_the_homes_too(self, city, role):
        page = text(staff_client(role).get(f"/reach/city/{XINZHU}/market/"))
        assert "试验小区" in page

    def test_other_staff_do_not(self, city):
        page = text(staff_client(Role.SECURITY_OFFICER).get(f"/reach/city/{XINZHU}/market/"))
        assert "试验小区" not in page


class TestTables:
    def rows(self, form: str, **asked: str) -> list[list]:
        answer = Client().get(f"/reach/city/export/{form}/", asked)
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if form == "csv":
            return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    def test_csv_has_a_row_for_each_community_category_and_profile(self, city):
        rows = self.rows("csv")
        assert len(rows) == 1 + 2 * 12 * 3
        assert rows[0][0] == "社区编码"
        assert {row[0] for row in rows[1:]} == {XINZHU, WANLI}

    def test_excel_says_the_same(self, city):
        told = [[str(cell if cell is not None else "") for cell in row] for row in self.rows("xlsx")]
        plain = [[cell.removesuffix(".0") for cell in row] for row in self.rows("csv")]
        assert [[cell.removesuffix(".0") for cell in row] for row in told] == plain

    def test_geojson_has_a_point_for_each_community(self, city):
        answer = Client().get("/reach/city/export/geojson/", {"kind": "pharmacy"})
        found = json.loads(b"".join(answer.streaming_content))
        assert [one["properties"]["community"] for one in found["features"]] == sorted([XINZHU, WANLI])
        assert 0 <= found["features"][0]["properties"]["pharmacy_elder"] <= 1

    def test_another_form_is_not_found(self, city):
        assert Client().get("/reach/city/export/pdf/").status_code == 404
