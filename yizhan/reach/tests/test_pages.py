"""The page of a circle: whole without a map, for everybody, from home for whoever is signed in."""

import json
from pathlib import Path

import pytest
from django.test import Client

from yizhan.kernel.api import geo
from yizhan.people import testing as people
from yizhan.places.testing import AT, KEEPER, bring_outlets, make_row
from yizhan.reach.api import import_backdrop
from yizhan.reach.testing import XINZHU, make_compound, make_quarter, make_shops
from yizhan.streets import api as streets
from yizhan.streets.testing import NANNING, Sketch

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter(tmp_path: Path) -> streets.SiteView:
    site = make_quarter(tmp_path)
    make_shops(site)
    return site


@pytest.fixture
def start(quarter: streets.SiteView) -> str:
    return make_compound()


def resident_at(address: str) -> Client:
    client = Client()
    resident = people.make_resident()
    resident.address = address
    resident.save(update_fields=["address"])
    account = people.make_account(resident=resident)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


class TestList:
    def test_names_minutes_and_opening_stand_there(self, start):
        page = text(Client().get("/reach/", {"from": start, "when": ""}))
        order = [page.index(name) for name in ("竹溪菜市场", "阿莲理发店", "百姓大药房")]
        assert order == sorted(order)
        assert "营业时间不清楚" in page
        assert "15 分钟走得到 3 处" in page

    def test_it_is_whole_without_the_map(self, start):
        page = text(Client().get("/reach/", {"from": start, "map": "no"}))
        assert "data-map" not in page
        assert "竹溪菜市场" in page

    def test_the_elder_version_walks_slowly(self, start):
        client = Client()
        client.cookies["yz_version"] = "elder"
        page = text(client.get("/reach/", {"from": start}))
        assert "百姓大药房" not in page
        assert "每秒 0.8 米" in page

    def test_a_kind_alone(self, start):
        page = text(Client().get("/reach/", {"from": start, "kind": "pharmacy"}))
        assert "百姓大药房" in page
        assert "竹溪菜市场" not in page

    def test_what_is_open_at_nine_in_the_evening(self, start):
        page = text(Client().get("/reach/", {"from": start, "when": "20:59"}))
        assert "阿莲理发店" in page
        assert "竹溪菜市场" not in page
        assert "另有 1 处营业时间不清楚" in page

    def test_any_moment_may_be_asked_for(self, start):
        page = text(Client().get("/reach/", {"from": start, "when": "2026-12-02T09:00", "kind": "basic"}))
        assert "竹溪菜市场" in page
        assert "阿莲理发店" not in page
        assert 'value="2026-12-02T09:00"' in page
        assert f'name="from" value="{start}"' in page

    def test_what_is_missing_of_the_twelve(self, start):
        page = text(Client().get("/reach/", {"from": start}))
        assert "天天要用的 12 类，走得到 3 类" in page
        assert "便利店" in page

    def test_nothing_within_reach_is_said(self, quarter):
        page = text(Client().get("/reach/", {"from": make_compound(), "kind": "cinema"}))
        assert "这个时间里走不到" in page

    def test_fifty_rows_a_page(self, quarter, start):
        rows = [make_row(f"店{n}", n % 10 * 80, n // 10 * 80, ref=f"row{n}") for n in range(60)]
        bring_outlets(quarter.name, *rows)
        first = text(Client().get("/reach/", {"from": start}))
        second = text(Client().get("/reach/", {"from": start, "page": "2"}))
        assert first.count('class="yz-place"') + first.count("yz-place--shut") == 50
        assert second.count('class="yz-place"') + second.count("yz-place--shut") > 0
        assert "page=2" in first

    @pytest.mark.parametrize("page", ["/reach/", "/reach/map/"])
    @pytest.mark.parametrize("when", ["", "20:00"])
    def test_few_queries_however_many_outlets(self, quarter, start, page, when, django_assert_max_num_queries):
        rows = [make_row(f"店{n}", n % 10 * 80, n // 10 * 80, ref=f"row{n}") for n in range(60)]
        bring_outlets(quarter.name, *rows)
        Client().get(page, {"from": start, "when": when})
        with django_assert_max_num_queries(8):
            Client().get(page, {"from": start, "when": when})

    @pytest.mark.parametrize(
        "query",
        [
            {"minutes": "999"},
            {"minutes": "x\x00"},
            {"profile": "horse"},
            {"kind": "\x00"},
            {"page": "-1"},
            {"page": "9" * 40},
            {"map": "?"},
        ],
    )
    def test_nonsense_is_passed_over(self, start, query):
        assert Client().get("/reach/", {"from": start, **query}).status_code == 200

    @pytest.mark.parametrize("when", ["25:99", "yesterday", "9999-12-31T23:59", "\x00", "0001-01-01T00:00"])
    def test_a_moment_that_cannot_be_read_is_refused(self, start, when):
        assert Client().get("/reach/", {"from": start, "when": when}).status_code == 400

    @pytest.mark.parametrize(
        "wrong",
        ["nowhere", "site:nowhere", f"{XINZHU}.x", f"{XINZHU}.{'0' * 32}", "999999999999", "home", "\x00", "１" * 12],
    )
    def test_a_start_that_is_none_is_not_found(self, start, wrong):
        assert Client().get("/reach/", {"from": wrong}).status_code == 404


class TestStart:
    def test_who_has_not_said_is_asked_and_what_else_was_asked_is_kept(self, start):
        answer = Client().get("/reach/", {"kind": "pharmacy"})
        assert answer.status_code == 302
        assert answer["Location"] == "/reach/start/?kind=pharmacy"
        assert f"from={start}&amp;kind=pharmacy" in text(Client().get(answer["Location"]))

    def test_who_is_signed_in_starts_at_his_compound(self, start):
        page = text(resident_at("新竹小区 3栋 2单元 501").get("/reach/"))
        assert "我家（新竹小区）" in page
        assert "先从社区中间算起" not in page

    def test_a_compound_that_is_not_on_the_map_is_said(self, start):
        assert "先从社区中间算起" in text(resident_at("别的小区 1栋").get("/reach/"))

    def test_no_address_of_anybody_stands_on_the_page_or_in_its_links(self, start):
        assert "2单元" not in text(resident_at("新竹小区 3栋 2单元 501").get("/reach/"))

    def test_a_point_stays_in_the_session_and_stands_in_no_address(self, quarter):
        client = Client()
        lon, lat = NANNING
        answer = client.post("/reach/start/", {"lon": lon, "lat": lat, "datum": "wgs84"})
        assert answer.status_code == 302
        assert answer["Location"] == "/reach/?from=here"
        page = text(client.get("/reach/"))
        assert "您选的位置" in page
        assert "108.36" not in page

    def test_a_point_of_another_datum_is_put_right(self, quarter):
        client = Client()
        client.post("/reach/start/", {"lon": 108.370572, "lat": 22.814314, "datum": "gcj02"})
        assert client.session["reach_point"] == [108.3665, 22.817]

    @pytest.mark.parametrize(
        ("lon", "lat", "datum", "status"),
        [
            ("", "22.8", "wgs84", 422),
            ("108.3665", "22.817", "", 422),
            ("108.3665", "22.817", "mars", 422),
            ("nan", "22.817", "wgs84", 422),
            ("22.817", "108.3665", "wgs84", 422),
            ("0", "0", "wgs84", 404),
            ("108.39", "22.817", "wgs84", 422),
        ],
    )
    def test_a_point_that_is_none_is_refused(self, quarter, lon, lat, datum, status):
        answer = Client().post("/reach/start/", {"lon": lon, "lat": lat, "datum": datum})
        assert answer.status_code == status


class TestMap:
    def test_it_draws_the_circle_the_bands_and_the_outlets(self, start):
        data = json.loads(text(Client().get("/reach/map/", {"from": start})))
        assert data["outline"]["type"] == "Polygon"
        assert set(data["bands"]) == {"5", "10", "15"}
        assert data["points"][0]["kind"] == "you"
        assert len(data["points"]) == 4
        west, south, east, north = data["bounds"]
        assert west < NANNING[0] < east
        assert south < NANNING[1] < north

    def test_a_tile_is_kept_for_ever_under_its_network_s_mark(self, quarter, start):
        address = json.loads(text(Client().get("/reach/map/", {"from": start})))["tiles"]
        answer = Client().get(address.format(z=15, x=26247, y=14249))
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]
        assert len(answer.content) > 100

    @pytest.mark.parametrize("place", ["quarter/00000000-none", "quarter/a", "nowhere/00000000-none"])
    def test_a_tile_of_another_network_is_not_found(self, quarter, place):
        assert Client().get(f"/reach/tiles/{place}/15/1/1/").status_code == 404

    def test_tiles_are_there_for_some_sizes_alone(self, quarter):
        mark = f"{quarter.network_hash[:12]}-none"
        assert Client().get(f"/reach/tiles/quarter/{mark}/1/0/0/").status_code == 404
        assert Client().get(f"/reach/tiles/quarter/{mark}/15/{9**15}/{9**15}/").status_code in (200, 404)

    def test_water_and_green_come_with_their_names(self, quarter, start, tmp_path):
        before = json.loads(text(Client().get("/reach/map/", {"from": start})))
        assert before["labels"] == []
        path = draw_river(tmp_path)
        assert import_backdrop(site="quarter", path=path, datum=geo.Datum.WGS84, actor=KEEPER, at=AT) == 1
        data = json.loads(text(Client().get("/reach/map/", {"from": start})))
        assert [label["text"] for label in data["labels"]] == ["邕江"]
        assert data["tiles"] != before["tiles"]
        tile = Client().get(data["tiles"].format(z=15, x=26247, y=14249))
        assert b"areas" in tile.content
        assert b"water" in tile.content

    def test_a_file_that_is_none_is_refused_and_the_map_stays(self, quarter, tmp_path):
        broken = tmp_path / "broken.osm.pbf"
        broken.write_bytes(b"nothing")
        with pytest.raises(streets.FileNotTaken):
            import_backdrop(site="quarter", path=broken, datum=geo.Datum.WGS84, actor=KEEPER, at=AT)


def draw_river(folder: Path) -> Path:
    """200 m wide, through the middle, from west to east; and a pond that is too small to be seen."""
    sketch = Sketch()
    for name, east, north in [("a", -900, -100), ("b", 900, -100), ("c", 900, 100), ("d", -900, 100)]:
        sketch.node(name, east, north)
    for name, east, north in [("p", 0, 300), ("q", 5, 300), ("r", 5, 305)]:
        sketch.node(name, east, north)
    water = {"highway": "", "natural": "water"}
    sketch.way("a b c d a", **water, name="邕江").way("p q r p", **water, name="小水塘")
    return sketch.write(folder / "river.osm.pbf")


class TestWay:
    def test_it_is_said_in_words(self, quarter, start):
        page = text(Client().get("/reach/", {"from": start}))
        address = next(part for part in page.split('"') if part.startswith("/reach/way/")).replace("&amp;", "&")
        way = text(Client().get(address))
        assert "竹溪菜市场" in way
        assert "走 <b>3 分钟</b>，200 米" in way
        assert "沿横0路走" in way
        drawing = json.loads(
            text(Client().get(address.replace(address.split("?")[0], "/reach/map/") + "&to=" + address.split("/")[3]))
        )
        assert len(drawing["bands"]["5"][0]) >= 2

    def test_what_is_too_far_is_said(self, quarter, start):
        page = text(Client().get("/reach/", {"from": start, "kind": "pharmacy"}))
        address = next(part for part in page.split('"') if part.startswith("/reach/way/")).replace("&amp;", "&")
        assert "5 分钟走不到" in text(Client().get(address + "&minutes=5"))

    def test_an_outlet_that_is_none_is_not_found(self, start):
        missing = "00000000-0000-0000-0000-000000000000"
        assert Client().get(f"/reach/way/{missing}/", {"from": start}).status_code == 404
        assert Client().get("/reach/map/", {"from": start, "to": "x"}).status_code == 404
