"""Days pass in a running city: all that it remembers of cases, limits and timers becomes so many days older.

Nobody can wait for the end of a public notice, and the processes' own clock is the machine's. What falls due by it is
then carried out by the worker itself.
"""

import time
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from yizhan.config.testing import RunningCity, TestServer

_DATED = """
SELECT table_name, column_name, data_type FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type IN ('date', 'timestamp with time zone')
  AND (table_name LIKE 'matters\\_%' OR table_name LIKE 'clocks\\_%' OR table_name = 'kernel_timer')
ORDER BY table_name
"""


def let_days_pass(server: TestServer, city: RunningCity, days: int) -> None:
    """Whole weeks keep the days of the week where they were."""
    database = urlsplit(city.database_url).path.lstrip("/")
    with server.admin() as admin:
        user = admin.info.user
    with psycopg.connect(server.url(user, database)) as connection:
        connection.execute("SET session_replication_role = replica")  # evidence is not to be changed otherwise
        columns: dict[str, list[sql.Composed]] = {}
        for table, column, kind in connection.execute(_DATED).fetchall():
            step = sql.SQL("{c} - {n}" if kind == "date" else "{c} - make_interval(days => {n})")
            columns.setdefault(table, []).append(
                sql.SQL("{c} = ").format(c=sql.Identifier(column))
                + step.format(c=sql.Identifier(column), n=sql.Literal(days))
            )
        for table, changes in columns.items():
            connection.execute(sql.SQL("UPDATE {t} SET ").format(t=sql.Identifier(table)) + sql.SQL(", ").join(changes))
    _wait_for_the_worker(server.url(user, database))


def _wait_for_the_worker(url: str) -> None:
    """Until it has carried out what has fallen due."""
    deadline = time.monotonic() + 20
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            due = "SELECT count(*) FROM kernel_timer WHERE due_at <= now() AND NOT is_parked AND attempts = 0"
            found = connection.execute(due).fetchone()
            if found and not found[0]:
                return
            time.sleep(0.1)
    pytest.fail("the worker did not carry out what fell due")
