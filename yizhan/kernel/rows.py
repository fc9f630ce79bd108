"""New rows by a statement that is made once for each model: what an act writes every time need not be composed anew."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def insert(row: Model, *, unless: str = "") -> bool:
    """Write a row that is new. Returns whether it was written: with `unless` it may not have been.

    `unless` is the target of an ON CONFLICT, e.g. "(code)": a row that would clash with it is left out, and waits
    until whoever was quicker has committed or gone.
    """
    statement, fields = _statement(type(row), unless)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        is_written: bool = cursor.rowcount == 1
    row._state.adding, row._state.db = not is_written, connection.alias
    return is_written


@cache
def _statement(model: type[Model], unless: str) -> tuple[str, tuple[Field[Any, Any], ...]]:
    fields = tuple(model._meta.concrete_fields)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    tail = f" ON CONFLICT {unless} DO NOTHING" if unless else ""
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({places}){tail}", fields  # noqa: S608  names of our own columns
