"""What a guide says, and for whom: the resident, somebody the resident acts for, or anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizhan.catalogue import api
from yizhan.catalogue.queries import ITEM_TYPES, KINDS, ItemVersionView
from yizhan.catalogue.rules.definition import ItemDefinition, ItemKind, Material, Necessity, Origin, Trust, Unit
from yizhan.catalogue.rules.outline import unconfirmed
from yizhan.catalogue.web.course import CourseWords, said_days
from yizhan.catalogue.web.course import sentences as joined
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, NotFound, times
from yizhan.look.api import LinkView, PlaceView, Stop, Strip, day_and_weekday, links
from yizhan.people import api as people

LINE = 21  # days that stand beside each other on a small phone
CITY = "450100"  # a guide counts by the city's calendar; a case, by that of its own district


class NobodyToAskFor(NotFound):
    code = "catalogue.nobody_to_ask_for"
    message = gettext_lazy("您现在不能替这个人查看。请先在窗口登记代办关系。")


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom the guide is answered for. `resident_id` None: anybody."""

    resident_id: UUID | None
    label: str
    who: str
    is_self: bool
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    name: str
    hint: str
    standard: str
    word: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class AmountRow:
    title: str
    amount: str
    is_mine: bool
    to_be_confirmed: bool
    history: tuple[str, ...]


def yuan(fen: int) -> str:
    whole, part = divmod(fen, 100)
    return _("{amount} 元").format(amount=f"{whole}.{part:02}" if part else whole)


def _amount_row(amount: api.Amount) -> AmountRow:
    return AmountRow(
        title=amount.title,
        amount="" if amount.fen is None else yuan(amount.fen),
        is_mine=amount.applies is api.Verdict.MET,
        to_be_confirmed=amount.trust is Trust.TO_BE_CONFIRMED,
        history=tuple(
            _("{amount}：{note}").format(amount=yuan(int(old.value)), note=old.note)
            for old in amount.historical
            if isinstance(old.value, int)
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How long an answer takes from today, in one picture and one sentence."""

    due_on: date
    provisional: bool
    strip: Strip
    note: str

    @property
    def is_long(self) -> bool:
        """More than a line holds: shown by weeks."""
        return len(self.strip.cells) > LINE


def waiting_of(preview: clocks.Preview, unit: Unit) -> Waiting:
    cells = preview.strip.cells
    days_off = sum(cell.kind == "holiday" for cell in cells)
    weekends = any(cell.kind == "weekend" for cell in cells)
    sentences = [_("从明天起算，周末不计。") if weekends else _("从明天起算。")]
    if unit is Unit.NATURAL:
        sentences = [_("从明天起算，周末、节假日都算。")]
    elif days_off:
        sentences.append(_("放假 {count} 天不计。").format(count=days_off))
    for cell in cells:
        if cell.makeup and unit is Unit.WORKING:
            sentences.append(_("{day}调休上班，计 1 天。").format(day=day_and_weekday(cell.date)))
    if preview.provisional:
        sentences.append(_("放假安排还没有全部公布，到时候日子可能会变。"))
    assert preview.promise.due_on is not None
    return Waiting(
        due_on=preview.promise.due_on,
        provisional=preview.provisional,
        strip=preview.strip,
        note=joined(*sentences),
    )


class GuidePage:
    """Everything the guide shows; each part is worked out when the template asks for it."""

    def __init__(self, *, version: ItemVersionView, actor: Actor, chosen: UUID | None, at: datetime) -> None:
        self.version = version
        self.item: ItemDefinition = version.definition
        self.actor = actor
        self.at = at
        self.today = times.local_day(at)
        self.people = _people(actor, self.scope, self.today, chosen)

    @property
    def scope(self) -> str:
        return f"matters.{self.version.code}"

    @cached_property
    def person(self) -> Person | None:
        return next((one for one in self.people if one.chosen), None)

    # ── head ──

    @cached_property
    def office(self) -> str:
        """The responsible office where the person's registration is known, else the department."""
        where = api.responsibility_of(self.version.item_version_id, self.attributes)
        found = (
            people.responsible_organisation(department=where.department, division_code=where.division)
            if where.division
            else None
        )
        return found.name if found else str(people.DEPARTMENTS[people.Department(where.department)])

    @property
    def item_type(self) -> str:
        return str(ITEM_TYPES[self.item.item_type])

    @cached_property
    def facts(self) -> list[tuple[str, str, str]]:
        handling, rows = self.item.handling, []
        rows.append((_("多久办好"), self.days_words(self.item.limits.promise_days), self.legal_words))
        rows.append((_("要跑几趟"), _("{count} 趟").format(count=handling.visits), self.visits_words))
        rows.append(
            (_("收费"), str(self.item.fee.item) if self.item.fee.charged else _("不收费"), str(self.item.fee.basis))
        )
        if self.item.benefit:
            begins = self.with_doubt(str(self.item.benefit.begins), self.item.benefit.trust)
            rows.append((_("发放"), str(self.item.benefit.rhythm), begins))
        else:
            several = self.item.kind in {ItemKind.STAGED, ItemKind.JOINT}
            rows.append((_("由谁办"), self.offices, str(KINDS[self.item.kind]) if several else ""))
        return rows

    @property
    def offices(self) -> str:
        """The offices in turn, by their departments; one department alone by itself."""
        departments = [one.office.department for one in self.item.office_steps()]
        return " → ".join(str(people.DEPARTMENTS[people.Department(one)]) for one in dict.fromkeys(departments))

    @property
    def visits_words(self) -> str:
        if self.item.handling.online and not self.item.handling.visits:
            return _("手机上就能办完；到窗口办也行")
        return str(self.item.handling.visits_reason)

    def days_words(self, days: int) -> str:
        return _("当场办好") if days == 0 else said_days(days, self.item.limits.unit)

    @property
    def legal_words(self) -> str:
        limits = self.item.limits
        if self.course.instant:
            return self.course.instant
        words = _("法定 {days}").format(days=self.days_words(limits.legal_days))
        return self.with_doubt(words, limits.legal_trust)

    @staticmethod
    def with_doubt(words: str, trust: Trust) -> str:
        return _("{words}（待市里确认）").format(words=words) if trust is Trust.TO_BE_CONFIRMED else words

    @cached_property
    def waiting(self) -> Waiting | None:
        """The days if the case were accepted today; None for what is done at once."""
        if self.item.limits.promise_days == 0:
            return None
        limits = api.limits_of(self.version.item_version_id)
        preview = clocks.preview(limits, from_day=self.today, region=CITY, today=self.today)
        return waiting_of(preview, self.item.limits.unit)

    # ── who can apply ──

    @cached_property
    def attributes(self) -> dict[str, people.Attribute]:
        if self.person is None or self.person.resident_id is None:
            return {}
        return people.attributes_of(
            actor=self.actor,
            resident_id=self.person.resident_id,
            names=api.attributes_needed(self.version.item_version_id),
            purpose=people.Purpose.ELIGIBILITY,
            at=self.at,
        )

    @cached_property
    def assessment(self) -> api.Assessment:
        who = self.person.who if self.person else ""
        return api.assess(self.version.item_version_id, self.attributes, self.today, who=who)

    @property
    def has_to_wait(self) -> bool:
        return self.person is not None and self.assessment.verdict is api.Verdict.NOT_MET

    @cached_property
    def amounts(self) -> list[AmountRow]:
        return [_amount_row(amount) for amount in self.assessment.amounts]

    # ── what to bring ──

    @cached_property
    def papers(self) -> list[PaperRow]:
        return [self.paper_row(material) for material in self.materials]

    @cached_property
    def materials(self) -> tuple[Material, ...]:
        """For a known person what is wanted, or may be by what the form will say; for anybody the whole list."""
        return tuple(one for one in self.item.materials if one.id not in self.not_wanted)

    @cached_property
    def context(self) -> dict[str, str]:
        return {} if self.person is None else {"filed_by": "self" if self.person.is_self else "agent"}

    @cached_property
    def not_wanted(self) -> frozenset[str]:
        return api.materials_not_wanted(self.version.item_version_id, {}, self.context, on=self.today)

    @cached_property
    def wanted(self) -> frozenset[str]:
        found = api.materials_for(self.version.item_version_id, {}, self.context, on=self.today)
        return frozenset(one.id for one in found)

    def paper_row(self, material: Material) -> PaperRow:
        hint, standard = str(material.hint), str(material.standard)
        word, kind = self.paper_tag(material)
        return PaperRow(name=str(material.name), hint=hint, standard=standard, word=word, kind=kind)

    def paper_tag(self, material: Material) -> tuple[str, str]:
        if material.id not in self.wanted:
            return str(material.when_words) or _("代办才要"), "line"
        if material.necessity is Necessity.LATER:
            return _("可以后补"), "wait"
        if material.necessity is Necessity.OPTIONAL:
            return _("有就带"), "line"
        return (_("请您备"), "you") if material.origin is Origin.APPLICANT else (_("带来看一眼"), "")

    @property
    def papers_count(self) -> int:
        return sum(row.kind != "line" for row in self.papers)

    # ── how it goes ──

    @cached_property
    def course(self) -> CourseWords:
        return CourseWords(self.item)

    @cached_property
    def stops(self) -> list[Stop]:
        return [Stop(title=str(step.name), note=self.course.step_words(step)) for step in self.item.steps]

    @property
    def unconfirmed(self) -> int:
        """In how many places the city has still to confirm a figure or a quotation."""
        return len(unconfirmed(self.item))

    # ── where ──

    @cached_property
    def desks(self) -> tuple[people.OrganisationView, ...]:
        """The desk of the own community first."""
        found = people.organisations(kind=people.OrganisationKind.DESK)
        home = self.home_desk
        return tuple(sorted(found, key=lambda desk: (desk != home, desk.territory)))

    @cached_property
    def home_desk(self) -> people.OrganisationView | None:
        """Where the signed-in person lives: that is who walks there."""
        if self.actor.resident_id is None:
            return None
        card = people.person_card(
            actor=self.actor, resident_id=self.actor.resident_id, purpose=people.Purpose.ELIGIBILITY, at=self.at
        )
        return people.desk_for(division_code=card.home_community) if card.home_community else None

    @cached_property
    def places(self) -> list[PlaceView]:
        return [
            PlaceView(
                name=desk.name,
                note=desk.address or _("收全市的件"),
                open_word=_("离您家最近") if desk == self.home_desk else "",
            )
            for desk in self.desks
        ]

    # ── ways on ──

    @cached_property
    def starts(self) -> list[LinkView]:
        return links.at("item.start", self.actor, self.version.code) if self.item.handling.online else []

    @property
    def start_query(self) -> str:
        return f"?for={self.person.resident_id}" if self.person and not self.person.is_self else ""


def _people(actor: Actor, scope: str, on: date, chosen: UUID | None) -> tuple[Person, ...]:
    """Oneself, then those one acts for. Raises NobodyToAskFor where `chosen` is none of them."""
    if actor.resident_id is None:
        if chosen is not None:
            raise NobodyToAskFor
        return ()
    asked = chosen or actor.resident_id
    found = [(actor.resident_id, _("我自己"), "")]
    for relation in people.principals_of(resident_id=actor.resident_id, scope=scope, on=on):
        found.append((relation.principal_id, relation.principal_name, relation.principal_name))
    if asked not in {resident_id for resident_id, _label, _who in found}:
        raise NobodyToAskFor
    return tuple(
        Person(
            resident_id=resident_id,
            label=label,
            who=who,
            is_self=resident_id == actor.resident_id,
            chosen=resident_id == asked,
        )
        for resident_id, label, who in found
    )
