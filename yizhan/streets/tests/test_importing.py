"""Files become networks and are switched to at once, or are refused and change nothing."""

import zlib
from pathlib import Path

import numpy as np
import psycopg
import pytest
from django.db import transaction

from yizhan.kernel.api import geo
from yizhan.kernel.testing import facts_published
from yizhan.streets.api import FileNotTaken, SiteNameNotTaken, SiteNotFound, get_site, network, site_covering, sites
from yizhan.streets.models import NetworkPiece, NetworkVersion, Site
from yizhan.streets.queries import files
from yizhan.streets.queries.network import _mapped
from yizhan.streets.testing import Sketch, bring_in, grid_city
from yizhan.streets.tests.conftest import REAL, real_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return grid_city(tmp_path / "small.osm.pbf", 12)


def refused(path: Path, name: str = "test", **options: object) -> str:
    with pytest.raises(FileNotTaken) as caught:
        bring_in(path, name, **options)
    return caught.value.text


class TestSwitching:
    def test_a_file_becomes_the_first_version(self, small: Path) -> None:
        site = bring_in(small)
        assert (site.version, site.is_sample) == (1, False)
        assert site.nodes == len(network(site).arrays["lon"])
        assert get_site("test") == site == sites()[0]

    def test_importing_again_makes_the_next_version_and_keeps_two(self, small: Path, tmp_path: Path) -> None:
        first = bring_in(small)
        second = bring_in(grid_city(tmp_path / "b.osm.pbf", 13))
        third = bring_in(small)
        assert [s.version for s in (first, second, third)] == [1, 2, 3]
        assert first.network_hash == third.network_hash != second.network_hash
        kept = NetworkPiece.objects.values_list("version__number", flat=True).distinct()
        assert set(kept) == {2, 3}
        assert NetworkVersion.objects.count() == 3

    def test_it_is_told_and_written_down(self, small: Path) -> None:
        site = bring_in(small)
        (fact,) = facts_published("streets.NetworkSwitched")
        assert fact.payload["network_hash"] == site.network_hash
        assert fact.subject_id == str(site.id)

    def test_a_fault_in_the_middle_leaves_the_old_version(self, small: Path, tmp_path: Path, monkeypatch) -> None:
        before = bring_in(small)
        monkeypatch.setattr("yizhan.streets.services.importing.publish", lambda _fact: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            bring_in(grid_city(tmp_path / "b.osm.pbf", 13))
        assert get_site("test") == before

    @pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 41, "a/b", "a\n"])
    def test_a_name_that_is_none_is_refused(self, small: Path, name: str) -> None:
        with pytest.raises(SiteNameNotTaken):
            bring_in(small, name)

    def test_a_chinese_name_is_one(self, small: Path) -> None:
        assert bring_in(small, "南宁-江南").name == "南宁-江南"

    def test_an_unknown_site_is_said(self) -> None:
        with pytest.raises(SiteNotFound):
            get_site("nowhere")

    def test_the_newest_site_that_covers_a_point(self, small: Path, tmp_path: Path) -> None:
        bring_in(small, "one")
        two = bring_in(grid_city(tmp_path / "b.osm.pbf", 20), "two", at=two_later())
        here = Sketch().point(400, 400)
        assert site_covering(here) == two
        assert site_covering(here.to(geo.Datum.GCJ02)) == two


def two_later():
    from datetime import timedelta

    from yizhan.streets.testing import AT

    return AT + timedelta(days=2)


class TestRefused:
    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty.osm.pbf").touch()
        assert "空" in refused(tmp_path / "empty.osm.pbf")
        assert not Site.objects.exists()

    def test_a_web_page_with_the_name_of_a_pbf(self, tmp_path: Path) -> None:
        path = tmp_path / "page.osm.pbf"
        path.write_text("<!doctype html><html><body>404 Not Found</body></html>")
        assert "PBF" in refused(path)

    @pytest.mark.parametrize("share", [0.0001, 0.01, 0.3, 0.5, 0.9, 0.9999])
    def test_a_file_that_ends_early_and_the_old_version_stays(self, tmp_path: Path, share: float) -> None:
        whole = real_file("nanjing_xinjiekou_2021")
        before = bring_in(whole)
        data = whole.read_bytes()
        cut = tmp_path / "cut.osm.pbf"
        cut.write_bytes(data[: max(1, int(len(data) * share))])
        assert "没有下载完整" in refused(cut)
        assert get_site("test") == before

    def test_a_file_that_ends_between_two_blocks_is_found_too_small(self, tmp_path: Path) -> None:
        whole = real_file("helsinki_kamppi_2019")
        bring_in(whole)
        ends = list(block_ends(whole.read_bytes()))
        cut = tmp_path / "cut.osm.pbf"
        for end in ends[:-2]:
            cut.write_bytes(whole.read_bytes()[:end])
            assert refused(cut)

    def test_a_damaged_block(self, tmp_path: Path) -> None:
        data = bytearray(real_file("nanjing_xinjiekou_2021").read_bytes())
        for i in range(5000, 5400):
            data[i] ^= 0x5A
        path = tmp_path / "damaged.osm.pbf"
        path.write_bytes(data)
        assert "坏" in refused(path)

    def test_noise(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.osm.pbf"
        path.write_bytes(np.random.default_rng(1).bytes(50_000))
        assert refused(path)

    def test_a_file_without_anything_to_walk_on(self, tmp_path: Path) -> None:
        sketch = Sketch().node("a", 0, 0).node("b", 100, 0).way("a b", highway="motorway")
        assert "没有一条能步行" in refused(sketch.write(tmp_path / "motorway.osm.pbf"))

    def test_a_file_without_its_nodes(self, tmp_path: Path) -> None:
        sketch = Sketch().node("a", 0, 0).node("b", 100, 0).way("a b").way("x yy zzz").way("p qq rrr")
        assert "节点" in refused(sketch.write(tmp_path / "nodes.osm.pbf"))

    def test_a_network_of_half_the_size_unless_it_is_meant(self, small: Path, tmp_path: Path) -> None:
        bring_in(small)
        less = grid_city(tmp_path / "less.osm.pbf", 7)
        assert "不到" in refused(less)
        assert bring_in(less, may_shrink=True).version == 2


def block_ends(data: bytes):
    from yizhan.streets.services.reading import _head_fields

    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        at += 4 + length + _head_fields(data[at + 4 : at + 4 + length])[1]
        yield at


class TestSameFile:
    @pytest.mark.parametrize("name", REAL[:2])
    def test_it_gives_the_same_hash(self, name: str) -> None:
        assert bring_in(real_file(name), "a").network_hash == bring_in(real_file(name), "b").network_hash

    def test_another_profile_gives_another_hash(self, small: Path, monkeypatch) -> None:
        from dataclasses import replace

        from yizhan.streets.queries.profiles import profile_sets

        before = bring_in(small).network_hash
        (now,) = profile_sets()
        slower = replace(now, profiles=(replace(now.profiles[0], speed_cm_per_min=7999), *now.profiles[1:]))
        monkeypatch.setattr("yizhan.streets.services.importing.profiles_on", lambda _day: slower)
        assert bring_in(small).network_hash != before

    def test_a_file_in_another_datum_lands_on_the_same_place(self, tmp_path: Path) -> None:
        west, south = 108.3665, 22.8170
        shifted = geo.Point(west, south, geo.Datum.WGS84).to(geo.Datum.GCJ02)
        plain = Sketch().node("a", 0, 0).node("b", 90, 0).way("a b")
        moved = Sketch(origin=(shifted.lon, shifted.lat)).node("a", 0, 0).node("b", 90, 0).way("a b")
        one = network(bring_in(plain.write(tmp_path / "a.osm.pbf"), "a")).arrays
        two = network(bring_in(moved.write(tmp_path / "b.osm.pbf"), "b", datum=geo.Datum.GCJ02)).arrays
        metre = 100  # units of 1e-7 degree, nearly; the shift itself differs a little ninety metres on
        assert abs(np.sort(one["lon"]) - np.sort(two["lon"])).max() < metre
        assert abs(np.sort(one["lat"]) - np.sort(two["lat"])).max() < metre


class TestTheFile:
    def test_it_is_fetched_again_from_the_database(self, small: Path) -> None:
        site = bring_in(small)
        kept = {name: array.copy() for name, array in network(site).arrays.items()}
        files.path_of(site.digest).unlink()
        _mapped.cache_clear()
        again = network(site).arrays
        assert all(np.array_equal(again[name], array) for name, array in kept.items())

    def test_a_file_that_is_not_whole_is_fetched_again(self, small: Path) -> None:
        site = bring_in(small)
        _mapped.cache_clear()
        files.path_of(site.digest).write_bytes(b"YIZHAN")
        assert len(network(site).arrays["lon"]) == site.nodes

    def test_pieces_that_were_altered_are_noticed(self, small: Path) -> None:
        site = bring_in(small)
        _mapped.cache_clear()
        files.path_of(site.digest).unlink()
        NetworkPiece.objects.filter(version_id=site.version_id).update(packed=zlib.compress(b"something else"))
        with pytest.raises(RuntimeError, match="do not make its file"):
            network(site)

    def test_the_same_version_is_one_object(self, small: Path) -> None:
        site = bring_in(small)
        assert network(site) is network(get_site("test"))

    def test_old_files_are_swept(self, small: Path, cache_folder: Path) -> None:
        import os

        site = bring_in(small)
        old = cache_folder / f"{'0' * 64}.net"
        old.write_bytes(b"old")
        os.utime(old, (0, 0))
        files.path_of(site.digest).unlink()
        _mapped.cache_clear()
        network(site)
        assert not old.exists()

    def test_a_search_does_not_alter_the_file(self, small: Path) -> None:
        site = bring_in(small)
        before = files.path_of(site.digest).read_bytes()
        streets = network(site)
        streets.walk(streets.snap(Sketch().point(300, 300), "adult"), limit_s=600)
        assert files.path_of(site.digest).read_bytes() == before


def test_another_connection_sees_the_old_version_until_the_commit(
    committed_db: str, small: Path, tmp_path: Path
) -> None:
    bring_in(small)
    with transaction.atomic():
        bring_in(grid_city(tmp_path / "b.osm.pbf", 13))
        with psycopg.connect(committed_db) as other:
            sql = "SELECT v.number FROM streets_site s JOIN streets_networkversion v ON v.id = s.current_id"
            assert other.execute(sql).fetchall() == [(1,)]
    assert get_site("test").version == 2


@pytest.mark.parametrize("name", REAL)
def test_a_real_extract_has_the_size_that_its_source_says(name: str) -> None:
    about = {"nanjing_xinjiekou_2021": 1600, "helsinki_kamppi_2019": 6000, "heidelberg_2024": 168_000}
    site = bring_in(real_file(name), name)
    assert site.nodes == pytest.approx(about[name], rel=0.15)
    largest = network(site).component_sizes[0]
    assert largest > 0.8 * site.nodes
