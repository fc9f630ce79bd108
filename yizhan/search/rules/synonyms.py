"""Other words for the same thing, as dated data: from a day on, somebody who says this means that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from yizhan.search.rules.folding import tight


@dataclass(frozen=True, kw_only=True)
class Synonyms:
    """`means` is folded: 老年补贴 → (高龄津贴,). `idle` words ask without saying for what (怎么, 办理)."""

    means: Mapping[str, tuple[str, ...]]
    idle: frozenset[str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.means, key=len, reverse=True)
        return re.compile("|".join(_bounded(one) for one in longest_first) or r"(?!)")

    def split(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """`text` in pieces, each with what else it means (nothing for most)."""
        done = 0
        for found in self._pattern.finditer(text):
            if found.start() > done:
                yield text[done : found.start()], ()
            yield found.group(), self.means[found.group()]
            done = found.end()
        if done < len(text):
            yield text[done:], ()


def _bounded(phrase: str) -> str:
    """Letters and digits match whole words: lost is not in lostwithiel, 80 is not in 180."""
    before = r"(?<![a-z0-9])" if phrase[0].isascii() else ""
    after = r"(?![a-z0-9])" if phrase[-1].isascii() else ""
    return before + re.escape(phrase) + after


def synonyms_on(day: date, rows: Iterable[Mapping[str, object]], idle: Iterable[str]) -> Synonyms:
    """Those that hold on that day; a row is {said: […], means: […], since: date, until: date or absent}."""
    means: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if _holds(row, day):
            targets = tuple(tight(str(one)) for one in _list(row["means"]))
            for said in _list(row["said"]):
                key = tight(str(said))
                means[key] = tuple(dict.fromkeys(means.get(key, ()) + targets))
    return Synonyms(means=means, idle=frozenset(tight(one) for one in idle))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _holds(row: Mapping[str, object], day: date) -> bool:
    since, until = row["since"], row.get("until")
    return isinstance(since, date) and since <= day and not (isinstance(until, date) and until <= day)
