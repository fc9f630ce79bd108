"""Which parts of a text to mark as found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from yizhan.search.rules.asking import Kind, Question, Term, Way, by_ear
from yizhan.search.rules.folding import Folded, folded, is_han, runs, tightened
from yizhan.search.rules.tokens import flat, kept_by_flat, pairs, stem, syllables


@dataclass(frozen=True)
class Part:
    """A piece of a text; `is_found` is what the question asked for."""

    text: str
    is_found: bool


def marked(text: str, question: Question, *, by_sound: bool = True) -> tuple[Part, ...]:
    """The whole text in parts, in order. Names are found by their sound too, running text is not."""
    plain = _plain(text)
    found = [False] * len(text)
    for term in question.terms:
        for start, end in _first_that_is_there(term, plain, by_sound=by_sound):
            first, last = plain.origins[start], plain.origins[end - 1]
            found[first : last + 1] = [True] * (last + 1 - first)
    return tuple(_parts(text, found))


@lru_cache(maxsize=4096)
def _plain(text: str) -> Folded:
    return tightened(folded(text))


def _parts(text: str, found: list[bool]) -> Iterator[Part]:
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or found[at] != found[start]:
            yield Part(text[start:at], found[start])
            start = at


def _first_that_is_there(term: Term, plain: Folded, *, by_sound: bool) -> list[tuple[int, int]]:
    ear = by_ear(term)
    for way in (*term.ways, *((ear,) if ear else ())):
        if not by_sound and way.kind not in {Kind.TEXT, Kind.ENGLISH}:
            continue
        if places := list(_places(way, plain.text)):
            return places
    return list(_pairs_of(term.text, plain.text))


def _places(way: Way, text: str) -> Iterator[tuple[int, int]]:
    if way.kind is Kind.TEXT:
        yield from _all(way.text, text)
    elif way.kind is Kind.ENGLISH:
        yield from _english(way.text, text)
    else:
        yield from _spoken(way, text)


def _all(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(wanted)
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + len(wanted))


def _english(word: str, text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for run in runs(text):
        at = text.index(run, at)
        if run.isascii() and run.isalpha() and (stem(run) == stem(word) or (len(word) > 2 and run.startswith(word))):
            yield at, at + len(run)
        at += len(run)


@dataclass(frozen=True)
class _Sound:
    """A text as it is spoken: where its characters stand, their initials, who owns each letter."""

    han: tuple[int, ...]
    initials: str
    letters: str
    owners: tuple[int, ...]


@lru_cache(maxsize=4096)
def _sound(text: str) -> _Sound:
    han = [at for at, character in enumerate(text) if is_han(character) and runs(character)]
    spoken = syllables("".join(text[at] for at in han))
    letters = "".join(spoken)
    owners = [place for place, one in zip(han, spoken, strict=True) for _ in one]
    kept = kept_by_flat(letters)
    return _Sound(tuple(han), "".join(one[0] for one in spoken), flat(letters), tuple(owners[at] for at in kept))


def _spoken(way: Way, text: str) -> Iterator[tuple[int, int]]:
    """The characters whose syllables or initials were typed."""
    sound = _sound(text)
    if way.kind is Kind.INITIALS:
        for start, end in _all(way.text, sound.initials) if len(way.text) > 1 else ():
            yield from ((at, at + 1) for at in sound.han[start:end])
        return
    for start, end in _all(flat(way.text), sound.letters) if len(way.text) > 2 else ():
        yield from ((at, at + 1) for at in sorted(set(sound.owners[start:end])))


def _pairs_of(word: str, text: str) -> Iterator[tuple[int, int]]:
    grams = [pair for run in runs(word) if is_han(run) and len(run) > 2 for pair in pairs(run)]
    for gram in grams:
        yield from _all(gram, text)
