"""Borders of communities: from a file, with reasons for what is refused; without one the hull of homes, called that."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from yizhan.config.testing import run_command
from yizhan.kernel.api import Actor, geo
from yizhan.places.testing import AT
from yizhan.reach import api as reach
from yizhan.reach.cli import reach as cli
from yizhan.reach.models import CommunityBorder, Home
from yizhan.reach.queries.borders import borders_of
from yizhan.reach.rules.borders import BadShape, hull_round, polygons_of, shape_of
from yizhan.reach.services.borders import BordersNotTaken
from yizhan.reach.tests.test_live import SITE, WANLI, XINZHU, Town, town  # noqa: F401

SQUARE = [[[108.33, 22.81], [108.34, 22.81], [108.34, 22.82], [108.33, 22.82], [108.33, 22.81]]]
BOW = [[[108.33, 22.81], [108.34, 22.82], [108.34, 22.81], [108.33, 22.82], [108.33, 22.81]]]
SWAPPED = [[[22.81, 108.33], [22.81, 108.34], [22.82, 108.34], [22.82, 108.33], [22.81, 108.33]]]
points = st.tuples(st.floats(108.2, 108.5), st.floats(22.7, 22.9))


def feature(code: str, coordinates: Any = SQUARE, kind: str = "Polygon") -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def as_it_is(lon: float, lat: float) -> tuple[float, float]:
    return lon, lat


def written(folder: Path, *features: dict[str, Any]) -> Path:
    path = folder / "borders.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


class TestShapes:
    @given(st.lists(points, min_size=1, max_size=20))
    def test_the_hull_has_every_home_inside(self, homes):
        shape = shape_of(hull_round(homes))
        assert shape.is_valid
        assert all(shape.contains(shapely.Point(*home)) for home in homes)

    @pytest.mark.parametrize(
        "geometry",
        [
            None,
            {"type": "Point", "coordinates": [108.3, 22.8]},
            {"type": "Polygon", "coordinates": []},
            {"type": "Polygon", "coordinates": [SQUARE[0][:2]]},
            {"type": "Polygon", "coordinates": [[["a", "b"]] * 5]},
            {"type": "Polygon", "coordinates": 7},
            {"type": "Polygon", "coordinates": BOW},
        ],
    )
    def test_what_is_no_border_is_refused(self, geometry):
        with pytest.raises(BadShape):
            polygons_of(geometry, as_it_is)


@pytest.mark.django_db
class TestAFile:
    def take(self, path: Path, **more: Any) -> reach.BordersReport:
        asked: dict[str, Any] = {"datum": geo.Datum.WGS84, "code_field": "code", "source": "民政局，2026-11-01"} | more
        return reach.import_borders(path=path, actor=Actor.system("reach.test"), at=AT, **asked)

    def test_good_borders_go_in_and_bad_ones_come_back(self, tmp_path):
        path = written(
            tmp_path,
            feature(XINZHU),
            feature(XINZHU),
            feature(WANLI, BOW),
            feature("450103001999"),
            feature(""),
            feature("450103004003", SWAPPED),
        )
        report = self.take(path)
        assert report.taken == 1
        assert {name for name, _why in report.refused} == {XINZHU, WANLI, "450103001999", "?", "450103004003"}
        assert list(CommunityBorder.objects.values_list("community", "source")) == [(XINZHU, "民政局，2026-11-01")]

    def test_another_datum_is_converted(self, tmp_path):
        self.take(written(tmp_path, feature(XINZHU)), datum=geo.Datum.GCJ02)
        [[ring]] = CommunityBorder.objects.get().polygons
        for (lon, lat), (x, y) in zip(ring, SQUARE[0], strict=True):
            here = geo.Point(x, y, geo.Datum.GCJ02).wgs84
            assert (lon, lat) == (round(here.lon, 6), round(here.lat, 6))

    def test_the_same_community_again_replaces_its_border(self, tmp_path):
        self.take(written(tmp_path, feature(XINZHU)))
        self.take(written(tmp_path, feature(XINZHU, [SQUARE, *[]], "MultiPolygon")), is_sample=True)
        assert CommunityBorder.objects.get().is_sample

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"features": []}', '{"features": [1]}', '{"features": 3}'])
    def test_a_file_that_is_none_is_refused_whole(self, tmp_path, text):
        path = tmp_path / "none.geojson"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BordersNotTaken):
            self.take(path)

    def test_the_command_says_what_it_refuses(self, tmp_path):
        path = written(tmp_path, feature(XINZHU), feature(WANLI, BOW))
        told = run_command(cli, "borders", str(path), "--source", "试验")
        assert told.exit_code == 1
        assert "收下 1 个，退回 1 个" in told.output
        assert WANLI in told.output


@pytest.mark.django_db
class TestOfASite:
    def test_without_a_border_the_hull_of_the_homes_stands_and_is_called_that(self, town: Town):  # noqa: F811
        found = borders_of(town.site)
        assert {one.kind for one in found.values()} == {"hull_of_homes"}
        for home in Home.objects.filter(site=SITE):
            assert shape_of(found[home.community].polygons).contains(shapely.Point(home.lon, home.lat))

    def test_the_export_has_borders_and_says_whose(self, town: Town, tmp_path):  # noqa: F811
        path = written(tmp_path, feature(XINZHU))
        reach.import_borders(
            path=path, datum=geo.Datum.WGS84, code_field="code", source="样例", actor=Actor.system("reach.test"), at=AT,
            is_sample=True,
        )  # fmt: skip
        answer = Client().get("/reach/city/export/geojson/", {"kind": "pharmacy"})
        found = json.loads(b"".join(answer.streaming_content))
        kinds = {one["properties"]["community"]: one["properties"]["border"] for one in found["features"]}
        assert kinds == {XINZHU: "sample", WANLI: "hull_of_homes"}
        assert {one["geometry"]["type"] for one in found["features"]} == {"MultiPolygon"}
        assert found["features"][0]["geometry"]["coordinates"] == [SQUARE]

    def test_the_map_draws_them_and_the_page_says_what_they_are(self, town: Town):  # noqa: F811
        told = Client().get("/reach/city/map/", {"kind": "pharmacy"}).json()
        assert [one["properties"]["kind"] for one in told["borders"]["features"]] == ["hull_of_homes"] * 2
        assert {one["text"] for one in told["labels"]} == {"新竹社区", "万力社区"}
        assert "按住处围出来的" in Client().get("/reach/city/").content.decode()
