"""The circle as a picture, and whether the network ends in it."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from yizhan.streets.api import Network, network
from yizhan.streets.testing import Sketch, bring_in, grid_city
from yizhan.streets.tests.conftest import real_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def wide(tmp_path: Path) -> Network:
    """A city of 4 km with a box in its header."""
    return network(bring_in(grid_city(tmp_path / "wide.osm.pbf", 50)))


def polygon(circle: dict) -> shapely.Polygon:
    shape = shapely.geometry.shape(circle)
    assert isinstance(shape, shapely.Polygon)
    assert shape.is_valid
    return shape


def test_every_reached_node_is_in_it_and_far_ones_are_not(wide: Network) -> None:
    walk = wide.walk(wide.snap(Sketch().point(2000, 2000), "elder"), limit_s=900)
    shape = polygon(walk.circle())
    places = shapely.points(wide.arrays["lon"] / 1e7, wide.arrays["lat"] / 1e7)
    reached = walk.ds <= 9000
    assert reached.sum() > 20
    assert shapely.contains(shape, places[reached]).all()
    outside = shapely.distance(shape, places[~reached])
    assert (outside > 0).mean() > 0.9


def test_a_longer_walk_has_a_larger_circle(wide: Network) -> None:
    here = wide.snap(Sketch().point(2000, 2000), "adult")
    areas = [polygon(wide.walk(here, limit_s=s).circle()).area for s in (60, 300, 600, 900)]
    assert areas == sorted(areas)
    assert areas[0] > 0


def test_a_walk_that_reaches_no_crossing_still_has_one(wide: Network) -> None:
    here = wide.snap(Sketch().point(2000, 2000), "elder")
    walk = wide.walk(here, limit_s=(here.walk_ds + 20) / 10)
    assert polygon(walk.circle()).contains(shapely.Point(here.lon, here.lat))
    assert not walk.is_clipped


class TestClipped:
    def test_in_the_middle_of_a_wide_city_it_is_not(self, wide: Network) -> None:
        assert not wide.walk(wide.snap(Sketch().point(2000, 2000), "adult"), limit_s=900).is_clipped

    def test_at_the_border_it_is(self, wide: Network) -> None:
        assert wide.walk(wide.snap(Sketch().point(300, 2000), "adult"), limit_s=900).is_clipped

    def test_a_way_that_goes_on_outside_the_file_clips(self, tmp_path: Path) -> None:
        sketch = Sketch()
        for i in range(60):
            sketch.node(f"n{i}", i * 100, (i % 2) * 3000)
        sketch.way(" ".join(f"n{i}" for i in range(0, 60, 2))).way(" ".join(f"n{i}" for i in range(1, 60, 2)))
        sketch.way("n28 n29").way("n30 missing", highway="footway")
        streets = network(bring_in(sketch.write(tmp_path / "cut.osm.pbf", box=(-9000, -9000, 15_000, 12_000))))
        assert streets.walk(streets.snap(sketch.point(2900, 0), "adult"), limit_s=300).is_clipped
        assert not streets.walk(streets.snap(sketch.point(900, 3000), "adult"), limit_s=300).is_clipped

    def test_the_box_of_the_header_is_the_area(self, tmp_path: Path) -> None:
        sketch = Sketch()
        for i in range(30):
            sketch.node(f"n{i}", i * 100, 0)
        sketch.way(" ".join(f"n{i}" for i in range(30)))
        near = network(bring_in(sketch.write(tmp_path / "a.osm.pbf", box=(0, -200, 2900, 200)), "near"))
        wide = network(bring_in(sketch.write(tmp_path / "b.osm.pbf", box=(0, -900, 2900, 900)), "wide"))
        middle = sketch.point(1450, 0)
        assert near.walk(near.snap(middle, "adult"), limit_s=300).is_clipped
        assert not wide.walk(wide.snap(middle, "adult"), limit_s=300).is_clipped

    def test_the_chinese_extract_touches_its_edge_from_the_middle(self) -> None:
        from yizhan.kernel.api import geo

        streets = network(bring_in(real_file("nanjing_xinjiekou_2021"), "nanjing"))
        middle = geo.Point((118.763 + 118.798) / 2, (32.033 + 32.054) / 2, geo.Datum.WGS84)
        assert streets.walk(streets.snap(middle, "adult"), limit_s=900).is_clipped
        assert np.isfinite(streets.site.west)
