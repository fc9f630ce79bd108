"""Opening hours in words: a line for a list, the week for a page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from yizhan.kernel.api import times
from yizhan.look.api import day_words
from yizhan.places.queries.hours import answer_of, days_off_near
from yizhan.places.queries.outlets import OutletView
from yizhan.places.rules.opening import (
    NO_DAYS_OFF,
    DaysOff,
    OpenAnswer,
    OpeningHours,
    State,
    names_days_off,
    open_spans,
    read_hours,
)

_WEEKDAYS: tuple[str | Promise, ...] = (
    pgettext_lazy("weekday", "周一"),
    pgettext_lazy("weekday", "周二"),
    pgettext_lazy("weekday", "周三"),
    pgettext_lazy("weekday", "周四"),
    pgettext_lazy("weekday", "周五"),
    pgettext_lazy("weekday", "周六"),
    pgettext_lazy("weekday", "周日"),
)
_SHUT = gettext_lazy("休息")
_SEASONS = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week|easter)\b|\b\d{4}\b(?!:)|SH")
_ALL_DAY = [(0, 1440)]
_AHEAD = timedelta(days=8)
Spans = list[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class WeekRow:
    """Days with the same hours. `spans` are minutes of the day, for a picture; what passes midnight passes 1440."""

    days: str
    hours: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Week:
    """How the hours stand in the week of a day. `notes` say what the week does not show."""

    rows: tuple[WeekRow, ...]
    notes: tuple[str, ...]

    @property
    def line(self) -> str:
        return _("；").join([*(_beside(row.days, row.hours) for row in self.rows), *self.notes])


def _beside(days: str, hours: str) -> str:
    """Chinese needs no space between words, but one before a number."""
    return f"{days} {hours}" if hours[:1].isascii() else days + hours


@dataclass(frozen=True, kw_only=True)
class OpeningWords:
    """Open, closed or not known, and what one says: 开到 22:00."""

    answer: OpenAnswer
    text: str

    @property
    def is_open(self) -> bool:
        return self.answer == OpenAnswer.OPEN


def say_hours(text: str, *, keeps_office_hours: bool = False, on: date) -> str:
    """One line, in the reader's language; "" where the hours are not known."""
    week = week_of(text, keeps_office_hours=keeps_office_hours, on=on)
    return week.line if week else ""


def week_of(text: str, *, keeps_office_hours: bool = False, on: date) -> Week | None:
    """The ordinary week round a day, without its days off; None where the hours are not known or cannot be read."""
    return _week(text, keeps_office_hours, on - timedelta(days=on.weekday()), get_language() or "")


@lru_cache(maxsize=4096)
def _week(text: str, keeps_office_hours: bool, monday: date, _language: str) -> Week | None:
    hours = read_hours(text, NO_DAYS_OFF, keeps_office_hours)
    if hours is None:
        return None
    days = [_spans(hours, monday + timedelta(days=n)) for n in range(7)]
    return Week(rows=tuple(_rows(days)), notes=tuple(_notes(text, keeps_office_hours, monday)))


def _spans(hours: OpeningHours, day: date) -> Spans:
    spans = open_spans(hours, day)
    noon = datetime.combine(day, datetime.min.time()).replace(hour=12)
    return [(-1, -1)] if not spans and hours.state(noon)[0] == State.UNKNOWN else spans


def _rows(days: list[Spans]) -> list[WeekRow]:
    groups: list[tuple[list[int], Spans]] = []
    for number, spans in enumerate(days):
        if groups and groups[-1][1] == spans:
            groups[-1][0].append(number)
        else:
            groups.append(([number], spans))
    return [
        WeekRow(days=_say_days(numbers), hours=_say_spans(spans), spans=tuple(spans) if spans != [(-1, -1)] else ())
        for numbers, spans in groups
    ]


def _say_days(numbers: list[int]) -> str:
    if len(numbers) == 7:
        return _("每天")
    first, last = _WEEKDAYS[numbers[0]], _WEEKDAYS[numbers[-1]]
    if len(numbers) == 1:
        return str(first)
    if len(numbers) == 2:
        return _("{first}、{last}").format(first=first, last=last)
    return _("{first}至{last}").format(first=first, last=last)


def _say_spans(spans: Spans) -> str:
    if not spans:
        return str(_SHUT)
    if spans == [(-1, -1)]:
        return _("时间不定")
    if [(begin % 1440, end - begin) for begin, end in spans] == [(0, 1440)] or spans == [(0, 2880)]:
        return _("24 小时")
    return _("、").join(f"{_clock(begin)}–{_clock(end)}" for begin, end in spans)


def _clock(minute: int) -> str:
    if minute > 1440:
        return _("次日 {time}").format(time=f"{(minute - 1440) // 60:02d}:{minute % 60:02d}")
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _notes(text: str, keeps_office_hours: bool, monday: date) -> list[str]:
    notes = []
    if names_days_off(text):
        notes.append(_say_days_off(text, keeps_office_hours, monday))
    elif keeps_office_hours:
        notes.append(_("节假日休息"))
    if keeps_office_hours:
        notes.append(_("调休上班日照常"))
    if _SEASONS.search(text):
        notes.append(_("别的时节可能不一样"))
    return notes


def _say_days_off(text: str, keeps_office_hours: bool, monday: date) -> str:
    week = [monday + timedelta(days=n) for n in range(7)]
    hours = read_hours(text, DaysOff(frozenset(week), frozenset()), keeps_office_hours)
    days = [open_spans(hours, day) for day in week] if hours else []
    if days and all(one == days[0] for one in days):
        return _beside(_("节假日"), _say_spans(days[0]))
    return _("节假日另有安排")


# ── now ──


def say_opening(outlet: OutletView, at: datetime) -> OpeningWords:
    """What one says about it at this moment: 开到 22:00; 歇着，周一 09:00 开门; 待核实."""
    return say_openings([outlet], at)[outlet.outlet_id]


def say_openings(outlets: Iterable[OutletView], at: datetime) -> dict[UUID, OpeningWords]:
    """The same about many; the calendar is asked once."""
    local = at.astimezone(times.SHANGHAI).replace(tzinfo=None, second=0, microsecond=0)
    days = days_off_near(local.date(), make_up_within=_AHEAD)
    found = {}
    for one in outlets:
        answer = answer_of(one, local, days)
        found[one.outlet_id] = OpeningWords(answer=answer, text=_say_answer(one, answer, local, days))
    return found


def _say_answer(outlet: OutletView, answer: OpenAnswer, local: datetime, days: DaysOff) -> str:
    hours = read_hours(outlet.hours, days, outlet.keeps_office_hours)
    if outlet.closed_on:
        return _("已关闭")
    if answer == OpenAnswer.UNKNOWN or hours is None:
        return _("待核实") if outlet.is_to_verify else _("营业时间不清楚")
    change = hours.next_change(local)
    if answer == OpenAnswer.OPEN:
        return _say_until(change, local)
    opens = _next_opening(hours, local)
    return _("歇着，{when} 开门").format(when=_say_moment(opens, local)) if opens else _("歇着")


def _say_until(change: datetime | None, local: datetime) -> str:
    if change is None or change - local > timedelta(hours=24):
        return _("24 小时") if change is None or change - local > timedelta(days=6) else _("开着")
    return _("开到{when}").format(when=_spaced(_say_moment(change, local)))


def _spaced(when: str) -> str:
    """One space before a number, none before a Chinese word."""
    return f" {when}" if when[:1].isascii() else when


def _next_opening(hours: OpeningHours, local: datetime) -> datetime | None:
    for begin, _end, state, *_comment in hours.intervals(local, local + _AHEAD):
        if state == State.OPEN:
            return begin if begin > local else None
    return None


def _say_moment(moment: datetime, local: datetime) -> str:
    clock = f"{moment:%H:%M}"
    if moment.date() == local.date():
        return clock
    if moment == datetime.combine(local.date() + timedelta(days=1), datetime.min.time()):
        return "24:00"
    if moment.date() == local.date() + timedelta(days=1):
        return _("明天 {clock}").format(clock=clock)
    if moment.date() - local.date() < timedelta(days=7):
        return f"{_WEEKDAYS[moment.weekday()]} {clock}"
    return f"{day_words(moment.date())} {clock}"
