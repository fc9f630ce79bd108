"""What may be kept of a text that somebody typed into the search box, and what may stand in an address."""

import re
import unicodedata

LONGEST_KEPT = 20
# Digits as they are written: an identity number stays one with blanks or dashes in it, or in characters.
_FIVE_DIGITS = re.compile(r"[0-9零〇一二三四五六七八九幺]{5}")
_LIKE_A_NUMBER_OF_SOMEBODY = re.compile(r"[0-9]{7}")
_CASE_NUMBER = re.compile(r"[0-9]{6}[A-Z]{2}[0-9]{2}")
_BETWEEN = re.compile(r"[\s\-·.,，、]+")


def typed(text: str) -> str:
    """One line without invisible characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def may_be_kept(text: str) -> bool:
    """Short, and without a run of five digits. Whether it names somebody is asked of the people."""
    return len(text) <= LONGEST_KEPT and not _FIVE_DIGITS.search(_joined(text))


def may_stand_in_address(text: str) -> bool:
    """Not what may be an identity number or a phone; a case number opens nothing and may."""
    joined = _joined(text).upper()
    return bool(_CASE_NUMBER.match(joined)) or not _LIKE_A_NUMBER_OF_SOMEBODY.search(joined)


def _joined(text: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
