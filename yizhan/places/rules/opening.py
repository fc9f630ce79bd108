"""Opening hours in OpenStreetMap's syntax, with the days off of our own calendar.

The library computes; its calendar of holidays is wrong for China and is not asked. `PH` becomes the dates of the days
off near the moment, `SH` (school holidays, for which there is no calendar) never matches. An outlet that keeps office
hours is closed on days off, unless its text names `PH`, and open as on a Monday on make-up working days.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub forgets one

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOON = time(12)
_NEVER = "1900 Jan 01"
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_OFFSET = r"(?:\s*[+-]\s*\d+\s*days?)?"
_DAYS = rf"{_DAY}(?:\s*-\s*{_DAY})?(?:\s*\[[-\d,\s]+\])?{_OFFSET}"
_HOLIDAY = rf"(?:PH|SH){_OFFSET}"
_SELECTOR = re.compile(
    rf"(?P<list>(?:{_DAYS}\s*,\s*)*{_HOLIDAY}(?:\s*,\s*(?:{_DAYS}|{_HOLIDAY}))*)(?P<within>\s+{_DAYS}(?:\s*,\s*{_DAYS})*)?"
)
_TIME_OR_STATE = re.compile(r"\d{1,2}:\d{2}|sunrise|sunset|dawn|dusk|\b(?:off|closed|open|unknown)\b|24/7|\"")
_TIME = re.compile(r"\s*(?:\d{1,2}:\d{2}|\(|sunrise|sunset|dawn|dusk)")
_QUOTED = re.compile(r'"[^"]*"?')


class OpenAnswer(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DaysOff:
    """The days off and the make-up working days of the weeks round a day."""

    off: frozenset[date]
    make_up: frozenset[date]


NO_DAYS_OFF = DaysOff(frozenset(), frozenset())


class HoursFault(ValueError):
    """The text cannot be read; `position` counts its characters from 1, `near` is what stands there."""

    def __init__(self, position: int, near: str) -> None:
        super().__init__(f"{position}: {near}")
        self.position = position
        self.near = near


def check_hours(text: str) -> None:
    """Raises HoursFault. No text is no fault: then the hours are not known."""
    if text.strip():
        try:
            OpeningHours(text, auto_country=False, auto_timezone=False)
        except ParserError as error:
            at = re.search(r"--> \d+:(\d+)", str(error))
            position = int(at[1]) if at else 1
            raise HoursFault(position, text[position - 1 : position + 11].strip()) from error


def answer_at(text: str, at: datetime, days: DaysOff, *, keeps_office_hours: bool) -> OpenAnswer:
    """At the local moment `at`, which has no zone."""
    hours = read_hours(text, days, keeps_office_hours)
    return OpenAnswer.UNKNOWN if hours is None else _ANSWERS[hours.state(at)[0]]


_ANSWERS = {State.OPEN: OpenAnswer.OPEN, State.CLOSED: OpenAnswer.CLOSED, State.UNKNOWN: OpenAnswer.UNKNOWN}


@lru_cache(maxsize=8192)
def read_hours(text: str, days: DaysOff, keeps_office_hours: bool) -> OpeningHours | None:
    """The hours near those days; None where there is no text or it cannot be read."""
    if not text.strip():
        return None
    try:
        plain = with_days_off(text, days)
        if keeps_office_hours:
            plain = _by_office_hours(text, plain, days)
        return _hours(plain)
    except ParserError:
        return None


def with_days_off(text: str, days: DaysOff) -> str:
    """The text with `PH` as dates and without `SH`."""
    if "PH" not in text and "SH" not in text:
        return text
    return "".join(_rewritten(separator, rule, days) for separator, rule in _rules(text))


def names_days_off(text: str) -> bool:
    return any(_SELECTOR.search(_without_quotes(rule)) for _separator, rule in _rules(text)) and "PH" in text


# ── the dates of days off ──


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """(separator before it, rule). A comma begins a rule where a time or a state stands before it and none behind."""
    bare = _without_quotes(text)
    start, separator, at = 0, "", 0
    while at < len(bare):
        width = _separator_at(bare, start, at)
        if width:
            yield separator, text[start:at]
            separator, start = text[at : at + width], at + width
        at += width or 1
    yield separator, text[start:]


def _separator_at(bare: str, start: int, at: int) -> int:
    if bare[at] == ";":
        return 1
    if bare.startswith("||", at):
        return 2
    begins = bare[at] == "," and _TIME_OR_STATE.search(bare[start:at]) and not _TIME.match(bare[at + 1 :])
    return 1 if begins else 0


def _without_quotes(text: str) -> str:
    """Of the same length: what is quoted is a comment."""
    return _QUOTED.sub(lambda found: '"' + "~" * (len(found[0]) - 2) + '"' if len(found[0]) > 1 else '"', text)


def _rewritten(separator: str, rule: str, days: DaysOff) -> str:
    found = _SELECTOR.search(_without_quotes(rule))
    if found is None:
        return separator + rule
    before, behind = rule[: found.start()], rule[found.end() :]
    within = found["within"] or ""
    parts = [part.strip() for part in re.split(r",(?![^\[]*\])", found["list"])]
    weekdays = ",".join(part for part in parts if not part.startswith(("PH", "SH")))
    dates = sorted({day for part in parts if part.startswith("PH") for day in _moved(part, days.off)})
    named = ",".join(_named(day) for day in dates if _is_within(before, within, day)) or _NEVER
    rules = [f"{before}{weekdays}{within}{behind}"] if weekdays else []
    return separator + (separator or ";").join([*rules, f" {named} {behind.lstrip(' :')}"])


def _moved(part: str, off: Iterable[date]) -> Iterator[date]:
    """`PH +1 day` is the day after each."""
    shift = re.search(r"([+-])\s*(\d+)", part)
    by = timedelta(days=int(shift[1] + shift[2]) if shift else 0)
    return (day + by for day in off)


def _named(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"


def _is_within(before: str, within: str, day: date) -> bool:
    """Whether the months or weekdays that stand beside `PH` hold this day."""
    selector = f"{before.strip(' :')} {within.strip()}".strip()
    if not selector:
        return True
    return _hours(f"{selector} 00:00-24:00").state(datetime.combine(day, _NOON))[0] == State.OPEN


# ── office hours ──


def _by_office_hours(text: str, plain: str, days: DaysOff) -> str:
    if not names_days_off(text) and days.off:
        plain += "; " + ",".join(_named(day) for day in sorted(days.off)) + " off"
    work = with_days_off(text, NO_DAYS_OFF)
    for day in sorted(days.make_up):
        monday = day - timedelta(days=day.weekday())
        plain += f"; {_named(day)} {_spans_of(_hours(work), monday)}"
    return plain


def _spans_of(hours: OpeningHours, day: date) -> str:
    """What is open on that day, as a text: 09:00-12:00,14:30-18:00."""
    spans = open_spans(hours, day)
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans) or "off"


def open_spans(hours: OpeningHours, day: date) -> list[tuple[int, int]]:
    """(from, until) in minutes of the day for what begins on it; what lasts into the next day passes 1440."""
    begin = datetime.combine(day, time.min)
    spans = []
    for start, end, state, *_comment in hours.intervals(begin, begin + timedelta(days=2)):
        if state != State.OPEN or start >= begin + timedelta(days=1):
            continue
        opens = max(0, int((start - begin).total_seconds() // 60))
        closes = min(2880, int((end - begin).total_seconds() // 60)) if end else 2880
        if opens < closes:
            spans.append((opens, closes))
    return spans


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@lru_cache(maxsize=8192)
def _hours(text: str) -> OpeningHours:
    return OpeningHours(text, auto_country=False, auto_timezone=False, max_interval_days=400)
