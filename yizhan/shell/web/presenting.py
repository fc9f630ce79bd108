"""Cases as the home page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from yizhan.kernel.api import Actor, Subject, subjects, times
from yizhan.look.api import Stop, Strip, day_and_weekday
from yizhan.matters import api as matters
from yizhan.people import api as people

DRAFTS_SHOWN = 3
_NEEDS_YOU = (matters.State.AWAITING_SUPPLEMENT, matters.State.AWAITING_PAPERS)
_READY = (matters.State.GRANTED, matters.State.REFUSED)


@dataclass(frozen=True, kw_only=True)
class OwnCase:
    """One case in a resident's words."""

    case_id: UUID
    title: str
    state: matters.State
    told: str
    """How it stands, as one would say it to whom it concerns."""
    strip: Strip | None
    due_on: object
    url: str

    @property
    def is_running(self) -> bool:
        """Its days are being counted."""
        return bool(self.due_on) and self.state not in _READY


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The one thing that waits for this person."""

    title: str
    text: str
    url: str
    label: str


def home_community(actor: Actor) -> str:
    """The code of a resident's home community; "" for everybody else."""
    if actor.resident_id is None:
        return ""
    card = people.person_card(
        actor=actor, resident_id=actor.resident_id, purpose=people.Purpose.ACTING, at=times.utc_now()
    )
    return card.home_community


def own_cases_of(actor: Actor, rows: Sequence[matters.CaseRow], strips: Mapping[Subject, Strip]) -> list[OwnCase]:
    urls = subjects.urls([row.subject for row in rows])
    relations = _relations(actor)
    return [
        OwnCase(
            case_id=row.case_id,
            title=_title(actor, row, relations),
            state=row.state,
            told=_told(row, times.local_day(times.utc_now())),
            strip=strips.get(row.subject),
            due_on=row.due_on,
            url=urls.get(row.subject, reverse("shell:home")),
        )
        for row in rows
    ]


_AS_ELSEWHERE = frozenset({matters.State.SUBMITTED, matters.State.RECEIVED, *_NEEDS_YOU, *_READY})


def _told(row: matters.CaseRow, today: date) -> str:
    if row.state in _AS_ELSEWHERE:
        return str(matters.HEADLINES[row.state])
    if not row.due_on:
        return row.state_word
    words = _("最迟 {day} 答复") if today <= row.due_on else _("过了 {day}，还没有答复您")
    return words.format(day=day_and_weekday(row.due_on))


def _relations(actor: Actor) -> dict[UUID, str]:
    """What the people one acts for are to this person: a daughter acts for her mother or father."""
    if actor.resident_id is None:
        return {}
    today = times.local_day(times.utc_now())
    return {
        one.principal_id: one.principal_name
        for one in people.principals_of(resident_id=actor.resident_id, scope="matters", on=today)
    }


def _title(actor: Actor, row: matters.CaseRow, relations: Mapping[UUID, str]) -> str:
    if row.applicant_id == actor.resident_id:
        return row.item_name
    return _("{name}的{item}").format(name=relations.get(row.applicant_id, row.applicant_name), item=row.item_name)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Something begun and not handed in."""

    title: str
    saved_at: datetime
    url: str


def drafts_of(actor: Actor) -> list[Draft]:
    rows = matters.own_drafts(actor)[:DRAFTS_SHOWN]
    found = [Subject(matters.CASE, str(row.case_id)) for row in rows]
    urls = subjects.urls(found)
    return [
        Draft(
            title=row.item_name
            if row.applicant_id == actor.resident_id
            else _("{name}的{item}").format(name=row.applicant_name, item=row.item_name),
            saved_at=row.saved_at,
            url=urls[subject],
        )
        for row, subject in zip(rows, found, strict=True)
    ]


def waiting_for(cases: Sequence[OwnCase]) -> Waiting | None:
    """Papers to bring come before a decision to fetch."""
    for case in cases:
        if case.state in _NEEDS_YOU:
            text = _("补齐以前停算，补来第二天接着算。手机上传、到窗口交都行。")
            return Waiting(
                title=_("{title}，等您补材料").format(title=case.title), text=text, url=case.url, label=_("去补材料")
            )
    for case in cases:
        if case.state in _READY:
            text = _("带身份证到全市任何一个社区窗口，报取件码就能领。")
            return Waiting(
                title=_("{title}，决定书可以领了").format(title=case.title),
                text=text,
                url=case.url,
                label=_("看取件码"),
            )
    return None


def greeting(now: datetime) -> str:
    hour = now.astimezone(times.SHANGHAI).hour
    if hour < 5 or hour >= 19:
        return _("晚上好")
    if hour < 11:
        return _("早上好")
    return _("中午好") if hour < 13 else _("下午好")


def how_it_goes() -> list[Stop]:
    """The course of a matter, for those who are not signed in."""
    return [
        Stop(title=_("就近收件"), note=_("哪个社区窗口都行，不看户口在哪个城区"), state="next"),
        Stop(title=_("受理，开始计时"), note=_("从第二天起数工作日，逐日可查"), state="next"),
        Stop(title=_("后台审批"), note=_("收件的人不能批，批的人不能自己签"), state="next"),
        Stop(title=_("就近领取"), note=_("凭取件码，任何一个窗口都能领"), state="next"),
    ]
