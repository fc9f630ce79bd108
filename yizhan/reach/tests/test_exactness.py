"""Walking times, snapping and coverage against the exported tables: no difference at all, on three regions."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from yizhan.kernel.api import Actor, geo
from yizhan.places.testing import AT
from yizhan.reach.api import circle_from, count_anew, export_tables, standing
from yizhan.reach.models import Home
from yizhan.reach.queries import coverage
from yizhan.reach.queries.standing import Standing
from yizhan.reach.rules.coverage import HomeTime, figure_of
from yizhan.reach.tests.oracle import FAR, Tables
from yizhan.reach.tests.regions import bring_region, points_of
from yizhan.streets import api as streets
from yizhan.territory.testing import make_building, make_compound

pytestmark = pytest.mark.django_db
PROFILES = ("adult", "elder", "wheels")
XINZHU, WANLI = "450103001005", "450107006010"
QUARTER_DS, HOUR_DS = 9000, 36_000
BATCH = 50
REGIONS = [
    "nanjing",
    pytest.param("helsinki", marks=pytest.mark.slow),
    pytest.param("heidelberg", marks=pytest.mark.slow),
]
Snap = tuple[int, float, int]


@pytest.fixture
def tables(region: streets.SiteView, tmp_path: Path) -> Tables:
    export_tables(region.name, tmp_path, on=AT.date())
    return Tables(tmp_path)


@pytest.fixture
def region(request: pytest.FixtureRequest, db: None) -> streets.SiteView:
    return bring_region(request.param)


class Oracle:
    """How long one profile walks to each outlet, from the tables and the outlets' positions alone."""

    def __init__(self, tables: Tables, made: Standing, profile: str) -> None:
        self.tables, self.profile = tables, profile
        self.snaps = [tables.snap(one.entrance_lon, one.entrance_lat, profile) for one in made.outlets]
        self.nodes = np.zeros((len(self.snaps), 2), dtype=int)
        self.rest = np.full((len(self.snaps), 2), FAR)
        self.on_edge: dict[int, list[int]] = defaultdict(list)
        for number, outlet in enumerate(made.outlets):
            for end, (node, ds) in enumerate(tables.places[profile, str(outlet.outlet_id)]):
                self.nodes[number, end], self.rest[number, end] = node, ds
        for number, snap in enumerate(self.snaps):
            if snap is not None:
                self.on_edge[snap[0]].append(number)

    def times(self, points: list[geo.Point], limit: int) -> Iterator[tuple[geo.Point, Snap | None, np.ndarray]]:  # type: ignore[type-arg]
        """For each point where it snaps to, and deciseconds to every outlet, -1 beyond the limit."""
        for begin in range(0, len(points), BATCH):
            some = points[begin : begin + BATCH]
            snaps = [self.tables.snap(point.lon, point.lat, self.profile) for point in some]
            starts = [self.tables.leaving(snap, self.profile) if snap else [] for snap in snaps]
            found = self.tables.from_points(starts, self.profile, limit)
            for point, here, ds in zip(some, snaps, found, strict=True):
                best = (ds[self.nodes] + self.rest).min(axis=1)
                for number in self.on_edge[here[0]] if here else ():
                    there = self.snaps[number]
                    assert here is not None
                    assert there is not None
                    best[number] = min(best[number], self.tables.along_ds(here, there, self.profile))
                yield point, here, np.where(best <= limit, best, -1).astype(int)


def differences(site: streets.SiteView, tables: Tables, points: list[geo.Point]) -> tuple[int, int]:
    """(pairs of origin and place that were compared, what differs: times, and points that snap otherwise)."""
    compared = differing = 0
    for profile in PROFILES:
        made = standing(site, profile, on=AT.date())
        for point, here, expected in Oracle(tables, made, profile).times(points, QUARTER_DS):
            try:
                circle = circle_from(point, minutes=15, profile=profile, at=AT, site=site)
            except streets.TooFarFromStreet:
                differing += here is not None
                continue
            told = np.full(len(made.outlets), -1)
            for one in circle.within:
                told[one.number] = one.ds
            compared += len(told)
            differing += here is None or circle.walk.origin.walk_ds != here[2]
            differing += int((told != expected).sum())
    return compared, differing


@pytest.mark.parametrize("region", REGIONS, indirect=True)
def test_a_thousand_origins_to_all_places_for_all_profiles(region: streets.SiteView, tables: Tables) -> None:
    points = points_of(streets.network(region), 1400, 11)
    near = [point for point in points if tables.snap(point.lon, point.lat, "wheels") is not None]
    far = [point for point in points if tables.snap(point.lon, point.lat, "adult") is None]
    assert len(near) >= 1000
    compared, differing = differences(region, tables, near[:1000] + far[:20])
    assert compared >= 3000 * len(standing(region, "adult", on=AT.date()).outlets)
    assert differing == 0


def test_walking_times_from_some_points(helsinki: streets.SiteView, tmp_path: Path) -> None:
    export_tables("helsinki", tmp_path, on=AT.date())
    compared, differing = differences(helsinki, Tables(tmp_path), points_of(streets.network(helsinki), 40, 12))
    assert compared > 40_000
    assert differing == 0


@pytest.mark.parametrize("region", REGIONS, indirect=True)
def test_the_ends_of_every_place_by_brute_force(region: streets.SiteView, tables: Tables) -> None:
    for profile in PROFILES:
        made = standing(region, profile, on=AT.date())
        assert len(made.outlets) > 200
        for outlet in made.outlets:
            snaps = tables.snaps(outlet.entrance_lon, outlet.entrance_lat, profile)
            expected = [sorted(tables.arriving(snap, profile)) for snap in snaps] or [[]]
            assert sorted(tables.places[profile, str(outlet.outlet_id)]) in expected


@pytest.mark.parametrize("region", REGIONS, indirect=True)
def test_coverage_of_homes_by_every_pair_of_home_and_outlet(region: streets.SiteView, tables: Tables) -> None:
    _make_homes(region)
    count_anew(site=region.name, actor=Actor.system("reach.test"), at=AT)
    homes = list(Home.objects.filter(site=region.name).order_by("id"))
    points = [geo.Point(home.lon, home.lat, geo.Datum.WGS84) for home in homes]
    assert len(homes) > 80  # one or the other lies outside
    for profile in PROFILES:
        made = standing(region, profile, on=AT.date())
        categories = sorted({one.category for one in made.outlets})
        reached = [ds for _point, _here, ds in Oracle(tables, made, profile).times(points, HOUR_DS)]
        told = coverage.figures(region, profile=profile, limits=dict.fromkeys(categories, Decimal(15)))
        for category in categories:
            numbers = made.numbers_of([category])
            nearest = [min((int(one) for one in ds[numbers] if one >= 0), default=None) for ds in reached]
            for community in (XINZHU, WANLI):
                counted = [
                    HomeTime(home.dwellings, home.is_sample, ds)
                    for home, ds in zip(homes, nearest, strict=True)
                    if home.community == community
                ]
                assert told[community][category] == figure_of(counted, Decimal(15))


def _make_homes(site: streets.SiteView) -> None:
    points = points_of(streets.network(site), 90, 31)
    for community, some in ((XINZHU, points[:60]), (WANLI, points[60:])):
        compound = make_compound(community)
        for number, point in enumerate(some):
            make_building(compound, f"{number}栋", doors=number % 7 + 1, lon=point.lon, lat=point.lat)
