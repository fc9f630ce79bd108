"""What a later version says otherwise: field by field, entries of a list found again by their id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from yizhan.catalogue.rules.coded import meaning_of
from yizhan.catalogue.rules.naming import name_of_field
from yizhan.catalogue.rules.reading import Plain
from yizhan.catalogue.rules.words import Words
from yizhan.catalogue.rules.writing import in_order

EXPECTED = frozenset({"version"})  # differs between any two versions


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """``path`` as in the file (``limits.promise_days``), ``where`` in words; what was and what is, as text."""

    kind: ChangeKind
    path: str
    where: Words
    before: Words
    after: Words


def changes(before: Plain, after: Plain) -> tuple[Change, ...]:
    """In the order of the later version; what has gone comes where it stood."""
    return tuple(_within(in_order(before), in_order(after), (), ()))


Path = tuple[str, ...]


def _within(before: Plain, after: Plain, path: Path, where: tuple[Words, ...]) -> Iterator[Change]:
    if _is_text(before) and _is_text(after):
        if _text_of(before) != _text_of(after):
            yield _change(ChangeKind.CHANGED, path, where, before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _fields(before, after, path, where)
    elif isinstance(before, list) and isinstance(after, list) and _have_ids(before) and _have_ids(after):
        yield from _fields(_by_id(before), _by_id(after), path, where)
    elif before != after:
        yield _change(ChangeKind.CHANGED, path, where, before, after)


def _fields(
    before: dict[str, Plain], after: dict[str, Plain], path: Path, where: tuple[Words, ...]
) -> Iterator[Change]:
    for key in dict.fromkeys((*after, *before)):
        if not path and key in EXPECTED:
            continue
        here, words = (*path, key), (*where, _called(key, after.get(key, before.get(key))))
        old, new = before.get(key), after.get(key)
        if key in before and key in after:
            yield from _within(old, new, here, words)
        elif _is_group(old if key in before else new):
            yield from _within(old or {}, new or {}, here, words)
        elif key in after:
            yield _change(ChangeKind.ADDED, here, words, None, new)
        else:
            yield _change(ChangeKind.REMOVED, here, words, old, None)


def _change(kind: ChangeKind, path: Path, where: tuple[Words, ...], before: Plain, after: Plain) -> Change:
    return Change(
        kind=kind,
        path=".".join(path),
        where=Words(" · ".join(one.zh for one in where), " · ".join(one.en for one in where)),
        before=shown(before, path[-1] if path else ""),
        after=shown(after, path[-1] if path else ""),
    )


def _called(key: str, content: Plain) -> Words:
    """A field by its name; an entry by the name or title that it has itself."""
    if isinstance(content, dict):
        for part in ("name", "title", "label", "statement", "question"):
            if part in content and "id" in content:
                return shown(content[part])
    return name_of_field(key)


def _have_ids(members: list[Plain]) -> bool:
    return all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in members)


def _by_id(members: list[Plain]) -> dict[str, Plain]:
    return {str(one["id"]): one for one in members if isinstance(one, dict)}


def _is_group(content: Plain) -> bool:
    """Fields that are told one by one where all of them are new; an entry of a list is told as one thing."""
    return isinstance(content, dict) and bool(content) and "id" not in content and not _is_text(content)


def _is_text(content: Plain) -> bool:
    return isinstance(content, str) or (isinstance(content, dict) and "zh" in content and set(content) <= {"zh", "en"})


def _text_of(content: Plain) -> tuple[str, str]:
    if isinstance(content, dict):
        return str(content["zh"]), str(content.get("en", ""))
    return str(content), ""


def shown(content: Plain, field: str = "") -> Words:
    """A value as a line of text; a code by what it means in its field."""
    if content is None:
        return Words("（没有）", "(none)")
    if isinstance(content, bool):
        return Words("是", "yes") if content else Words("否", "no")
    if _is_text(content):
        zh, en = _text_of(content)
        return meaning_of(field, zh) or Words(zh, en or zh)
    if isinstance(content, dict):
        parts = [(name_of_field(key), shown(part, key)) for key, part in content.items()]
        return Words("；".join(f"{k.zh}：{v.zh}" for k, v in parts), "; ".join(f"{k.en}: {v.en}" for k, v in parts))
    if isinstance(content, list):
        members = [shown(one, field) for one in content]
        return Words("、".join(one.zh for one in members), ", ".join(one.en for one in members))
    return Words(str(content), str(content))
