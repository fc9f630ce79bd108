"""Statements of lists that Django composes once for each shape of what is asked, and that are then asked again.

To put a queryset together and into SQL takes Django longer than the database needs to answer it. What a list asks for
differs by values (whose, since when, which page) far more often than by shape (with or without a filter). So a
queryset is composed with marks in the place of values, and its SQL is kept with the places where the marks came out.
The rules of who sees what stay where they are, in the managers; here no SQL is written.

It is composed twice, with other marks: where a value came out changed (a day counted on, a "%" put around a word), it
would stay what it was for the first who asked. That is refused, always and at once, for each shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

SHAPES_KEPT = 200  # for each list; what was used longest ago is let go


@dataclass(frozen=True)
class Text:
    """A text that is a value, like what somebody typed. A plain `str` belongs to the shape, like a state."""

    value: str


@dataclass(frozen=True)
class Part:
    """The rows `first` to `last` of a list, as `queryset[part.first : part.last]`."""

    first: int
    last: int


class ValueChanged(Exception):
    """A queryset changes a value on its way into the statement, so the statement cannot be kept."""


class Composed:
    """Rows of a queryset which `compose` puts together from keyword values.

    `compose` returns a `values_list`. Values are UUIDs, moments, days, `Text` and `Part`, alone or in tuples, named or
    not; everything else is part of the shape and must be hashable. A set has no order: values stay in their tuple.
    `around` is SQL with {} in the place of the queryset's, if its rows are not wanted themselves; they come back as
    the database gives them then.
    """

    def __init__(self, compose: Callable[..., QuerySet[Any, Any]], *, around: str = "") -> None:
        self._compose, self._around = compose, around
        self._statement = lru_cache(SHAPES_KEPT)(self._composed)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Raises ValueChanged, and what the queryset and the database raise."""
        given = _Given()
        statement = self._statement(tuple((name, given.shape_of(value)) for name, value in values.items()))
        if statement is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, [given.value_at(place) for place in statement.places])
            return statement.converted(cursor.fetchall())

    def _composed(self, shape: tuple[tuple[str, Hashable], ...]) -> _Statement | None:
        """None where the queryset is empty whatever the values."""
        first, second = (self._with_marks(shape, _Marks(start)) for start in _STARTS)
        if (first and (first.sql, first.places)) != (second and (second.sql, second.places)):
            raise ValueChanged(f"{self._compose.__qualname__} changes a value that it is given")
        return first

    def _with_marks(self, shape: tuple[tuple[str, Hashable], ...], marks: _Marks) -> _Statement | None:
        found = self._compose(**{name: marks.put_into(each) for name, each in shape})
        compiler: Any = found.query.get_compiler(connection=connection)
        try:
            sql, places = marks.places_in(*compiler.as_sql())
        except EmptyResultSet:
            return None
        if self._around:
            return _Statement(sql=self._around.format(sql), places=places)
        columns = [column for column, _sql, _name in compiler.select[: compiler.col_count]]
        return _Statement(sql=sql, places=places, converters=_converters(compiler.get_converters(columns)))


@dataclass(frozen=True, kw_only=True)
class _Statement:
    sql: str
    places: tuple[Any, ...]
    converters: tuple[tuple[int, Any, Callable[..., Any]], ...] = ()

    def converted(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return [self._converted(row) for row in rows] if self.converters else rows

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        found = list(row)
        for at, column, convert in self.converters:
            found[at] = convert(found[at], column, connection)
        return tuple(found)


def _converters(by_column: dict[int, Any]) -> tuple[tuple[int, Any, Callable[..., Any]], ...]:
    return tuple((at, column, each) for at, (converters, column) in by_column.items() for each in converters)


# ── values, their marks, and the places where these come out ──

_STARTS = (1, 500_001)
_EPOCH = datetime(1700, 1, 1, tzinfo=UTC)
_PART_FIRST, _PART_LENGTH = 1_000_000_000, 2_000_000_000
_FOUND = re.compile(r"%s|%%|LIMIT (\d+) OFFSET (\d+)")
_KINDS: dict[type, Callable[[int], Any]] = {
    UUID: lambda number: UUID(int=number),
    datetime: lambda number: _EPOCH + timedelta(hours=number),
    date: lambda number: _EPOCH.date() + timedelta(days=number),
    Text: lambda number: f"Mark {number}",
    Part: lambda number: Part(_PART_FIRST + number, _PART_FIRST + _PART_LENGTH + 2 * number),
}


@dataclass(frozen=True)
class _Mark:
    """The value of this number among those given. As a place: where it comes out, `part` says which end of a Part."""

    number: int
    kind: type
    part: str = ""


@dataclass(frozen=True)
class _Constant:
    value: Any


@dataclass
class _Given:
    """The values of one question. Equal ones have one mark, so that a set of them has the size of the shape's."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def shape_of(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return _same_kind(value, map(self.shape_of, value))
        if type(value) not in _KINDS:
            return value
        return _Mark(self.numbers.setdefault(value, len(self.numbers)), type(value))

    def value_at(self, place: _Mark | _Constant) -> Any:
        if isinstance(place, _Constant):
            return place.value
        value = self._values[place.number]
        if isinstance(value, Part):
            return value.first if place.part == "first" else max(value.last - value.first, 0)
        return value.value if isinstance(value, Text) else value

    @cached_property
    def _values(self) -> list[Any]:
        return list(self.numbers)


@dataclass
class _Marks:
    """Values that stand for others while a queryset is composed, and what they stand for."""

    start: int
    places: dict[Any, _Mark] = field(default_factory=dict)

    def put_into(self, shape: Any) -> Any:
        if isinstance(shape, tuple):
            return _same_kind(shape, map(self.put_into, shape))
        if not isinstance(shape, _Mark):
            return shape
        value = _KINDS[shape.kind](self.start + shape.number)
        if isinstance(value, Part):
            self.places[value.first] = replace(shape, part="first")
            self.places[value.last - value.first] = replace(shape, part="length")
        else:
            self.places[value] = shape
        return value

    def places_in(self, sql: str, values: Iterable[Any]) -> tuple[str, tuple[_Mark | _Constant, ...]]:
        """The text with a %s for each mark, and what stands in the place of each %s."""
        places: list[_Mark | _Constant] = []
        left = iter(values)

        def found(match: re.Match[str]) -> str:
            if match[1] and int(match[1]) in self.places:
                places.extend((self.places[int(match[1])], self.places[int(match[2])]))
                return "LIMIT %s OFFSET %s"
            if match[0] == "%s":
                places.append(self._place_of(next(left)))
            return match[0]

        return _FOUND.sub(found, sql), tuple(places)

    def _place_of(self, value: Any) -> _Mark | _Constant:
        is_mark = isinstance(value, Hashable) and not isinstance(value, int) and value in self.places
        return self.places[value] if is_mark else _Constant(value)


def _same_kind(one: tuple[Any, ...], parts: Iterable[Any]) -> tuple[Any, ...]:
    """A tuple, or the named tuple that `one` is."""
    return type(one)._make(parts) if hasattr(one, "_make") else tuple(parts)
