"""What is the same when searching: width, case, accents, traditional characters, numerals before a unit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{HAN}]+|[a-z]+|[0-9]+")
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百]+(?=周?岁|个月|年级|天|级)")
_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_UNITS = {"十": 10, "百": 100}
_TO_SIMPLIFIED = opencc.OpenCC("t2s")


@dataclass(frozen=True)
class Folded:
    """Folded text; `origins[i]` is the place of its character i in the text as written."""

    text: str
    origins: tuple[int, ...]


def fold(text: str) -> str:
    """１２３ＡＢ高齡 → 123ab高龄; what is neither letter nor digit becomes one space."""
    return folded(text).text


def tight(text: str) -> str:
    """Folded, with spaces only between words of letters and digits: 身份证 丢了 → 身份证丢了, old age stays."""
    return tightened(folded(text)).text


def tightened(whole: Folded) -> Folded:
    text = whole.text
    kept = [
        at
        for at, character in enumerate(text)
        if character != " " or (text[at - 1].isascii() and text[at + 1 : at + 2].isascii())
    ]
    return Folded("".join(text[at] for at in kept), tuple(whole.origins[at] for at in kept))


def folded(text: str) -> Folded:
    pairs = [(plain, at) for at, character in enumerate(text) for plain in _plain(character)]
    letters = _simplified("".join(plain for plain, _ in pairs))
    pairs = [(letter, at) for letter, (_, at) in zip(letters, pairs, strict=True)]
    pairs = _one_space(_with_digits(pairs))
    return Folded("".join(letter for letter, _ in pairs), tuple(at for _, at in pairs))


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """One character without width, case and accents; ü becomes v, as on a keyboard."""
    if character in "üÜǖǘǚǜ":
        return "v"
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character)).lower()
    kept = "".join(c for c in apart if not unicodedata.combining(c))
    return "".join(c if c.isalnum() and c.isprintable() else " " for c in kept) or ""


def _simplified(text: str) -> str:
    if text.isascii():
        return text
    whole: str = _TO_SIMPLIFIED.convert(text)
    if len(whole) == len(text):
        return whole
    return "".join(one if len(one := _TO_SIMPLIFIED.convert(letter)) == 1 else letter for letter in text)


def _with_digits(pairs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """八十岁 → 80岁."""
    text = "".join(letter for letter, _ in pairs)
    made: list[tuple[str, int]] = []
    done = 0
    for found in _NUMERAL.finditer(text):
        made += pairs[done : found.start()]
        digits = str(number_of(found.group()))
        ends = pairs[found.start()][1], pairs[found.end() - 1][1]
        made += [(digit, ends[place > 0]) for place, digit in enumerate(digits)]
        done = found.end()
    return made + pairs[done:]


def number_of(numeral: str) -> int:
    """八十 → 80, 一百零五 → 105, 二〇 → 20."""
    if not set(numeral) & set(_UNITS):
        return int("".join(str(_DIGITS[one]) for one in numeral))
    total, digit = 0, 0
    for one in numeral:
        if one in _UNITS:
            total += (digit or 1) * _UNITS[one]
            digit = 0
        else:
            digit = _DIGITS[one]
    return total + digit


def _one_space(pairs: list[tuple[str, int]]) -> list[tuple[str, int]]:
    kept: list[tuple[str, int]] = []
    for letter, at in pairs:
        if letter != " " or (kept and kept[-1][0] != " "):
            kept.append((letter, at))
    return kept[:-1] if kept and kept[-1][0] == " " else kept


def runs(text: str) -> list[str]:
    """Folded text in runs of one script: characters, letters, digits. Other scripts are left out."""
    return _RUN.findall(text)


def is_han(run: str) -> bool:
    return not run.isascii()


def han_of(text: str) -> str:
    """Its characters alone, joined."""
    return "".join(run for run in runs(text) if is_han(run))
