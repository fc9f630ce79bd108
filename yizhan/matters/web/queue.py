"""The office's lists: what waits, most urgent first, and what has been decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, access, times
from yizhan.look.api import LightView, Strip, day_words, mask_name
from yizhan.matters import api as matters
from yizhan.matters.web.presenting import left_words, pager_of
from yizhan.people import api as people

State = matters.State
OFFICE_ROLES = ("examiner", "signer", "office_lead")
LIGHTS = ("black", "red", "yellow", "green", "none")


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """A line as it is shown. Lines that look alike are written once, and most of a list was there a moment ago."""

    case_id: UUID
    url: str
    light: LightView | None
    item: str
    tail: str
    applicant: str
    desk: str
    step: str
    strip: Strip | None
    due: str
    left: str
    examiner: str
    act: str
    decided_on: date | None = None
    may_assign: bool = False

    @property
    def spoken(self) -> str:
        """What tells it from the others of the list, for who hears it."""
        return f"{self.item} {self.applicant} {self.tail}"


@dataclass(frozen=True, kw_only=True)
class MinutesLine:
    """The minutes of an instant matter in words; `stands_still` says why they do not run now, or is ""."""

    light: LightView
    due: str
    left: str
    stands_still: str


@dataclass(frozen=True, kw_only=True)
class AtOnceRow:
    url: str
    item: str
    tail: str
    applicant: str
    step: str
    examiner: str
    act: str
    minutes: MinutesLine


@dataclass(frozen=True, kw_only=True)
class Facet:
    label: str
    query: str
    count: int
    chosen: bool
    light: LightView | None = None


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    rows: list[QueueRow]
    at_once: list[AtOnceRow]
    # So many are shown, and there may be more; None where these are all.
    at_once_most: int | None
    pager: Page[int]
    whose: list[Facet]
    lights: list[Facet]
    items: list[Facet]
    is_filtered: bool
    total: int
    is_more: bool
    # So many are counted beside the list, of more; None where all are.
    most_counted: int | None
    query: str
    examiners: tuple[people.StaffCard, ...] = ()
    may_assign: bool = False
    stands_in_for: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DecidedPage:
    rows: list[QueueRow]
    pager: Page[int]
    total: int
    is_more: bool
    # Behind the last page the list goes on here; `is_later_part` began so.
    older: str
    is_later_part: bool


def queue_page(actor: Actor, asked: Mapping[str, str], now: datetime) -> QueuePage:
    wanted = wanted_of(asked)
    counts = matters.queue_counts(actor, wanted, now)
    found = matters.office_queue(actor, wanted, page=page_number(asked), now=now, counts=counts)
    today, may_assign = times.local_day(now), access.may(actor, "matters.assign")
    return QueuePage(
        rows=_with_minutes([_row(actor, row, today, may_assign=may_assign) for row in found.rows], found.at_once, now),
        at_once=[_at_once(actor, one, now) for one in found.at_once],
        at_once_most=matters.AT_ONCE_SHOWN if len(found.at_once) == matters.AT_ONCE_SHOWN else None,
        pager=pager_of(found),
        whose=_whose(wanted, counts.whose),
        lights=_lights(wanted, counts.light),
        items=_items(wanted, counts.item, _names(today)),
        is_filtered=wanted != matters.QueueFilter(),
        total=found.total,
        is_more=found.is_more,
        most_counted=matters.MOST_COUNTED if counts.is_more else None,
        query=_query(wanted),
        may_assign=may_assign,
        examiners=matters.examiners_of(actor, at=now) if may_assign else (),
        stands_in_for=tuple(dict.fromkeys(one.name for one in actor.stands_in if one.role in OFFICE_ROLES)),
    )


def _with_minutes(rows: list[QueueRow], instants: Sequence[matters.InstantRow], now: datetime) -> list[QueueRow]:
    """What waits in minutes says the same below as above: one case never has two limits on a page."""
    lines = {one.case_id: minutes_line(one.clock, now) for one in instants}
    return [
        replace(row, light=line.light, strip=None, due=line.due, left=line.left)
        if (line := lines.get(row.case_id))
        else row
        for row in rows
    ]


def wanted_of(asked: Mapping[str, str]) -> matters.QueueFilter:
    """What was asked for in the address; what makes no sense is everything."""
    return matters.QueueFilter(
        whose=asked.get("whose", "") if asked.get("whose") in ("mine", "free", "sign") else "all",
        light=asked.get("light", "") if asked.get("light") in LIGHTS else "",
        item=asked.get("item", "")[:120].replace("\x00", ""),
    )


def decided_page(actor: Actor, asked: Mapping[str, str], now: datetime, *, is_passed: bool = False) -> DecidedPage:
    """What the offices have decided, or handed on to the next."""
    before = "" if is_passed else asked.get("before", "")
    if is_passed:
        found = matters.passed_list(actor, page=page_number(asked), now=now)
    else:
        found = matters.decided_list(actor, page=page_number(asked), now=now, before=before)
    today = times.local_day(now)
    deliveries = matters.delivery_clocks([row.case_id for row in found.rows])
    rows = [_row(actor, row, today, deliveries.get(row.case_id)) for row in found.rows]
    return DecidedPage(
        rows=rows,
        pager=pager_of(found),
        total=found.total,
        is_more=found.is_more,
        older=f"?{urlencode({'before': found.older})}" if found.older else "",
        is_later_part=bool(before),
    )


def page_number(asked: Mapping[str, str]) -> int:
    text = asked.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def step_light(light: clocks.Light | None, *, is_step_late: bool) -> LightView | None:
    """The promise's own, but orange where only the step of the office is over."""
    if is_step_late and light not in (clocks.Light.RED, clocks.Light.BLACK):
        return LightView(colour="orange", word=_("环节超时"))
    return clocks.light_view(light) if light else None


def _step_words(row: matters.CaseRow, delivery: clocks.ClockView | None, today: date) -> str:
    if row.state is State.AWAITING_SUPPLEMENT:
        return _("等补正")
    due_on = delivery.promise.due_on if delivery else None
    if due_on is None:
        return row.state_word
    words = _("{state}，{day}前送达") if today <= due_on else _("{state}，本该 {day}前送达")
    return words.format(state=row.state_word, day=day_words(due_on))


def _row(
    actor: Actor,
    row: matters.CaseRow,
    today: date,
    delivery: clocks.ClockView | None = None,
    *,
    may_assign: bool = False,
) -> QueueRow:
    strip = row.strip
    return QueueRow(
        case_id=row.case_id,
        url=_address().replace(_NOBODY, str(row.case_id)),
        light=step_light(row.light, is_step_late=row.is_step_late),
        item=row.item_name,
        tail=row.tail,
        applicant=mask_name(row.applicant_name),
        desk=row.desk,
        step=_step_words(row, delivery, today),
        strip=strip,
        due=day_words(row.due_on) if row.due_on else _("待定"),
        left=left_words(row.clock, strip, today) if row.clock and strip else "",
        examiner=row.examiner or "—",
        act=_act(actor, row),
        decided_on=times.local_day(row.clock.stopped_at) if row.clock and row.clock.stopped_at else None,
        may_assign=may_assign,
    )


def minutes_line(clock: matters.InstantClock, now: datetime) -> MinutesLine:
    begins, ends = (f"{one:%H:%M}" for one in clock.duty)
    at = f"{clock.due_at:%H:%M}"
    if times.local_day(clock.due_at) != times.local_day(now):
        at = f"{day_words(clock.due_at.date())} {at}"
    still = "" if clock.is_running else _("值班时间 {begins}–{ends} 才计").format(begins=begins, ends=ends)
    if clock.is_late:
        light = LightView(colour="red", word=_("当场超时"))
        left = _("超 {minutes} 分钟").format(minutes=clock.minutes) if clock.minutes else _("已到时")
    else:
        light = LightView(colour="yellow", word=_("快到时")) if clock.is_near else clocks.light_view(clocks.Light.GREEN)
        left = _("还剩 {minutes} 分钟").format(minutes=clock.minutes)
    due = _("本该 {at} 前") if clock.is_late else _("{at} 前")
    return MinutesLine(light=light, due=due.format(at=at), left=left, stands_still=still)


def _at_once(actor: Actor, row: matters.InstantRow, now: datetime) -> AtOnceRow:
    return AtOnceRow(
        url=_address().replace(_NOBODY, str(row.case_id)),
        item=row.item_name,
        tail=row.tail,
        applicant=mask_name(row.applicant_name),
        step=row.state_word,
        examiner=row.examiner or "—",
        act=_act(actor, row),
        minutes=minutes_line(row.clock, now),
    )


_NOBODY = str(UUID(int=0))


@cache
def _address() -> str:
    """The address of a case's page, with a number to be replaced."""
    return reverse("matters:office_case", args=[_NOBODY])


def _act(actor: Actor, row: matters.CaseRow | matters.InstantRow) -> str:
    """What is next, in the words of whoever looks."""
    if row.state is State.ACCEPTED and actor.has_role("examiner"):
        return _("接手")
    if row.state is State.EXAMINING and row.examiner_id == actor.staff_id:
        return pgettext("去做", "审查")
    if row.state is State.PROPOSED and actor.has_role("signer"):
        return _("签发")
    return _("看补正") if row.state is State.AWAITING_SUPPLEMENT else _("查看")


# ── facets: every link keeps what else was chosen ──


def _query(wanted: matters.QueueFilter, **changed: str) -> str:
    words = {"whose": wanted.whose, "light": wanted.light, "item": wanted.item} | changed
    kept = {name: word for name, word in words.items() if word and word != "all"}
    return f"?{urlencode(kept)}"


def _whose(wanted: matters.QueueFilter, counts: Mapping[str, int]) -> list[Facet]:
    words = {"all": _("科里全部"), "mine": _("我经办"), "free": _("没人接"), "sign": _("等我签")}
    return [
        Facet(label=word, query=_query(wanted, whose=name), count=counts.get(name, 0), chosen=wanted.whose == name)
        for name, word in words.items()
    ]


def _lights(wanted: matters.QueueFilter, counts: Mapping[str, int]) -> list[Facet]:
    """Choosing the chosen light once more lets go of it."""
    return [
        Facet(
            label="",
            light=clocks.light_view(name),
            query=_query(wanted, light="" if wanted.light == name else name),
            count=counts.get(name, 0),
            chosen=wanted.light == name,
        )
        for name in LIGHTS
    ]


def _names(today: date) -> dict[str, str]:
    """An item's name as cases keep it, in Chinese → in the reader's language, where that is another."""
    if not (translation.get_language() or "").startswith("en"):
        return {}
    read = {one.code: one.name for one in catalogue.items(today)}
    with translation.override("zh-hans"):
        kept = {one.code: one.name for one in catalogue.items(today)}
    return {kept[code]: name for code, name in read.items()}


def _items(wanted: matters.QueueFilter, counts: Mapping[str, int], labels: Mapping[str, str]) -> list[Facet]:
    return [
        Facet(
            label=labels.get(name, name),
            query=_query(wanted, item="" if wanted.item == name else name),
            count=count,
            chosen=wanted.item == name,
        )
        for name, count in counts.items()
    ]
