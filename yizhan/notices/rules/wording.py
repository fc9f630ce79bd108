"""The words of a notice: a template's text with the facts of one case.

Facts are kept as JSON and put into words only when somebody reads, so that a day stands there in the reader's
language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Both:
    """A word with its English: it is shown in the reader's language."""

    zh: str
    en: str


Plain = str | int | date | datetime | Both


def to_json(context: Mapping[str, Plain]) -> dict[str, object]:
    """Raises TypeError on a value that is not plain."""
    return {key: _encoded(value) for key, value in context.items()}


def _encoded(value: Plain) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a moment must be aware")
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Both):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, str | int):
        return value
    raise TypeError(f"a notice takes plain values, not {type(value).__name__}")


def from_json(stored: Mapping[str, object]) -> dict[str, Plain]:
    return {key: _decoded(value) for key, value in stored.items()}


def _decoded(value: object) -> Plain:
    if isinstance(value, dict) and "zh" in value:
        return Both(zh=value["zh"], en=value["en"])
    if isinstance(value, dict):
        return datetime.fromisoformat(value["moment"]) if "moment" in value else date.fromisoformat(value["day"])
    assert isinstance(value, str | int)
    return value


def filled(
    text: str,
    context: Mapping[str, Plain],
    *,
    say_day: Callable[[date], str],
    say_moment: Callable[[datetime], str],
    english: bool = False,
) -> str:
    """The text with its {placeholders} filled. Raises KeyError where the context lacks one."""

    def said(value: Plain) -> str:
        if isinstance(value, datetime):
            return say_moment(value)
        if isinstance(value, Both):
            return value.en if english else value.zh
        return say_day(value) if isinstance(value, date) else str(value)

    return text.format_map({key: said(value) for key, value in context.items()})
