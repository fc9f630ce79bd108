"""What the database is asked: a hundred entries that may answer a question, and the numbers that begin or end so.

First those that have every word of the question in one of its ways. Where these are few, also those that share the
most, rare tokens counting more. The order that people see is made from these by `rules.matching`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from yizhan.search.rules.asking import Question, Reading, Term, by_ear

MOST = 100
FEW = 20
"""With fewer entries than this that have every word, the half fitting ones are looked at too."""
_MOST_PARTLY = 60
_TOKENS_ASKED = 16
# Of a token that many have, so many rows are looked at: the rare ones tell the entries apart.
_OF_ONE_TOKEN = 200


@dataclass(frozen=True, kw_only=True)
class Circle:
    """Which entries come into question at all."""

    audiences: Sequence[str]
    kinds: Sequence[str]
    day: date


_COLUMNS = """e.id, e.kind, e.subject_id, e.title, e.title_en, e.subtitle, e.subtitle_en, e.names, e.sounds, e.initials,
 e.body, e.weight, e.territory"""

# Written so that no index serves it: a row is found by its tokens and then looked at, never the other way about.
_IN_CIRCLE = """e.audience && %s::text[] AND (cardinality(%s::text[]) = 0 OR e.kind || '' = ANY(%s))
 AND (e.shown_from IS NULL OR e.shown_from <= %s) AND (e.shown_until IS NULL OR e.shown_until > %s)"""

_FULL = """
SELECT {columns} FROM search_searchentry e WHERE ({wanted}) AND {circle}
 ORDER BY e.title_key = %s DESC, starts_with(e.title_key, %s) DESC, e.weight DESC, length(e.title_key), e.id LIMIT %s
"""

_PARTLY = """
WITH asked AS (SELECT * FROM unnest(%s::text[], %s::float8[]) AS a (token, worth)),
hit AS MATERIALIZED (
  SELECT a.token, a.worth, near.id FROM asked a CROSS JOIN LATERAL (
    SELECT e.id FROM search_searchentry e WHERE e.tokens @> ARRAY[a.token] AND {circle} LIMIT %s) near),
rare AS (SELECT token, 1 + ln(%s / count(*)::float8) AS rarity FROM hit GROUP BY token),
best AS (SELECT id, sum(worth * rarity) AS score FROM hit JOIN rare USING (token) GROUP BY id
         ORDER BY score DESC, id LIMIT %s)
SELECT {columns} FROM best JOIN search_searchentry e ON e.id = best.id ORDER BY best.score DESC, e.weight DESC, e.id
"""

_NUMBERS = """
SELECT found.kind, found.subject_id, found.title, found.number
  FROM unnest(%s::text[]) AS mine (audience) CROSS JOIN LATERAL (
  (SELECT n.kind, n.subject_id, n.title, n.number FROM search_searchnumber n
    WHERE n.audience = mine.audience AND n.number >= %s AND n.number < %s ORDER BY n.number DESC LIMIT %s)
  UNION
  (SELECT n.kind, n.subject_id, n.title, n.number FROM search_searchnumber n
    WHERE n.audience = mine.audience AND n.reversed >= %s AND n.reversed < %s ORDER BY n.reversed LIMIT %s)) found
 GROUP BY 1, 2, 3, 4 ORDER BY found.number = %s DESC, found.number DESC LIMIT %s
"""


@dataclass(frozen=True)
class EntryRow:
    id: UUID
    kind: str
    subject_id: str
    title: str
    title_en: str
    subtitle: str
    subtitle_en: str
    names: list[str]
    sounds: list[str]
    initials: list[str]
    body: str
    weight: int
    territory: str


@dataclass(frozen=True)
class NumberRow:
    kind: str
    subject_id: str
    title: str
    number: str


def candidates(question: Question, circle: Circle) -> list[EntryRow]:
    """At most MOST, each once. Whoever typed the whole title of something is not asked what else he may mean."""
    if not question.readings:
        return []
    found = {row.id: row for row in _full(question, circle)}
    if len(found) < FEW and not any(row.names[:1] == [question.text] for row in found.values()):
        found |= {row.id: row for row in _partly(question, circle) if row.id not in found}
    return list(found.values())


def full_statement(question: Question, circle: Circle) -> tuple[str, list[Any]]:
    wanted, values = _wanted(question.readings)
    statement = _FULL.format(columns=_COLUMNS, wanted=wanted, circle=_IN_CIRCLE)
    return statement, [*values, *_circle(circle), question.text, question.text, MOST]


def partly_statement(question: Question, circle: Circle) -> tuple[str, list[Any]]:
    tokens = _loose_tokens(question)
    statement = _PARTLY.format(columns=_COLUMNS, circle=_IN_CIRCLE)
    worth = [tokens[one] for one in tokens]
    return statement, [list(tokens), worth, *_circle(circle), _OF_ONE_TOKEN, _OF_ONE_TOKEN, _MOST_PARTLY]


def numbers_statement(number: str, audiences: Sequence[str], limit: int) -> tuple[str, list[Any]]:
    end = number[::-1]
    within = [number, _after(number), limit, end, _after(end), limit]
    return _NUMBERS, [list(audiences), *within, number, limit]


def numbers(number: str, audiences: Sequence[str], limit: int) -> list[NumberRow]:
    """Those that begin or end so, the whole number first, then the newest of a day and kind."""
    return [NumberRow(*row) for row in _rows(*numbers_statement(number, audiences, limit))]


def _after(prefix: str) -> str:
    """All that begins with `prefix` lies before this; `~` comes after letters and digits."""
    return f"{prefix}~"


def _full(question: Question, circle: Circle) -> list[EntryRow]:
    return [EntryRow(*row) for row in _rows(*full_statement(question, circle))]


def _partly(question: Question, circle: Circle) -> list[EntryRow]:
    return [EntryRow(*row) for row in _rows(*partly_statement(question, circle))]


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _circle(circle: Circle) -> list[Any]:
    kinds = list(circle.kinds)
    return [list(circle.audiences), kinds, kinds, circle.day, circle.day]


def _wanted(readings: Sequence[Reading]) -> tuple[str, list[Any]]:
    """One reading is enough; each of its terms is met; one way to meet a term is enough; a way needs all its tokens."""
    values: list[Any] = []
    said = []
    for reading in readings:
        terms = []
        for term in reading:
            ways = [list(way.tokens()) for way in term.ways]
            values += ways
            terms.append("(" + " OR ".join("e.tokens @> %s::text[]" for _ in ways) + ")")
        said.append("(" + " AND ".join(terms) + ")")
    return " OR ".join(said), values


def _loose_tokens(question: Question) -> dict[str, float]:
    """Tokens with what they count: a term's worth, shared by the tokens of each way. The fullest terms come first."""
    counted: dict[str, float] = {}
    for term in sorted(question.terms, key=lambda one: -one.worth):
        for way in _loose_ways(term):
            tokens = way.tokens()
            for token in tokens:
                counted[token] = max(counted.get(token, 0.0), term.worth * way.strength / len(tokens))
    heaviest = sorted(counted, key=lambda token: -counted[token])[:_TOKENS_ASKED]
    return {token: counted[token] for token in heaviest}


def _loose_ways(term: Term) -> list[Any]:
    ear = by_ear(term)
    return [*term.ways, *([ear] if ear else [])]
