"""What is within reach of a point, and when it is open."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from yizhan.config.testing import run_command
from yizhan.kernel.api import geo, times
from yizhan.places.testing import AT, bring_outlets, make_row
from yizhan.reach import api as reach
from yizhan.reach.cli import reach as command
from yizhan.reach.testing import make_quarter, make_shops
from yizhan.streets import api as streets
from yizhan.streets.testing import NANNING

pytestmark = pytest.mark.django_db
MIDDLE = geo.Point(*NANNING, geo.Datum.WGS84)


@pytest.fixture
def quarter(tmp_path: Path) -> streets.SiteView:
    site = make_quarter(tmp_path)
    make_shops(site)
    return site


def circle(minutes: float = 15, profile: str = "adult", at: datetime = AT, point: geo.Point = MIDDLE) -> reach.Circle:
    return reach.circle_from(point, minutes=minutes, profile=profile, at=at)


def names(found: reach.Circle) -> list[str]:
    return [one.outlet.name for one in found.within]


def test_the_nearest_stand_first(quarter: streets.SiteView) -> None:
    found = circle()
    assert names(found) == ["竹溪菜市场", "阿莲理发店", "百姓大药房"]
    assert [one.minutes for one in found.within] == [3, 5, 12]  # 80 m a minute, begun minutes counted


def test_who_walks_slowly_reaches_less(quarter: streets.SiteView) -> None:
    assert names(circle(profile="elder")) == ["竹溪菜市场", "阿莲理发店"]
    assert names(circle(5, "elder")) == ["竹溪菜市场"]


def test_open_closed_and_not_known_are_three_things(quarter: streets.SiteView) -> None:
    early = circle(at=datetime(2026, 11, 24, 8, 30, tzinfo=times.SHANGHAI))
    assert [early.opening(one).value for one in early.within] == ["open", "closed", "unknown"]


def test_nobody_knows_whether_what_was_not_seen_for_long_is_open(quarter: streets.SiteView) -> None:
    late = circle(at=datetime(2027, 3, 1, 12, tzinfo=times.SHANGHAI))
    assert {late.opening(one).value for one in late.within} == {"unknown"}


def test_a_point_of_another_datum_is_the_same_place(quarter: streets.SiteView) -> None:
    elsewhere = circle(point=MIDDLE.to(geo.Datum.GCJ02))
    assert [one.ds for one in elsewhere.within] == [one.ds for one in circle().within]


def test_a_new_outlet_is_there_at_once_and_a_moved_one_elsewhere(quarter: streets.SiteView) -> None:
    circle()
    bring_outlets(quarter.name, make_row("近处药店", 100, 0, category="pharmacy", ref="new"))
    assert names(circle())[0] == "近处药店"
    bring_outlets(quarter.name, make_row("近处药店", 800, 0, category="pharmacy", ref="new"))
    assert names(circle())[0] == "竹溪菜市场"


def test_outlets_that_no_street_is_near_are_in_no_circle(quarter: streets.SiteView) -> None:
    bring_outlets(quarter.name, make_row("江心岛小店", 2500, 0, ref="island"))
    assert "江心岛小店" not in names(circle(60))


def test_the_circle_is_clipped_where_the_network_may_go_on(quarter: streets.SiteView, tmp_path: Path) -> None:
    assert not circle().is_clipped
    assert circle(60).is_clipped


@pytest.mark.parametrize("minutes", [0, -1, 61, float("nan"), float("inf")])
def test_minutes_have_bounds(quarter: streets.SiteView, minutes: float) -> None:
    with pytest.raises(reach.MinutesOutOfRange):
        circle(minutes)


def test_what_was_snapped_is_kept_for_the_next_process(quarter: streets.SiteView, settings: object) -> None:
    from yizhan.reach.queries import placing
    from yizhan.reach.queries import standing as room

    rows = [make_row(f"店{n}", (n % 20) * 90 - 900, (n // 20) * 90 - 900, ref=str(n)) for n in range(240)]
    bring_outlets(quarter.name, *rows)
    before = [(one.outlet.name, one.ds) for one in circle().within]
    room._standing.clear()
    path = placing.path_of(quarter, "adult", "outlets")
    assert path.exists()
    assert [(one.outlet.name, one.ds) for one in circle().within] == before
    room._standing.clear()
    path.write_bytes(b"torn")
    assert [(one.outlet.name, one.ds) for one in circle().within] == before


class TestCommand:
    def run(self, *args: str) -> str:
        lon, lat = map(str, NANNING)
        answer = run_command(command, "from", "--lon", lon, "--lat", lat, *args)
        return answer.output

    def test_json(self, quarter: streets.SiteView) -> None:
        told = json.loads(self.run("--profile", "elder", "--at", "2026-12-01T21:00", "--json"))
        assert told["clipped"] is False
        assert told["snapped_m"] == 0
        assert told["circle"]["type"] == "Polygon"
        assert [(one["name"], one["category"], one["open"]) for one in told["places"]] == [
            ("竹溪菜市场", "market", False),
            ("阿莲理发店", "hairdresser", False),
        ]
        assert told["places"][0]["seconds"] == pytest.approx(250, abs=1)

    def test_unknown_opening_is_null(self, quarter: streets.SiteView) -> None:
        assert json.loads(self.run("--json"))["places"][2]["open"] is None

    def test_lines_for_people(self, quarter: streets.SiteView) -> None:
        assert "竹溪菜市场" in self.run("--minutes", "5")

    @pytest.mark.parametrize(
        "args",
        [
            ("--site", "nowhere"),
            ("--profile", "horse"),
            ("--minutes", "0"),
            ("--datum", "mars"),
            ("--lon", "0", "--lat", "0"),
            ("--lat", "91"),
        ],
    )
    def test_refusals_are_one_sentence(self, quarter: streets.SiteView, args: tuple[str, ...]) -> None:
        lon, lat = map(str, NANNING)
        answer = run_command(command, "from", "--lon", lon, "--lat", lat, *args)
        assert answer.exit_code == 1
        assert len(answer.output.strip().splitlines()) == 1

    def test_a_moment_that_cannot_be_read(self, quarter: streets.SiteView) -> None:
        lon, lat = map(str, NANNING)
        answer = run_command(command, "from", "--lon", lon, "--lat", lat, "--at", "昨天")
        assert answer.exit_code == 2

    def test_three_tables(self, quarter: streets.SiteView, tmp_path: Path) -> None:
        answer = run_command(command, "export", quarter.name, "--csv", str(tmp_path / "out"))
        assert answer.exit_code == 0
        places = (tmp_path / "out" / "places.csv").read_text(encoding="utf-8").splitlines()
        assert places[0] == "id,category,profile,node,access_ds"
        assert len(places) == 1 + 3 * 3 * 2
