"""What tags say about walking."""

import pytest

from yizhan.streets.rules import tags
from yizhan.streets.rules.tags import Direction, Feature, Kind, Wait, node_rule, walked_way


@pytest.mark.parametrize(
    "said",
    [
        {"highway": "residential"},
        {"highway": "trunk"},
        {"highway": "service", "service": "driveway"},
        {"highway": "footway", "access": "private", "foot": "yes"},
        {"highway": "residential", "access": "destination"},
        {"highway": "footway", "access": "customers"},
        {"highway": "cycleway", "foot": "designated"},
        {"highway": "motorway_link", "foot": "yes"},
        {"highway": "trunk", "motorroad": "yes", "foot": "yes"},
        {"highway": "path", "foot": "private;permissive"},
        {"highway": "path", "access": "no", "foot": "permissive"},
    ],
)
def test_open(said: dict[str, str]) -> None:
    assert walked_way(said) is not None


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"highway": "motorway"},
        {"highway": "cycleway"},
        {"highway": "bridleway"},
        {"highway": "construction"},
        {"highway": "proposed", "foot": "yes"},
        {"highway": "trunk", "motorroad": "yes"},
        {"highway": "residential", "access": "private"},
        {"highway": "service", "access": "no"},
        {"highway": "footway", "foot": "private"},
        {"highway": "footway", "access": "yes", "foot": "no"},
        {"highway": "secondary", "foot": "use_sidepath"},
        {"highway": "track", "access": "agricultural;forestry"},
        {"barrier": "wall"},
        {"railway": "platform"},
    ],
)
def test_closed(said: dict[str, str]) -> None:
    assert walked_way(said) is None


def way(**said: str) -> tags.WalkedWay:
    found = walked_way({"highway": "footway"} | {key.replace("__", ":"): value for key, value in said.items()})
    assert found is not None
    return found


def node(**said: str) -> tags.NodeRule | None:
    return node_rule({key.replace("__", ":"): value for key, value in said.items()})


@pytest.mark.parametrize(
    ("said", "feature"),
    [
        ({"highway": "steps"}, Feature.STEPS),
        ({"highway": "steps", "ramp__wheelchair": "yes"}, Feature.RAMP),
        ({"highway": "steps", "conveying": "yes"}, Feature.STEPS | Feature.UNFIT),
        ({"surface": "cobblestone"}, Feature.ROUGH),
        ({"smoothness": "impassable"}, Feature.UNFIT),
        ({"surface": "sand"}, Feature.UNFIT),
        ({"surface": "sand", "wheelchair": "yes"}, 0),
        ({"wheelchair": "no"}, Feature.UNFIT),
        ({"incline": "12%"}, Feature.UNFIT),
        ({"incline": "-12 %"}, Feature.UNFIT),
        ({"incline": "5%"}, 0),
        ({"incline": "up"}, 0),
        ({"width": "0.6"}, Feature.UNFIT),
        ({"width": "2 m"}, 0),
        ({"width": "narrow"}, 0),
    ],
)
def test_features_of_ways(said: dict[str, str], feature: int) -> None:
    assert way(**said).features == feature


@pytest.mark.parametrize(
    ("said", "features"),
    [
        ({"barrier": "gate", "locked": "yes"}, Feature.LOCKED),
        ({"barrier": "gate", "access": "private"}, Feature.LOCKED),
        ({"barrier": "lift_gate", "access": "private", "foot": "yes"}, 0),
        ({"barrier": "gate", "foot": "no"}, Feature.LOCKED),
        ({"barrier": "wall"}, Feature.LOCKED),
        ({"barrier": "gate"}, 0),
        ({"barrier": "bollard"}, 0),
        ({"barrier": "stile"}, Feature.OBSTACLE),
        ({"barrier": "kerb", "kerb": "raised"}, Feature.KERB),
        ({"kerb": "lowered"}, 0),
        ({"kerb": "raised", "kerb__height": "0.02"}, 0),
        ({"kerb__height": "0.1"}, Feature.KERB),
    ],
)
def test_features_of_nodes(said: dict[str, str], features: int) -> None:
    rule = node(**said)
    assert (rule.features if rule else 0) == features


def test_waits() -> None:
    assert node(highway="crossing").wait == Wait.CROSSING
    assert node(highway="crossing", crossing="traffic_signals").wait == Wait.SIGNALS
    assert node(highway="traffic_signals").is_signal
    assert node(highway="elevator").wait == Wait.LIFT
    assert node(highway="bus_stop") is None
    assert way(footway="crossing").wait == Wait.CROSSING
    assert way(footway="crossing", crossing="traffic_signals").wait == Wait.SIGNALS
    assert way(footway="sidewalk").wait == Wait.NONE


def test_what_one_walks_on() -> None:
    assert way(footway="crossing").kind == Kind.CROSSING
    assert way(highway="steps").kind == Kind.STEPS
    assert way(highway="corridor").kind == Kind.INDOORS
    assert way(highway="living_street").kind == Kind.STREET


@pytest.mark.parametrize(
    ("said", "layer"),
    [
        ({"bridge": "yes"}, 1),
        ({"tunnel": "yes"}, -1),
        ({"tunnel": "building_passage"}, 0),
        ({"layer": "-3"}, -3),
        ({"layer": "2", "bridge": "viaduct"}, 2),
        ({"layer": "up"}, 0),
        ({"layer": "99"}, 9),
    ],
)
def test_layers(said: dict[str, str], layer: int) -> None:
    assert way(**said).layer == layer


def test_one_way_on_foot_is_said_of_feet() -> None:
    assert way(oneway="yes").direction == Direction.BOTH
    assert way(oneway__foot="yes").direction == Direction.FORWARD
    assert way(oneway__foot="-1").direction == Direction.BACKWARD
    assert way(highway="steps", conveying="forward").direction == Direction.FORWARD


def test_the_keys_that_decide_are_all_that_a_way_is_asked_for() -> None:
    class Watched(dict):
        asked: set[str] = set()

        def get(self, key, default=None):
            self.asked.add(key)
            return super().get(key, default)

    for highway in (*tags.WALKED, *tags.WALKED_IF_ALLOWED):
        walked_way(Watched(highway=highway))
        walked_way(Watched(highway=highway, footway="crossing", foot="yes"))
    assert Watched.asked <= tags.WAY_KEYS
