"""Datums: the published vectors, there and back, and where nothing is shifted."""

import random

import pytest

from yizhan.kernel.api import geo
from yizhan.kernel.geo import Datum, Point

# Computed with the package eviltransform 0.1.1: WGS84 → GCJ-02, as (lat, lon).
VECTORS = [
    ((22.8170, 108.3665), (22.814314, 108.370572)),
    ((22.8167, 108.3133), (22.813920, 108.317276)),
]


def near(point: Point, lat: float, lon: float, *, within: float = 1.5e-6) -> bool:
    return abs(point.lat - lat) < within and abs(point.lon - lon) < within


@pytest.mark.parametrize(("wgs", "gcj"), VECTORS)
def test_wgs84_and_gcj02_are_converted_both_ways(wgs, gcj) -> None:
    assert near(Point(wgs[1], wgs[0], Datum.WGS84).to(Datum.GCJ02), *gcj)
    assert near(Point(gcj[1], gcj[0], Datum.GCJ02).wgs84, *wgs)


def test_baidu_stands_on_gcj02() -> None:
    here = Point(108.3665, 22.8170, Datum.WGS84)
    assert near(here.to(Datum.BD09), 22.820593, 108.377027)
    assert near(Point(108.377027, 22.820593, Datum.BD09).wgs84, 22.8170, 108.3665, within=3e-6)


def test_the_offset_in_nanning_is_half_a_kilometre() -> None:
    here = Point(108.3665, 22.8170, Datum.WGS84)
    shifted = here.to(Datum.GCJ02)
    assert 510 < geo.haversine_m(here.lon, here.lat, shifted.lon, shifted.lat) < 516


def test_there_and_back_is_within_a_millimetre() -> None:
    chance = random.Random(20260729)
    for _ in range(2000):
        here = Point(chance.uniform(98, 122), chance.uniform(23, 42), Datum.WGS84)
        for datum in (Datum.GCJ02, Datum.BD09):
            assert geo.distance_m(here.to(datum).wgs84, here) < 0.001


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (103.85, 1.29),
        (105.85, 21.03),
        (114.17, 22.30),
        (113.55, 22.19),
        (121.52, 25.03),
        (24.94, 60.17),
        (126.98, 37.57),
    ],
    ids=["Singapore", "Hanoi", "Hong Kong", "Macao", "Taipei", "Helsinki", "Seoul"],
)
def test_gcj02_shifts_nothing_outside(lon: float, lat: float) -> None:
    assert Point(lon, lat, Datum.WGS84).to(Datum.GCJ02) == Point(lon, lat, Datum.GCJ02)


@pytest.mark.parametrize(("lon", "lat"), [(107.97, 21.55), (106.75, 22.10), (109.12, 21.48), (114.06, 22.54)])
def test_it_shifts_in_the_border_towns_of_guangxi_and_in_shenzhen(lon: float, lat: float) -> None:
    assert geo.is_shifted(lon, lat)


@pytest.mark.parametrize(("typed", "datum"), [("GCJ-02", "gcj02"), (" wgs84 ", "wgs84"), ("BD_09", "bd09")])
def test_a_datum_is_read_as_people_write_it(typed: str, datum: str) -> None:
    assert geo.read_datum(typed) == datum


@pytest.mark.parametrize("typed", ["", "cgcs", "mars"])
def test_an_unknown_datum_is_refused(typed: str) -> None:
    with pytest.raises(geo.UnknownDatum):
        geo.read_datum(typed)


@pytest.mark.parametrize(("lon", "lat"), [(22.8, 108.3), (181, 0), (float("nan"), 1), (float("inf"), 1)])
def test_a_point_off_the_earth_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(geo.PointOutOfRange):
        Point(lon, lat, Datum.WGS84)


def test_two_datums_are_not_compared() -> None:
    with pytest.raises(geo.MixedDatums):
        geo.distance_m(Point(108, 22, Datum.WGS84), Point(108, 22, Datum.GCJ02))
