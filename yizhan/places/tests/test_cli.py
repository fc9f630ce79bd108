"""`yizhan places`: what the command says and brings."""

import csv
import os
from pathlib import Path

import pytest
from django.utils import timezone

from yizhan.config.testing import run_command
from yizhan.places import api as places
from yizhan.places.cli import places as command
from yizhan.places.testing import NANNING
from yizhan.streets.testing import Sketch, bring_in

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "streets"


def run(*words: object, lang: str = "zh_CN.UTF-8"):
    return run_command(command, *words, lang=lang)


def small_town(folder: Path) -> Path:
    """Two streets, a pharmacy, a park with a main entrance, a shop outside, hours that nobody can read."""
    town = Sketch().node("a", -500, 0).node("b", 0, 0).node("c", 500, 0).way("a b c")
    town.node("drug", 10, 10, amenity="pharmacy", name_="同济药店", opening_hours="Mo-Su 08:00-22:00")
    town.node("odd", 60, 10, shop="convenience", name_="小店", opening_hours="早上开门")
    town.node("far", 4000, 10, shop="supermarket", name_="远处超市")
    town.node("empty", 90, 10, shop="vacant", name_="空铺")
    for name, (east, north) in {"p1": (100, 100), "p2": (200, 100), "p3": (200, 200), "p4": (100, 200)}.items():
        town.node(name, east, north, **({"entrance": "main"} if name == "p2" else {}))
    town.ways.append((["p1", "p2", "p3", "p4", "p1"], {"leisure": "park", "name": "竹溪公园"}))
    return town.write(folder / "town.osm.pbf", (-600, -600, 600, 600))


def test_outlets_come_from_the_file_that_the_streets_came_from(tmp_path: Path) -> None:
    path = small_town(tmp_path)
    bring_in(path, "town")
    done = run("import", path, "--site", "town", "--refused", tmp_path / "refused.csv")
    assert done.exit_code == 0, done.output
    assert "town：新增 3，更新 0，没有变 0，人工写过不动 0，退回 1" in done.output
    found = {one.name: one for one in places.outlets_of("town", on=timezone.localdate())}
    assert {name: one.category for name, one in found.items()} == {
        "同济药店": "pharmacy",
        "小店": "convenience_store",
        "竹溪公园": "park",
    }
    park = found["竹溪公园"]
    assert NANNING[0] < park.lon < park.entrance_lon
    assert NANNING[1] < park.entrance_lat < park.lat
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig") as file:
        (refused,) = csv.DictReader(file)
    assert refused["name"] == "远处超市"
    assert "不在这个站点" in refused["reason"]


def test_hours_that_nobody_can_read_leave_the_outlet_without_hours(tmp_path: Path) -> None:
    path = small_town(tmp_path)
    bring_in(path, "town")
    assert "营业时间看不懂、先空着的：1" in run("import", path, "--site", "town").output
    shop = next(one for one in places.outlets_of("town", on=timezone.localdate()) if one.name == "小店")
    assert places.opening_of(shop, timezone.now()) == places.OpenAnswer.UNKNOWN


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = small_town(tmp_path)
    bring_in(path, "town")
    run("import", path, "--site", "town")
    assert "新增 0，更新 0，没有变 3" in run("import", path, "--site", "town").output


def test_refusals_are_one_sentence(tmp_path: Path) -> None:
    path = small_town(tmp_path)
    done = run("import", path, "--site", "nowhere")
    assert (done.exit_code, "nowhere" in done.output) == (1, True)
    bring_in(path, "town")
    for name, content in {"empty": b"", "text": b"id,name\n1,x\n", "cut": path.read_bytes()[:-20]}.items():
        bad = tmp_path / f"{name}.osm.pbf"
        bad.write_bytes(content)
        done = run("import", bad, "--site", "town")
        assert done.exit_code == 1, name
        assert "网点没有动" in done.output
    assert places.outlets_of("town", on=timezone.localdate()) == ()


@pytest.mark.parametrize(
    ("name", "most"), [("nanjing_xinjiekou_2021", "restaurant"), ("helsinki_kamppi_2019", "general_shop")]
)
def test_real_extracts_bring_their_outlets(name: str, most: str) -> None:
    path = SHARED / f"{name}.osm.pbf"
    if not path.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{path} is not there: ../shared/data/streets is needed")
    bring_in(path, name)
    assert run("import", path, "--site", name, "--seen-on", "2026-01-01").exit_code == 0
    found = places.outlets_of(name, on=timezone.localdate())
    assert len(found) > 200
    counts = {category: sum(one.category == category for one in found) for category in {one.category for one in found}}
    assert max(counts, key=lambda category: counts[category]) == most
    assert all(one.is_to_verify for one in found), "the data is older than 90 days"
