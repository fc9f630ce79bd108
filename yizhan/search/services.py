"""Keeping the index. It only repeats what other modules remember, so it leaves neither audit lines nor facts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from yizhan.kernel.api import Subject, ids, joined, prepared_cursor, times
from yizhan.search.models import SearchEntry, SearchNumber
from yizhan.search.rules.entries import Entry, NumberEntry
from yizhan.search.rules.folding import tight
from yizhan.search.rules.tokens import BODY_LENGTH, initials_of, sound_of, tokens_of

Anything = Entry | NumberEntry
"""What a module hands in."""
AllEntries = Callable[[], Iterable[Anything]]
BATCH = 1000
KEY = ("kind", "subject_id")
_kinds: dict[str, AllEntries] = {}


def register(kind: str, all_entries: AllEntries) -> None:
    """Say how the whole index of a kind is made anew; called from the `ready()` of the module that owns the kind."""
    if kind in _kinds:
        raise ValueError(f"search kind {kind} is registered twice")
    _kinds[kind] = all_entries


def kinds() -> tuple[str, ...]:
    return tuple(sorted(_kinds))


@joined
def put(*, entries: Iterable[Anything], at: datetime | None = None) -> int:
    """Index these, in place of what was there; `at` is the moment at which they were true, and a later one stays.

    One statement for each table and thousand. Returns how many were handed in.
    """
    moment = at or times.utc_now()
    count = 0
    for batch in _batches(entries):
        count += len(batch)
        _write(SearchEntry, [_entry_row(one, moment) for one in batch if isinstance(one, Entry)])
        numbers = [one for one in batch if isinstance(one, NumberEntry)]
        _write(SearchNumber, [row for one in numbers for row in _number_rows(one, moment)], also=("audience",))
        _forget_audiences(numbers, moment)
    return count


@transaction.atomic
def remove(*, subjects: Iterable[Subject]) -> None:
    """No longer to be found. What is not there is passed over."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for subject in subjects:
        by_kind[subject.kind].append(subject.id)
    for kind, gone in by_kind.items():
        for model in (SearchEntry, SearchNumber):
            model._default_manager.filter(kind=kind, subject_id__in=gone).delete()


def rebuild(kind: str) -> int:
    """Make the index of a kind anew while it is in use; what its module no longer names goes. Returns how many."""
    begun = times.utc_now()
    count = sum(put(entries=batch, at=begun) for batch in _batches(_kinds[kind]()))
    for model in (SearchEntry, SearchNumber):
        model._default_manager.filter(kind=kind, updated_at__lt=begun).delete()
    return count


def fill() -> None:
    """Make the index of every kind that has nothing in it: in a new city, and where a room has just opened."""
    for kind in kinds():
        if not any(model._default_manager.filter(kind=kind).exists() for model in (SearchEntry, SearchNumber)):
            rebuild(kind)


def _batches(entries: Iterable[Anything]) -> Iterator[list[Anything]]:
    source = iter(entries)
    while batch := list(islice(source, BATCH)):
        yield batch


def _entry_row(entry: Entry, at: datetime) -> dict[str, Any]:
    shown = [one for one in (entry.title, entry.title_en, *entry.names) if one.strip()]
    names = list(dict.fromkeys(name for one in shown if (name := tight(one))))
    text = " ".join((entry.subtitle, entry.subtitle_en, entry.body))[: 2 * BODY_LENGTH]
    body = tight(text)[:BODY_LENGTH]
    return {
        "id": ids.new_id(),
        "kind": entry.kind,
        "subject_id": entry.subject_id,
        "title": entry.title[:200],
        "title_en": entry.title_en[:200],
        "subtitle": entry.subtitle[:400],
        "subtitle_en": entry.subtitle_en[:400],
        "title_key": tight(entry.title)[:200],
        "names": names,
        "sounds": [sound_of(name) for name in names],
        "initials": [initials_of(name) for name in names],
        "body": body,
        "tokens": tokens_of(names, body),
        "audience": list(entry.audience),
        "weight": entry.weight,
        "territory": entry.territory,
        "shown_from": entry.shown_from,
        "shown_until": entry.shown_until,
        "updated_at": at,
    }


def _number_rows(entry: NumberEntry, at: datetime) -> Iterator[dict[str, Any]]:
    number = tight(entry.number).replace(" ", "").upper()
    for audience in dict.fromkeys(entry.audience):
        yield {
            "id": ids.new_id(),
            "kind": entry.kind,
            "subject_id": entry.subject_id,
            "title": entry.title[:200],
            "number": number,
            "reversed": number[::-1],
            "audience": audience,
            "updated_at": at,
        }


_FORGET = """
DELETE FROM search_searchnumber n USING unnest(%(kinds)s::text[], %(ids)s::text[]) AS now(kind, subject_id)
 WHERE n.kind = now.kind AND n.subject_id = now.subject_id AND n.updated_at <= %(at)s
   AND NOT EXISTS (
       SELECT FROM unnest(%(kept_kinds)s::text[], %(kept_ids)s::text[], %(kept)s::text[])
                   AS kept(kind, subject_id, audience)
       WHERE kept.kind = n.kind AND kept.subject_id = n.subject_id AND kept.audience = n.audience)
"""


def _forget_audiences(entries: Sequence[NumberEntry], at: datetime) -> None:
    """Who is no longer among the audience of a number finds it no more."""
    if not entries:
        return
    audiences = {(one.kind, one.subject_id): one.audience for one in entries}
    now = sorted(audiences)
    kept = [(*key, one) for key in now for one in audiences[key]]
    names = ("kept_kinds", "kept_ids", "kept")
    values = {name: [row[place] for row in kept] for place, name in enumerate(names)}
    with connection.cursor() as cursor:
        cursor.execute(
            _FORGET, {**values, "kinds": [kind for kind, _ in now], "ids": [id_ for _, id_ in now], "at": at}
        )


def _write(model: type[models.Model], rows: Sequence[dict[str, Any]], also: tuple[str, ...] = ()) -> None:
    """In the order of the key, so that two writers wait for each other and never both."""
    key = (*KEY, *also)
    by_key = {tuple(row[name] for name in key): row for row in rows}
    if not by_key:
        return
    kept = [by_key[one] for one in sorted(by_key)]
    with prepared_cursor() as cursor:
        cursor.execute(_statement(model, key), [json.dumps(kept, default=_plain, ensure_ascii=False)])


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def _statement(model: type[models.Model], key: tuple[str, ...]) -> str:
    table = model._meta.db_table
    changing = [f.column for f in model._meta.concrete_fields if f.column not in {"id", *key}]
    news = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in changing)
    return (
        f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb) '  # noqa: S608
        f'ON CONFLICT ({", ".join(key)}) DO UPDATE SET {news} WHERE "{table}".updated_at <= EXCLUDED.updated_at'
    )
