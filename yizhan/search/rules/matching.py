"""How well an entry meets a question, and in which order entries are shown.

Bands from above: a name is the question · a name begins with it · all terms in the names · all terms, some in the text
· most terms. Within a band the better met come first, rare terms counting more, then the weight of the entry.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from yizhan.search.rules.asking import Kind, Question, Reading, Term, Way, by_ear
from yizhan.search.rules.folding import is_han, runs
from yizhan.search.rules.tokens import flat, pairs, stem

ENOUGH = 0.5
"""The share of a question that has to be met."""
IN_TITLE, IN_OTHER_NAME, IN_BODY = 1.0, 0.9, 0.5


class Band(IntEnum):
    MOST = 0
    ALL = 1
    ALL_IN_NAMES = 2
    BEGINS = 3
    IS = 4


@dataclass(frozen=True)
class Names:
    """What an entry is found by: folded names, title first, each with its sound and initials; and its text."""

    names: Sequence[str]
    sounds: Sequence[str]
    initials: Sequence[str]
    body: str = ""


@dataclass(frozen=True)
class Rank:
    band: Band
    score: float


@dataclass(frozen=True)
class _Met:
    """How well one term is met: 0 to 1, and whether by a name."""

    well: float
    in_name: bool


def ranks(question: Question, entries: Sequence[Names]) -> list[Rank | None]:
    """One for each entry; None for what does not meet enough of the question."""
    found: list[Rank | None] = [None] * len(entries)
    for reading in question.readings:
        met = [[_met(term, entry) for term in reading] for entry in entries]
        rare = [_rarity(sum(row[at].well > 0 for row in met), len(entries)) for at in range(len(reading))]
        for at, entry in enumerate(entries):
            rank = _rank(question, reading, entry, met[at], rare)
            if rank and (found[at] is None or (rank.band, rank.score) > (found[at].band, found[at].score)):  # type: ignore[union-attr]
                found[at] = rank
    return found


def _rarity(holding: int, of: int) -> float:
    return 1.0 + math.log((of + 1) / (holding + 1))


def _rank(
    question: Question, reading: Reading, entry: Names, met: Sequence[_Met], rare: Sequence[float]
) -> Rank | None:
    share = sum(term.worth * one.well for term, one in zip(reading, met, strict=True)) / sum(t.worth for t in reading)
    said = sum(term.worth for term, one in zip(reading, met, strict=True) if one.well) / sum(t.worth for t in reading)
    if said < ENOUGH or share < ENOUGH * IN_BODY:
        return None
    score = sum(t.worth * one.well * r for t, one, r in zip(reading, met, rare, strict=True))
    return Rank(_band(question, reading, entry, met), score)


def _band(question: Question, reading: Reading, entry: Names, met: Sequence[_Met]) -> Band:
    asked = _asked_as_a_whole(question, reading)
    if any(whole in asked for whole in (*entry.names, *entry.sounds, *entry.initials)):
        return Band.IS
    if all(one.well for one in met):
        titles = (*entry.names[:1], *entry.sounds[:1], *entry.initials[:1])
        if any(title.startswith(whole) for title in titles for whole in asked):
            return Band.BEGINS
        return Band.ALL_IN_NAMES if all(one.in_name for one in met) else Band.ALL
    return Band.MOST


def _asked_as_a_whole(question: Question, reading: Reading) -> set[str]:
    if len(reading) > 1:
        return {question.text}
    return {question.text, *(flat(w.text) if w.kind is Kind.SOUND else w.text for w in reading[0].ways)}


# ── one term ──


def _met(term: Term, entry: Names) -> _Met:
    ways = term.ways if (ear := by_ear(term)) is None else (*term.ways, ear)
    best, in_name = 0.0, False
    for way in ways:
        for at in range(len(entry.names)):
            most = way.strength * (IN_TITLE if at == 0 else IN_OTHER_NAME)
            if most <= best:
                break
            if (well := _in_name(way, entry, at) * most) > best:
                best, in_name = well, True
        if way.strength * IN_BODY <= best:
            continue
        well = _in_body(way, entry.body) * way.strength * IN_BODY
        if well > best:
            best, in_name = well, False
    return _Met(best, in_name)


def _in_name(way: Way, entry: Names, at: int) -> float:
    if way.kind is Kind.TEXT:
        return 1.0 if way.text in entry.names[at] else _partly(way, entry.names[at])
    if way.kind is Kind.EAR:
        return float(way.text in entry.sounds[at])
    if way.kind is Kind.SOUND:
        return _sounds_like(flat(way.text), entry.sounds[at])
    if way.kind is Kind.INITIALS:
        return _has_initials(way.text, entry.initials[at])
    return _has_word(way.text, entry.names[at])


def _in_body(way: Way, body: str) -> float:
    if not body:
        return 0.0
    if way.kind is Kind.TEXT:
        return float(way.text in body)
    return float(way.kind is Kind.ENGLISH and stem(way.text) in _english(body).values())


def _partly(way: Way, name: str) -> float:
    """居民身份证 in a name with 身份证: by the pairs of characters that are there, two at least and half of them."""
    if way.strength < 1:
        return 0.0
    grams = _grams(way.text)
    there = sum(gram in name for gram in grams)
    return 0.8 * there / len(grams) if there > 1 and there >= ENOUGH * len(grams) else 0.0


@lru_cache(maxsize=4096)
def _grams(text: str) -> tuple[str, ...]:
    return tuple(pair for run in runs(text) if is_han(run) for pair in pairs(run))


def _sounds_like(asked: str, sound: str) -> float:
    if not sound or not asked:
        return 0.0
    if len(asked) < 3:
        return 0.6 * sound.startswith(asked)
    if asked in sound:
        return 1.0
    slips = slips_allowed(asked)
    return 0.8 if slips and _shares_threes(asked, sound, slips) and least_slips(asked, sound) <= slips else 0.0


def slips_allowed(asked: str) -> int:
    """How many letters may be wrong, missing or too many."""
    return 0 if len(asked) < 6 else 1 if len(asked) < 10 else 2


def _shares_threes(asked: str, sound: str, slips: int) -> bool:
    """A slip spoils three threes at most, so whoever shares fewer cannot be near."""
    spoilt = 0
    for three in _threes(asked):
        if three not in sound:
            spoilt += 1
            if spoilt > 3 * slips:
                return False
    return True


@lru_cache(maxsize=4096)
def _threes(asked: str) -> tuple[str, ...]:
    return tuple(asked[at : at + 3] for at in range(len(asked) - 2))


def least_slips(asked: str, sound: str) -> int:
    """The fewest letters to change, drop or add so that `asked` is in `sound` (Myers 1999, in one machine word)."""
    places: dict[str, int] = {}
    for at, letter in enumerate(asked):
        places[letter] = places.get(letter, 0) | 1 << at
    last = 1 << (len(asked) - 1)
    up, down, slips = (last << 1) - 1, 0, len(asked)
    fewest = slips
    for letter in sound:
        equal = places.get(letter, 0)
        across = (((equal & up) + up) ^ up) | equal | down
        rises, falls = down | ~(across | up), up & across
        slips += bool(rises & last) - bool(falls & last)
        fewest = min(fewest, slips)
        rises, falls = rises << 1, falls << 1
        up, down = (falls | ~((equal | down) | rises)) & ((last << 1) - 1), rises & (equal | down) & ((last << 1) - 1)
    return fewest


def _has_initials(asked: str, initials: str) -> float:
    if len(asked) > 1 and asked in initials:
        return 1.0 if len(asked) > 2 or asked == initials else 0.7
    return 0.5 * (len(asked) == 1 and initials.startswith(asked))


def _has_word(asked: str, name: str) -> float:
    words = _english(name)
    if not words:
        return 0.0
    if stem(asked) in words.values():
        return 1.0
    if len(asked) > 2 and any(word.startswith(asked) for word in words):
        return 0.9
    slips = min(1, slips_allowed(asked))
    return 0.7 if slips and any(_is_near(asked, word) for word in words) else 0.0


@lru_cache(maxsize=8192)
def _english(name: str) -> Mapping[str, str]:
    """Its words of letters, each with its stem."""
    return {run: stem(run) for run in runs(name) if run.isascii() and run.isalpha()}


def _is_near(asked: str, word: str) -> bool:
    return abs(len(asked) - len(word)) < 2 and word[0] == asked[0] and least_slips(asked, word) < 2
