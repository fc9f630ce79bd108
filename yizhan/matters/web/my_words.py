"""A case in the words of the person who waits for it: one sentence, the course, the one thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, times
from yizhan.look.api import Action, Stop, Strip, day_words, moment_words
from yizhan.matters import api as matters
from yizhan.matters.web.presenting import days_late, document_of, due_words, unit_words, used_days
from yizhan.people import api as people

State, Act = matters.State, matters.Action
WAITING_FOR_ANSWER = frozenset({State.ACCEPTED, State.EXAMINING, State.PROPOSED})
DECIDED = frozenset({State.GRANTED, State.REFUSED})


# ── whose matter ──


def principals_of(actor: Actor, today: date) -> dict[UUID, people.RelationView]:
    return {one.principal_id: one for one in relations_of(actor, today)}


def relations_of(actor: Actor, today: date) -> tuple[people.RelationView, ...]:
    return people.principals_of(resident_id=actor.resident_id, on=today) if actor.resident_id else ()


_TO_ME: dict[tuple[people.RelationKind, people.Sex], str | Promise] = {
    (people.RelationKind.DAUGHTER, people.Sex.FEMALE): lazy("母亲"),
    (people.RelationKind.DAUGHTER, people.Sex.MALE): lazy("父亲"),
    (people.RelationKind.SON, people.Sex.FEMALE): lazy("母亲"),
    (people.RelationKind.SON, people.Sex.MALE): lazy("父亲"),
    (people.RelationKind.SPOUSE, people.Sex.FEMALE): lazy("妻子"),
    (people.RelationKind.SPOUSE, people.Sex.MALE): lazy("丈夫"),
    (people.RelationKind.PARENT, people.Sex.FEMALE): lazy("女儿"),
    (people.RelationKind.PARENT, people.Sex.MALE): lazy("儿子"),
}


def whose_matter(item: str, relation: people.RelationView | None, sex: people.Sex | None = None) -> str:
    """高龄津贴, for oneself; 母亲农秀珍的高龄津贴, for whom one acts."""
    if relation is None:
        return item
    called = str(_TO_ME.get((relation.kind, sex), "")) if sex else ""
    return _("{called}{name}的{item}").format(called=called, name=relation.principal_name, item=item)


# ── the one sentence ──


def headline_of_decision(case: matters.CaseView) -> str:
    """Where only the electronic decision was asked for, nobody has to come; "" for every other case."""
    if case.answers.get("delivery") != "online":
        return ""
    return {
        State.GRANTED: _("已准予，电子决定书出来了"),
        State.REFUSED: _("不予批准，电子决定书出来了"),
        State.DELIVERED: _("已办结，决定书已送达"),
        State.ARCHIVED: _("已办结，决定书已送达"),
    }.get(case.state, "")


def headline(state: matters.State, due_on: date | None, today: date) -> str:
    """10月12日前答复您; by state."""
    if state in WAITING_FOR_ANSWER and due_on:
        if due_on == today:
            return _("今天答复您")
        words = _("{day}前答复您") if today < due_on else _("过了 {day}，还没有答复您")
        return words.format(day=day_words(due_on))
    return str(matters.HEADLINES.get(state, _IN_HAND))


_IN_HAND = lazy("正在办")


def lead(case: matters.CaseView, clock: clocks.ClockView | None, strip: Strip | None, today: date) -> str:
    """What stands under the sentence, after whose matter it is."""
    if clock and strip and case.state in WAITING_FOR_ANSWER:
        return _running(clock, strip, today)
    told = {
        State.DRAFT: _("写到一半，接着写完再交。"),
        State.SUBMITTED: _("{desk}上班时收件。收件不等于受理，受理那天起告诉您哪天前答复。").format(desk=case.desk),
        State.RECEIVED: _("{desk}在核对材料。受理那天起告诉您哪天前答复。").format(desk=case.desk),
        State.AWAITING_PAPERS: _("请带齐材料到{desk}。补齐了才受理、开始算天数。").format(desk=case.desk),
        State.AWAITING_SUPPLEMENT: _("补来以前不算天数，补来的第二天接着算。"),
        State.NOT_ACCEPTED: _("理由写在下面。有疑问可以打电话问窗口。"),
        State.GRANTED: _("带身份证到任一社区窗口，报取件码。"),
        State.REFUSED: _("理由和怎么申请复议，写在下面，决定书里也有。带身份证到任一社区窗口，报取件码。"),
        State.WITHDRAWN: _("以后还要办，可以重新申请。"),
        State.DEEMED_WITHDRAWN: _("以后还要办，可以重新申请，任何一个社区窗口都收。"),
        State.TERMINATED: _("情况写在终止办理通知书里。"),
        State.REVOKED: _("原来的决定书不能再用。理由和怎么申请复议，都写在撤销决定书里。"),
    }
    if case.state in (State.DELIVERED, State.ARCHIVED):
        return _("结果是准予。") if case.outcome == "granted" else _("结果是不予批准，理由写在下面。")
    if case.answers.get("delivery") == "online" and case.state in DECIDED:
        return _("不用跑。") if case.outcome == "granted" else _("理由和怎么申请复议，写在下面，决定书里也有。")
    return told.get(case.state, "")


def _running(clock: clocks.ClockView, strip: Strip, today: date) -> str:
    promised = _("承诺 {limit}").format(limit=unit_words(clock, clock.promise.days))
    due = clock.promise.due_on
    if due is not None and today > due:
        late = unit_words(clock, days_late(strip))
        return _("{promised}，已经超了 {late}。您可以打电话催。").format(promised=promised, late=late)
    used = used_days(strip, today)
    if not used:
        return _("{promised}，从受理的第二天起数。").format(promised=promised)
    counts_today = any(cell.date == today and cell.number for cell in strip.cells)
    words = _("{promised}，今天是第 {used} 天。") if counts_today else _("{promised}，今天不算，已用 {used} 天。")
    return words.format(promised=promised, used=used)


def elder_lead(item: str, clock: clocks.ClockView | None, strip: Strip | None, today: date) -> str:
    """高龄津贴，要 10 天，今天第 5 天。"""
    used = used_days(strip, today) if strip else 0
    if clock is None or strip is None:
        return item
    if not used:
        return _("{item}，要 {days} 天，从明天数起。").format(item=item, days=clock.promise.days)
    counts_today = any(cell.date == today and cell.number for cell in strip.cells)
    words = (
        _("{item}，要 {days} 天，今天第 {used} 天。") if counts_today else _("{item}，要 {days} 天，已过 {used} 天。")
    )
    return words.format(item=item, days=clock.promise.days, used=used)


def elder_strip(clock: clocks.ClockView, strip: Strip) -> Strip:
    """The same days with a shorter word beside the last one."""
    note = _("数满 {days} 天").format(days=clock.promise.days) if strip.note else ""
    return replace(strip, note=note)


def elder_story(strip: Strip) -> str:
    """What the cells of the calendar mean, in three short sentences at most."""
    kinds = {cell.kind for cell in strip.cells}
    told = []
    if kinds & {"holiday", "weekend"}:
        told.append(_("放假和周末不算。") if "weekend" in kinds else _("放假不算。"))
    if "paused" in kinds:
        told.append(_("写着“停”的日子在等材料，也不算。"))
    if any(cell.makeup for cell in strip.cells):
        told.append(_("写着“班”的要上班，算一天。"))
    return "".join(told)


def standing_still(course: matters.CourseView | None, state: matters.State) -> tuple[str, str]:
    """(停算：等听证，计划 12月3日回来, why), while a special procedure or a public notice lasts; else ("", "")."""
    if course is not None and state is State.SUSPENDED and course.suspension is not None:
        one = course.suspension
        words = _("停算：等{name}，计划 {day}回来").format(name=one.name, day=day_words(one.planned_end))
        return words, _("理由：{reason}。到期自动接着算，您不用跑。").format(reason=one.reason.rstrip("。"))
    if course is not None and state is State.PUBLISHING and course.notice_period is not None:
        period = course.notice_period
        words = _("公示到 {day}").format(day=day_words(period.last_day))
        told = _("公示期间照常计算期限。") if period.is_counted else _("公示期间不算天数，期满接着算。")
        return words, told
    return "", ""


# ── the course ──


def own_stops(case: matters.CaseView, today: date, *, is_elder: bool) -> list[Stop]:
    """收件 · 受理 · 停算 · 审查 · 决定 · 领取, as far as it has come."""
    stops = [*_before_acceptance(case, is_elder=is_elder), *_pause(case)]
    if case.state in (State.NOT_ACCEPTED, State.WITHDRAWN, State.TERMINATED, State.DEEMED_WITHDRAWN):
        return [*stops, *_special(case), _ended(case)]
    if case.state in (State.DRAFT, State.SUBMITTED, State.RECEIVED, State.AWAITING_PAPERS):
        return [*stops, *_not_yet_accepted(case)]
    due = due_words(case.due_on, today)
    decision = _decision(case, due, is_elder=is_elder)
    done = [*stops, *_special(case), _examination(case, is_elder=is_elder), decision]
    if case.state is State.REVOKED:
        fetched = [_fetching(case)] if _step(case, Act.DELIVER) else []
        return [*done, *fetched, _ended(case)]
    return [*done, _fetching(case)]


def _step(case: matters.CaseView, *actions: matters.Action) -> matters.StepView | None:
    return next((one for one in reversed(case.steps) if one.action in actions), None)


def _before_acceptance(case: matters.CaseView, *, is_elder: bool) -> list[Stop]:
    words = {
        Act.SUBMIT: (_("交件"), _("您在网上交的，下班后也收")),
        Act.TAKE_IN: (_("收到了") if is_elder else _("收件"), case.desk),
        Act.REQUEST_PAPERS: (_("要补材料"), case.supplement.note if case.supplement else ""),
        Act.ADD_PAPERS: (_("补齐了"), ""),
        Act.ACCEPT: (_("受理了") if is_elder else _("受理"), ""),
        Act.DEEM_ACCEPTED: (_("受理了") if is_elder else _("视为受理"), _("窗口没有按时告知，从收件那天算起")),
    }
    stops = []
    for step in case.steps:
        if step.action not in words:
            continue
        title, note = words[step.action]
        if step.action is Act.ACCEPT and not is_elder:
            note = " ".join(filter(None, (step.organisation, step.who)))
        links = _letters(case, step.action)
        state = "wait" if step.action is Act.REQUEST_PAPERS else "done"
        stops.append(
            Stop(title=title, when=_when(step.at, is_elder=is_elder), note=note, state=state, links=links)  # type: ignore[arg-type]
        )
    return stops


def _when(at: datetime, *, is_elder: bool) -> str:
    return day_words(at) if is_elder else moment_words(at)


_LETTERS = {
    Act.ACCEPT: "acceptance_notice",
    Act.DEEM_ACCEPTED: "acceptance_notice",
    Act.REQUEST_PAPERS: "supplement_notice",
    Act.REQUEST_SUPPLEMENT: "supplement_notice",
    Act.REFUSE_TO_ACCEPT: "not_accepted",
    Act.SUSPEND: "special_procedure",
    Act.EXTEND: "extension",
    Act.TERMINATE: "termination",
    Act.REVOKE: "revocation",
    Act.DEEM_WITHDRAWN: "deemed_withdrawn",
}


def _letters(case: matters.CaseView, action: matters.Action) -> tuple[Action, ...]:
    """The paper that was issued with a step."""
    found = document_of(case, _LETTERS[action]) if action in _LETTERS else None
    return (Action(label=found.title, url=found.url),) if found else ()


def _special(case: matters.CaseView) -> list[Stop]:
    """What came between: the next office, special procedures, an extension, a public notice."""
    words = {
        Act.HAND_ON: (_("送下一单位"), _("{office}已提出意见")),
        Act.SUSPEND: (_("停算"), "{note}"),
        Act.RESUME: (_("接着算"), _("特别程序结束，从第二天接着算")),
        Act.EXTEND: (_("延期"), "{note}"),
        Act.PUBLISH: (_("公示"), ""),
        Act.END_NOTICE: (_("公示期满"), ""),
        Act.GO_ON_WITHOUT: (_("到期没有补"), _("按现有材料接着办")),
        Act.GRANT_BY_RULE: (_("按规则即办"), _("各项条件都由登记证实")),
    }
    return [
        Stop(
            title=words[step.action][0],
            when=moment_words(step.at),
            note=words[step.action][1].format(office=step.organisation, note=step.note),
            state="wait" if step.action in (Act.SUSPEND, Act.PUBLISH) else "done",
            links=_letters(case, step.action),
        )
        for step in case.steps
        if step.action in words
    ]


def _pause(case: matters.CaseView) -> list[Stop]:
    asked, came = _step(case, Act.REQUEST_SUPPLEMENT), _step(case, Act.SUPPLEMENT)
    if asked is None:
        return []
    if came is None:
        is_waiting = case.state is State.AWAITING_SUPPLEMENT
        title = _("等您补材料") if is_waiting else _("要补材料")
        links = _letters(case, Act.REQUEST_SUPPLEMENT)
        return [
            Stop(
                title=title,
                when=day_words(asked.at),
                note=asked.note,
                state="now" if is_waiting else "wait",
                links=links,
            )
        ]
    first, last = day_words(asked.at), day_words(came.at)
    when = first if first == last else _("{first}—{last}").format(first=first, last=last)
    return [
        Stop(title=_("停算"), when=when, note=_("{note}。已补上").format(note=asked.note.rstrip("。")), state="wait")
    ]


def _not_yet_accepted(case: matters.CaseView) -> list[Stop]:
    now = {
        State.DRAFT: _("写完再交"),
        State.SUBMITTED: _("等窗口收件"),
        State.RECEIVED: _("窗口核对材料"),
        State.AWAITING_PAPERS: _("等您补材料"),
    }
    return [
        Stop(title=now[case.state], when=_("正在办"), note=case.desk, state="now"),
        Stop(title=_("受理"), note=_("受理那天起告诉您哪天前答复")),
        Stop(title=_("决定")),
    ]


def _examination(case: matters.CaseView, *, is_elder: bool) -> Stop:
    short = case.office
    if case.state in (State.ACCEPTED, State.EXAMINING):
        if is_elder:
            return Stop(title=_("{office}在审").format(office=short), note=_("您不用跑"), state="now")
        note = _("{office}逐条核对。收件的人不参与审批").format(office=short)
        return Stop(title=_("审查"), when=_("正在办"), note=note, state="now")
    if case.state is State.AWAITING_SUPPLEMENT:
        return Stop(title=_("审查"), note=_("补来以后{office}接着审").format(office=short))
    if case.state in (State.SUSPENDED, State.PUBLISHING):
        return Stop(title=_("审查"), when=_("正在办"), note=short, state="now")
    return Stop(title=_("审查"), note=short, state="done")


def _decision(case: matters.CaseView, due: str, *, is_elder: bool) -> Stop:
    title = _("答复您") if is_elder else _("决定")
    if case.decided_at is not None:
        word = _("准予") if case.outcome == "granted" else _("不予批准")
        found = document_of(case, "decision")
        links = (Action(label=_("决定书"), url=found.url),) if found else ()
        return Stop(title=word, when=_when(case.decided_at, is_elder=is_elder), state="done", links=links)
    if case.state is State.PROPOSED:
        return Stop(title=title, when=due, note=_("等另一位负责人签发"), state="now")
    return Stop(title=title, when=due)


def _fetching(case: matters.CaseView) -> Stop:
    delivered = _step(case, Act.DELIVER)
    if delivered is not None:
        title = _("领走了") if delivered.organisation else _("收到电子决定书")
        return Stop(title=title, when=moment_words(delivered.at), note=delivered.organisation, state="done")
    note = _("任一社区窗口，报取件码")
    return Stop(title=_("领决定书"), note=note, state="now" if case.state in DECIDED else "next")


def _ended(case: matters.CaseView) -> Stop:
    titles = {
        State.NOT_ACCEPTED: _("不予受理"),
        State.TERMINATED: _("终止办理"),
        State.DEEMED_WITHDRAWN: _("视为撤回"),
        State.REVOKED: _("撤销决定"),
    }
    step = _step(case, Act.REFUSE_TO_ACCEPT, Act.WITHDRAW, Act.TERMINATE, Act.DEEM_WITHDRAWN, Act.REVOKE)
    title = titles.get(case.state, _("您撤回了"))
    if step is None:
        return Stop(title=title, state="done")
    return Stop(
        title=title, when=moment_words(step.at), note=step.note, state="done", links=_letters(case, step.action)
    )


# ── lists ──


@dataclass(frozen=True, kw_only=True)
class OwnRow:
    case_id: UUID
    whose: str
    sentence: str
    state_word: str
    tail: str
    strip: Strip | None
    light: str
    is_open: bool
    waits_for_you: bool
    provisional: bool


def own_row(
    row: matters.CaseRow, strip: Strip | None, principals: Mapping[UUID, people.RelationView], today: date
) -> OwnRow:
    return OwnRow(
        case_id=row.case_id,
        whose=whose_matter(row.item_name, principals.get(row.applicant_id)),
        sentence=headline(row.state, row.due_on, today),
        state_word=row.state_word,
        tail=row.tail,
        strip=strip,
        light=str(row.light or ""),
        is_open=row.state not in matters.CLOSED,
        waits_for_you=row.state in (State.AWAITING_PAPERS, State.AWAITING_SUPPLEMENT, *DECIDED),
        provisional=bool(row.clock and row.clock.provisional and row.state in WAITING_FOR_ANSWER),
    )


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    case_id: UUID
    whose: str
    saved: str


def draft_rows(
    drafts: Iterable[matters.DraftRow], principals: Mapping[UUID, people.RelationView], now: datetime
) -> list[DraftLine]:
    return [
        DraftLine(
            case_id=one.case_id,
            whose=whose_matter(one.item_name, principals.get(one.applicant_id)),
            saved=saved_words(one.saved_at, now),
        )
        for one in drafts
    ]


def saved_words(saved_at: datetime, now: datetime) -> str:
    """10:42 已存; of another day 11月23日 已存."""
    local = saved_at.astimezone(times.SHANGHAI)
    same_day = times.local_day(saved_at) == times.local_day(now)
    return _("{when} 已存").format(when=f"{local:%H:%M}" if same_day else day_words(saved_at))


def papers_asked(case: matters.CaseView) -> dict[str, str]:
    """Id and name of what was asked for and has to be brought now."""
    if case.supplement is None or case.state not in (State.AWAITING_PAPERS, State.AWAITING_SUPPLEMENT):
        return {}
    return {one.material_id: one.name for one in case.materials if one.material_id in case.supplement.materials}


@dataclass(frozen=True, kw_only=True)
class Phone:
    """Whom to call about a case."""

    name: str
    number: str

    @property
    def url(self) -> str:
        return f"tel:{''.join(c for c in self.number if c.isdigit() or c == '+')}"


def phone_of(case: matters.CaseView, consult_phone: str) -> Phone | None:
    """The desk that took the case in; where it has no telephone the office, then the item's own number."""
    numbers = ((case.desk, case.desk_phone), (case.office, case.office_phone), (_("咨询电话"), consult_phone))
    return next((Phone(name=name, number=number) for name, number in numbers if number), None)


# ── what becomes of the papers ──


def keeping_words(kept: documents.KeepingView | None, years: int | None) -> str:
    """How long the papers stay and what happens then; `years` is the item's term, None for ever."""
    if kept is None and years is None:
        return _("办完归档以后，这件事的材料永久保存。")
    if kept is None:
        return _("办完归档以后，材料保存 {years} 年，期满经两人核准销毁。").format(years=years)
    if kept.until_on is None:
        return _("材料已归档，永久保存。")
    if kept.erased_at is not None:
        day = day_words(times.local_day(kept.erased_at))
        return _("保存期已满，材料 {day}按规定销毁，只留办件编号、经过和凭证。").format(day=day)
    day = day_words(kept.until_on)
    return _("材料已归档，保存到 {day}，期满经两人核准销毁。").format(day=day)
