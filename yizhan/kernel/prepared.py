"""Statements that a connection has the database parse and plan once: those of every filing, delivery and audit line.

The ORM's cursor writes the values into the text, so the database meets a new statement each time; for a filing that
was as much work as carrying its statements out. Here the values travel beside the text, which therefore has to say
the type of a value where no column does (`%s::text`), and each text is prepared where a connection first uses it.
For short statements on indexed columns, whose plan hangs neither on the values nor on how full the tables were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

STATEMENTS_KEPT = 400  # for each connection; the one used longest ago is let go


class _Text(NamedTuple):
    query: bytes


class _PreparedCursor(ServerBindingCursor):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        done = super().execute(query, params, prepare=True, **options)  # type: ignore[misc]
        # Where Django looks for what was carried out, to list it; the values stay out of lists and logs.
        self._query = _Text(str(query).encode())
        return done


def prepared_cursor() -> CursorWrapper:
    """A cursor like `connection.cursor()`, in the same transaction, whose statements are kept prepared.

    Raises Django's database errors, IndeterminateDatatype inside ProgrammingError where a value's type is not said.
    """
    own: Any = connections[DEFAULT_DB_ALIAS]  # itself, not the proxy, which looks for it with every name
    own.close_if_health_check_failed()
    if own.connection is None:
        own.ensure_connection()
    raw = own.connection
    if raw.prepare_threshold != 0:
        raw.prepared_max = STATEMENTS_KEPT
        raw.prepare_threshold = 0  # Django's None would forbid it; its own cursors write values into the text as ever
    # With this the usual watches go on: wrapped errors, counted queries, the refusal to work in a broken transaction.
    cursor: CursorWrapper = own._prepare_cursor(_PreparedCursor(raw))  # type: ignore[call-arg]
    return cursor
