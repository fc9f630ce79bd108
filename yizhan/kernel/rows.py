"""Rows by statements that are made once for each model: what an act writes every time need not be composed anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    PositiveIntegerField,
    TextField,
    UUIDField,
)
from django.db.models.expressions import Col

from yizhan.kernel.prepared import prepared_cursor

M = TypeVar("M", bound=Model)
# Values of these very types go as they are into fields of these; asking the field of each would find nothing to do.
_PLAIN_VALUES = {type(None), bool, int, str, UUID, datetime}
_PLAIN_FIELDS = {
    BooleanField, CharField, DateTimeField, ForeignKey, IntegerField, PositiveIntegerField, TextField, UUIDField,
}  # fmt: skip


def insert(row: Model, *, unless: str = "") -> bool:
    """Write a row that is new. Returns whether it was written: with `unless` it may not have been.

    `unless` is the target of an ON CONFLICT, e.g. "(code)": a row that would clash with it is left out, and waits
    until whoever was quicker has committed or gone.
    """
    is_written = insert_each([row], unless=unless) == 1
    row._state.adding = not is_written
    return is_written


def insert_each(rows: Sequence[Model], *, unless: str = "") -> int:
    """Write new rows of one model with one statement. Returns how many were written: all, but for `unless`."""
    if not rows:
        return 0
    statement, place, tail, fields = _insertion(type(rows[0]), unless)
    values = [_value(field, is_plain, row) for row in rows for field, is_plain in fields]
    with prepared_cursor() as cursor:
        cursor.execute(statement + ", ".join([place] * len(rows)) + tail, values)
        written: int = cursor.rowcount
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return written


def find(model: type[M], **wanted: Any) -> M | None:
    """The row whose fields have these values, of those that may be there once only."""
    statement, names, fields, converters = _selection(model, tuple(wanted))
    values = [field.get_db_prep_value(value, connection) for field, value in zip(fields, wanted.values(), strict=True)]
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        return None
    found = list(row)
    for at, expression, convert in converters:
        found[at] = convert(found[at], expression, connection)
    return model.from_db(connection.alias, names, found)


def _value(field: Field[Any, Any], is_plain: bool, row: Model) -> Any:
    value = field.pre_save(row, True)
    return value if is_plain and type(value) in _PLAIN_VALUES else field.get_db_prep_save(value, connection)


@cache
def _insertion(model: type[Model], unless: str) -> tuple[str, str, str, tuple[tuple[Field[Any, Any], bool], ...]]:
    # What the database counts by itself is left to it.
    fields = tuple(field for field in model._meta.concrete_fields if not isinstance(field, AutoField))
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    place = f"({', '.join(['%s'] * len(fields))})"
    tail = f" ON CONFLICT {unless} DO NOTHING" if unless else ""
    known = tuple((field, type(field) in _PLAIN_FIELDS) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ", place, tail, known  # noqa: S608  our own names


@cache
def _selection(model: type[Model], wanted: tuple[str, ...]) -> tuple[str, list[str], list[Any], list[Any]]:
    fields, quote = model._meta.concrete_fields, connection.ops.quote_name
    asked: list[Any] = [model._meta.get_field(name) for name in wanted]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    holds = " AND ".join(f"{quote(str(field.column))} = %s" for field in asked)
    table = model._meta.db_table
    converters = []
    for at, field in enumerate(fields):
        expression = Col(table, field)
        found = [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]
        converters += [(at, expression, convert) for convert in found]
    statement = f"SELECT {columns} FROM {quote(table)} WHERE {holds}"  # noqa: S608  names of our own columns
    return statement, [str(field.attname) for field in fields], asked, converters
