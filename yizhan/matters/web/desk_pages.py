"""What the pages of a desk show: the person, the item, the days, the clauses and the way of the case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, times
from yizhan.look.api import Paper, Stop, day_words
from yizhan.matters import api as matters
from yizhan.matters.web import desk_places
from yizhan.matters.web.desk_forms import STATUSES, AnswersForm, PaperLine, Papers, answers_in, papers_in
from yizhan.people import api as people

CITY_REGION = "450100"
ELSEWHERE = "elsewhere"
HOME = "residence_division"


class PersonOnPage:
    """The masked card of who stands there, in words."""

    def __init__(self, intake: people.Intake) -> None:
        self.intake = intake
        self.card = intake.person

    @property
    def note(self) -> str:
        parts = [str(people.SEXES[self.card.sex]) if self.card.sex else ""]
        if self.card.age is not None:
            parts.append(_("{age} 岁").format(age=self.card.age))
        if self.intake.agent:
            parts.append(_("{name}代办").format(name=self.intake.agent.name))
        return _("，").join(filter(None, parts))

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [
            (_("身份证"), self.card.id_number_masked or _("没有登记")),
            (_("手机"), self.card.phone_masked or _("没有登记")),
            (_("户籍"), desk_places.short_place(self.card.hukou_division) or _("还不知道")),
            (_("住在"), desk_places.short_place(self.card.home_community) or _("还不知道")),
        ]

    @property
    def checked(self) -> str:
        proof, _opens = people.LEVELS[self.card.level]
        return str(proof)


class ItemOnPage:
    """An item version as it applies to one person on one day."""

    def __init__(
        self,
        *,
        version: catalogue.ItemVersionView,
        intake: people.Intake,
        actor: Actor,
        at: datetime,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> None:
        self.version, self.item = version, version.definition
        self.intake, self.actor, self.at = intake, actor, at
        self.today = times.local_day(at)
        self.data = data
        self.known = known or {}
        self.papers: Papers = papers_in(data or {}, files or {})
        self.paper_errors: dict[str, str] = {}
        self.person = PersonOnPage(intake)

    # ── the item's form ──

    @cached_property
    def context(self) -> dict[str, str]:
        return matters.filing_context(self.intake)

    @cached_property
    def sections(self) -> tuple[catalogue.Section, ...]:
        typed = {key[2:]: self.data[key] for key in self.data if key.startswith("a-")} if self.data else {}
        known = {**self.known, **typed}
        return catalogue.form_for(self.version.item_version_id, known, self.context, on=self.today)

    @cached_property
    def form(self) -> AnswersForm:
        initial = {f"a-{name}": value for name, value in self.known.items()}
        return AnswersForm(self.sections, self.data if self.data is not None else initial)

    @cached_property
    def answers(self) -> dict[str, object]:
        return answers_in(self.data or {}, self.sections)

    @property
    def agent_words(self) -> str:
        if self.intake.agent is None:
            return ""
        kind = next((r.kind for r in self._relations if r.agent_id == self.intake.agent_id), "")
        return _("{name}（{relation}）").format(name=self.intake.agent.name, relation=people.RELATIONS.get(kind, ""))

    @cached_property
    def _relations(self) -> tuple[people.RelationView, ...]:
        return people.agents_of(resident_id=self.intake.resident_id, on=self.today)

    # ── materials ──

    @cached_property
    def materials(self) -> tuple[catalogue.Material, ...]:
        answers = self.answers if self.data is not None else self.known
        return catalogue.materials_for(self.version.item_version_id, answers, self.context, on=self.today)

    @property
    def paper_lines(self) -> list[PaperLine]:
        return [
            PaperLine(
                id=one.id,
                name=str(one.name),
                hint=str(one.standard) or str(one.hint),
                status=self.papers.status_of(one.id),
                error=self.paper_errors.get(one.id, ""),
            )
            for one in self.materials
        ]

    statuses = STATUSES

    @property
    def missing_papers(self) -> list[str]:
        """The names of what may not be left out and is not there."""
        return [
            str(one.name)
            for one in self.materials
            if one.necessity is catalogue.Necessity.REQUIRED
            and self.papers.status_of(one.id) not in ("seen", "uploaded")
        ]

    @property
    def papers_words(self) -> str:
        there = sum(self.papers.status_of(one.id) in ("seen", "uploaded") for one in self.materials)
        return _("{all} 样，齐 {there} 样").format(all=len(self.materials), there=there)

    # ── household registration ──

    @cached_property
    def verified(self) -> dict[str, people.Attribute]:
        """What the city knows already: one look, of the fields that this item needs."""
        return people.attributes_of(
            actor=self.actor,
            resident_id=self.intake.resident_id,
            names=catalogue.attributes_needed(self.version.item_version_id),
            purpose=people.Purpose.ELIGIBILITY,
            at=self.at,
            case_id=self.intake.case_id,
        )

    @cached_property
    def attributes(self) -> dict[str, people.Attribute]:
        """What is verified, with what the clerk sees at this moment."""
        found = dict(self.verified)
        if self.hukou_typed:
            found["hukou_division"] = self._seen_now("hukou_division", self.hukou_typed, "desk:户口簿")
        if "alive" not in found and self.intake.presence is people.Presence.PERSON:
            found["alive"] = self._seen_now("alive", True, "desk:本人到场")
        return found

    def _seen_now(self, name: str, value: object, source: str) -> people.Attribute:
        return people.Attribute(
            name=name, value=value, source=source, seen_at=self.at, level=max(self.intake.person.level, 2)
        )

    @property
    def hukou_typed(self) -> str:
        """A division the clerk chose on this page, "" for none."""
        district, place = str(self._typed("hukou_district")), str(self._typed("hukou"))
        if district == ELSEWHERE:
            return place if place and not place.startswith(desk_places.CITY) else ""
        return place if district and place.startswith(district) else district

    def _typed(self, name: str) -> object:
        return (self.data or {}).get(name, "")

    @property
    def hukou_known(self) -> str:
        found = self.verified.get("hukou_division")
        return str(found.value) if found and found.value else ""

    @property
    def asks_hukou(self) -> bool:
        return "hukou_division" in catalogue.attributes_needed(self.version.item_version_id)

    @property
    def hukou_now(self) -> str:
        return self.hukou_typed or self.hukou_known

    @property
    def hukou_words(self) -> str:
        return desk_places.short_place(self.hukou_known)

    @property
    def hukou_district(self) -> str:
        if self.data is not None and "hukou_district" in self.data:
            return str(self._typed("hukou_district"))
        if not self.hukou_known:
            return ""
        return self.hukou_known[:6] if self.hukou_known.startswith(desk_places.CITY) else ELSEWHERE

    @property
    def hukou_place(self) -> str:
        return str(self._typed("hukou")) or self.hukou_known

    @property
    def districts(self) -> desk_places.Choices:
        return [("", _("请选")), *desk_places.districts(), (ELSEWHERE, _("外地"))]

    @property
    def hukou_places(self) -> desk_places.Groups:
        if self.hukou_district == ELSEWHERE:
            return desk_places.elsewhere()
        return desk_places.communities(self.hukou_district) if self.hukou_district else []

    @property
    def is_hukou_new(self) -> bool:
        return bool(self.hukou_typed) and self.hukou_typed != self.hukou_known

    # ── who decides, and by when ──

    @cached_property
    def office(self) -> people.OrganisationView | None:
        where = catalogue.responsibility_of(self.version.item_version_id, self.attributes)
        if not where.division:
            return None
        return people.responsible_organisation(department=where.department, division_code=where.division)

    @property
    def office_words(self) -> str:
        if self.office:
            return self.office.name
        return _("外地，本市没有负责的单位") if self.hukou_now else _("登记户籍以后才知道归哪个城区")

    @property
    def head_words(self) -> str:
        limits = self.item.limits
        working = limits.unit is catalogue.Unit.WORKING
        days = (_("承诺 {days} 个工作日") if working else _("承诺 {days} 天")).format(days=limits.promise_days)
        fee = _("收费") if self.item.fee.charged else _("不收费")
        return " · ".join([self.office.name if self.office else self.department, days, fee])

    @property
    def department(self) -> str:
        return str(people.DEPARTMENTS[people.Department(str(self.version.department))])

    @cached_property
    def preview(self) -> clocks.Preview:
        region = f"{self.office.territory[:6]:0<6}" if self.office else CITY_REGION
        limits = catalogue.limits_of(self.version.item_version_id)
        return clocks.preview(limits, from_day=self.today, region=region, today=self.today)

    @property
    def due_words(self) -> str:
        due_on = self.preview.promise.due_on
        return _("现在受理，{day}到期").format(day=day_words(due_on)) if due_on else _("现在受理，当场办好")

    @property
    def counting_words(self) -> str:
        limits = self.item.limits
        working = limits.unit is catalogue.Unit.WORKING
        words = _("从明天起算 {days} 个工作日") if working else _("从明天起算 {days} 天")
        counted = words.format(days=limits.promise_days)
        return counted + _("；放假安排没有全部公布，暂定") if self.preview.provisional else counted

    # ── whether the person is entitled ──

    @cached_property
    def assessment(self) -> catalogue.Assessment:
        return catalogue.assess(self.version.item_version_id, self.attributes, self.today, who=_("申请人"))

    @property
    def clauses(self) -> list[Paper]:
        return [clause_paper(one) for one in self.assessment.clauses]

    @property
    def entitled_from(self) -> date | None:
        return self.assessment.entitled_from

    @cached_property
    def offices(self) -> list[str]:
        """Those that have the case in turn, by name, or by department as long as the place is not known."""
        home, known = self.intake.person.home_community, dict(self.attributes)
        if home and HOME not in known:
            known[HOME] = self._seen_now(HOME, home, "register")
        return [self._office_name(one) for one in catalogue.offices_of(self.version.item_version_id, known)]

    def _office_name(self, one: catalogue.StepResponsibility) -> str:
        found = (
            people.responsible_organisation(department=str(one.department), division_code=one.division)
            if one.division
            else None
        )
        if found:
            return found.name
        department = str(people.DEPARTMENTS[people.Department(str(one.department))])
        return _("户籍所在城区的{department}部门").format(department=department)

    @property
    def stops(self) -> list[Stop]:
        first, *_others = self.offices
        before = [Stop(title=_("{office}审查、提意见").format(office=one)) for one in self.offices[:-1]]
        return [
            Stop(
                title=_("本窗口收件、受理"),
                when=self.actor.name,
                note=_("以{office}的名义").format(office=first),
                state="now",
            ),
            *before,
            Stop(
                title=_("{office}审批").format(office=self.offices[-1]),
                when="" if before else _("期限归它"),
                note=_("您收的件，您不能批"),
            ),
            Stop(title=_("任何一个社区窗口出件"), when=_("短信叫人来取")),
        ]


_CLAUSE_STATES: Mapping[catalogue.Verdict, Any] = {
    catalogue.Verdict.MET: "checked",
    catalogue.Verdict.NOT_MET: "missing",
    catalogue.Verdict.NOT_KNOWN: "open",
}


def clause_paper(one: catalogue.ClauseResult) -> Paper:
    words = {
        catalogue.Verdict.MET: "",
        catalogue.Verdict.NOT_MET: _("不符合"),
        catalogue.Verdict.NOT_KNOWN: _("还不知道"),
    }
    if one.verdict is catalogue.Verdict.NOT_MET and one.met_on:
        words[one.verdict] = _("还没到")
    return Paper(title=one.statement, state=_CLAUSE_STATES[one.verdict], note=one.sentence, word=words[one.verdict])


def fingerprint(
    data: Mapping[str, Any], files: Mapping[str, Any], *, without: Iterable[str] = ("csrfmiddlewaretoken",)
) -> str:
    """What was posted, as one hash: the same form sent twice is the same, another content is not."""
    digest = hashlib.sha256()
    for name in sorted(set(data) - set(without)):
        digest.update(f"{name}\x1f{data[name]}\x1e".encode())
    for name in sorted(files):
        digest.update(name.encode() + hashlib.sha256(files[name].read()).digest())
        files[name].seek(0)
    return digest.hexdigest()
