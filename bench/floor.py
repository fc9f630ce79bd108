"""Plain SQL beside the product, on the same database and as the same role."""

from typing import Any

import psycopg
from django.db import connection

Connection = psycopg.Connection[Any]

LINE_SCHEMA = """
CREATE TABLE bench_floor_line (LIKE kernel_auditline INCLUDING ALL);
CREATE TABLE bench_floor_pending (LIKE kernel_auditpending INCLUDING ALL);
"""


def plain() -> Connection:
    """A connection of psycopg alone to the same database, as the same role."""
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
    return psycopg.connect(**wanted)


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def floor_line(own: Connection) -> None:
    """The rows of one audit line."""
    own.execute(
        """
        WITH line AS (
            INSERT INTO bench_floor_line (at, actor, actor_name, channel, action, subject_kind, subject_id, facts,
                                          content_hash)
            VALUES (now(), 'system:bench', '', 'system', 'bench.acted', 'bench.bell', '1', '{}', %s) RETURNING id)
        INSERT INTO bench_floor_pending (line_id) SELECT id FROM line
        """,
        [b"\\0" * 32],
    )
