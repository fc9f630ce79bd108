"""What somebody has begun to fill in, and for whom he could begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, Composed, times
from yizhan.matters.models import Case, CaseMaterial
from yizhan.matters.queries.cases import ActsFor, CaseView, acts_for_of, as_resident, view_of
from yizhan.matters.queries.words import LEVEL_ASKED
from yizhan.matters.rules.states import BLOCKING, State
from yizhan.people import api as people

_CHOICES = {"daughter": "child", "son": "child", "spouse": "spouse"}


def level_needed(version: catalogue.ItemVersionView) -> int:
    return version.definition.filing.minimum_level


def level_words(*, needed: int, level: int) -> str:
    """What somebody has to have checked before, and how far he has come, as a clerk says it."""
    words = _("{asked}现在{now}。核过以后，就能在手机上办。")
    return words.format(asked=LEVEL_ASKED[needed], now=people.LEVELS[level][0])


def takes_agent(version: catalogue.ItemVersionView, relation: people.RelationView) -> bool:
    """Whether the item lets this person file for the other."""
    agents = version.definition.filing.agents
    if agents is catalogue.Agents.RELATIVES:
        return relation.kind is not people.RelationKind.OTHER
    return agents is catalogue.Agents.ANYBODY


def agent_of_filing(actor: Actor, applicant_id: UUID) -> UUID | None:
    return None if actor.resident_id == applicant_id else actor.resident_id


def online_context(case: Case) -> dict[str, str]:
    """What the form need not ask, because the city knows who is signed in."""
    if case.agent_id is None:
        return {"filed_by": "self"}
    contact = people.contact_of(resident_id=case.agent_id)
    context = {"filed_by": "agent", "relation": _CHOICES.get(case.agent_relation, "other")}
    if contact:
        context["agent_name"] = contact.name
        if contact.phone:
            context["agent_phone"] = contact.phone
    return context


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A paper of an earlier case that may be put in again."""

    material_id: str
    handed_in_at: datetime
    pages: int


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A draft as its filer goes on with it; `context` is what the form need not ask."""

    case: CaseView
    item_code: str
    context: Mapping[str, str]
    saved_at: datetime
    is_outdated: bool
    earlier: Mapping[str, Earlier]

    @property
    def case_id(self) -> UUID:
        return self.case.case_id


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """One line of a list of drafts."""

    case_id: UUID
    item_code: str
    item_name: str
    applicant_id: UUID
    applicant_name: str
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class FilingChoice:
    """Somebody for whom the actor may file: himself, or a person for whom he acts."""

    resident_id: UUID
    name: str
    is_self: bool
    relation: people.RelationView | None
    draft_id: UUID | None
    saved_at: datetime | None
    open_case_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class FilingOptions:
    version: catalogue.ItemVersionView
    is_online: bool
    level: int
    level_needed: int
    choices: tuple[FilingChoice, ...]

    @property
    def level_words(self) -> str:
        return level_words(needed=self.level_needed, level=self.level)

    @property
    def is_level_enough(self) -> bool:
        return self.level >= self.level_needed


def _mine(actor: Actor) -> Q:
    """Drafts that the actor began, or that somebody began for him."""
    return Q(agent_id=actor.resident_id) | Q(applicant_id=actor.resident_id)


def find_draft(actor: Actor, case_id: UUID, at: datetime) -> DraftView | None:
    """The draft, if the actor may go on with it."""
    if actor.resident_id is None:
        return None
    drafts = Case.objects.visible_to(as_resident(actor)).filter(_mine(actor), state=State.DRAFT)
    case = drafts.filter(pk=case_id).first()
    if case is None:
        return None
    return DraftView(
        case=view_of(case),
        item_code=case.item_code,
        context=online_context(case),
        saved_at=case.saved_at or case.created_at,
        is_outdated=not _is_current(case, at),
        earlier=_earlier_papers(actor, case),
    )


def _is_current(case: Case, at: datetime) -> bool:
    try:
        return catalogue.current_version(case.item_code, times.local_day(at)).item_version_id == case.item_version_id
    except catalogue.ItemNotFound:
        return False


def own_drafts(actor: Actor, relations: Sequence[people.RelationView] | None = None) -> tuple[DraftRow, ...]:
    """What the actor has begun and not handed in, the latest first; at most twenty."""
    if actor.resident_id is None:
        return ()
    rows = _drafts_of.rows(resident_id=actor.resident_id, acts_for=acts_for_of(actor.resident_id, relations))
    return tuple(
        DraftRow(
            case_id=case_id,
            item_code=item_code,
            item_name=catalogue.item_name(item_version_id),
            applicant_id=applicant_id,
            applicant_name=name,
            saved_at=saved_at or created_at,
        )
        for case_id, item_code, item_version_id, applicant_id, name, saved_at, created_at in rows
    )


@Composed
def _drafts_of(*, resident_id: UUID, acts_for: tuple[ActsFor, ...]) -> QuerySet[Case, tuple[Any, ...]]:
    actor = Actor(resident_id=resident_id)
    found = Case.objects.visible_to(actor, acts_for).filter(_mine(actor), state=State.DRAFT)
    names = ("pk", "item_code", "item_version_id", "applicant_id", "applicant__name", "saved_at", "created_at")
    return found.order_by("-saved_at", "id").values_list(*names)[:20]


def filing_options(actor: Actor, item_code: str, at: datetime) -> FilingOptions:
    """For whom this actor may file the item, and what stands in the way. Raises ItemNotFound."""
    day = times.local_day(at)
    version = catalogue.current_version(item_code, day)
    return FilingOptions(
        version=version,
        is_online=version.definition.handling.online,
        level=actor.level,
        level_needed=level_needed(version),
        choices=_choices(actor, version, at) if actor.resident_id else (),
    )


def _choices(actor: Actor, version: catalogue.ItemVersionView, at: datetime) -> tuple[FilingChoice, ...]:
    assert actor.resident_id is not None
    scope, day = f"matters.{version.code}", times.local_day(at)
    principals = people.principals_of(resident_id=actor.resident_id, scope=scope, on=day)
    relations: dict[UUID, people.RelationView | None] = {actor.resident_id: None}
    relations |= {one.principal_id: one for one in principals if takes_agent(version, one)}
    cases = Case.objects.filter(applicant_id__in=relations, item_code=version.code)
    running = dict(cases.filter(state__in=BLOCKING).values_list("applicant_id", "pk"))
    drafts = cases.filter(state=State.DRAFT, item_version_id=version.item_version_id)
    begun = {
        applicant: (pk, saved_at)
        for applicant, agent, pk, saved_at in drafts.values_list("applicant_id", "agent_id", "pk", "saved_at")
        if agent == agent_of_filing(actor, applicant)
    }
    return tuple(
        FilingChoice(
            resident_id=one,
            name=relation.principal_name if relation else actor.name,
            is_self=relation is None,
            relation=relation,
            draft_id=begun.get(one, (None, None))[0],
            saved_at=begun.get(one, (None, None))[1],
            open_case_id=running.get(one),
        )
        for one, relation in relations.items()
    )


# ── papers that the applicant has handed in before ──


def _papers_before(actor: Actor, case: Case) -> list[CaseMaterial]:
    """Of cases that the actor sees, of this very applicant, the latest first."""
    seen = Case.objects.visible_to(as_resident(actor)).filter(applicant_id=case.applicant_id).exclude(pk=case.pk)
    # An agent reuses only what he or the applicant put in: a letter of authorisation names its agent.
    found = CaseMaterial.objects.filter(case__in=seen, case__agent_id=case.agent_id, status="uploaded")
    return list(found.exclude(file_id=None).order_by("-at", "id")[:50])


def _earlier_papers(actor: Actor, case: Case) -> dict[str, Earlier]:
    there = set(case.materials.values_list("material_id", flat=True))
    found: dict[str, Earlier] = {}
    for row in _papers_before(actor, case):
        if row.material_id not in there:
            paper = Earlier(material_id=row.material_id, handed_in_at=row.at, pages=1 + len(row.more_file_ids))
            found.setdefault(row.material_id, paper)
    return found


def earlier_paper(actor: Actor, case: Case, material_id: str) -> CaseMaterial | None:
    return next((row for row in _papers_before(actor, case) if row.material_id == material_id), None)
