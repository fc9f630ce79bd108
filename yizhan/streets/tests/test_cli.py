"""`yizhan streets`: what the command says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yizhan.config.testing import run_command
from yizhan.streets.cli import streets
from yizhan.streets.testing import grid_city

pytestmark = pytest.mark.django_db


def run(*words: object, lang: str = "zh_CN.UTF-8"):
    return run_command(streets, *words, lang=lang)


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


def as_a_process(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """As a user's shell starts it: no settings named."""
    named = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "YIZHAN_DATA_DIR"}
    environment = {key: value for key, value in os.environ.items() if key not in named} | variables
    command = [sys.executable, "-c", "from yizhan.config.cli import main; main()", "streets", *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_help_needs_neither_settings_nor_a_database() -> None:
    done = as_a_process("import", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--datum" in done.stdout


def test_from_a_shell(committed_db: str, tmp_path: Path) -> None:
    path = grid_city(tmp_path / "c.osm.pbf", 10)
    given = {"DATABASE_URL": committed_db, "YIZHAN_CACHE_DIR": str(tmp_path)}
    done = as_a_process("import", path, "--name", "shell", **given)
    assert done.returncode == 0, done.stderr
    assert as_a_process("list", **given).stdout.startswith("shell\t")
