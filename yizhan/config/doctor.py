"""`yizhan doctor`: what is wrong with this deployment, measured and not read from its settings."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from django.db import connection

from yizhan.config.database import append_only_tables
from yizhan.config.env import env
from yizhan.config.state import read_state

MAX_SKEW_S = 2.0
MAX_LAG_S = 60.0


@dataclass(frozen=True)
class Finding:
    """One check: its name, whether it holds, and what to do where it does not."""

    name: str
    holds: bool
    text: str

    @property
    def mark(self) -> str:
        return "✓" if self.holds else "✗"

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def examine() -> list[Finding]:
    return [check() for check in CHECKS]


def _keys() -> Finding:
    if not env().has_demo_keys:
        return Finding("keys", True, "secret, field and index keys are this deployment's own")
    if env().is_demo:
        return Finding("keys", True, "demo keys, in a demo city")
    missing = "YIZHAN_SECRET_KEY, YIZHAN_FIELD_KEYS and YIZHAN_INDEX_KEY"
    return Finding("keys", False, f"a production city must not run with demo keys: set {missing}")


def _sample_clients() -> Finding:
    from yizhan.people.api import sample_clients

    count = 0 if env().is_demo else sample_clients()
    text = "none of the sample city" if not count else f"{count} with a published secret: revoke them"
    return Finding("clients of the API", count == 0, "sample clients, in a demo city" if env().is_demo else text)


def _secret_length() -> Finding:
    is_long = env().is_demo or len(env().secret_key) >= 50
    return Finding("secret key", is_long, "long enough" if is_long else "YIZHAN_SECRET_KEY needs 50 random characters")


def _https() -> Finding:
    is_safe = env().is_demo or env().is_https
    return Finding("https", is_safe, "on" if env().is_https else "off: for a demo on this machine alone")


def _addresses() -> Finding:
    """Locks and rates count by address: behind a balancer that nobody told of, one guesser locks the city out."""
    if env().proxies or env().is_demo or not env().is_https:
        return Finding("addresses", True, f"{env().proxies} proxies of ours say whom they heard")
    return Finding("addresses", False, "everybody seems to come from the balancer: set YIZHAN_PROXIES")


def _ask(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return str(cursor.fetchone()[0])


def _durable(setting: str) -> Callable[[], Finding]:
    def check() -> Finding:
        value = _ask(f"SHOW {setting}")
        holds = value in ("on", "local", "remote_write", "remote_apply") and not (
            setting != "synchronous_commit" and value != "on"
        )
        return Finding(setting, holds, value if holds else f"{value}: an answered request could be lost; set it on")

    return check


def _version() -> Finding:
    version = int(_ask("SHOW server_version_num"))
    return Finding(
        "postgresql", version >= 150000, f"{version // 10000}" + ("" if version >= 150000 else ": 15 is needed")
    )


def _skew() -> Finding:
    before = time.time()
    there = float(_ask("SELECT EXTRACT(epoch FROM clock_timestamp())"))
    skew = abs(there - (before + time.time()) / 2)
    advice = "" if skew <= MAX_SKEW_S else ": set both machines' clocks by NTP"
    return Finding("clock skew", skew <= MAX_SKEW_S, f"{skew:.3f} s between here and the database{advice}")


def _second_factor() -> Finding:
    from yizhan.people.api import staff_without_second_factor

    is_required = env().staff_second_factor == "required"
    if is_required:
        return Finding("second factor of staff", True, f"required; {staff_without_second_factor()} have none yet")
    if env().is_demo:
        return Finding("second factor of staff", True, "optional, in a demo city")
    return Finding("second factor of staff", False, "optional: set YIZHAN_STAFF_SECOND_FACTOR=required")


def _leaked_passwords() -> Finding:
    from yizhan.people.api import find_leaked_list

    held = find_leaked_list()
    if held is None:
        text = "no list loaded, 20,000 common ones are refused: `yizhan people leaked FILE`"
        return Finding("leaked passwords", True, text)
    text = f"{held.count} are refused" if held.is_whole else "the list is not whole: load it again"
    return Finding("leaked passwords", held.is_whole, text)


def _texts() -> Finding:
    """Codes for signing in, notices and pick-up codes all go by text: where the twin has them nobody gets one."""
    from yizhan.messaging.api import check_vendor

    check = check_vendor()
    if check.is_twin and not env().is_demo:
        return Finding("texts to phones", False, "the demo's twin sends none: YIZHAN_SMS_VENDOR names a vendor")
    return Finding("texts to phones", check.is_ready, check.note)


def _scanner() -> Finding:
    from yizhan.documents.api import find_scanner

    scanner = find_scanner()
    if not scanner.is_set:
        return Finding("malware scanner", True, "none: uploads are not scanned; YIZHAN_CLAMD names a clamd")
    text = scanner.version or f"no answer from {env().clamd}: no upload is taken until it answers"
    return Finding("malware scanner", bool(scanner.version), text)


def _audit_copy() -> Finding:
    target = env().audit_copy
    if target:
        return Finding("copy of the audit", True, f"the head of the chain goes to {target}")
    text = "none: set YIZHAN_AUDIT_COPY to a file or syslog that another machine keeps"
    return Finding("copy of the audit", env().is_demo, text if not env().is_demo else "none, in a demo city")


def _lag(name: str, field: str) -> Callable[[], Finding]:
    def check() -> Finding:
        lag = getattr(read_state(), field)
        advice = "" if lag <= MAX_LAG_S else ": is a worker running? start one with `yizhan worker`"
        return Finding(name, lag <= MAX_LAG_S, f"{lag:.1f} s{advice}")

    return check


def _parked() -> Finding:
    state = read_state()
    parked = state.outbox_parked + state.timers_parked
    return Finding("parked work", parked == 0, f"{parked}" + ("" if parked == 0 else ": see the outbox page"))


def _rights() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t FROM unnest(%s::text[]) AS t
            WHERE has_table_privilege(t, 'UPDATE, DELETE, TRUNCATE')
            """,
            [append_only_tables()],
        )
        open_tables = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        may_create = bool(cursor.fetchone()[0])
    holds = not open_tables and not may_create
    text = "the application cannot change evidence nor make tables"
    return Finding("rights", holds, text if holds else f"run `yizhan migrate` as the owner: {open_tables or 'DDL'}")


def _migrations() -> Finding:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Finding(
        "schema", not behind, "up to date" if not behind else f"{len(behind)} steps behind: `yizhan migrate`"
    )


CHECKS: tuple[Callable[[], Finding], ...] = (
    _keys,
    _sample_clients,
    _secret_length,
    _https,
    _addresses,
    _second_factor,
    _leaked_passwords,
    _texts,
    _scanner,
    _audit_copy,
    _version,
    _durable("synchronous_commit"),
    _durable("fsync"),
    _durable("full_page_writes"),
    _skew,
    _migrations,
    _rights,
    _lag("outbox lag", "outbox_lag_s"),
    _lag("timer lag", "timer_lag_s"),
    _lag("unsealed audit", "unsealed_age_s"),
    _parked,
)


def refusals_to_start() -> Iterator[str]:
    """Why a production process must not start."""
    if env().is_demo:
        return
    for check in (_keys, _secret_length):
        finding = check()
        if not finding.holds:
            yield finding.text
