"""Names as people bear them: never split, never upper-cased, found again by a stored pinyin key."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from pypinyin import Style, lazy_pinyin

LONGEST_NAME = 50
# The dot of minority names is U+00B7; keyboards write it in several ways.
_DOTS = str.maketrans(dict.fromkeys("•‧∙・･●", "·"))
_REFUSED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Surnames whose usual reading is not the character's first one.
_SURNAMES = {
    "单": "shan4", "仇": "qiu2", "解": "xie4", "查": "zha1", "曾": "zeng1", "区": "ou1", "朴": "piao2",
    "盖": "ge3", "尉": "wei4", "覃": "qin2", "缪": "miao4", "翟": "zhai2", "任": "ren2", "华": "hua4",
}  # fmt: skip


class NameFault(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"


class NameWrong(ValueError):
    """The text cannot be a name; `fault` says why."""

    def __init__(self, fault: NameFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def parse_name(text: str) -> str:
    """The name without outer blanks. Raises NameWrong.

    Rare characters, inner blanks and `·` are kept, and no Unicode normalisation is done: it would replace
    compatibility ideographs that stand on somebody's card.
    """
    name = text.strip().translate(_DOTS)
    if _has_refused(name):
        raise NameWrong(NameFault.CHARACTERS)
    if not any(_is_visible(character) for character in name):
        raise NameWrong(NameFault.EMPTY)
    if len(name) > LONGEST_NAME:
        raise NameWrong(NameFault.TOO_LONG)
    return name


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZC" or unicodedata.category(character) in {"Co", "Cn"}


def _has_refused(text: str) -> bool:
    # Unassigned code points pass: the newest rare characters of GB 18030 are unknown to this Python.
    return any(unicodedata.category(c) in _REFUSED or ord(c) & 0xFFFE == 0xFFFE for c in text)


def name_key(name: str) -> str:
    """Sort key: one pinyin syllable with its tone per character; what has no reading stands for itself."""
    syllables = lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True)
    if syllables and name[0] in _SURNAMES:
        syllables[0] = _SURNAMES[name[0]]
    return " ".join(part.strip() for part in syllables if part.strip()).casefold()


def parts_like_names(text: str) -> list[str]:
    """Every piece of at least two characters that begins and ends visibly; blanks inside are also left out."""
    plain = text.translate(_DOTS).replace("\x00", "")[:LONGEST_NAME]
    pieces: dict[str, None] = {}
    for whole in (plain, "".join(plain.split())):
        for start in range(len(whole)):
            pieces |= dict.fromkeys(whole[start:end].strip() for end in range(start + 2, len(whole) + 1))
    return [piece for piece in pieces if len(piece) > 1]


def letters_typed(text: str) -> str:
    """A text of letters alone, without blanks and tones; "" if there is anything else in it."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("ü", "v"))
    letters = "".join(c for c in plain if not unicodedata.combining(c) and not c.isspace() and c not in "'-·")
    return letters if letters.isascii() and letters.isalpha() else ""
