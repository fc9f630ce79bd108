"""The working-day calendar: read by the year, changed by a notice whose effect is seen before it is entered."""

from __future__ import annotations

import calendar as month_names
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, Refusal, access, auditing, subjects, times
from yizhan.shell.web.calendar_forms import FIRST_YEAR, LAST_YEAR, NANNING, REGION_WORDS, NoticeForm
from yizhan.territory import api as territory

DayKind = territory.DayKind
CASE = "matters.case"
_OFF = frozenset({DayKind.HOLIDAY, DayKind.REGIONAL_HOLIDAY})
_FIELD_OF_FAULT = {
    "region": "region",
    "other_year": "year",
    "make_up_works_anyway": "make_up",
    "off_and_made_up": "make_up",
}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One day of the grid: its kind as a class, a mark of one character, and the whole in words."""

    date: date
    css: str
    mark: str
    words: str
    is_today: bool


@dataclass(frozen=True, kw_only=True)
class Month:
    first: date
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Cell | None, ...], ...]
    working_days: int


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    notice: territory.NoticeView
    region: str
    who: str
    recount: clocks.RecountView | None

    @property
    def source(self) -> str:
        """As it was entered; of the calendars that come with the system, in words that name no register of packages."""
        registered, name = "PyPI ", self.notice.source
        if not name.startswith(registered):
            return name
        return _("开源工作日表 {name}").format(name=name.removeprefix(registered))

    @property
    def percent(self) -> int:
        done = self.recount
        return 100 if done is None or not done.total else min(100, done.seen * 100 // done.total)


@dataclass(frozen=True, kw_only=True)
class MoveLine:
    """`is_step`: the limit of one step of a case, not of the whole."""

    title: str
    move: clocks.MoveView
    is_step: bool


@access.permission("shell.calendar")
@never_cache
@require_GET
def year_page(request: HttpRequest) -> HttpResponse:
    today = times.local_day(timezone.now())
    year = _year(request.GET.get("year", ""), today.year)
    days = territory.calendar(NANNING)
    lines = _notice_lines(year)
    context = {
        "year": year,
        "earlier": year - 1 if year > FIRST_YEAR else None,
        "later": year + 1 if year < LAST_YEAR else None,
        "months": [_month(days, year, number, today) for number in range(1, 13)],
        "named": list(_named(days, year)),
        "lines": lines,
        "is_known": year in days.known_years,
        "is_counting": any(line.recount and not line.recount.finished_at for line in lines),
        "may_enter": access.may(_actor(request), "shell.enter_calendar"),
    }
    return render(request, "shell/calendar.html", context)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _year(text: str, otherwise: int) -> int:
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else otherwise
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _month(days: territory.Calendar, year: int, number: int, today: date) -> Month:
    weeks = tuple(
        tuple(_cell(days.day(day), today) if day.month == number else None for day in week)
        for week in month_names.Calendar().monthdatescalendar(year, number)
    )
    counted = sum(days.is_working_day(cell.date) for week in weeks for cell in week if cell)
    return Month(first=date(year, number, 1), weekdays=_weekdays(), weeks=weeks, working_days=counted)


def _cell(day: territory.Day, today: date) -> Cell:
    mark = ""
    if day.kind in _OFF:
        mark = pgettext("日历", "休")
    elif day.kind is DayKind.MAKE_UP:
        mark = pgettext("日历", "班")
    return Cell(
        date=day.date,
        css=f"is-{day.kind}{' is-provisional' if day.provisional else ''}",
        mark=mark,
        words=day.why_chinese if _is_chinese() else day.why,
        is_today=day.date == today,
    )


def _is_chinese() -> bool:
    return not (get_language() or "zh").startswith("en")


def _weekdays() -> tuple[tuple[str, str], ...]:
    """(full, short) from Monday to Sunday: 星期一, 一; Monday, Mo."""
    full = [date_format(date(2024, 1, day), "l") for day in range(1, 8)]
    return tuple((word, word[-1] if _is_chinese() else word[:2]) for word in full)


@dataclass(frozen=True, kw_only=True)
class Named:
    """Days in a row with one name and one source."""

    first: date
    last: date
    name: str
    is_off: bool
    is_regional: bool
    provisional: bool
    days: int


def _named(days: territory.Calendar, year: int) -> Iterator[Named]:
    """The days that a notice or the lunar rule names, put together where they touch."""
    run: list[territory.Day] = []
    for day in _days_of(days, year):
        if run and not _continues(run[-1], day):
            yield _named_run(run)
            run = []
        if day.occasion is not None:
            run.append(day)
    if run:
        yield _named_run(run)


def _days_of(days: territory.Calendar, year: int) -> Iterator[territory.Day]:
    for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        yield days.day(date.fromordinal(ordinal))


def _continues(before: territory.Day, day: territory.Day) -> bool:
    same = (before.kind, before.occasion, before.provisional) == (day.kind, day.occasion, day.provisional)
    return same and (day.date - before.date).days == 1


def _named_run(run: list[territory.Day]) -> Named:
    head, occasion = run[0], run[0].occasion
    name = (occasion.chinese if _is_chinese() else occasion.english) if occasion else ""
    return Named(
        first=head.date,
        last=run[-1].date,
        name=name,
        is_off=not head.counts,
        is_regional=head.kind is DayKind.REGIONAL_HOLIDAY,
        provisional=head.provisional,
        days=len(run),
    )


def _notice_lines(year: int) -> list[NoticeLine]:
    notices = territory.notices(year=year)
    who = _who_entered(notices)
    return [
        NoticeLine(
            notice=one,
            region=str(REGION_WORDS.get(one.region, one.region)),
            who=who.get(one.notice_id, ""),
            recount=clocks.recount_of(notice_id=one.notice_id),
        )
        for one in notices
    ]


def _who_entered(notices: Iterable[territory.NoticeView]) -> dict[int, str]:
    """By the audit, which remembers the name."""
    wanted = {one.notice_id for one in notices}
    lines = auditing.lines(action="territory.calendar.notice_entered").filter(facts__notice__in=sorted(wanted))
    return {line.facts["notice"]: line.actor_name for line in lines if not line.actor.startswith("system:")}


# ── entering one ──


@access.permission("shell.enter_calendar")
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """First the form, then what it would do, then in force: three looks at one paper."""
    year = _year(request.GET.get("year", ""), times.local_day(timezone.now()).year + 1)
    form = NoticeForm(request.POST or None, year=year)
    if request.method == "POST" and form.is_valid():
        try:
            return _go_on(request, form)
        except territory.NoticeRefused as refusal:
            form.add_error(_field_of(refusal), refusal.text)
        except Refusal as refusal:
            form.add_error(None, refusal.text)
    status = 422 if form.is_bound and form.errors and request.POST.get("step") != "mend" else 200
    return render(request, "shell/calendar_new.html", {"form": form, "year": year}, status=status)


def _field_of(refusal: territory.NoticeRefused) -> str | None:
    return _FIELD_OF_FAULT.get(str(refusal.facts["fault"]))


def _go_on(request: HttpRequest, form: NoticeForm) -> HttpResponse:
    draft = form.draft()
    step = request.POST.get("step")
    if step == "enter":
        notice_id = territory.announce_notice(
            draft=draft, based_on=request.POST.get("based_on", ""), actor=_actor(request), at=timezone.now()
        )
        return redirect("shell:calendar_moves", notice_id)
    if step == "mend":
        return render(request, "shell/calendar_new.html", {"form": form, "year": draft.year})
    return _preview(request, form, draft)


def _preview(request: HttpRequest, form: NoticeForm, draft: territory.NoticeDraft) -> HttpResponse:
    notice = territory.checked_notice(draft)
    future = territory.calendars_with(notice)
    present = territory.calendar(NANNING)
    effect = clocks.preview_recount(region=notice.region, year=notice.year, calendar_of=future)
    context = {
        "form": form,
        "draft": draft,
        "region": REGION_WORDS[draft.region],
        "changed": list(_changed(present, future(NANNING), draft.year)),
        "effect": effect,
        "lines": _move_lines(effect.examples),
        "based_on": present.version,
    }
    return render(request, "shell/calendar_preview.html", context)


@dataclass(frozen=True, kw_only=True)
class Changed:
    date: date
    before: str
    after: str


def _changed(present: territory.Calendar, future: territory.Calendar, year: int) -> Iterator[Changed]:
    """The days on which work counts otherwise than now."""
    for ordinal in range(date(year - 1, 12, 15).toordinal(), date(year, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        before, after = present.day(day), future.day(day)
        if before.counts != after.counts:
            yield Changed(date=day, before=_why(before), after=_why(after))


def _why(day: territory.Day) -> str:
    return day.why_chinese if _is_chinese() else day.why


def _move_lines(moves: Iterable[clocks.MoveView]) -> list[MoveLine]:
    found = list(moves)
    titles = subjects.titles([one.subject for one in found])
    return [
        MoveLine(title=titles.get(one.subject, _("一件")), move=one, is_step=one.subject.kind != CASE) for one in found
    ]


# ── what it has done ──


@access.permission("shell.calendar")
@never_cache
@require_GET
def moves(request: HttpRequest, notice_id: int) -> HttpResponse:
    notice = territory.find_notice(notice_id)
    if notice is None:
        raise Http404
    line = next(one for one in _notice_lines(notice.year) if one.notice.notice_id == notice_id)
    page: Page[clocks.MoveView] = clocks.moves_of(notice_id=notice_id, page=request.GET.get("page", "1"))
    context = {"line": line, "page": page, "moves": _move_lines(page.object_list)}
    template = "shell/_calendar_progress.html" if request.headers.get("HX-Request") else "shell/calendar_moves.html"
    return render(request, template, context)
