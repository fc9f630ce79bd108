"""The embedded server: starts, stops, survives a kill, and leaves other folders alone."""

import os
import shutil
import stat
import time
from pathlib import Path

import psycopg
import pytest

from yizhan.config.embedded import APP, ROOT_HOME, EmbeddedPostgres, default_data_dir
from yizhan.config.env import PROJECT


@pytest.fixture
def server():
    data = default_data_dir().parent / f"embedded-{os.getpid()}"
    server = EmbeddedPostgres(data)
    yield server
    server.stop()
    shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(server.socket_dir, ignore_errors=True)


def modes(paths):
    return {path: stat.S_IMODE(path.stat().st_mode) for path in paths}


def test_it_starts_serves_and_stops(server):
    before = modes([*PROJECT.parents, PROJECT, PROJECT / ".venv"])
    started = time.monotonic()
    server.start()
    took = time.monotonic() - started
    server.start()  # a second call finds it running

    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APP,)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert took < 30
    assert modes(before) == before  # no folder above the checkout was opened to others

    server.stop()
    assert not server.is_running


def test_what_was_committed_survives_a_kill(server):
    server.start()
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    server.kill()
    assert not server.is_running

    server.start()
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a system user")
def test_as_root_the_server_runs_as_a_user_of_its_own(server):
    server.start()
    assert Path(f"/proc/{server.pid}").owner() == "yizhan"
    assert server.data.is_relative_to(ROOT_HOME)
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_the_application_role_can_make_no_role_and_no_database(server):
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for statement in ("CREATE ROLE x", "CREATE DATABASE x", "SET ROLE postgres"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
