"""The door of the catalogue: service items (事项), their versions, and what a version says of a person and a form.

A case keeps the id of the version it began with and asks everything by it: limits, materials, form, entitlement.
Texts come in the reader's language. `on` is always a legal day (Asia/Shanghai).

    item = current_version("old_age_allowance", on)          → ItemVersionView(item_version_id, definition, …)
    assess(id, attributes, on) → Assessment(verdict, clauses, entitled_from, amounts)
    validate_answers(id, answers, context, on=on) → AnswersView(cleaned, errors, personal)

Refusals: ItemNotFound (404), ItemFileRefused and AnswersRefused (422), ItemVersionIsFixed and ItemVersionOutOfOrder
(409).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from yizhan.catalogue import queries, services
from yizhan.catalogue.queries import (
    ITEM_VERSION,
    AnswersRefused,
    AnswersView,
    FieldErrorView,
    ItemNotFound,
    ItemSummary,
    ItemVersionView,
)
from yizhan.catalogue.rules import answers as form_rules
from yizhan.catalogue.rules import assessment as entitlement
from yizhan.catalogue.rules.assessment import (
    SELF_DECLARED,
    Amount,
    Assessment,
    Attribute,
    ClauseResult,
    MissingAttribute,
    Verdict,
)
from yizhan.catalogue.rules.definition import (
    Department,
    FieldKind,
    FormField,
    ItemDefinition,
    ItemType,
    Material,
    MaterialType,
    Necessity,
    Origin,
    ProjectType,
    Section,
    Trust,
    Unit,
)
from yizhan.catalogue.services import (
    ItemFileRefused,
    ItemVersionIsFixed,
    ItemVersionOutOfOrder,
    LoadReport,
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
class Responsibility:
    """Which office decides: of this department, for this division (a code prefix); "" where it is not known."""

    department: Department
    division: str


def load_items(actor: Actor = LOADER) -> LoadReport:
    """Take the packaged item files in; idempotent."""
    return services.load_items(actor=actor)


def items(on: date) -> tuple[ItemSummary, ...]:
    return queries.items(on)


def current_version(code: str, on: date) -> ItemVersionView:
    """The version in force on that day. Raises ItemNotFound."""
    return queries.current_version(code, on)


def item_version(item_version_id: UUID) -> ItemVersionView:
    """Raises ItemNotFound."""
    return queries.item_version(item_version_id)


def versions_of(code: str) -> tuple[ItemVersionView, ...]:
    return queries.versions_of(code)


def limits_of(item_version_id: UUID) -> clocks.Limits:
    """The promise and the legal limit, counted from acceptance, as clocks start them."""
    limits = queries.definition(item_version_id).limits
    return clocks.Limits(
        unit=clocks.LimitUnit(limits.unit.value), promise_days=limits.promise_days, legal_days=limits.legal_days
    )


def attributes_needed(item_version_id: UUID) -> tuple[str, ...]:
    """The names of the verified attributes that the item looks at: ask for these and no others."""
    return tuple(queries.definition(item_version_id).attributes)


def responsibility_of(item_version_id: UUID, attributes: Mapping[str, AttributeLike]) -> Responsibility:
    authority = queries.definition(item_version_id).authority
    found = attributes.get(authority.responsible.division_of)
    division = str(found.value)[: authority.responsible.digits] if found and found.value else ""
    return Responsibility(department=authority.department, division=division)


def assess(
    item_version_id: UUID,
    attributes: Mapping[str, AttributeLike],
    on: date,
    parameters: Mapping[str, Any] | None = None,
    *,
    who: str = "",
) -> Assessment:
    """Every clause with its verdict, sentence, sources and what is missing. `who` begins the sentences (您)."""
    english = queries.is_english()
    return entitlement.assess(
        queries.definition(item_version_id),
        attributes={name: _attribute(one) for name, one in attributes.items()},
        on=on,
        parameters=parameters,
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


def personal_fields(item_version_id: UUID) -> frozenset[str]:
    """Fields of the form whose answers are kept encrypted."""
    return frozenset(one.id for one in queries.definition(item_version_id).form_fields() if one.personal)


def load_item_texts(texts: Iterable[tuple[str, str]], *, actor: Actor) -> LoadReport:
    """Take in item files given as (name, text), as an import does."""
    files = [services.read_item_file(text, name) for name, text in texts]
    return services.load_items(actor=actor, files=files)


__all__ = [
    "ITEM_VERSION",
    "SELF_DECLARED",
    "Amount",
    "AnswersRefused",
    "AnswersView",
    "Assessment",
    "Attribute",
    "ClauseResult",
    "Department",
    "FieldErrorView",
    "FieldKind",
    "FormField",
    "ItemDefinition",
    "ItemFileRefused",
    "ItemNotFound",
    "ItemSummary",
    "ItemType",
    "ItemVersionIsFixed",
    "ItemVersionOutOfOrder",
    "ItemVersionView",
    "LoadReport",
    "Material",
    "MaterialType",
    "MissingAttribute",
    "Necessity",
    "Origin",
    "ProjectType",
    "Responsibility",
    "Section",
    "Trust",
    "Unit",
    "Verdict",
    "assess",
    "attributes_needed",
    "current_version",
    "form_for",
    "item_version",
    "items",
    "limits_of",
    "load_item_texts",
    "load_items",
    "materials_for",
    "personal_fields",
    "require_answers",
    "responsibility_of",
    "validate_answers",
    "versions_of",
]
