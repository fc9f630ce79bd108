"""Small streets drawn by hand: what connects, what is closed to whom, what one waits for."""

from pathlib import Path

import pytest

from yizhan.streets.api import Network, Placed, Snap, TooFarFromStreet, network
from yizhan.streets.testing import Sketch, bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(tmp_path: Path):
    def build(sketch: Sketch, **options: object) -> Network:
        return network(bring_in(sketch.write(tmp_path / "sketch.osm.pbf", **options)))

    return build


def row(*tags: dict[str, str], spacing: float = 100) -> Sketch:
    """Nodes a, b, c … in a line to the east, with tags, and one residential street over them."""
    sketch = Sketch()
    names = "abcdefgh"[: len(tags)]
    for i, (name, said) in enumerate(zip(names, tags, strict=True)):
        sketch.node(name, i * spacing, 0, **said)
    return sketch.way(" ".join(names))


def ds(
    streets: Network, sketch: Sketch, here: tuple[float, float], there: tuple[float, float], who: str = "adult"
) -> int | None:
    start, end = (streets.snap(sketch.point(*at), who) for at in (here, there))
    walk = streets.walk(start, limit_s=36_000)
    both = walk.to(end), int(walk.to_many(Placed.of([end]))[0])
    assert both[0] == (None if both[1] < 0 else both[1])
    return both[0]


def test_a_hundred_metres_take_an_adult_75_seconds_an_elder_125(built) -> None:
    sketch = row({}, {}, {})
    streets = built(sketch)
    assert ds(streets, sketch, (0, 0), (100, 0)) == 750
    assert ds(streets, sketch, (0, 0), (200, 0), "elder") == 2500


def test_the_walk_to_the_street_counts(built) -> None:
    sketch = row({}, {})
    streets = built(sketch)
    assert streets.snap(sketch.point(50, 40), "adult").snapped_m == pytest.approx(40, abs=0.01)
    assert ds(streets, sketch, (20, 40), (80, -40)) == 300 + 450 + 300


def test_two_points_on_one_edge_walk_along_it(built) -> None:
    sketch = row({}, {}, spacing=1000)
    streets = built(sketch)
    assert ds(streets, sketch, (400, 0), (500, 0)) == 750
    assert ds(streets, sketch, (500, 0), (400, 0)) == 750
    assert ds(streets, sketch, (500, 0), (500, 0)) == 0


def test_a_bridge_does_not_meet_the_street_beneath_it(built) -> None:
    sketch = row({}, {}, {}).node("n", 100, 100).node("s", 100, -100)
    sketch.way("n s", highway="footway", bridge="yes", layer="1")
    streets = built(sketch)
    assert ds(streets, sketch, (0, 0), (100, 90)) is None
    assert streets.site.components == 2


def test_nodes_at_the_same_place_are_not_the_same_node(built) -> None:
    sketch = row({}, {}).node("upper", 100, 0).node("far", 200, 0).way("upper far", layer="1", bridge="yes")
    assert built(sketch).site.components == 2


def test_a_private_way_is_closed(built) -> None:
    sketch = row({}, {}).node("c", 200, 0).way("b c", access="private")
    streets = built(sketch)
    assert streets.nodes == 2
    assert streets.snap(sketch.point(190, 0), "adult").snapped_m == pytest.approx(90, abs=0.01)


class TestLockedGate:
    SKETCH = row({}, {}, {"barrier": "gate", "locked": "yes"}, {}, {})

    def test_nobody_goes_through(self, built) -> None:
        assert ds(built(self.SKETCH), self.SKETCH, (0, 0), (400, 0)) is None

    def test_one_may_walk_up_to_it_and_along_the_edge_beside_it(self, built) -> None:
        streets = built(self.SKETCH)
        assert ds(streets, self.SKETCH, (0, 0), (190, 0)) == pytest.approx(1425, abs=1)
        assert ds(streets, self.SKETCH, (190, 0), (0, 0)) == pytest.approx(1425, abs=1)
        assert ds(streets, self.SKETCH, (190, 0), (110, 0)) == pytest.approx(600, abs=1)
        assert ds(streets, self.SKETCH, (110, 0), (190, 0)) == pytest.approx(600, abs=1)

    def test_its_last_two_metres_are_closed(self, built) -> None:
        streets = built(self.SKETCH)
        assert streets.snap(self.SKETCH.point(200, 0), "adult").snapped_m == pytest.approx(2, abs=0.02)
        assert streets.nodes == 6

    def test_not_from_one_side_to_a_point_at_its_other_side(self, built) -> None:
        streets = built(self.SKETCH)
        assert ds(streets, self.SKETCH, (190, 0), (210, 0)) is None
        assert ds(streets, self.SKETCH, (110, 0), (300, 0)) is None

    def test_the_parts_on_either_side_are_two(self, built) -> None:
        assert built(self.SKETCH).site.components == 2

    def test_an_open_gate_is_passed(self, built) -> None:
        sketch = row({}, {"barrier": "gate"}, {})
        assert ds(built(sketch), sketch, (0, 0), (200, 0)) == 1500

    def test_the_nearest_outlet_is_not_behind_it(self, built) -> None:
        streets = built(self.SKETCH)
        outlets = [streets.snap(self.SKETCH.point(at, 0), "adult") for at in (10, 300)]
        home = streets.snap(self.SKETCH.point(195, 0), "adult")
        told, which = streets.nearest(outlets, "adult").from_many(Placed.of([home]))
        assert which.tolist() == [0]
        assert told.tolist() == [pytest.approx(75 * 18.5, abs=2)]


class TestSteps:
    SKETCH = row({}, {}).node("c", 200, 0).node("d", 300, 0).way("b c", highway="steps").way("c d")

    def test_they_take_twice_the_time(self, built) -> None:
        assert ds(built(self.SKETCH), self.SKETCH, (0, 0), (300, 0)) == 750 + 1500 + 750

    def test_they_are_closed_to_wheels(self, built) -> None:
        assert ds(built(self.SKETCH), self.SKETCH, (0, 0), (300, 0), "wheels") is None

    def test_wheels_snap_to_the_street_beside_them(self, built) -> None:
        streets = built(self.SKETCH)
        assert streets.snap(self.SKETCH.point(140, 0), "adult").snapped_m < 0.01
        assert streets.snap(self.SKETCH.point(140, 0), "wheels").snapped_m == pytest.approx(40, abs=0.01)

    def test_a_ramp_opens_them(self, built) -> None:
        sketch = row({}, {}).node("c", 200, 0).way("b c", highway="steps", ramp__wheelchair="yes")
        assert ds(built(sketch), sketch, (0, 0), (200, 0), "wheels") == pytest.approx(1266 + 2532, abs=1)


@pytest.mark.parametrize("said", [{"barrier": "kerb", "kerb": "raised"}, {"barrier": "stile"}])
def test_a_raised_kerb_and_a_stile_stop_wheels_alone(built, said: dict[str, str]) -> None:
    sketch = row({}, said, {})
    streets = built(sketch)
    assert ds(streets, sketch, (0, 0), (200, 0), "elder") == 2500
    assert ds(streets, sketch, (0, 0), (200, 0), "wheels") is None


class TestCrossings:
    def test_a_footway_over_a_zebra_waits_four_seconds(self, built) -> None:
        sketch = (
            Sketch()
            .node("a", 0, 0)
            .node("x", 100, 0, highway="crossing")
            .node("b", 200, 0)
            .way("a x b", highway="footway")
        )
        assert ds(built(sketch), sketch, (0, 0), (200, 0)) == 1500 + 40

    def test_at_signals_28_seconds(self, built) -> None:
        sketch = row({}, {"highway": "crossing", "crossing": "traffic_signals"}, {})
        sketch.ways[0][1]["highway"] = "footway"
        assert ds(built(sketch), sketch, (0, 0), (200, 0)) == 1500 + 280

    def test_who_walks_along_the_road_passes_a_zebra_without_waiting(self, built) -> None:
        sketch = row({}, {"highway": "crossing"}, {})
        assert ds(built(sketch), sketch, (0, 0), (200, 0)) == 1500

    def test_and_waits_at_its_signals_every_other_time(self, built) -> None:
        sketch = row({}, {"highway": "traffic_signals"}, {})
        assert ds(built(sketch), sketch, (0, 0), (200, 0)) == 1500 + 140

    def test_a_crossing_way_whose_nodes_say_nothing(self, built) -> None:
        sketch = row({}, {}, {})
        sketch.ways[0][1].update({"highway": "footway", "footway": "crossing"})
        assert ds(built(sketch), sketch, (0, 0), (200, 0)) == 1500 + 40


def test_one_way_on_foot(built) -> None:
    sketch = row({}, {}, {})
    sketch.ways[0][1]["oneway:foot"] = "yes"
    streets = built(sketch)
    assert ds(streets, sketch, (0, 0), (200, 0)) == 1500
    assert ds(streets, sketch, (200, 0), (0, 0)) is None
    assert ds(streets, sketch, (60, 0), (40, 0)) is None


def test_two_ways_over_the_same_stretch_are_one_edge_with_the_lower_cost(built) -> None:
    sketch = row({}, {}).way("b a", highway="steps")
    streets = built(sketch)
    assert len(streets.arrays["edge_u"]) == 1
    assert ds(streets, sketch, (0, 0), (100, 0)) == 750
    assert ds(streets, sketch, (0, 0), (100, 0), "wheels") == 1266


def test_a_point_too_far_from_any_street_is_said(built) -> None:
    sketch = row({}, {})
    streets = built(sketch)
    with pytest.raises(TooFarFromStreet) as caught:
        streets.snap(sketch.point(50, 260), "adult")
    assert "250" in caught.value.text
    assert streets.snap(sketch.point(50, 260), "adult", limit_m=300).snapped_m == pytest.approx(260, abs=0.05)
    assert streets.find_snap(sketch.point(50, 30_000), "adult") is None


def test_a_point_in_another_datum_snaps_to_the_same_place(built) -> None:
    from yizhan.kernel.api import geo

    sketch = row({}, {})
    streets = built(sketch)
    plain, shifted = (streets.snap(p, "adult") for p in (sketch.point(30, 5), sketch.point(30, 5).to(geo.Datum.BD09)))
    assert plain.along == pytest.approx(shifted.along, abs=1e-6)


def test_parts_are_numbered_by_size(built) -> None:
    sketch = row({}, {}).node("x", 0, 500).node("y", 50, 500).node("z", 90, 500).way("x y z")
    streets = built(sketch)
    assert streets.snap(sketch.point(10, 500), "adult").component == 0
    assert streets.snap(sketch.point(10, 0), "adult").component == 1
    assert isinstance(streets.snap(sketch.point(10, 0), "adult"), Snap)
