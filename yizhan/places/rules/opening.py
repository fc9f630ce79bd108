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
_ONE_DAY, _DAY = timedelta(days=1), 1440
_NEVER = "1900 Jan 01"
_WEEKDAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_OFFSET = r"(?:\s*[+-]\s*\d+\s*days?)?"
_DAYS = rf"{_WEEKDAY}(?:\s*-\s*{_WEEKDAY})?(?:\s*\[[-\d,\s]+\])?{_OFFSET}"
_HOLIDAY = rf"(?:PH|SH){_OFFSET}"
_SELECTOR = re.compile(
    rf"(?P<list>(?:{_DAYS}\s*,\s*)*{_HOLIDAY}(?:\s*,\s*(?:{_DAYS}|{_HOLIDAY}))*)(?P<within>\s+{_DAYS}(?:\s*,\s*{_DAYS})*)?"
)
_TIME_OR_STATE = re.compile(r"\d{1,2}:\d{2}|sunrise|sunset|dawn|dusk|\b(?:off|closed|open|unknown)\b|24/7|\"")
_STATE = re.compile(r"\b(?:off|closed|open|unknown)\b")
_TIME = re.compile(r"\s*(?:\d{1,2}:\d{2}|\(|sunrise|sunset|dawn|dusk)")
_SEPARATOR = re.compile(r";|\|\||,")
_QUOTED = re.compile(r'"[^"]*"?')

__all__ = [
    "NO_DAYS_OFF",
    "DaysOff",
    "HoursFault",
    "OpenAnswer",
    "OpeningHours",
    "State",
    "answer_at",
    "check_hours",
    "names_days_off",
    "open_spans",
    "read_hours",
    "with_days_off",
]


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
    """At the local moment `at`, which has no zone.

    What stands behind `||` holds for moments at which what stands before it is closed; the library holds it for whole
    days.
    """
    for part in _alternatives(text):
        hours = read_hours(part, days, keeps_office_hours)
        if hours is None:
            return OpenAnswer.UNKNOWN
        answer = _ANSWERS[hours.state(at)[0]]
        if answer != OpenAnswer.CLOSED:
            return answer
    return OpenAnswer.CLOSED


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
    """The text with `PH` as dates, without `SH`, and with a comment that says nothing else meaning "unknown"."""
    if '"' in text:
        text = "".join(separator + _doubted(rule) for separator, rule in _rules(text))
    if "PH" not in text and "SH" not in text:
        return text
    return "".join(_rewritten(separator, rule, days) for separator, rule in _rules(text))


def _doubted(rule: str) -> str:
    """A comment without a state, as in `10:00-12:00 "by appointment"`, means not sure; the library reads open."""
    bare = _without_quotes(rule)
    at = bare.find('"')
    return rule if at < 0 or _STATE.search(bare) else f"{rule[:at]}unknown {rule[at:]}"


def names_days_off(text: str) -> bool:
    return "PH" in text and any(_SELECTOR.search(_without_quotes(rule)) for _separator, rule in _rules(text))


# ── the dates of days off ──


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """(separator before it, rule). A comma begins a rule where a time or a state stands before it and none behind."""
    bare = _without_quotes(text)
    start, separator = 0, ""
    for found in _SEPARATOR.finditer(bare):
        if found[0] == "," and not _begins_a_rule(bare, start, found.start()):
            continue
        yield separator, text[start : found.start()]
        separator, start = found[0], found.end()
    yield separator, text[start:]


def _alternatives(text: str) -> list[str]:
    """The text, cut at every `||`."""
    if "||" not in text:
        return [text]
    parts = [""]
    for separator, rule in _rules(text):
        if separator == "||":
            parts.append(rule)
        else:
            parts[-1] += separator + rule
    return parts


def _begins_a_rule(bare: str, start: int, comma: int) -> bool:
    return bool(_TIME_OR_STATE.search(bare, start, comma)) and not _TIME.match(bare, comma + 1)


def _without_quotes(text: str) -> str:
    """Of the same length: what is quoted is a comment."""
    if '"' not in text:
        return text
    return _QUOTED.sub(lambda found: '"' + "~" * (len(found[0]) - 2) + '"' if len(found[0]) > 1 else '"', text)


def _rewritten(separator: str, rule: str, days: DaysOff) -> str:
    found = _SELECTOR.search(_without_quotes(rule))
    if found is None:
        return separator + rule
    before, behind = rule[: found.start()], rule[found.end() :]
    within = found["within"] or ""
    parts = [part.strip() for part in re.split(r",(?![^\[]*\])", found["list"])]
    weekdays = ",".join(part for part in parts if not part.startswith(("PH", "SH")))
    dates = {day for part in parts if part.startswith("PH") for day in _moved(part, days.off)}
    named = _named(day for day in dates if _is_within(before, within, day))
    rules = [f"{before}{weekdays}{within}{behind}"] if weekdays else []
    return separator + (separator or ";").join([*rules, f" {named} {behind.lstrip(' :')}"])


def _moved(part: str, off: Iterable[date]) -> Iterator[date]:
    """`PH +1 day` is the day after each."""
    shift = re.search(r"([+-])\s*(\d+)", part)
    by = timedelta(days=int(shift[1] + shift[2]) if shift else 0)
    return (day + by for day in off)


def _named(days: Iterable[date]) -> str:
    """2026 Oct 01-2026 Oct 07,2026 Oct 10; a day that never comes where there is none."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == _ONE_DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_said(run[0]) if len(run) == 1 else f"{_said(run[0])}-{_said(run[-1])}" for run in runs) or _NEVER


def _said(day: date) -> str:
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
        plain += f"; {_named(days.off)} off"
    work = with_days_off(text, NO_DAYS_OFF)
    for day in sorted(days.make_up):
        monday = day - timedelta(days=day.weekday())
        plain += f"; {_said(day)} {_spans_of(_hours(work), monday)}"
    return plain


def _spans_of(hours: OpeningHours, day: date) -> str:
    """What is open on that day, as a text: 09:00-12:00,14:30-18:00."""
    spans = open_spans(hours, day)
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans) or "off"


def open_spans(hours: OpeningHours, day: date) -> list[tuple[int, int]]:
    """(from, until) in minutes, of what opens on that day or lasts through it; what closes after midnight passes 1440.

    The small hours that belong to the evening before are left to it.
    """
    begin = datetime.combine(day, time.min)
    spans = []
    for start, end in _open_intervals(hours, begin - _ONE_DAY, begin + 2 * _ONE_DAY):
        opens, closes = _minutes(start - begin), _minutes(end - begin)
        is_yesterdays = begin - _ONE_DAY < start < begin and closes < _DAY
        if closes <= 0 or opens >= _DAY or is_yesterdays:
            continue
        lasts_on = closes >= 2 * _DAY or (opens <= 0 and closes > _DAY)
        spans.append((max(0, opens), _DAY if lasts_on else closes))
    return spans


def _open_intervals(hours: OpeningHours, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for start, until, state, *_comment in hours.intervals(begin, end):
        if state != State.OPEN:
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], until or end)
        else:
            found.append((start, until or end))
    return found


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@lru_cache(maxsize=8192)
def _hours(text: str) -> OpeningHours:
    return OpeningHours(text, auto_country=False, auto_timezone=False, max_interval_days=400)
