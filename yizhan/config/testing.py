"""Test databases: one embedded server, one migrated template, one clone for each test process.

Tests connect as the application's role, so that what the database refuses is refused in tests too. A test marked
`django_db` is rolled back; one that needs real commits asks for `committed_db` and gets a clone of its own.
Set YIZHAN_TEST_NAME to keep two runs on one machine apart, YIZHAN_TEST_POSTGRES (a folder of programs, such as
/usr/lib/postgresql/15/bin) for another version, YIZHAN_TEST_SERVER (a superuser's URL) for a server that runs already.
"""

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from click.testing import CliRunner, Result

from yizhan.config.embedded import APP, OWNER, EmbeddedPostgres, default_data_dir, prepare_cluster
from yizhan.config.env import PROJECT

APART = ("browser", "crash")
"""Marks of the tests that are parts of their own in `make test`."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_NAME = os.environ.get("YIZHAN_TEST_NAME", "test")


def needs(program: object, why: str) -> Any:
    """Skip where a program or data set is absent, with the reason; in CI that is a failure."""
    if program:
        return pytest.mark.usefixtures()
    if os.environ.get("CI"):
        return pytest.mark.xfail(run=False, strict=True, reason=f"missing in CI: {why}")
    return pytest.mark.skip(reason=why)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "committed_db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True), append=False)
        if item.get_closest_marker("browser") and not CHROMIUM:
            item.add_marker(pytest.mark.usefixtures("_no_browser"))
    _check_that_marks_are_found(items)
    if hasattr(config, "workerinput"):
        items.sort(key=_file_order(items))


def _check_that_marks_are_found(items: list[pytest.Item]) -> None:
    """tools/test_all.py looks for these marks in the text of the files, so that a part need not read all of them."""
    for path, marks in {(item.path, name) for item in items for name in APART if item.get_closest_marker(name)}:
        if f"mark.{marks}" not in path.read_text(encoding="utf-8"):
            raise pytest.UsageError(f"{path}: a test is marked {marks}, but not by “pytest.mark.{marks}” in its file")


def _file_order(items: list[pytest.Item]) -> Callable[[pytest.Item], tuple[bool, int, str]]:
    """Files stay whole; those that take long come first, then those with many tests: no process waits at the end."""
    long = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("long")}
    number = Counter(item.path for item in items)
    return lambda item: (item.path not in long, -number[item.path], str(item.path))


@pytest.fixture
def _no_browser() -> None:
    if os.environ.get("CI"):
        pytest.fail("Chromium is missing: .ci/run installs it")
    pytest.skip("Chromium is not installed")


def run_command(command: click.Command, *words: object, lang: str = "zh_CN.UTF-8") -> Result:
    """A room's command as `yizhan` runs it on a database: its refusals are told plainly."""
    from yizhan.config.cli import told_plainly

    class Told(click.Group):
        def invoke(self, context: click.Context) -> object:
            with told_plainly():
                return super().invoke(context)

    outer = Told("yizhan", commands={"room": command})
    return CliRunner(env={"LANG": lang}).invoke(outer, ["room", *map(str, words)])


class TestServer:
    """Makes and drops databases on the test server."""

    def __init__(self) -> None:
        self.external = os.environ.get("YIZHAN_TEST_SERVER", "")
        chosen = os.environ.get("YIZHAN_TEST_POSTGRES", "")
        programs = Path(chosen) if chosen else None
        # Each version keeps its data in a folder of its own: one does not read another's.
        mark = f"-{hashlib.sha256(chosen.encode()).hexdigest()[:6]}" if chosen else ""
        data = default_data_dir().parent / f"tests-{_NAME}{mark}"
        self.embedded = EmbeddedPostgres(data, durable=False, programs=programs)

    def url(self, user: str, database: str) -> str:
        if not self.external:
            return self.embedded.url(user, database)
        from urllib.parse import urlsplit, urlunsplit

        parts = urlsplit(self.external)
        host = parts.netloc.rsplit("@", 1)[-1]
        password = f":{parts.password}" if parts.password else ""
        return urlunsplit(parts._replace(netloc=f"{user}{password}@{host}", path=f"/{database}"))

    def admin(self) -> psycopg.Connection[tuple[Any, ...]]:
        user = "postgres"
        if self.external:
            from urllib.parse import urlsplit

            user = urlsplit(self.external).username or user
        return psycopg.connect(self.url(user, "postgres"), autocommit=True)

    def start(self) -> None:
        if not self.external:
            self.embedded.start()
            return
        with self.admin() as admin:
            prepare_cluster(admin, databases=())

    def exists(self, database: str) -> bool:
        with self.admin() as admin:
            found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            return found is not None

    def drop(self, database: str) -> None:
        with self.admin() as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def clone(self, template: str, database: str) -> None:
        self.drop(database)
        with self.admin() as admin:
            admin.execute(f'CREATE DATABASE "{database}" OWNER "{OWNER}" TEMPLATE "{template}"')


def _schema_mark() -> str:
    digest = hashlib.sha256()
    for pattern in ("*/migrations/*.py", "*/data/**/*", "*/apps.py", "config/database.py"):
        for path in sorted((PROJECT / "yizhan").glob(pattern)):
            if path.is_file():
                digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _point_django_at(url: str) -> None:
    from django.db import connections

    from yizhan.config.database import url_settings

    connection = connections["default"]
    connection.close()
    fresh = url_settings(url)
    connection.settings_dict.update(fresh)
    connections.databases["default"].update(fresh)


def build_template(server: TestServer, name: str, build: Any, *, start_from: str = "") -> None:
    """Make the database `name` once: whoever comes first builds it, the others wait.

    An empty one is built as the owner (migrations), one that starts from another as the application.
    """
    with server.admin() as admin:
        admin.execute("SELECT pg_advisory_lock(hashtextextended(%s, 1))", [name])
        if server.exists(name):
            return
        draft = f"{name}_draft"
        server.drop(draft)
        source = f'"{start_from}"' if start_from else "template0"
        admin.execute(f'CREATE DATABASE "{draft}" OWNER "{OWNER}" TEMPLATE {source}')
        _point_django_at(server.url(APP if start_from else OWNER, draft))
        build()
        from django.db import connection

        connection.close()
        admin.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


def make_template(server: TestServer) -> str:
    """The name of the migrated database with what every city needs; made where it is missing."""
    name = f"tmpl_{_NAME}_{_schema_mark()}"
    build_template(server, name, _migrate_and_load)
    return name


def make_demo(server: TestServer, template: str) -> str:
    """The name of the database with the sample city; made where it is missing."""
    from yizhan.config.setup import build_demo_city

    name = f"demo_{_NAME}_{_code_mark()}"
    build_template(server, name, build_demo_city, start_from=template)
    return name


def _migrate_and_load() -> None:
    from yizhan.config.setup import load_reference_data, migrate

    migrate(verbosity=0)
    load_reference_data()


@pytest.fixture(scope="session")
def test_server() -> TestServer:
    server = TestServer()
    server.start()
    return server


@pytest.fixture(scope="session")
def worker_database(worker_id: str) -> str:
    return f"t_{_NAME}_{worker_id}"


@pytest.fixture(scope="session")
def template_database(test_server: TestServer, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        return make_template(test_server)


@pytest.fixture(scope="session")
def django_db_setup(
    test_server: TestServer, template_database: str, worker_database: str, django_db_blocker: Any
) -> Iterator[None]:
    """Replaces pytest-django's own: a clone of the template, used as the application's role."""
    with django_db_blocker.unblock():
        test_server.clone(template_database, worker_database)
        _point_django_at(test_server.url(APP, worker_database))
    yield
    with django_db_blocker.unblock():
        from django.db import connections

        connections.close_all()
        test_server.drop(worker_database)


@pytest.fixture
def committed_db(
    django_db_setup: None, test_server: TestServer, template_database: str, worker_database: str, django_db_blocker: Any
) -> Iterator[str]:
    """Real commits, seen by other connections and processes. Gives the application's URL; a fresh clone follows."""
    from django.db import connections

    from yizhan.territory.testing import forget_calendars

    with django_db_blocker.unblock():
        yield test_server.url(APP, worker_database)
        connections.close_all()
        test_server.clone(template_database, worker_database)
        forget_calendars()


@pytest.fixture
def owner_url(test_server: TestServer, worker_database: str) -> str:
    """The same database as its owner, for tests that tamper."""
    return test_server.url(OWNER, worker_database)


@pytest.fixture(scope="session", autouse=True)
def _static_files_from_the_source() -> Iterator[None]:
    from yizhan.look.testing import plain_static_files

    with plain_static_files():
        yield


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    from django.utils import translation

    with translation.override("zh-hans"):
        yield


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: its file takes long, so runs in parallel begin with it")
    from django.test import TransactionTestCase

    # A test with real commits ends with a fresh clone, not with Django's TRUNCATE, which the role may not do.
    TransactionTestCase._fixture_teardown = lambda _self: None  # type: ignore[attr-defined]
    os.environ.setdefault("YIZHAN_MODE", "demo")
    Path(PROJECT / "var").mkdir(exist_ok=True)


# ── the sample city, running ──


@pytest.fixture(scope="session")
def demo_database(test_server: TestServer, template_database: str, django_db_blocker: Any) -> Iterator[str]:
    """A database with the sample city, filled once for each run of the tests and cloned from then on."""
    with django_db_blocker.unblock():
        yield make_demo(test_server, template_database)
        from django.db import connections

        connections.close_all()


@pytest.fixture
def demo_city_db(
    *,
    django_db_setup: None,
    demo_database: str,
    test_server: TestServer,
    template_database: str,
    worker_database: str,
    django_db_blocker: Any,
) -> Iterator[str]:
    """The sample city in this process's database, with real commits. Gives the application's URL."""
    from django.db import connections

    with django_db_blocker.unblock():
        connections.close_all()
        test_server.clone(demo_database, worker_database)
        _point_django_at(test_server.url(APP, worker_database))
        yield test_server.url(APP, worker_database)
        connections.close_all()
        test_server.clone(template_database, worker_database)


class RunningCity:
    """Web and worker as real processes on a database of their own."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "YIZHAN_MODE": "demo",
            "YIZHAN_PORT": str(self.port),
            "YIZHAN_PUBLIC_URL": self.address,
            "YIZHAN_LOG_LEVEL": "WARNING",
        }

    def start(self, *names: str) -> None:
        for name in names or ("worker", "web"):
            command = [sys.executable, "-c", "from yizhan.config.cli import main; main()", name]
            self.processes[name] = subprocess.Popen(command, env=self.environment(), cwd=PROJECT)
        if "web" in self.processes:
            self._wait()

    def _wait(self) -> None:
        import time
        import urllib.error
        import urllib.request

        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/livez", timeout=2):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        pytest.fail("the web process did not start")

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(20)


@pytest.fixture(scope="session")
def gathered_static_files(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> None:
    """The hashed, compressed files that the web process serves."""
    from django.core.management import call_command
    from django.test import override_settings

    from yizhan.config.settings import STORAGES
    from yizhan.config.supervisor import STATIC_STAMP, static_files_are_current, static_mark

    lock = PROJECT / "var" / ".static.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not static_files_are_current():
            with override_settings(STORAGES=STORAGES):
                call_command("collectstatic", interactive=False, verbosity=0)
            STATIC_STAMP.write_text(static_mark())


@pytest.fixture(scope="module")
def running_city(
    test_server: TestServer, demo_database: str, worker_database: str, gathered_static_files: None
) -> Iterator[RunningCity]:
    """The sample city as a user finds it after `make run`; each test module gets its own."""
    database = f"{worker_database}_city"
    test_server.clone(demo_database, database)
    city = RunningCity(test_server.url(APP, database))
    try:
        city.start()
        yield city
    finally:
        city.stop()  # also where only one of its processes has come up
    test_server.drop(database)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _code_mark() -> str:
    """Changes with anything that the sample city is made of."""
    digest = hashlib.sha256(_schema_mark().encode())
    for path in sorted((PROJECT / "yizhan").glob("*/**/*.py")) + sorted((PROJECT / "yizhan").glob("*/print/*")):
        if "tests" not in path.parts and "web" not in path.parts and path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
