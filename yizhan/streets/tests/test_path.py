"""The way in words: it adds up, and says streets and turns."""

import random
from pathlib import Path

import pytest
from django.utils import translation

from yizhan.streets.api import Network, Placed, network, say_path
from yizhan.streets.testing import Sketch, bring_in
from yizhan.streets.tests.conftest import real_file
from yizhan.streets.tests.test_exactness import points, snapped

pytestmark = pytest.mark.django_db


@pytest.fixture
def corner(tmp_path: Path) -> tuple[Sketch, Network]:
    """民族大道 to the east, then 古城路 to the north over a bridge, then steps."""
    sketch = Sketch().node("a", 0, 0).node("b", 200, 0).node("c", 200, 150).node("d", 200, 300).node("e", 230, 300)
    sketch.way("a b", name="民族大道").way("b c", name="古城路").way("c d", name="古城路").way("d e", highway="steps")
    return sketch, network(bring_in(sketch.write(tmp_path / "corner.osm.pbf")))


def test_it_says_streets_turns_metres_and_minutes(corner: tuple[Sketch, Network]) -> None:
    sketch, streets = corner
    here, there = streets.snap(sketch.point(0, 10), "adult"), streets.snap(sketch.point(230, 300), "adult")
    path = streets.walk(here, limit_s=3600).path(there)
    assert path is not None
    assert [(leg.name, leg.kind, leg.turn.value) for leg in path.legs] == [
        ("民族大道", "street", "start"),
        ("古城路", "street", "left"),
        ("", "steps", "right"),
    ]
    assert say_path(path) == [
        "向东走，沿民族大道走 200 米，约 3 分钟",
        "左转，沿古城路走 300 米，约 4 分钟",
        "右转，沿台阶走 30 米，约 1 分钟",
    ]
    assert path.metres == pytest.approx(540, abs=0.5)
    with translation.override("en"):
        assert say_path(path)[1] == "Turn left along 古城路 for 300 m, about 4 minutes"


def test_beyond_the_limit_there_is_none(corner: tuple[Sketch, Network]) -> None:
    sketch, streets = corner
    here, there = streets.snap(sketch.point(0, 0), "adult"), streets.snap(sketch.point(230, 300), "adult")
    assert streets.walk(here, limit_s=120).path(there) is None


def adds_up(streets: Network, count: int) -> int:
    chance, seen = random.Random(2), 0
    for profile in ("adult", "wheels"):
        homes = snapped(streets, points(streets, count, 21), profile)
        places = snapped(streets, points(streets, 60, 22), profile)
        for home in homes:
            walk = streets.walk(home, limit_s=900)
            told = walk.to_many(Placed.of(places))
            near = [i for i in range(len(places)) if told[i] >= 0]
            for i in chance.sample(near, min(4, len(near))):
                path = walk.path(places[i])
                assert path is not None
                assert path.ds == told[i]
                assert sum(leg.ds for leg in path.legs) + home.walk_ds + places[i].walk_ds == path.ds
                assert len(path.line) >= 2
                seen += 1
    return seen


def test_legs_add_up_in_a_city(city: Network) -> None:
    assert adds_up(city, 40) > 20


def test_legs_add_up_on_a_real_file() -> None:
    assert adds_up(network(bring_in(real_file("helsinki_kamppi_2019"), "helsinki")), 40) > 100
