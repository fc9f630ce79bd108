"""What somebody typed, as terms: each may be met in several ways.

身份证丢了      身份证 · 丢了 (or 补领, 补办, 挂失)
gaolingjintie  one term: as pinyin, as initials, or as an English word
mai cai        two readings: two words, or one word typed with a space
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from yizhan.search.rules.folding import han_of, is_han, runs, tight
from yizhan.search.rules.synonyms import Synonyms
from yizhan.search.rules.tokens import flat, pairs, sound_of, stem, threes, words_of

LONGEST = 60
MOST_TERMS = 8
MOST_TOKENS = 8
LONGEST_INITIALS = 12


class Kind(Enum):
    TEXT = "text"
    SOUND = "sound"
    EAR = "ear"
    INITIALS = "initials"
    ENGLISH = "english"


@dataclass(frozen=True)
class Way:
    """One way to meet a term. `strength` is 1 for what was typed, less for what it may also mean."""

    kind: Kind
    text: str
    strength: float = 1.0

    def tokens(self) -> tuple[str, ...]:
        """Whatever has this in it has all of these. Of a long text a few, spread over it: they are as telling."""
        return _spread(tuple(dict.fromkeys(_TOKENS[self.kind](self.text))))


@dataclass(frozen=True)
class Term:
    """A word of the question; `worth` is its share in it."""

    text: str
    worth: float
    ways: tuple[Way, ...]


Reading = tuple[Term, ...]


@dataclass(frozen=True)
class Question:
    """`text` is folded. `readings` is empty if there is nothing to look for."""

    text: str
    readings: tuple[Reading, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(term for reading in self.readings for term in reading))


def question(text: str, synonyms: Synonyms) -> Question:
    plain = tight(text[: 4 * LONGEST])[:LONGEST].strip()
    readings = [_reading(plain, synonyms)]
    if plain.isascii() and " " in plain and plain.replace(" ", "").isalpha():
        joined = plain.replace(" ", "")
        readings.append((Term(joined, _worth(joined), tuple(_as_pinyin(joined))),))
    return Question(plain, tuple(one for one in readings if one))


def _reading(plain: str, synonyms: Synonyms) -> Reading:
    terms: list[Term] = []
    for piece, means in synonyms.split(plain):
        terms += [_meant(piece, means)] if means else [_term(word) for word in _words(piece)]
    busy = [term for term in terms if term.text not in synonyms.idle]
    return tuple(dict.fromkeys(busy or terms))[:MOST_TERMS]


def _words(piece: str) -> list[str]:
    return [word for run in runs(piece) for word in (words_of(run) if is_han(run) else [run])]


def _meant(piece: str, means: tuple[str, ...]) -> Term:
    ways = [Way(Kind.TEXT, piece), *(Way(Kind.TEXT, one, 0.95) for one in means)]
    return Term(piece, _worth(piece), tuple(ways))


def _term(word: str) -> Term:
    if not (word.isascii() and word.isalpha()):
        return Term(word, _worth(word), (Way(Kind.TEXT, word),))
    return Term(word, _worth(word), (*_as_pinyin(word), Way(Kind.ENGLISH, word)))


def _as_pinyin(letters: str) -> list[Way]:
    initials = [Way(Kind.INITIALS, letters, 0.9)] if len(letters) <= LONGEST_INITIALS else []
    return [Way(Kind.SOUND, letters), *initials]


def _worth(text: str) -> float:
    """A character of ours says about as much as two letters."""
    return sum(0.5 if character.isascii() else 1.0 for character in text) or 1.0


def by_ear(term: Term) -> Way | None:
    """How a word in characters sounds: who types 津帖 means 津贴."""
    return _by_ear(term.text)


@lru_cache(maxsize=4096)
def _by_ear(text: str) -> Way | None:
    han = han_of(text)
    return Way(Kind.EAR, sound_of(han), 0.7) if len(han) > 1 else None


# ── tokens of a way ──


def _spread(tokens: tuple[str, ...]) -> tuple[str, ...]:
    if len(tokens) <= MOST_TOKENS:
        return tokens
    last = len(tokens) - 1
    return tuple(tokens[at * last // (MOST_TOKENS - 1)] for at in range(MOST_TOKENS))


def _text_tokens(text: str) -> list[str]:
    found: list[str] = []
    for run in runs(text):
        if is_han(run):
            found += pairs(run)
        else:
            found.append(f"d:{run}" if run.isdigit() else f"e:{stem(run)}")
    return found


def _sound_tokens(letters: str) -> list[str]:
    return threes(flat(letters)) or [f"^{letters[:2]}" if len(letters) > 1 else f"i^{letters}"]


def _initials_tokens(letters: str) -> list[str]:
    return [f"i:{pair}" for pair in pairs(letters)] if len(letters) > 1 else [f"i^{letters}"]


def _english_tokens(word: str) -> list[str]:
    return [f"e:{stem(word)}"]


_TOKENS = {
    Kind.TEXT: _text_tokens,
    Kind.SOUND: _sound_tokens,
    Kind.EAR: _sound_tokens,
    Kind.INITIALS: _initials_tokens,
    Kind.ENGLISH: _english_tokens,
}


# ── numbers ──


def number_asked_for(text: str) -> str:
    """A case number or its end, as it is kept; "" if this is not one: at least four signs, three of them digits."""
    plain = tight(text[: 4 * LONGEST]).replace(" ", "").upper()
    digits = sum(sign.isdigit() for sign in plain)
    return plain if 4 <= len(plain) <= 40 and plain.isascii() and plain.isalnum() and digits >= 3 else ""
