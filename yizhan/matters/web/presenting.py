"""What the pages of cases show: limits in words, the course as stops, the days told one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Literal

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.kernel.api import times
from yizhan.look.api import (
    Action,
    DayCell,
    LightView,
    Paper,
    PersonView,
    Stop,
    Strip,
    day_and_weekday,
    day_words,
    moment_words,
)
from yizhan.matters import api as matters
from yizhan.people import api as people
from yizhan.territory import api as territory

PAGE = 20
_LONGEST_OVERRUN = 42


class _Paginator(Paginator):  # type: ignore[type-arg]  # it is one of numbers
    """`is_more` says that there is more than was counted."""

    is_more = False


def pager_of(page: matters.CasePage) -> Page[int]:
    """The page as the pager shows it; its rows are already read."""
    paginator = _Paginator(range(page.total), PAGE)
    paginator.is_more = page.is_more
    return paginator.get_page(page.number)


# ── the limit ──


def used_days(strip: Strip, today: date) -> int:
    """The number of the last day of the limit that has begun."""
    counted = [cell.number for cell in strip.cells if cell.number and cell.date <= today and cell.kind != "over"]
    return max(counted, default=0)


def days_late(strip: Strip) -> int:
    return sum(cell.kind == "over" for cell in strip.cells)


def days_left(strip: Strip, today: date) -> int:
    return sum(cell.date > today and cell.number is not None for cell in strip.cells)


def left_words(clock: clocks.ClockView, strip: Strip, today: date) -> str:
    """还剩: 5 天, 今天, 超 3 天, 停算."""
    due = clock.promise.due_on
    if due is None:
        return _("停算")
    if today > due:
        late = days_late(strip)
        words = ngettext("超 {count} 天", "超 {count} 天", late)
        is_cut = (today - due).days > _LONGEST_OVERRUN
        return words.format(count=late) + (_("以上") if is_cut else "")
    left = days_left(strip, today)
    return ngettext("{count} 天", "{count} 天", left).format(count=left) if left else _("今天")


def standing_words(clock: clocks.ClockView, strip: Strip, today: date) -> tuple[str, str]:
    """(10月12日（周一）前答复, 还剩 5 天), for the head of an office's case page."""
    if clock.stopped_at is not None:
        return _("{day}结束").format(day=day_and_weekday(times.local_day(clock.stopped_at))), _("不再计时")
    due = clock.promise.due_on
    if due is None:
        return _("停算，等申请人补材料"), ""
    left = left_words(clock, strip, today)
    day = day_and_weekday(due)
    if today > due:
        return _("本该 {day}前答复").format(day=day), left
    if not days_left(strip, today):
        return _("{day}前答复").format(day=day), _("今天到期")
    return _("{day}前答复").format(day=day), _("还剩 {left}").format(left=left)


def unit_words(clock: clocks.ClockView, count: int) -> str:
    """10 个工作日."""
    if clock.unit is clocks.LimitUnit.WORKING:
        return ngettext("{count} 个工作日", "{count} 个工作日", count).format(count=count)
    return ngettext("{count} 天", "{count} 天", count).format(count=count)


def light_of(clock: clocks.ClockView | None, now: datetime) -> LightView | None:
    return clocks.light_view(clock.light_at(now)) if clock else None


# ── the days, told ──


def day_story(
    clock: clocks.ClockView, strip: Strip, *, for_office: bool = False, pause_words: str = ""
) -> tuple[str, ...]:
    """How the days were counted, as one would tell it across a desk; to the applicant unless `for_office`."""
    cells = strip.cells
    told = [_("{day}受理，当天不算，从第二天数起。").format(day=day_words(clock.start_on))]
    if any(cell.kind == "weekend" for cell in cells):
        told.append(_("周六、周日不算。"))
    told += _make_up(cells)
    told += _holidays(cells)
    told += _pauses(cells, pause_words or (_("等申请人补材料") if for_office else _("等您补材料")))
    told += _extension(clock)
    if clock.promise.due_on is not None:
        told.append(
            _("数满 {limit}是 {day}，当天 24:00 为止。").format(
                limit=unit_words(clock, clock.promise.days), day=day_and_weekday(clock.promise.due_on)
            )
        )
    if clock.provisional:
        told.append(_("这个日子是暂定的：有的放假安排还没有公布，公布以后可能会变。"))
    return tuple(told)


def pause_words(case: matters.CaseView) -> str:
    """What the days that were taken out were for; "" where it was a supplement, which each reader calls otherwise."""
    taken = {step.action for step in case.steps}
    reasons = [
        word
        for action, word in (
            (matters.Action.REQUEST_SUPPLEMENT, _("补材料")),
            (matters.Action.SUSPEND, _("特别程序")),
            (matters.Action.PUBLISH, _("公示")),
        )
        if action in taken
    ]
    return "" if taken.isdisjoint((matters.Action.SUSPEND, matters.Action.PUBLISH)) else _("、").join(reasons)


def _make_up(cells: Iterable[DayCell]) -> list[str]:
    days = [cell.date for cell in cells if cell.makeup]
    if not days:
        return []
    one = ngettext("{days}调休上班，算 1 天。", "{days}调休上班，各算 1 天。", len(days))
    return [one.format(days=_listed(days))]


def _holidays(cells: Iterable[DayCell]) -> list[str]:
    found: dict[str, int] = {}
    for cell in cells:
        if cell.kind == "holiday":
            found[cell.word] = found.get(cell.word, 0) + 1
    parts = [
        ngettext("{name} {count} 天", "{name} {count} 天", n).format(name=name, count=n) for name, n in found.items()
    ]
    return [_("放假不算：{parts}。").format(parts=_("、").join(parts))] if parts else []


def _pauses(cells: Sequence[DayCell], why: str) -> list[str]:
    runs = [
        list(run) for kind, run in groupby(_without_days_off(cells), key=lambda cell: cell.kind) if kind == "paused"
    ]
    return [
        ngettext(
            "{days}{why}，停算 {count} 天，期限跟着后移。",
            "{days}{why}，停算 {count} 天，期限跟着后移。",
            len(run),
        ).format(days=_span(run[0].date, run[-1].date), why=why, count=len(run))
        for run in runs
    ]


def _without_days_off(cells: Iterable[DayCell]) -> list[DayCell]:
    return [cell for cell in cells if cell.kind not in ("weekend", "holiday")]


def _extension(clock: clocks.ClockView) -> list[str]:
    if not clock.extended_by:
        return []
    return [_("经批准延长了 {days}。").format(days=unit_words(clock, clock.extended_by))]


def _span(first: date, last: date) -> str:
    if first == last:
        return day_words(first)
    return _("{first}到{last}").format(first=day_words(first), last=day_words(last))


def _listed(days: Sequence[date]) -> str:
    return _("、").join(day_words(day) for day in days)


# ── papers, documents, people ──


_PAPER_STATES: dict[str, Literal["checked", "fetched", "missing", "later", "open"]] = {
    "seen": "checked",
    "uploaded": "fetched",
    "missing": "missing",
    "asked": "later",
    "optional": "open",
    "later": "later",
}


def papers_of(case: matters.CaseView) -> list[Paper]:
    words = {"seen": _("原件已核"), "uploaded": _("已拍照"), "missing": _("待补"), "asked": _("等补正")}
    is_waiting = case.supplement is not None and case.state is matters.State.AWAITING_SUPPLEMENT
    asked = case.supplement.materials if is_waiting and case.supplement else ()
    item = catalogue.item_version(case.item_version_id).definition
    words |= {"optional": _("没有交，可以不交"), "later": _("先受理，决定前补")}
    kinds = {one.id: str(one.necessity) for one in item.materials if one.necessity != catalogue.Necessity.REQUIRED}
    status = {
        one.material_id: "asked"
        if one.material_id in asked
        else kinds.get(one.material_id, one.status)
        if one.status == "missing"
        else one.status
        for one in case.materials
    }
    return [
        Paper(
            title=one.name,
            state=_PAPER_STATES[status[one.material_id]],
            note=one.note,
            word=words[status[one.material_id]],
            plain=status[one.material_id] in ("seen", "uploaded"),
            links=tuple(_opened(one)),
        )
        for one in case.materials
    ]


def _opened(one: matters.MaterialView) -> list[Action]:
    """打开, and for further pages of the same paper 第 2 张."""
    first, *more = one.urls or ("",)
    links = [Action(label=_("打开"), url=first, icon="eye")] if first else []
    links += [Action(label=_("第 {number} 张").format(number=at), url=url) for at, url in enumerate(more, start=2)]
    return links


def document_of(case: matters.CaseView, kind: str) -> documents.DocumentView | None:
    return next((one for one in reversed(case.documents) if one.kind == f"matters.{kind}"), None)


def person_of(card: people.PersonCard, *, relation: str = "") -> PersonView:
    """Masked, with age and sex, or with what an agent is to the applicant."""
    places = territory.full_names([one for one in (card.home_community, card.hukou_division) if one])
    sex = str(people.SEXES[card.sex]) if card.sex else ""
    age = _("{age} 岁").format(age=card.age) if card.age is not None else ""
    facts = [
        (_("身份证号码"), card.id_number_masked or _("没有登记")),
        (_("手机"), card.phone_masked or _("没有登记")),
        (_("住在"), places.get(card.home_community, "") or _("没有登记")),
        (_("户口在"), places.get(card.hukou_division, "") or _("没有登记")),
    ]
    words = relation or " · ".join(filter(None, (age, sex)))
    return PersonView(name=card.name, note=words, facts=tuple(facts))


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    label: str
    value: str


def answers_of(case: matters.CaseView, item: catalogue.ItemDefinition) -> list[AnswerLine]:
    """The form as it was filled in, with the words of the item's version."""
    return [
        AnswerLine(label=str(one.label), value=_answer(one, case.answers[one.id]))
        for one in item.form_fields()
        if case.answers.get(one.id) not in (None, "", [])
    ]


def _answer(one: catalogue.FormField, value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return _("、").join(_answer(one, part) for part in value)
    chosen = {choice.value: str(choice.label) for choice in one.choices}
    return chosen.get(str(value), str(value))


_KNOWN_SOURCES = (gettext_noop("户口簿"), gettext_noop("本人到场"), gettext_noop("公安户籍"))


def source_words(source: str) -> str:
    """desk:户口簿 → 窗口核对：户口簿."""
    place, _colon, what = source.partition(":")
    places = {
        "desk": _("窗口核对"),
        "office": _("经办核对"),
        "register": _("登记"),
        "identity_number": _("身份证号码"),
        "self": _("本人填写"),
    }
    where = places.get(place, place)
    return _("{place}：{what}").format(place=where, what=_seen_words(what)) if what else where


def _seen_words(what: str) -> str:
    """What everybody calls by one name has it in English too; what a clerk wrote stays as it was written."""
    return _(what) if what in _KNOWN_SOURCES else what


# ── the course, for the office ──


def due_words(due_on: date | None, today: date) -> str:
    """10月12日前; 本该 9月16日前, once that is past."""
    if due_on is None:
        return ""
    words = _("{day}前") if today <= due_on else _("本该 {day}前")
    return words.format(day=day_words(due_on))


def office_stops(case: matters.CaseView, today: date) -> list[Stop]:
    """Every step that was taken, and what comes."""
    stops = [
        Stop(
            title=step.word,
            when=moment_words(step.at),
            note=_("　").join(filter(None, (f"{step.organisation} {step.who}".strip(), step.note))),
            state="wait" if step.action is matters.Action.REQUEST_SUPPLEMENT else "done",
        )
        for step in case.steps
    ]
    return stops + _to_come(case, due_words(case.due_on, today))


def _to_come(case: matters.CaseView, due: str) -> list[Stop]:
    decide = Stop(title=_("决定"), when=due, state="next")
    now = {
        matters.State.ACCEPTED: Stop(title=_("等经办人接手"), state="now"),
        matters.State.EXAMINING: Stop(title=_("审查"), when=case.examiner, state="now"),
        matters.State.AWAITING_SUPPLEMENT: Stop(title=_("等申请人补材料"), note=_("停算"), state="now"),
        matters.State.SUSPENDED: Stop(title=_("特别程序"), note=_("停算，到期自动恢复"), state="now"),
        matters.State.PUBLISHING: Stop(title=_("公示"), note=_("期满自动回来"), state="now"),
        matters.State.PROPOSED: Stop(title=_("等签发"), when=due, state="now"),
    }
    if case.state in now:
        return [now[case.state]] + ([] if case.state is matters.State.PROPOSED else [decide])
    if case.state in (matters.State.GRANTED, matters.State.REFUSED):
        is_online = case.answers.get("delivery") == "online"
        note = _("等申请人在网上收下，也可以到任一社区窗口领取") if is_online else _("等申请人到任一社区窗口领取")
        return [Stop(title=_("送达"), note=note, state="now")]
    return []
