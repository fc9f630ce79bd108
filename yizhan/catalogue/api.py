"""The door of the catalogue: service items (事项), their versions, and what a version says of a person and a form.

A case keeps the id of the version it began with and asks everything by it: limits, materials, form, entitlement.
Texts come in the reader's language. `on` is always a legal day (Asia/Shanghai).

    item = current_version("old_age_allowance", on)          → ItemVersionView(item_version_id, definition, …)
    assess(id, attributes, on) → Assessment(verdict, clauses, entitled_from, amounts)
    course_of(id)  → Course(kind, filing, procedure, offices): states, clocks and offices of a case of this item
    offices_of(id, attributes) → the offices in turn, each with its division
    automatic_decision(id, assessment) → AutomaticDecision(allowed, objections): may the rules decide by themselves
    validate_answers(id, answers, context, on=on) → AnswersView(cleaned, errors, personal)

Refusals: ItemNotFound (404), ItemFileRefused and AnswersRefused (422), ItemVersionIsFixed, ItemVersionNotNew,
ItemVersionOutOfOrder and ItemVersionBeginsTooEarly (409).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from yizhan.catalogue import queries, services
from yizhan.catalogue.queries import (
    EVENT_ICONS,
    ITEM_VERSION,
    LIFE_EVENTS,
    AnswersRefused,
    AnswersView,
    EventLine,
    FieldErrorView,
    ItemLine,
    ItemNotFound,
    ItemSummary,
    ItemVersionView,
    Trusted,
    VersionLine,
    changes_between,
    confirmed_text,
    export_text,
    item_lines,
    open_parts_of,
    trust_of,
    version_lines,
)
from yizhan.catalogue.rules import answers as form_rules
from yizhan.catalogue.rules import assessment as entitlement
from yizhan.catalogue.rules import instant as at_once
from yizhan.catalogue.rules.assessment import (
    SELF_DECLARED,
    Amount,
    Assessment,
    Attribute,
    ClauseResult,
    MissingAttribute,
    Verdict,
)
from yizhan.catalogue.rules.changes import Change, ChangeKind
from yizhan.catalogue.rules.confirming import Confirmation, Figure, OpenPart, Shape
from yizhan.catalogue.rules.definition import (
    Agents,
    Approver,
    Archive,
    ArchiveTerm,
    AttributeNeed,
    Delivery,
    Department,
    Extension,
    FieldKind,
    Filing,
    FormField,
    Instant,
    ItemDefinition,
    ItemKind,
    ItemType,
    LateNotice,
    LateSupplement,
    Level,
    LifeEvent,
    Material,
    MaterialType,
    Necessity,
    NoticeClock,
    OfficeStep,
    Origin,
    Procedure,
    ProjectType,
    PublicNotice,
    Section,
    SpecialKind,
    SpecialProcedure,
    Stage,
    Step,
    StepOffice,
    Supplement,
    Trust,
    Unit,
    stage_of,
)
from yizhan.catalogue.rules.instant import AutomaticDecision, Objection, Why
from yizhan.catalogue.rules.reasons import Reason
from yizhan.catalogue.rules.words import Words
from yizhan.catalogue.services import (
    CheckedFile,
    ItemFileRefused,
    ItemVersionBeginsTooEarly,
    ItemVersionIsFixed,
    ItemVersionNotNew,
    ItemVersionOutOfOrder,
    LoadReport,
    check_file,
    import_file,
)
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor

LOADER = Actor.system("catalogue.loader")


class AttributeLike(Protocol):
    """A verified attribute as any module keeps it; dates may be ISO text."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> Any: ...
    @property
    def source(self) -> str: ...
    @property
    def seen_at(self) -> datetime: ...
    @property
    def level(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Course:
    """Which states and clocks a case of this item has, and whose work it is in turn.

    `filing` who may file and on which level; `procedure` notice, supplement, special procedures, extension, public
    notice, delivery, instant rules, archive; `offices` one for a plain item, several in turn for staged and joint ones.
    """

    kind: ItemKind
    item_type: ItemType
    unit: Unit
    filing: Filing
    procedure: Procedure
    offices: tuple[OfficeStep, ...]


@dataclass(frozen=True, kw_only=True)
class StepResponsibility:
    """Whose work it is in turn: as Responsibility, for one office. `limit_days` are of the item's own kind of days."""

    name: str
    department: Department
    level: Level
    division: str
    limit_days: int | None
    decides: bool


@dataclass(frozen=True, kw_only=True)
class Responsibility:
    """Which office decides: of this department, for this division (a code prefix); "" where it is not known."""

    department: Department
    division: str


def load_items(actor: Actor = LOADER) -> LoadReport:
    """Take the packaged item files in; idempotent."""
    return services.load_items(actor=actor)


def items(on: date) -> tuple[ItemSummary, ...]:
    return queries.items(on)


def items_address() -> str:
    """The page of everything that can be had."""
    return queries.items_address()


def life_events(on: date) -> tuple[EventLine, ...]:
    """The events of a life in which there is something to be had on that day, with how much."""
    return queries.life_events(on)


def current_version(code: str, on: date) -> ItemVersionView:
    """The version in force on that day. Raises ItemNotFound."""
    return queries.current_version(code, on)


def item_version(item_version_id: UUID) -> ItemVersionView:
    """Raises ItemNotFound."""
    return queries.item_version(item_version_id)


def versions_of(code: str) -> tuple[ItemVersionView, ...]:
    return queries.versions_of(code)


def item_name(item_version_id: UUID) -> str:
    """The item's name in the reader's language; read once for each version."""
    return str(queries.definition(item_version_id).name)


def material_names(item_version_id: UUID) -> Mapping[str, str]:
    """Material id → name in the reader's language, for whole lists."""
    return {one.id: str(one.name) for one in queries.definition(item_version_id).materials}


def limits_of(item_version_id: UUID) -> clocks.Limits:
    """The promise and the legal limit, counted from acceptance, as clocks start them.

    What is promised at once has a day, for the case that an examiner has to look; its own clock counts minutes.
    """
    limits = queries.definition(item_version_id).limits
    promise = max(limits.promise_days, 1)
    return clocks.Limits(
        unit=clocks.LimitUnit(limits.unit.value), promise_days=promise, legal_days=max(limits.legal_days, promise)
    )


def course_of(item_version_id: UUID) -> Course:
    item = queries.definition(item_version_id)
    return Course(
        kind=item.kind,
        item_type=item.item_type,
        unit=item.limits.unit,
        filing=item.filing,
        procedure=item.procedure,
        offices=item.office_steps(),
    )


def offices_of(item_version_id: UUID, attributes: Mapping[str, AttributeLike]) -> tuple[StepResponsibility, ...]:
    """The offices in turn; the last decides. A division is "" where the attribute that says it is not known."""
    return tuple(
        StepResponsibility(
            name=str(one.name),
            department=one.office.department,
            level=one.office.level,
            division=_division(attributes, one.office.division_of, one.office.digits),
            limit_days=one.limit_days,
            decides=one.decides,
        )
        for one in queries.definition(item_version_id).office_steps()
    )


def _division(attributes: Mapping[str, AttributeLike], name: str, digits: int) -> str:
    found = attributes.get(name)
    return str(found.value)[:digits] if found and found.value else ""


def automatic_decision(item_version_id: UUID, assessment: Assessment) -> AutomaticDecision:
    """Whether the rules alone may grant a case of an instant item; what is not met goes to a person."""
    return at_once.automatic_decision(queries.definition(item_version_id), assessment)


def attributes_needed(item_version_id: UUID) -> tuple[str, ...]:
    """The names of the verified attributes that the item looks at: ask for these and no others."""
    return tuple(queries.definition(item_version_id).attributes)


def responsibility_of(item_version_id: UUID, attributes: Mapping[str, AttributeLike]) -> Responsibility:
    authority = queries.definition(item_version_id).authority
    division = _division(attributes, authority.responsible.division_of, authority.responsible.digits)
    return Responsibility(department=authority.department, division=division)


def assess(
    item_version_id: UUID,
    attributes: Mapping[str, AttributeLike],
    on: date,
    parameters: Mapping[str, Any] | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
    who: str = "",
) -> Assessment:
    """Every clause with its verdict, sentence, reasons, sources and what is missing. `who` begins the sentences (您).

    `answers`: the case's checked answers, for clauses that look at one (`a.x`): the applicant's own word.
    """
    english = queries.is_english()
    return entitlement.assess(
        queries.definition(item_version_id),
        attributes={name: _attribute(one) for name, one in attributes.items()},
        on=on,
        parameters=parameters,
        answers=answers,
        who=who or ("You" if english else "您"),
        english=english,
    )


def _attribute(one: AttributeLike) -> Attribute:
    return Attribute(name=one.name, value=one.value, source=one.source, seen_at=one.seen_at, level=one.level)


def form_for(
    item_version_id: UUID, answers: Mapping[str, object], context: Mapping[str, str] | None = None, *, on: date
) -> tuple[Section, ...]:
    """The sections and fields to ask now. Context answers (`filed_by`, `relation`, `agent_name`, …) are not asked."""
    item = queries.definition(item_version_id)
    return form_rules.form_for(item, answers=answers, context=context or {}, on=on)


def validate_answers(
    item_version_id: UUID, answers: Mapping[str, object], context: Mapping[str, str] | None = None, *, on: date
) -> AnswersView:
    """Clean answers and what has to be mended, field by field; answers that do not apply are dropped."""
    item = queries.definition(item_version_id)
    checked = form_rules.check_answers(item, answers=answers, context=context or {}, on=on)
    return queries.answers_view(item, checked)


def require_answers(
    item_version_id: UUID, answers: Mapping[str, object], context: Mapping[str, str] | None = None, *, on: date
) -> AnswersView:
    """As validate_answers; raises AnswersRefused where something has to be mended."""
    view = validate_answers(item_version_id, answers, context, on=on)
    if view.errors:
        raise AnswersRefused(view.errors)
    return view


def materials_for(
    item_version_id: UUID, answers: Mapping[str, object], context: Mapping[str, str] | None = None, *, on: date
) -> tuple[Material, ...]:
    """The materials that apply to this filing, in order; nothing outside this list may be asked for."""
    item = queries.definition(item_version_id)
    return form_rules.materials_for(item, answers=answers, context=context or {}, on=on)


def materials_not_wanted(
    item_version_id: UUID, answers: Mapping[str, object], context: Mapping[str, str] | None = None, *, on: date
) -> frozenset[str]:
    """Ids of materials that are not wanted whatever is answered from here on; the others may yet be."""
    item = queries.definition(item_version_id)
    return form_rules.materials_not_wanted(item, answers=answers, context=context or {}, on=on)


def personal_fields(item_version_id: UUID) -> frozenset[str]:
    """Fields of the form whose answers are kept encrypted."""
    return frozenset(one.id for one in queries.definition(item_version_id).form_fields() if one.personal)


def language() -> str:
    """What `Words.spoken` wants: "en" or "zh"."""
    return "en" if queries.is_english() else "zh"


def load_item_texts(texts: Iterable[tuple[str, str]], *, actor: Actor) -> LoadReport:
    """Take in item files given as (name, text), as an import does."""
    files = [services.read_item_file(text, name) for name, text in texts]
    return services.load_items(actor=actor, files=files)


__all__ = [
    "EVENT_ICONS",
    "ITEM_VERSION",
    "LIFE_EVENTS",
    "SELF_DECLARED",
    "Agents",
    "Amount",
    "AnswersRefused",
    "AnswersView",
    "Approver",
    "Archive",
    "ArchiveTerm",
    "Assessment",
    "Attribute",
    "AttributeLike",
    "AttributeNeed",
    "AutomaticDecision",
    "Change",
    "ChangeKind",
    "CheckedFile",
    "ClauseResult",
    "Confirmation",
    "Course",
    "Delivery",
    "Department",
    "EventLine",
    "Extension",
    "FieldErrorView",
    "FieldKind",
    "Figure",
    "Filing",
    "FormField",
    "Instant",
    "ItemDefinition",
    "ItemFileRefused",
    "ItemKind",
    "ItemLine",
    "ItemNotFound",
    "ItemSummary",
    "ItemType",
    "ItemVersionBeginsTooEarly",
    "ItemVersionIsFixed",
    "ItemVersionNotNew",
    "ItemVersionOutOfOrder",
    "ItemVersionView",
    "LateNotice",
    "LateSupplement",
    "Level",
    "LifeEvent",
    "LoadReport",
    "Material",
    "MaterialType",
    "MissingAttribute",
    "Necessity",
    "NoticeClock",
    "Objection",
    "OfficeStep",
    "OpenPart",
    "Origin",
    "Procedure",
    "ProjectType",
    "PublicNotice",
    "Reason",
    "Responsibility",
    "Section",
    "Shape",
    "SpecialKind",
    "SpecialProcedure",
    "Stage",
    "Step",
    "StepOffice",
    "StepResponsibility",
    "Supplement",
    "Trust",
    "Trusted",
    "Unit",
    "Verdict",
    "VersionLine",
    "Why",
    "Words",
    "assess",
    "attributes_needed",
    "automatic_decision",
    "changes_between",
    "check_file",
    "confirmed_text",
    "course_of",
    "current_version",
    "export_text",
    "form_for",
    "import_file",
    "item_lines",
    "item_name",
    "item_version",
    "items",
    "items_address",
    "language",
    "life_events",
    "limits_of",
    "load_item_texts",
    "load_items",
    "material_names",
    "materials_for",
    "materials_not_wanted",
    "offices_of",
    "open_parts_of",
    "personal_fields",
    "require_answers",
    "responsibility_of",
    "stage_of",
    "trust_of",
    "validate_answers",
    "version_lines",
    "versions_of",
]
