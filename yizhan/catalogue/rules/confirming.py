"""What the city has still to confirm, figure by figure, and the content of a version in which some of it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yizhan.catalogue.rules.changes import shown
from yizhan.catalogue.rules.coded import meaning_of
from yizhan.catalogue.rules.consistency import Path, trusted_parts
from yizhan.catalogue.rules.definition import ItemDefinition, Parameter, Text, Trust
from yizhan.catalogue.rules.expression import Kind
from yizhan.catalogue.rules.naming import name_of_field
from yizhan.catalogue.rules.outline import place_of
from yizhan.catalogue.rules.reading import Plain
from yizhan.catalogue.rules.words import Words

FEN = "分"
FIGURES: Mapping[str, tuple[str, ...]] = {
    "legal_basis": ("title", "article"),
    "values": ("value",),
    "filing": ("minimum_level", "agents", "guardian_below"),
    "notice": ("days", "unit", "when_late"),
    "supplement": ("days", "unit", "when_late"),
    "special": ("maximum_days", "unit"),
    "extension": ("days", "approver"),
    "public_notice": ("minimum_days", "unit"),
    "delivery": ("days", "unit"),
    "instant": ("examiner_minutes", "sampling_percent"),
    "archive": ("after_days", "term"),
    "steps": ("limit_days",),
}
OF_THE_ITEMS_DAYS = frozenset({"limits", "steps"})
NO_UNIT = Words("", "")


class Shape(StrEnum):
    """How a figure is written down by who confirms it."""

    NUMBER = "number"
    YUAN = "yuan"  # kept in fen
    CODE = "code"
    TEXT = "text"
    DAY = "day"
    YES_NO = "yes_no"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One thing to be confirmed: ``value`` as the file keeps it, None where nobody knows it yet."""

    path: Path
    name: Words
    shape: Shape
    value: Plain
    words: Words
    unit: Words = NO_UNIT
    choices: tuple[tuple[str, Words], ...] = ()
    may_be_empty: bool = False


@dataclass(frozen=True, kw_only=True)
class OpenPart:
    """A part marked 待市里确认, with the figures in it and what is known of where they come from."""

    path: Path
    where: Words
    source: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What the city said: a value for each figure, by its path, and the paper in which it stands."""

    values: Mapping[Path, Plain]
    source: str


def open_parts(item: ItemDefinition) -> tuple[OpenPart, ...]:
    """In the order of the file; the item in Chinese, as it is kept."""
    return tuple(
        OpenPart(path=path, where=place_of(item, path), source=source, figures=tuple(_figures(item, path)))
        for path, trust, source in trusted_parts(item)
        if trust is Trust.TO_BE_CONFIRMED
    )


def with_confirmed(content: Plain, begins: date, found: Mapping[Path, Confirmation]) -> Plain:
    """The next version: the same content from another day, those parts confirmed with their values and sources."""
    after = _copied(content)
    assert isinstance(after, dict)
    assert isinstance(after["version"], int)
    after["version"] += 1
    after["effective_from"] = begins.isoformat()
    for path, one in found.items():
        for place, value in one.values.items():
            _put(after, place, value)
        _put(after, trust_at(path), str(Trust.CONFIRMED))
        _put(after, source_at(path), one.source)
    return after


def _copied(content: Plain) -> Plain:
    if isinstance(content, dict):
        return {key: _copied(part) for key, part in content.items()}
    return [_copied(part) for part in content] if isinstance(content, list) else content


def _copy(content: Plain) -> Plain:
    if isinstance(content, dict):
        return {name: _copy(value) for name, value in content.items()}
    return [_copy(value) for value in content] if isinstance(content, list) else content


def trust_at(path: Path) -> Path:
    return (path[0], f"{str(path[1]).removesuffix('_days')}_trust") if path[0] == "limits" else (*path, "trust")


def source_at(path: Path) -> Path:
    return (path[0], f"{str(path[1]).removesuffix('_days')}_source") if path[0] == "limits" else (*path, "source")


def _put(content: Plain, path: Path, value: Plain) -> None:
    """Groups that the file leaves out are written; an empty value takes its field away."""
    here: Plain = content
    for step in path[:-1]:
        if isinstance(here, list):
            here = here[int(step)]
        else:
            assert isinstance(here, dict)
            here = here.setdefault(str(step), {})
    assert isinstance(here, dict)
    if value is None:
        here.pop(str(path[-1]), None)
    elif not (isinstance(was := here.get(str(path[-1])), dict) and was.get("zh") == value):
        here[str(path[-1])] = value


def _figures(item: ItemDefinition, path: Path) -> Iterator[Figure]:
    if path[0] == "limits":
        yield _figure(item, path[:-1], str(path[-1]))
        return
    kind = next(str(step) for step in reversed(path) if isinstance(step, str))
    for key in FIGURES[kind]:
        if path[0] == "parameters":
            yield from _parameter_figure(item.parameters[str(path[1])], path)
        else:
            yield _figure(item, path, key)


def _figure(item: ItemDefinition, path: Path, key: str) -> Figure:
    here: object = item
    for step in path:
        here = here[step] if isinstance(step, int) else getattr(here, step)  # type: ignore[index]
    value = getattr(here, key)
    unit, codes = NO_UNIT, tuple[tuple[str, Words], ...]()
    if path[0] in OF_THE_ITEMS_DAYS:
        unit = meaning_of("unit", str(item.limits.unit)) or NO_UNIT
    if isinstance(value, Text):
        words = Words(value.zh, value.en or value.zh) if value else shown(None)
        value, shape = value.zh or None, Shape.TEXT
    elif isinstance(value, StrEnum):
        codes = tuple((str(one), shown(str(one), key)) for one in type(value))
        words, value, shape = shown(str(value), key), str(value), Shape.CODE
    else:
        words, shape = shown(value), Shape.NUMBER
    return Figure(
        path=(*path, key),
        name=name_of_field(key),
        shape=shape,
        value=value,
        words=words,
        unit=unit,
        choices=codes,
        may_be_empty=key == "article",
    )


SHAPES = {
    Kind.NUMBER: Shape.NUMBER,
    Kind.TEXT: Shape.TEXT,
    Kind.DATE: Shape.DAY,
    Kind.BOOLEAN: Shape.YES_NO,
}


def _parameter_figure(parameter: Parameter, path: Path) -> Iterator[Figure]:
    """Nothing for a list of values: that is written in the file itself."""
    value = parameter.values[int(path[-1])].value
    if isinstance(value, tuple) or parameter.kind not in SHAPES:
        return
    shape, unit = SHAPES[parameter.kind], Words(parameter.unit.zh, parameter.unit.en or parameter.unit.zh)
    words = shown(value if value is None or isinstance(value, (bool, int, str)) else str(value))
    if parameter.unit.zh == FEN:
        shape, unit = Shape.YUAN, Words("元", "yuan")
        words = Words(in_yuan(value), in_yuan(value)) if isinstance(value, int) else words
    plain = value if value is None or isinstance(value, (bool, int, str)) else str(value)
    yield Figure(path=(*path, "value"), name=name_of_field("value"), shape=shape, value=plain, words=words, unit=unit)


def in_yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
