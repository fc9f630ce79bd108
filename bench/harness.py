"""The form of every benchmark.

A suite is a module with `prepare()` (what its database must hold) and `SCHEMA` (SQL of its own tables), both run as
the owner, and `rows(quick=)`, which yields `Row`s. One with `PARTS` also takes `only=`, the name of one of them.
The floor is the least that must happen anyway, done by plain means; it is measured in turn with the product in the
same run on the same database, and both must give equal answers. A suite has a database of its own, on a durable
server of its own or on the server of DATABASE_URL, and takes it away again, after Ctrl-C too.
"""

import json
import math
import os
import platform
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from statistics import median
from types import FrameType
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

import click
import psycopg

from yizhan.config.collector import settle_collector
from yizhan.config.embedded import APP, OWNER, EmbeddedPostgres, default_data_dir, prepare_cluster

Url = Callable[[str, str], str]
"""(user, database) -> URL"""


class AnswersDiffer(Exception):
    """Floor and product did not do the same: the figures would compare nothing."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure. `ratio` is value / floor; `bar` says what must hold, None where nothing is promised."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    peer: float | None = None
    bar: str | None = None
    holds: bool = True
    ratio: float | None = None

    def as_dict(self) -> dict[str, Any]:
        order = ("name", "value", "unit", "floor", "peer", "ratio", "bar", "holds")
        return {key: _rounded(asdict(self)[key]) for key in order}


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def row(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    peer: float | None = None,
    at_most: float | None = None,
    ratio_at_least: float | None = None,
    ratio_at_most: float | None = None,
    at_least: float | None = None,
) -> Row:
    """A row with at most one bar, judged here."""
    ratio = value / floor if floor else None
    bar, holds = None, True
    if at_most is not None:
        bar, holds = f"value <= {at_most:g}", value <= at_most
    elif at_least is not None:
        bar, holds = f"value >= {at_least:g}", value >= at_least
    elif ratio_at_least is not None:
        bar, holds = f"ratio >= {ratio_at_least:g}", ratio is not None and ratio >= ratio_at_least
    elif ratio_at_most is not None:
        bar, holds = f"ratio <= {ratio_at_most:g}", ratio is not None and ratio <= ratio_at_most
    return Row(name=name, value=value, unit=unit, floor=floor, peer=peer, ratio=ratio, bar=bar, holds=holds)


# ── measuring ──


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def in_turn(rounds: int, floor: Callable[[int], float], product: Callable[[int], float]) -> tuple[float, float]:
    """Floor and product one after the other, `rounds` times; the medians of what they return."""
    pairs = [_one_round(number, floor, product) for number in range(rounds)]
    return median(f for f, _ in pairs), median(p for _, p in pairs)


def middle_of_turns(rounds: int, floor: Callable[[int], float], product: Callable[[int], float]) -> tuple[float, float]:
    """Floor and product of the round whose ratio lies in the middle: what the machine does besides falls on both."""
    pairs = sorted((_one_round(number, floor, product) for number in range(rounds)), key=lambda pair: pair[1] / pair[0])
    return pairs[rounds // 2]


def _one_round(number: int, floor: Callable[[int], float], product: Callable[[int], float]) -> tuple[float, float]:
    # Who goes first changes, so that neither always meets the colder or the fuller server.
    if number % 2:
        found = product(number)
        return floor(number), found
    return floor(number), product(number)


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank: the smallest of the values which that share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * share) - 1, 0)]


def must_agree(what: str, floor: object, product: object) -> None:
    if floor != product:
        raise AnswersDiffer(f"{what}: floor {str(floor)[:200]}, product {str(product)[:200]}")


# ── a database of one's own ──


@contextmanager
def own_server() -> Iterator[Url]:
    """The server of DATABASE_URL, or a durable embedded one that is made for this run and removed."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        yield _urls_like(given)
        return
    _remove_abandoned()
    server = EmbeddedPostgres(default_data_dir().parent / f"bench-{os.getpid()}", durable=True)
    try:
        server.start()
        _own_servers[:] = [server]
        yield server.url
    finally:
        _remove(server)


def _urls_like(given: str) -> Url:
    """URLs of the same server: as the user of DATABASE_URL, who then plays the application and its owner too."""
    parts = urlsplit(given)

    def url(_user: str, database: str) -> str:
        return urlunsplit(parts._replace(path=f"/{database}"))

    return url


def _remove(server: EmbeddedPostgres) -> None:
    try:
        server.stop()
    except RuntimeError:
        server.kill()
    for folder in (server.data, server.socket_dir):
        shutil.rmtree(folder, ignore_errors=True)
    (server.data.parent / f".{server.data.name}.lock").unlink(missing_ok=True)


def _remove_abandoned() -> None:
    """What a run left that was ended by kill -9."""
    for data in default_data_dir().parent.glob("bench-*"):
        pid = data.name.removeprefix("bench-")
        if pid.isdigit() and not _is_alive(int(pid)):
            _remove(EmbeddedPostgres(data))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def own_database(url: Url) -> Iterator[str]:
    """An empty database of this run; gives its name."""
    name = f"yizhan_bench_{os.getpid()}"
    is_shared = bool(os.environ.get("DATABASE_URL"))
    with psycopg.connect(_admin_url(url), autocommit=True) as admin:
        try:
            if is_shared:
                admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')  # type: ignore[arg-type]
            else:
                prepare_cluster(admin, databases=(name,))
        except psycopg.errors.InsufficientPrivilege as refused:
            raise click.ClickException("The user of DATABASE_URL may not create a database for the run.") from refused
    try:
        yield name
    finally:
        _close_django()
        with psycopg.connect(_admin_url(url), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def _admin_url(url: Url) -> str:
    return url("postgres", "postgres")


def _close_django() -> None:
    from django.db import connections

    connections.close_all()


def point_django_at(url: str) -> None:
    from django.db import connections

    from yizhan.config.database import url_settings

    connections["default"].close()
    fresh = url_settings(url)
    connections["default"].settings_dict.update(fresh)
    connections.databases["default"].update(fresh)


@contextmanager
def another_database() -> Iterator[None]:
    """A copy of the run's database as it is now, with Django on it as the application; then back to the first."""
    with a_copy() as (_first, copy):
        point_django_at(copy)
        yield


@contextmanager
def a_copy() -> Iterator[tuple[str, str]]:
    """The URLs, for the application, of the run's database and of a copy of it as it is now; Django is on the first."""
    from yizhan.config.database import url_settings

    first = url_settings(_urls[APP])["NAME"]
    url, name = _places[0], f"{first}_too"
    _close_django()
    with psycopg.connect(_admin_url(url), autocommit=True) as admin:
        owner = "" if os.environ.get("DATABASE_URL") else f'OWNER "{OWNER}"'
        admin.execute(f'CREATE DATABASE "{name}" {owner} TEMPLATE "{first}"')  # type: ignore[arg-type]
    try:
        yield _urls[APP], url(APP, name)
    finally:
        _close_django()
        point_django_at(_urls[APP])
        with psycopg.connect(_admin_url(url), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]


_places: list[Url] = []
_urls: dict[str, str] = {}
_own_servers: list[EmbeddedPostgres] = []


def the_server() -> EmbeddedPostgres | None:
    """The run's own server; None where it is somebody else's, by DATABASE_URL."""
    return _own_servers[0] if _own_servers else None


def as_owner() -> psycopg.Connection[Any]:
    """The run's database as the owner of its tables, in autocommit: for VACUUM ANALYZE after much was put in."""
    return psycopg.connect(_urls[OWNER], autocommit=True)


def app_url() -> str:
    """The run's database as the application, for processes of the product."""
    return _urls[APP]


@contextmanager
def prepared(name: str) -> Iterator[Any]:
    """Gives the suite's module, with Django on a migrated database of its own, as the application's role."""
    _end_in_order_when_terminated()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
    os.environ.setdefault("YIZHAN_LOG_LEVEL", "ERROR")
    with own_server() as url, own_database(url) as database:
        import django
        from django.db import connection

        django.setup()
        point_django_at(url(OWNER, database))
        suite = import_module(f"bench.{name}")
        _build(suite, url)
        _places[:] = [url]
        _urls[OWNER], _urls[APP] = url(OWNER, database), url(APP, database)
        point_django_at(url(APP, database))
        connection.ensure_connection()
        # Pages are answered in this process: as in the web process, where that is done at its start.
        settle_collector()
        yield suite


def _build(suite: Any, url: Url) -> None:
    from django.db import connection

    from yizhan.config import setup
    from yizhan.config.database import grant_application_role

    setup.migrate()
    suite.prepare()
    with connection.cursor() as cursor:
        cursor.execute(suite.SCHEMA)
    if url(APP, "") != url(OWNER, ""):
        grant_application_role()


def _end_in_order_when_terminated() -> None:
    """A termination ends the run as Ctrl-C does: in order, with everything taken away."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, end)


# ── a run ──


def run_suite(name: str, *, as_json: bool, quick: bool, only: str = "") -> int:
    """Returns the exit code: 0, or 1 where a bar does not hold, 130 after Ctrl-C. `only`: one of the suite's PARTS."""
    try:
        with prepared(name) as suite:
            machine = _machine()
            rows = [_shown(each, as_json=as_json) for each in _rows_of(suite, quick=quick, only=only)]
            machine["load_after"] = _load()
    except KeyboardInterrupt:
        sys.stderr.write("\nbroken off; the database of the run is removed\n")
        return 130
    holds = all(each.holds for each in rows)
    report = {
        "benchmark": name,
        "quick": quick,
        "only": only,
        "machine": machine,
        "rows": [each.as_dict() for each in rows],
        "holds": holds,
    }
    print(json.dumps(report, ensure_ascii=False, indent=1) if as_json else _closing(machine, holds))
    return 0 if holds else 1


def _rows_of(suite: Any, *, quick: bool, only: str) -> Iterator[Row]:
    parts = getattr(suite, "PARTS", {})
    if only and only not in parts:
        raise click.ClickException(f"There is no part {only!r}; the parts: {', '.join(parts) or 'none'}.")
    rows: Iterator[Row] = suite.rows(quick=quick, only=only) if only else suite.rows(quick=quick)
    return rows


def _load() -> list[float]:
    return [round(each, 2) for each in os.getloadavg()]


def _machine() -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')"
        )
        version, fsync, synchronous_commit = cursor.fetchone()
    return {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "postgresql": version,
        "fsync": fsync,
        "synchronous_commit": synchronous_commit,
        "load_before": _load(),
    }


_COLUMNS = "{name:58} {value:>10} {unit:9} {floor:>10} {peer:>6} {ratio:>7}  {bar:14} {mark}"


def _shown(each: Row, *, as_json: bool) -> Row:
    """A line on the terminal as soon as it is known (beside --json on the error channel)."""
    cells = {key: _cell(value) for key, value in each.as_dict().items()}
    cells["mark"] = "" if each.bar is None else "ok" if each.holds else "MISSED"
    print(_COLUMNS.format(**cells), file=sys.stderr if as_json else sys.stdout, flush=True)
    return each


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _closing(machine: dict[str, Any], holds: bool) -> str:
    facts = ", ".join(f"{key} {value}" for key, value in machine.items())
    return f"{facts}\n{'every bar holds' if holds else 'a bar does not hold'}"
