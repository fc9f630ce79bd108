"""Walking times and snapping against the exported tables: no difference at all."""

import random
from pathlib import Path

import pytest

from yizhan.kernel.api import geo
from yizhan.places.testing import AT
from yizhan.reach.api import circle_from, export_tables, standing
from yizhan.reach.tests.oracle import FAR, Tables
from yizhan.streets import api as streets

pytestmark = pytest.mark.django_db
PROFILES = ("adult", "elder", "wheels")
LIMIT_DS = 9000


@pytest.fixture
def tables(helsinki: streets.SiteView, tmp_path: Path) -> Tables:
    export_tables("helsinki", tmp_path, on=AT.date())
    return Tables(tmp_path)


def origins(site: streets.SiteView, count: int) -> list[geo.Point]:
    chance = random.Random(11)
    sides = (site.west, site.east), (site.south, site.north)
    return [geo.Point(*(round(chance.uniform(*side), 7) for side in sides), geo.Datum.WGS84) for _ in range(count)]


def differences(site: streets.SiteView, tables: Tables, count: int) -> tuple[int, int]:
    """(pairs of origin and place that were compared, pairs that differ)."""
    compared = differing = 0
    for profile in PROFILES:
        made = standing(site, profile, on=AT.date())
        where = [(one.entrance_lon, one.entrance_lat) for one in made.outlets]
        placed = [tables.snap(lon, lat, profile) for lon, lat in where]
        for point in origins(site, count):
            here = tables.snap(point.lon, point.lat, profile)
            if here is None:
                continue
            told = {
                one.number: one.ds for one in circle_from(point, minutes=15, profile=profile, at=AT, site=site).within
            }
            found = tables.from_point(tables.leaving(here, profile), profile, LIMIT_DS)
            for number, (outlet, there) in enumerate(zip(made.outlets, placed, strict=True)):
                ends = tables.places[profile, str(outlet.outlet_id)]
                best = min((found[node] + ds for node, ds in ends), default=FAR)
                best = min(best, tables.along_ds(here, there, profile) if there else FAR)
                differing += told.get(number, -1) != (best if best <= LIMIT_DS else -1)
                compared += 1
    return compared, differing


def test_walking_times_from_every_side(helsinki: streets.SiteView, tables: Tables) -> None:
    compared, differing = differences(helsinki, tables, 40)
    assert compared > 40_000
    assert differing == 0


@pytest.mark.slow
def test_a_thousand_origins_to_all_places_for_all_profiles(helsinki: streets.SiteView, tables: Tables) -> None:
    compared, differing = differences(helsinki, tables, 1000)
    assert compared > 1_000_000
    assert differing == 0


@pytest.mark.parametrize("profile", PROFILES)
def test_the_ends_of_every_place_by_brute_force(helsinki: streets.SiteView, tables: Tables, profile: str) -> None:
    made = standing(helsinki, profile, on=AT.date())
    assert len(made.outlets) > 500
    for outlet in made.outlets:
        snaps = tables.snaps(outlet.entrance_lon, outlet.entrance_lat, profile)
        expected = [sorted(tables.arriving(snap, profile)) for snap in snaps] or [[]]
        assert sorted(tables.places[profile, str(outlet.outlet_id)]) in expected
