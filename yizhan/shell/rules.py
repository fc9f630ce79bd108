"""What may be kept of a text that somebody typed, what may stand in an address, and which days a text names."""

import re
import unicodedata
from datetime import date

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


# ── days as a paper writes them ──

_BETWEEN_DAYS = re.compile(r"[\s,，、;；。]+")
_CHINESE_DAY = re.compile(r"(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})[日号]?")
_PLAIN_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_AND_WEEKDAY = re.compile(r"[(（](?:星期|周)[一二三四五六日天][)）]")


class NotADay(ValueError):
    """Carries the piece of the text that names no day."""


def days_in(text: str, year: int | None) -> list[date]:
    """2026-02-14 or 2月14日, the latter in `year`; a weekday in brackets may follow. Raises NotADay."""
    plain = _AND_WEEKDAY.sub(" ", unicodedata.normalize("NFKC", text))
    return [_day(piece, year) for piece in _BETWEEN_DAYS.split(plain) if piece]


def _day(piece: str, year: int | None) -> date:
    found = _CHINESE_DAY.fullmatch(piece) or _PLAIN_DAY.fullmatch(piece)
    written = found.group(1) or year if found else None
    if not found or written is None:
        raise NotADay(piece)
    try:
        return date(int(written), int(found.group(2)), int(found.group(3)))
    except ValueError:
        raise NotADay(piece) from None
