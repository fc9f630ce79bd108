"""What of a text goes into the index.

身  身份  身份证      characters, pairs of them, words
d:80                 numbers
t:gao  ^ga           three letters in a row of the joined pinyin (or of an English word); how a syllable begins
i:gl   i^g           two initials in a row; how the initials begin
e:allowanc           English, without endings
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import rjieba
from pypinyin import Style, lazy_pinyin

from yizhan.search.rules.folding import fold, han_of, is_han, runs

MOST_TOKENS = 1000
BODY_LENGTH = 2000
_ENDINGS = re.compile(r"(?<=\w{3})(ations?|ates?|ments?|ings?|[ae]nces?|[ae]nts?|ies|ied|ed|es|ly|ers?|e|s|y)$")
# What sounds alike in the south and is typed one for the other: zh z, ch c, sh s, ang an, eng en, ing in.
# A g before a vowel may begin the next syllable (shen gao, fang an) and stays.
_ALIKE = re.compile(r"(?<=[zcs])h|(?<=[aei]n)g(?![aeiou])")


def pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def threes(letters: str) -> list[str]:
    return [f"t:{letters[at : at + 3]}" for at in range(len(letters) - 2)]


def words_of(run: str) -> list[str]:
    """A run of characters cut into words, in order, nothing left out."""
    return list(rjieba.cut(run))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """allowances → allow, replacing and replacement → replac. Light: for matching, not for reading."""
    shorter = _ENDINGS.sub("", word)
    return word if shorter == word else stem(shorter)


@lru_cache(maxsize=8192)
def syllables(han: str) -> tuple[str, ...]:
    """The pinyin of each character, without tones; what has none stands for itself."""
    spoken = lazy_pinyin(han, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]
    return tuple(one if one.isascii() else fold(one).replace(" ", "") or one for one in spoken)


def sound_of(name: str) -> str:
    """The pinyin of all its characters in one word, alike sounds written alike."""
    return flat("".join(syllables(han_of(name))))


def initials_of(name: str) -> str:
    return "".join(one[0] for one in syllables(han_of(name)))


def flat(letters: str) -> str:
    """Letters are only left out, never exchanged, so that places can be found again: gaoling → gaolin."""
    return _ALIKE.sub("", letters)


def kept_by_flat(letters: str) -> list[int]:
    """The places in `letters` of the letters of `flat(letters)`."""
    gone = {found.start() for found in _ALIKE.finditer(letters)}
    return [at for at in range(len(letters)) if at not in gone]


def tokens_of_name(name: str) -> Iterator[str]:
    """`name` is folded: a title or one of the other names."""
    yield from _tokens_of_text(name)
    for word in (run for run in runs(name) if run.isascii() and run.isalpha()):
        yield from threes(flat(word))
        yield f"^{word[:2]}"
    yield from _tokens_of_sound(name)


def _tokens_of_sound(name: str) -> Iterator[str]:
    spoken = syllables(han_of(name))
    if not spoken:
        return
    sound, initials = "".join(spoken), "".join(one[0] for one in spoken)
    yield from threes(flat(sound))
    yield from (f"^{one[:2]}" for one in spoken)
    yield f"i^{initials[0]}"
    yield from (f"i:{pair}" for pair in pairs(initials) if len(pair) == 2)


def _tokens_of_text(text: str) -> Iterator[str]:
    for run in runs(text):
        if is_han(run):
            yield from run
            yield from pairs(run)
            yield from (word for word in rjieba.cut_for_search(run) if len(word) > 2)
        elif run.isdigit():
            yield f"d:{run}"
        else:
            yield f"e:{stem(run)}"


def tokens_of(names: Iterable[str], body: str = "") -> list[str]:
    """All tokens of an entry; names and body are folded. Names come first if there are too many."""
    found = dict.fromkeys(token for name in names for token in tokens_of_name(name))
    found |= dict.fromkeys(_tokens_of_text(body[:BODY_LENGTH]))
    return list(found)[:MOST_TOKENS]
