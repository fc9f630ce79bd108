"""Walking times and snapping against an oracle that knows the exported tables alone: no difference at all."""

import random
from pathlib import Path

import numpy as np
import pytest

from yizhan.kernel.api import geo
from yizhan.streets.api import Network, Placed, Snap, ends_of, export_csv, network
from yizhan.streets.queries import network as walked
from yizhan.streets.testing import bring_in, grid_city
from yizhan.streets.tests.conftest import real_file
from yizhan.streets.tests.oracle import FAR, Tables

pytestmark = pytest.mark.django_db
PROFILES = ("adult", "elder", "wheels")


def points(streets: Network, count: int, seed: int) -> list[geo.Point]:
    """Near streets: a node, and up to some ninety metres beside it."""
    chance = random.Random(seed)
    lon, lat = streets.arrays["lon"], streets.arrays["lat"]
    found = []
    for _ in range(count):
        node = chance.randrange(streets.nodes)
        beside = (chance.uniform(-6000, 6000), chance.uniform(-6000, 6000))
        found.append(geo.Point((int(lon[node]) + beside[0]) / 1e7, (int(lat[node]) + beside[1]) / 1e7, geo.Datum.WGS84))
    return found


def snapped(streets: Network, wanted: list[geo.Point], profile: str) -> list[Snap]:
    found = (streets.find_snap(point, profile) for point in wanted)
    return [snap for snap in found if snap is not None]


def expected(tables: Tables, found: dict[int, int], here: Snap, there: Snap, limit: int) -> int:
    """What the oracle says of a pair: through the ends of the place's edge; along a common edge by hand."""
    best = min((found.get(node, FAR) + ds for node, ds in ends_of(there)), default=FAR)
    if here.edge == there.edge and here.along == there.along:
        best = min(best, here.walk_ds + there.walk_ds)
    return best if best <= limit else -1


def differences(streets: Network, tables: Tables, origins: int, limit_s: int) -> tuple[int, int]:
    """(pairs compared, pairs that differ), nodes and places, all profiles."""
    compared = differing = 0
    for profile in PROFILES:
        homes = snapped(streets, points(streets, origins, 7), profile)
        places = Placed.of(snapped(streets, points(streets, 400, 8), profile))
        for home in homes:
            walk = streets.walk(home, limit_s=limit_s)
            starts = list(zip(home.leaving.nodes, home.leaving.ds, strict=True))
            found = tables.from_starts(starts, profile, limit_s * 10)
            reached = np.flatnonzero(walk.ds <= limit_s * 10)
            differing += {int(n): int(walk.ds[n]) for n in reached} != found
            others = [i for i, place in enumerate(places.snaps) if place.edge != home.edge or place.along == home.along]
            told = walk.to_many(places)
            wrong = [i for i in others if told[i] != expected(tables, found, home, places.snaps[i], limit_s * 10)]
            compared, differing = compared + len(others) + 1, differing + len(wrong)
    return compared, differing


def test_a_generated_city(city: Network, tmp_path: Path) -> None:
    export_csv(city.site.name, tmp_path)
    compared, differing = differences(city, Tables(tmp_path), 60, 900)
    assert compared > 50_000
    assert differing == 0


@pytest.mark.parametrize(("name", "origins"), [("nanjing_xinjiekou_2021", 100), ("helsinki_kamppi_2019", 300)])
def test_a_real_file(name: str, origins: int, tmp_path: Path) -> None:
    streets = network(bring_in(real_file(name), name))
    export_csv(name, tmp_path)
    compared, differing = differences(streets, Tables(tmp_path), origins, 900)
    assert compared > origins * 900
    assert differing == 0


@pytest.mark.slow
def test_a_whole_region(tmp_path: Path) -> None:
    streets = network(bring_in(real_file("heidelberg_2024"), "heidelberg"))
    export_csv("heidelberg", tmp_path)
    assert differences(streets, Tables(tmp_path), 300, 900)[1] == 0


@pytest.mark.parametrize("profile", PROFILES)
def test_the_nearest_outlet_of_every_node(city: Network, tmp_path: Path, profile: str) -> None:
    export_csv(city.site.name, tmp_path)
    tables = Tables(tmp_path)
    outlets = snapped(city, points(city, 25, 3), profile)
    nearest = city.nearest(outlets, profile)
    for node in random.Random(4).sample(range(city.nodes), 60):
        found = tables.from_starts([(node, 0)], profile, FAR)
        each = [min((found.get(n, FAR) + ds for n, ds in ends_of(outlet)), default=FAR) for outlet in outlets]
        assert nearest.ds[node] == (min(each) if min(each) < FAR else -1)
        if nearest.ds[node] >= 0:
            assert nearest.outlet[node] == each.index(min(each))


def test_the_nearest_of_a_home_equals_the_best_of_all_its_walks(city: Network) -> None:
    homes = snapped(city, points(city, 200, 5), "elder")
    outlets = snapped(city, points(city, 40, 6), "elder")
    outlets += snapped(city, [geo.Point(homes[0].lon, homes[0].lat, geo.Datum.WGS84)], "elder")
    outlets += outlets[:20]  # two at one door: the first of them is named
    ds, which = city.nearest(outlets, "elder").from_many(Placed.of(homes))
    for i, home in enumerate(homes):
        told = city.walk(home, limit_s=36_000).to_many(Placed.of(outlets))
        reached = told[told >= 0]
        assert ds[i] == (reached.min() if len(reached) else -1)
        assert which[i] == (-1 if ds[i] < 0 else int(np.flatnonzero(told == ds[i])[0]))


@pytest.mark.parametrize("profile", PROFILES)
def test_snapping_equals_brute_force(city: Network, tmp_path: Path, profile: str) -> None:
    export_csv(city.site.name, tmp_path)
    compare_snapping(city, Tables(tmp_path), profile, 120)


@pytest.mark.parametrize("profile", PROFILES)
def test_snapping_on_a_real_file(tmp_path: Path, profile: str) -> None:
    streets = network(bring_in(real_file("helsinki_kamppi_2019"), "helsinki"))
    export_csv("helsinki", tmp_path)
    compare_snapping(streets, Tables(tmp_path), profile, 60)


def compare_snapping(streets: Network, tables: Tables, profile: str, count: int) -> None:
    chance = random.Random(9)
    west, south, east, north = streets.site.west, streets.site.south, streets.site.east, streets.site.north
    for _ in range(count):
        point = geo.Point(
            chance.uniform(west - 0.004, east + 0.004), chance.uniform(south - 0.004, north + 0.004), geo.Datum.WGS84
        )
        best = tables.nearest_m(point.lon, point.lat, profile)
        snap = streets.find_snap(point, profile, limit_m=400)
        if best > 400:
            assert snap is None
        else:
            assert snap is not None
            assert snap.snapped_m == pytest.approx(best, abs=1e-5)


def test_more_outlets_than_spare_places(city: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    outlets = snapped(city, points(city, 90, 11), "adult")
    whole = city.nearest(outlets, "adult")
    with city._searching("adult", back=True) as rows:
        monkeypatch.setattr(rows, "spare", 7)
    parts = city.nearest(outlets, "adult")
    assert np.array_equal(whole.ds, parts.ds)
    assert np.array_equal(whole.outlet, parts.outlet)


def assert_contracted_agrees(streets: Network, monkeypatch: pytest.MonkeyPatch, profile: str, count: int) -> None:
    outlets = Placed.of(snapped(streets, points(streets, count, 13), profile))
    for limit_s in (None, 1500.0):
        monkeypatch.setattr(walked, "WORTH_CONTRACTING", 10**9)
        plain = streets.nearest(outlets, profile, limit_s=limit_s)
        monkeypatch.setattr(walked, "WORTH_CONTRACTING", 0)
        wide = streets.nearest(outlets, profile, limit_s=limit_s)
        assert (plain.ds >= 0).mean() > 0.2
        assert np.array_equal(plain.ds, wide.ds)
        assert np.array_equal(plain.outlet, wide.outlet)
    assert profile in streets._contracted


@pytest.mark.parametrize("profile", PROFILES)
def test_a_search_of_the_whole_network_agrees_with_one_that_takes_every_step(
    city: Network, monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    assert_contracted_agrees(city, monkeypatch, profile, 40)


@pytest.mark.parametrize("profile", PROFILES)
def test_so_it_does_on_a_real_file(monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    streets = network(bring_in(real_file("helsinki_kamppi_2019"), "helsinki"))
    assert_contracted_agrees(streets, monkeypatch, profile, 120)


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_so_it_does_in_a_whole_region(monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    streets = network(bring_in(real_file("heidelberg_2024"), "heidelberg"))
    assert_contracted_agrees(streets, monkeypatch, profile, 300)


def test_more_outlets_than_spare_places_of_the_whole_network(city: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walked, "WORTH_CONTRACTING", 0)
    outlets = snapped(city, points(city, 90, 11), "adult")
    whole = city.nearest(outlets, "adult")
    monkeypatch.setattr(city._contracted["adult"], "spare", 7)
    parts = city.nearest(outlets, "adult")
    assert np.array_equal(whole.ds, parts.ds)
    assert np.array_equal(whole.outlet, parts.outlet)


@pytest.mark.parametrize("bytes_left", [0, 40, 5000])
def test_a_contracted_copy_that_was_cut_off_is_made_again(
    city: Network, monkeypatch: pytest.MonkeyPatch, cache_folder: Path, bytes_left: int
) -> None:
    monkeypatch.setattr(walked, "WORTH_CONTRACTING", 0)
    outlets = snapped(city, points(city, 20, 17), "elder")
    whole = city.nearest(outlets, "elder")
    [copy] = cache_folder.glob(f"{city.site.digest}-elder.*")
    copy.write_bytes(copy.read_bytes()[:bytes_left])
    assert np.array_equal(Network(city.site, city.arrays).nearest(outlets, "elder").ds, whole.ds)


def test_a_limit_leaves_out_what_is_farther(city: Network) -> None:
    homes, outlets = (Placed.of(snapped(city, points(city, count, count), "elder")) for count in (300, 12))
    whole, _which = city.nearest(outlets, "elder").from_many(homes)
    near, _which = city.nearest(outlets.take(np.arange(12)), "elder", limit_s=300).from_many(homes)
    assert np.array_equal(near, np.where(whole <= 3000, whole, -1))
    assert (near >= 0).any()
    assert (near < 0).any()


def test_two_imports_of_a_grid_agree_on_every_array(tmp_path: Path) -> None:
    path = grid_city(tmp_path / "twice.osm.pbf", 12)
    first, second = bring_in(path, "one"), bring_in(path, "two")
    assert first.network_hash == second.network_hash
    assert first.digest == second.digest
