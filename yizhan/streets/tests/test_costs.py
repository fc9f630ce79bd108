"""The rounding rule, against arithmetic in fractions."""

from datetime import date
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.streets.queries.profiles import UnknownProfile, profile_of, profile_sets, profiles_on, title_of
from yizhan.streets.rules.geometry import lengths_cm
from yizhan.streets.rules.profiles import in_force, read_profiles
from yizhan.streets.rules.snapping import share
from yizhan.streets.rules.tags import Feature

NOW = profiles_on(date(2026, 11, 24))


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


@given(st.integers(0, 5_000_000), st.sampled_from(["adult", "elder", "wheels"]), st.integers(0, 15))
def test_a_stretch_costs_what_fractions_say(cm: int, name: str, features: int) -> None:
    profile = NOW.find(name)
    percent = max([100, *(p for f, p in profile.percent.items() if features & Feature[f.upper()])])
    wanted = max(1, half_up(Fraction(cm * 600 * percent, 100 * profile.speed_cm_per_min)))
    assert profile.stretch_ds(np.array([cm]), np.array([features])).tolist() == [wanted]


def test_fifteen_minutes_are_1200_metres_for_an_adult_and_720_for_an_elder() -> None:
    assert NOW.find("adult").walk_ds(1200) == 9000
    assert NOW.find("elder").walk_ds(720) == 9000
    assert NOW.find("wheels").walk_ds(79) == 1000


def test_an_edge_costs_at_least_one_and_a_walk_may_cost_nothing() -> None:
    assert NOW.find("adult").stretch_ds(np.array([0, 1]), np.array([0, 0])).tolist() == [1, 1]
    assert NOW.find("adult").walk_ds(0.004) == 0


@given(st.integers(1, 100_000), st.floats(0, 1))
def test_a_part_of_an_edge_never_costs_more_than_the_whole(ds: int, part: float) -> None:
    assert 0 <= share(ds, part) <= ds


def test_halves_and_quarters_of_waits_are_whole() -> None:
    for profiles in profile_sets():
        for profile in profiles.profiles:
            assert {ds % 4 for ds in profile.waits_ds.values()} == {0}


def test_every_profile_names_its_source() -> None:
    for profiles in profile_sets():
        assert [p.name for p in profiles.profiles] == ["adult", "elder", "wheels"]
        assert all(len(p.source) > 20 and title_of(p.name) == p.title for p in profiles.profiles)


def test_the_version_of_the_day_is_in_force() -> None:
    def version(day: date, speed: int):
        one = {"title": "x", "source": "y", "speed_cm_per_min": speed, "percent": {}, "closed": [], "waits_s": {}}
        return {"from": day, "profiles": {"adult": one}}

    known = read_profiles({"versions": [version(date(2027, 5, 1), 2), version(date(2026, 1, 1), 1)]})
    assert [in_force(known, day).profiles[0].speed_cm_per_min for day in DAYS] == [1, 1, 1, 2]
    assert known[0].digest != known[1].digest


DAYS = (date(2020, 1, 1), date(2026, 1, 1), date(2027, 4, 30), date(2027, 5, 1))


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(UnknownProfile):
        profile_of(NOW, "runner")


def test_a_degree_of_latitude_is_111_195_metres() -> None:
    zero, one = np.array([0]), np.array([10_000_000])
    assert lengths_cm(zero, zero, zero, one).tolist() == [11_119_508]
    assert lengths_cm(zero, zero, zero, zero).tolist() == [0]
