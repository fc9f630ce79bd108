"""Filing online, as pages: one section a step; in the elder version one question a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, times
from yizhan.look.api import Paper, Stop, day_words
from yizhan.matters import api as matters
from yizhan.matters.web import my_words
from yizhan.matters.web.apply_forms import AnswersForm
from yizhan.matters.web.desk_pages import clause_paper
from yizhan.people import api as people

CITY_REGION = "450100"
PAPERS, REVIEW = "papers", "review"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the way: some questions, some papers, or the review at the end."""

    id: str
    group: str
    label: str
    title: str
    fields: tuple[catalogue.FormField, ...] = ()
    materials: tuple[catalogue.Material, ...] = ()

    @property
    def field_ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.fields)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What has to be mended before handing in, and where."""

    message: str
    url: str
    place: str


@dataclass(frozen=True, kw_only=True)
class PaperCard:
    """One material and what is there of it."""

    id: str
    name: str
    hint: str
    standard: str
    is_required: bool
    pages: tuple[tuple[str, str], ...]
    error: str
    earlier: matters.Earlier | None

    @property
    def count_words(self) -> str:
        return ngettext("{count} 张", "{count} 张", len(self.pages)).format(count=len(self.pages))

    @property
    def earlier_words(self) -> str:
        return _("用 {day}交过的").format(day=day_words(self.earlier.handed_in_at)) if self.earlier else ""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A section as the review shows it."""

    title: str
    url: str
    rows: tuple[tuple[str, str], ...]


class ApplyPage:
    """A draft on somebody's screen; each part is worked out when the template asks for it."""

    def __init__(self, draft: matters.DraftView, *, actor: Actor, now: datetime, is_elder: bool) -> None:
        self.draft, self.case = draft, draft.case
        self.actor, self.now, self.is_elder = actor, now, is_elder
        self.today: date = times.local_day(now)
        self.version = catalogue.item_version(draft.case.item_version_id)
        self.item = self.version.definition
        self.paper_errors: dict[str, str] = {}

    @property
    def saved(self) -> str:
        return my_words.saved_words(self.draft.saved_at, self.now)

    @property
    def title(self) -> str:
        return _("{item}申请").format(item=self.version.name)

    # ── the way ──

    @cached_property
    def sections(self) -> tuple[catalogue.Section, ...]:
        return catalogue.form_for(self.version.item_version_id, self.case.answers, self.draft.context, on=self.today)

    @cached_property
    def materials(self) -> tuple[catalogue.Material, ...]:
        return catalogue.materials_for(
            self.version.item_version_id, self.case.answers, self.draft.context, on=self.today
        )

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        review = Step(id=REVIEW, group=REVIEW, label=_("核对"), title=_("核对一遍，再交件"))
        return (*self._question_steps(), *self._paper_steps(), review)

    def _question_steps(self) -> list[Step]:
        found = []
        for section in self.sections:
            label, title = str(section.step or section.title), _heading(section)
            if not self.is_elder:
                found.append(Step(id=section.id, group=section.id, label=label, title=title, fields=section.fields))
                continue
            found += [
                Step(id=f"{section.id}-{one.id}", group=section.id, label=label, title=title, fields=(one,))
                for one in section.fields
            ]
        return found

    def _paper_steps(self) -> list[Step]:
        label, title = _("交材料"), _("把材料拍下来")
        if not self.materials:
            return []
        if not self.is_elder:
            return [Step(id=PAPERS, group=PAPERS, label=label, title=title, materials=self.materials)]
        return [
            Step(id=f"{PAPERS}-{one.id}", group=PAPERS, label=label, title=title, materials=(one,))
            for one in self.materials
        ]

    def find(self, step_id: str) -> Step | None:
        return next((one for one in self.steps if one.id == step_id), None)

    def nearest(self, step_id: str) -> Step:
        """The step of the same section where the version of the page has changed, else the first that needs a hand."""
        group = step_id.split("-", maxsplit=1)[0]
        return next((one for one in self.steps if one.group == group), None) or self.first_open

    @property
    def first_open(self) -> Step:
        """Where to go on: the first step with something missing, else the review."""
        wrong = {one.field for one in self.checked.errors}
        lacking = {one.id for one in self.missing}
        for step in self.steps:
            if wrong & set(step.field_ids) or lacking & {one.id for one in step.materials}:
                return step
        return self.steps[-1]

    def after(self, step: Step) -> Step:
        place = self.steps.index(step)
        return self.steps[min(place + 1, len(self.steps) - 1)]

    def url(self, step: Step) -> str:
        name = "matters:apply_review" if step.group == REVIEW else "matters:apply_step"
        args = [self.draft.case_id] if step.group == REVIEW else [self.draft.case_id, step.id]
        return reverse(name, args=args)

    def back_url(self, step: Step) -> str:
        place = self.steps.index(step)
        return self.url(self.steps[place - 1]) if place else reverse("matters:mine")

    def stops(self, step: Step) -> list[Stop]:
        place = self.steps.index(step)
        states = ["done"] * place + ["now"] + ["next"] * (len(self.steps) - place - 1)
        first = Stop(title=_("认人"), state="done")
        return [first, *(Stop(title=s.label, state=w) for s, w in zip(self.steps, states, strict=True))]  # type: ignore[arg-type]

    # ── who ──

    @cached_property
    def card(self) -> people.PersonCard:
        return people.person_card(
            actor=self.actor,
            resident_id=self.case.applicant_id,
            purpose=people.Purpose.ACTING,
            at=self.now,
            case_id=self.case.case_id,
        )

    @property
    def card_words(self) -> str:
        parts = [str(people.SEXES[self.card.sex]) if self.card.sex else ""]
        if self.card.age is not None:
            parts.append(_("{age} 岁").format(age=self.card.age))
        return "".join(_("，{part}").format(part=one) for one in parts if one)

    @property
    def is_own(self) -> bool:
        return self.case.applicant_id == self.actor.resident_id

    @cached_property
    def whose(self) -> str:
        relation = my_words.principals_of(self.actor, self.today).get(self.case.applicant_id)
        return my_words.whose_matter(self.version.name, relation, self.card.sex)

    # ── questions ──

    @cached_property
    def checked(self) -> catalogue.AnswersView:
        return catalogue.validate_answers(
            self.version.item_version_id, self.case.answers, self.draft.context, on=self.today
        )

    def form(self, step: Step, *, is_checked: bool) -> AnswersForm:
        errors = [one for one in self.checked.errors if one.field in step.field_ids]
        return AnswersForm(step.fields, known=self._known(), errors=errors if is_checked else None)

    def errors_at(self, step: Step) -> list[Problem]:
        """What has to be mended on this page, with links to the fields and papers."""
        first = {one.id: "_0" if one.choices or one.kind is catalogue.FieldKind.BOOLEAN else "" for one in step.fields}
        found = [
            self._here(f"id_a-{one.field}{first[one.field]}", one.label, one.message)
            for one in self.checked.errors
            if one.field in step.field_ids
        ]
        names = {one.id: str(one.name) for one in step.materials}
        return found + [self._here(f"m-{key}", names.get(key, ""), text) for key, text in self.paper_errors.items()]

    @staticmethod
    def _here(place: str, label: str, message: str) -> Problem:
        return Problem(message=_named(label, message), url=f"#{place}", place=place)

    def _known(self) -> Mapping[str, object]:
        """What was typed; a phone number that nobody has typed yet is the filer's own."""
        known = dict(self.case.answers)
        phones = [
            one.id
            for section in self.sections
            for one in section.fields
            if one.kind is catalogue.FieldKind.PHONE and one.autocomplete == "tel" and one.id not in known
        ]
        if phones and self.actor.resident_id:
            contact = people.contact_of(resident_id=self.actor.resident_id)
            known |= dict.fromkeys(phones, contact.phone or "" if contact else "")
        return known

    # ── papers ──

    @cached_property
    def missing(self) -> tuple[catalogue.Material, ...]:
        there = {one.material_id for one in self.case.materials if one.status != "missing"}
        return tuple(
            one for one in self.materials if one.necessity == catalogue.Necessity.REQUIRED and one.id not in there
        )

    def paper_cards(self, step: Step) -> list[PaperCard]:
        there = {one.material_id: one for one in self.case.materials}
        cards = []
        for one in step.materials:
            paper = there.get(one.id)
            cards.append(
                PaperCard(
                    id=one.id,
                    name=str(one.name),
                    hint=str(one.hint),
                    standard=str(one.standard),
                    is_required=one.necessity == catalogue.Necessity.REQUIRED,
                    pages=tuple(zip(paper.file_ids, paper.urls, strict=False)) if paper else (),
                    error=self.paper_errors.get(one.id, ""),
                    earlier=self.draft.earlier.get(one.id),
                )
            )
        return cards

    def say_missing(self, step: Step) -> bool:
        """Puts beside each paper of the step that is not there what to do; whether there is any."""
        lacking = {one.id for one in self.missing} & {one.id for one in step.materials}
        for one in step.materials:
            if one.id in lacking:
                self.paper_errors.setdefault(one.id, _("请拍“{name}”").format(name=one.name))
        return bool(lacking)

    # ── review ──

    @cached_property
    def problems(self) -> list[Problem]:
        found = []
        for step in self.steps:
            for error in self.checked.errors:
                if error.field in step.field_ids:
                    found.append(self._problem(step, error.label, error.message))
            lacking = {one.id for one in self.missing}
            for one in step.materials:
                if one.id in lacking:
                    found.append(self._problem(step, str(one.name), _("还没拍")))
        return found

    def _problem(self, step: Step, label: str, message: str) -> Problem:
        return Problem(message=_named(label, message), url=f"{self.url(step)}?mend=1", place=step.id)

    @property
    def answered(self) -> list[Answered]:
        return [self._answered(section) for section in self.sections]

    def _answered(self, section: catalogue.Section) -> Answered:
        step = next(one for one in self.steps if one.group == section.id)
        known = self.case.answers
        rows = tuple((str(one.label), shown_answer(one, known.get(one.id, ""))) for one in section.fields)
        return Answered(title=str(section.title), url=self.url(step), rows=rows)

    @property
    def who_rows(self) -> list[tuple[str, str]]:
        rows = [(_("申请人"), f"{self.card.name}{self.card_words}"), (_("身份证号码"), self.card.id_number_masked)]
        if not self.is_own:
            rows.append((_("代办人"), self.actor.name))
        return rows

    @property
    def papers(self) -> list[Paper]:
        lacking = {one.id for one in self.missing}
        there = {one.material_id: one for one in self.case.materials}
        rows = []
        for one in self.materials:
            count = len(there[one.id].urls) if one.id in there else 0
            words = ngettext("{count} 张", "{count} 张", count).format(count=count)
            state = "missing" if one.id in lacking else "checked" if count else "open"
            word = _("还没拍") if one.id in lacking else words if count else _("没有交")
            rows.append(Paper(title=str(one.name), state=state, word=word, plain=bool(count)))  # type: ignore[arg-type]
        return rows

    @property
    def papers_url(self) -> str:
        return self.url(next((one for one in self.steps if one.group == PAPERS), self.steps[-1]))

    @cached_property
    def clauses(self) -> list[Paper]:
        found = matters.assess_for(
            actor=self.actor,
            case_id=self.case.case_id,
            purpose=people.Purpose.ELIGIBILITY,
            at=self.now,
            who="" if self.is_own else self.card.name,
        )
        return [clause_paper(one) for one in found.clauses]

    @cached_property
    def preview(self) -> clocks.Preview | None:
        if not self.item.limits.promise_days:
            return None
        limits = catalogue.limits_of(self.version.item_version_id)
        return clocks.preview(limits, from_day=self.today, region=CITY_REGION, today=self.today)

    @cached_property
    def desk(self) -> people.OrganisationView | None:
        home = self.card.home_community
        return people.desk_for(division_code=home) if home else None


def _heading(section: catalogue.Section) -> str:
    """The section's title; where a question is called the same, the short one, so that nothing is said twice."""
    title = str(section.title)
    return str(section.step) if section.step and title in {str(one.label) for one in section.fields} else title


def _named(label: str, message: str) -> str:
    return message if label in message else _("{label}：{message}").format(label=label, message=message)


def shown_answer(one: catalogue.FormField, value: object) -> str:
    """An answer as a person reads it: the words of a choice, long numbers in groups of four."""
    text = str(value)
    if not text:
        return _("没有填")
    if one.choices:
        return next((str(choice.label) for choice in one.choices if choice.value == text), text)
    if one.kind is catalogue.FieldKind.BOOLEAN:
        return {"true": _("是"), "false": _("否")}.get(text, text)
    if one.kind is catalogue.FieldKind.DIGITS and text.isdigit() and len(text) > 8:
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
    return text
