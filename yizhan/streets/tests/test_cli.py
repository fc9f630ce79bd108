"""`yizhan streets`: what the command says."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from yizhan.streets.cli import streets
from yizhan.streets.testing import grid_city

pytestmark = pytest.mark.django_db


def run(*words: object, lang: str = "zh_CN.UTF-8"):
    return CliRunner().invoke(streets, [str(word) for word in words], env={"LANG": lang})


def test_import_and_list(tmp_path: Path) -> None:
    path = grid_city(tmp_path / "c.osm.pbf", 10)
    done = run("import", path, "--name", "demo", "--sample")
    assert done.exit_code == 0, done.output
    assert "demo 第 1 版" in done.output
    listed = run("list").output
    assert listed.startswith("demo 样例\t第 1 版\t")
    assert "OpenStreetMap" in listed


def test_a_refusal_is_one_sentence_in_the_users_language(tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").touch()
    done = run("import", tmp_path / "x.osm.pbf", "--name", "demo")
    assert done.exit_code == 1
    assert "文件是空的" in done.output
    done = run("import", tmp_path / "x.osm.pbf", "--name", "demo", lang="en_GB.UTF-8")
    assert "the file is empty" in done.output


def test_an_unknown_datum_is_refused(tmp_path: Path) -> None:
    done = run("import", grid_city(tmp_path / "c.osm.pbf", 5), "--name", "demo", "--datum", "mars")
    assert done.exit_code == 1
    assert "mars" in done.output


def test_a_file_that_is_not_there() -> None:
    assert run("import", "/nowhere/x.osm.pbf", "--name", "demo").exit_code == 2
