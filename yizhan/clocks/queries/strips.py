"""A limit as a strip of days, ready for the look."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yizhan.clocks.models import Clock, ClockState
from yizhan.clocks.queries.views import (
    ClockNotFound,
    ClockView,
    DayLine,
    LimitView,
    clocks_of,
    course_of,
    course_until,
    day_lines,
    get_clock,
    pauses_of,
    speaks_english,
    view_of,
)
from yizhan.clocks.rules.counting import DayCount, Due, LimitUnit, Pause, Reason, due
from yizhan.clocks.rules.running import Course, Limits, standing
from yizhan.kernel.api import Subject, times
from yizhan.look.api import DayCell, Strip
from yizhan.territory.api import Calendar, Day, DayKind, calendar

# A strip that is very late stops here: its sentence gives the number.
_LONGEST_OVERRUN = timedelta(days=42)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a limit would be if it began on a day."""

    promise: LimitView
    legal: LimitView | None
    provisional: bool
    strip: Strip


@dataclass(frozen=True, kw_only=True)
class WholeClock:
    """A clock for a page of its own: how it stands, its strip, and its promise day by day."""

    view: ClockView
    strip: Strip
    days: tuple[DayLine, ...]


def find_whole(subject: Subject, today: date) -> WholeClock | None:
    """Three queries for what `find`, `strip` and `explain` tell."""
    try:
        clock = get_clock(subject)
    except ClockNotFound:
        return None
    days = calendar(clock.region)
    return WholeClock(view=view_of(clock), strip=_draw(clock, today, days), days=day_lines(clock, today, days))


def strip(subject: Subject, today: date) -> Strip:
    """The promise of a subject as days, from the day it began. Raises ClockNotFound."""
    clock = get_clock(subject)
    return _draw(clock, today, calendar(clock.region))


def strips(subjects: Collection[Subject], today: date) -> dict[Subject, Strip]:
    """The strips of many, for a list: two queries and one for each region; those without a clock are left out."""
    return {subject: strip for subject, (_view, strip) in of_many_with_strips(subjects, today).items()}


def of_many_with_strips(subjects: Collection[Subject], today: date) -> dict[Subject, tuple[ClockView, Strip]]:
    """The clocks of a list and their strips, read once: two queries and one for each region."""
    found, pauses = clocks_of(subjects), pauses_of(subjects)
    calendars = {region: calendar(region) for region in {clock.region for clock in found}}
    return {
        (view := view_of(clock)).subject: (view, _draw(clock, today, calendars[clock.region], pauses.get(clock.pk, ())))
        for clock in found
    }


def _draw(clock: Clock, today: date, days: Calendar, pauses: Iterable[Pause] | None = None) -> Strip:
    shown = min(today, times.local_day(clock.stopped_at)) if clock.stopped_at else today
    return _drawn(
        get_language() or "",
        days,
        course_of(clock, pauses),
        shown,
        today,
        is_stopped=clock.state == ClockState.STOPPED,
        is_open=clock.promise_due_on is None,
    )


@lru_cache(maxsize=500)
def _drawn(
    _language: str, days: Calendar, course: Course, shown: date, today: date, *, is_stopped: bool, is_open: bool
) -> Strip:
    """Depends on nothing else, and lists show the same limits all day long; `_language` is that of the moment."""
    limit = course_until(course, shown, days)
    drawing = _Drawing(days, course.limits.unit, limit, course.start_on, shown, today)
    return Strip(
        cells=tuple(drawing.until(shown)) if is_open else (*drawing.whole(), *drawing.overrun()),
        first_weekday=course.start_on.isoweekday(),
        summary=_summary(drawing, is_stopped=is_stopped, is_open=is_open),
        note="" if is_open else drawing.note(),
    )


def preview(limits: Limits, from_day: date, region: str, today: date | None = None) -> Preview:
    """Due days and strip of a limit that would begin on `from_day`. Raises CountingRefused, UnknownRegion."""
    days = calendar(region)
    found = standing(Course(limits=limits, start_on=from_day), days)
    promise = due(calendar=days, unit=limits.unit, days=limits.promise_days, start=from_day)
    drawing = _Drawing(days, limits.unit, promise, from_day, from_day, today or from_day)
    return Preview(
        promise=LimitView(days=limits.promise_days, due_on=found.promise_due_on),
        legal=LimitView(days=limits.legal_days, due_on=found.legal_due_on) if limits.legal_days else None,
        provisional=found.provisional,
        strip=Strip(
            cells=tuple(drawing.whole()),
            first_weekday=from_day.isoweekday(),
            summary=drawing.due_sentence(),
            note=drawing.note(),
        ),
    )


def _summary(drawing: "_Drawing", *, is_stopped: bool, is_open: bool) -> str:
    if is_stopped:
        return drawing.say(_("{total}个工作日用了{used}个"), _("{total}天用了{used}天"))
    if drawing.overrun_days():
        return drawing.say(_("{due}到期，已超{over}个工作日"), _("{due}到期，已超{over}天"))
    if is_open:
        return drawing.say(_("停算中，{total}个工作日已用{used}个"), _("停算中，{total}天已用{used}天"))
    return drawing.due_sentence()


@dataclass(frozen=True)
class _Drawing:
    """One limit on one day. `shown` is the last day that has been lived through, `today` the one to mark."""

    calendar: Calendar
    unit: LimitUnit
    limit: Due
    start_on: date
    shown: date
    today: date

    def whole(self) -> Iterator[DayCell]:
        yield self._start()
        yield from (self._cell(each, is_due=each.date == self.limit.due_on) for each in self.limit.days)

    def until(self, day: date) -> Iterator[DayCell]:
        yield self._start()
        yield from (self._cell(each, is_due=False) for each in self.limit.days if each.date <= day)

    def overrun(self) -> Iterator[DayCell]:
        number = 0
        for on in self._days_past():
            if on - self.limit.due_on > _LONGEST_OVERRUN:
                return
            day = self.calendar.day(on)
            if self._is_own(day):
                number += 1
                spoken = self.say(_("超期第{number}个工作日"), _("超期第{number}天"), number=number)
                yield DayCell(date=on, kind="over", number=number, today=on == self.today, spoken=spoken)
            else:
                yield self._day_off(day)

    def overrun_days(self) -> int:
        return self._overrun_days

    @cached_property
    def _overrun_days(self) -> int:
        return sum(self._is_own(self.calendar.day(on)) for on in self._days_past())

    def due_sentence(self) -> str:
        text = self.say(_("{total}个工作日已用{used}个，{due}到期"), _("{total}天已用{used}天，{due}到期"))
        return text + _("（暂定，放假安排还没有全部公布）") if self.limit.provisional else text

    def note(self) -> str:
        return self.say(_("数满 {total} 个工作日，当天 24:00 止"), _("数满 {total} 天，当天 24:00 止"))

    def say(self, working: str, natural: str, **facts: object) -> str:
        text = working if self.unit is LimitUnit.WORKING else natural
        return text.format(**self._facts, **facts)

    @cached_property
    def _facts(self) -> dict[str, object]:
        """Counted once for all the cells that speak."""
        return {
            "total": self.limit.total,
            "used": sum(each.counts and each.date <= self.shown for each in self.limit.days),
            "due": date_format(self.limit.due_on, _("n月j日")),
            "over": self.overrun_days(),
        }

    def _days_past(self) -> Iterator[date]:
        on = self.limit.due_on + _ONE_DAY
        while on <= self.shown:
            yield on
            on += _ONE_DAY

    def _is_own(self, day: Day) -> bool:
        return self.unit is LimitUnit.NATURAL or day.counts

    def _start(self) -> DayCell:
        return DayCell(
            date=self.start_on,
            kind="start",
            word=pgettext("一格", "受理"),
            today=self.start_on == self.today,
            spoken=_("当天不计"),
        )

    def _cell(self, each: DayCount, *, is_due: bool) -> DayCell:
        day = self.calendar.day(each.date)
        if is_due:
            return self._due(each, day)
        if each.counts:
            kind = "counted" if each.date <= self.shown else "left"
            return self._numbered(each, day, kind, "")
        if each.reason is Reason.PAUSED:
            return DayCell(
                date=each.date, kind="paused", word=_("停"), today=each.date == self.today, spoken=_("停算，不计")
            )
        return self._day_off(day)

    def _due(self, each: DayCount, day: Day) -> DayCell:
        if each.number is not None:
            return self._numbered(each, day, "due", _("到期"))
        return DayCell(
            date=each.date,
            kind="due",
            word=_("到期"),
            makeup=day.kind is DayKind.MAKE_UP,
            today=each.date == self.today,
            spoken=_("由放假日顺延到这一天，到期"),
        )

    def _numbered(self, each: DayCount, day: Day, kind: "str", word: str) -> DayCell:
        is_make_up = day.kind is DayKind.MAKE_UP
        return DayCell(
            date=each.date,
            kind=kind,  # type: ignore[arg-type]
            number=each.number,
            word=word,
            makeup=is_make_up,
            today=each.date == self.today,
            spoken=_spoken(self._language, self.unit, each.number, is_make_up, word),
        )

    @cached_property
    def _language(self) -> str:
        return get_language() or ""

    def _day_off(self, day: Day) -> DayCell:
        today = day.date == self.today
        if day.kind is DayKind.WEEKEND:
            word, spoken = _weekend(self._language)
            return DayCell(date=day.date, kind="weekend", word=word, today=today, spoken=spoken)
        spoken = _("{why}，不计").format(why=day.why if speaks_english() else day.why_chinese)
        return DayCell(date=day.date, kind="holiday", word=_short(day), today=today, spoken=spoken)


# The strips of a list say the same few hundred things over and over: each is put together once in a language.


@lru_cache(maxsize=2000)
def _spoken(_language: str, unit: LimitUnit, number: int | None, is_make_up: bool, word: str) -> str:
    """What the cell of a counted day says, in the language of the moment, which is `_language`."""
    text = _("第{number}个工作日") if unit is LimitUnit.WORKING else _("第{number}天")
    said = [text.format(number=number)]
    if is_make_up:
        said.append(_("调休上班"))
    if word:
        said.append(word)
    return _("，").join(said)


@lru_cache(maxsize=20)
def _weekend(_language: str) -> tuple[str, str]:
    return _("休"), _("周末，不计")


def _short(day: Day) -> str:
    """国庆节 → 国庆: two characters fit into a cell."""
    if speaks_english() or day.occasion is None:
        return _("假")
    name = day.occasion.chinese
    if name == "劳动节":
        return "五一"
    return name.removesuffix("节") if len(name) > 2 else name
