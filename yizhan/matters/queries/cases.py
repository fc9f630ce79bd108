"""Cases as plain views: one whole, and a desk's lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, Composed, Subject, times
from yizhan.matters.models import CASE, Case, CaseMaterial, CaseStep
from yizhan.matters.queries.past import Past
from yizhan.matters.queries.words import ACTION_WORDS, STATE_WORDS
from yizhan.matters.rules.references import grouped
from yizhan.matters.rules.states import AFTER_DECISION, AT_THE_DESK, CLOSED, ENDED_AGAINST, Action, State
from yizhan.people import api as people

PAGE = 20
# Lies or lay at a desk: no draft, nor one that was thrown away.
HANDED_IN = Q(intake_organisation__isnull=False)


@dataclass(frozen=True, kw_only=True)
class StepView:
    """A step as the reader may know it; `who` is a member of staff, "" for the applicant or the machine."""

    action: Action
    word: str
    at: datetime
    who: str
    organisation: str
    note: str


@dataclass(frozen=True, kw_only=True)
class MaterialView:
    material_id: str
    name: str
    status: str
    file_id: UUID | None
    file_url: str
    note: str
    more_urls: tuple[str, ...] = ()
    file_ids: tuple[str, ...] = ()

    @property
    def urls(self) -> tuple[str, ...]:
        """Every page of the paper, the first one first."""
        return (self.file_url, *self.more_urls) if self.file_url else ()


@dataclass(frozen=True, kw_only=True)
class SupplementView:
    materials: tuple[str, ...]
    note: str
    asked_at: datetime
    after_acceptance: bool


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    outcome: str
    reasons: str
    clauses: tuple[Mapping[str, Any], ...]
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case. Names of people are not in it: who may know them asks people for a card, with a purpose."""

    case_id: UUID
    reference: str
    state: State
    state_word: str
    item_name: str
    item_version_id: UUID
    applicant_id: UUID
    agent_id: UUID | None
    agent_relation: str
    home_community: str
    desk_community: str
    channel: str
    desk: str
    desk_phone: str
    office: str
    office_phone: str
    office_id: UUID | None
    examiner_id: UUID | None
    examiner: str
    answers: Mapping[str, Any]
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    due_on: date | None
    pickup_code: str
    steps: tuple[StepView, ...]
    materials: tuple[MaterialView, ...]
    supplement: SupplementView | None
    proposal: ProposalView | None
    documents: tuple[documents.DocumentView, ...]
    outcome: str
    is_sample: bool

    @property
    def subject(self) -> Subject:
        return Subject(CASE, str(self.case_id))

    @property
    def tail(self) -> str:
        return self.reference[-5:]

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED

    @property
    def is_decided(self) -> bool:
        return self.state in AFTER_DECISION

    @property
    def is_refused(self) -> bool:
        return self.is_decided and self.outcome == "refused"

    @property
    def has_remedies(self) -> bool:
        """Whether the applicant may ask for a review or sue: it was refused, or ended against her wish."""
        return self.is_refused or self.state in ENDED_AGAINST


def find_case(actor: Actor, case_id: UUID) -> CaseView | None:
    """The case as a whole, if this actor sees it."""
    return _found(Case.objects.visible_to(actor), case_id)


def find_office_case(actor: Actor, case_id: UUID) -> CaseView | None:
    """The case, if it is one of the actor's offices."""
    return _found(Case.objects.of_offices(actor), case_id)


def find_own_case(actor: Actor, case_id: UUID) -> CaseView | None:
    """The case, if it is the resident's own or of somebody he acts for."""
    return _found(Case.objects.visible_to(as_resident(actor)), case_id)


class ActsFor(NamedTuple):
    """Of a relation, what says which cases it opens."""

    principal_id: UUID
    scope: tuple[str, ...]


def acts_for_of(resident_id: UUID, relations: Sequence[people.RelationView] | None = None) -> tuple[ActsFor, ...]:
    """For whom somebody acts today; `relations` are those that hold, where they have been read already."""
    if relations is None:
        relations = people.principals_of(resident_id=resident_id, on=times.local_day(times.utc_now()))
    return tuple(ActsFor(one.principal_id, one.scope) for one in relations)


def as_resident(actor: Actor) -> Actor:
    return Actor(account_id=actor.account_id, resident_id=actor.resident_id)


def _found(cases: QuerySet[Case], case_id: UUID) -> CaseView | None:
    whole = cases.select_related("intake_organisation", "responsible_organisation", "examiner")
    case = whole.filter(pk=case_id).first()
    return view_of(case) if case else None


def view_of(case: Case, past: Past | None = None) -> CaseView:
    proposal = (past or Past(case)).proposal
    supplement = getattr(case, "supplement", None)
    decision = getattr(case, "decision", None)
    return CaseView(
        case_id=case.pk,
        reference=case.reference,
        state=State(case.state),
        state_word=str(STATE_WORDS[State(case.state)]),
        item_name=catalogue.item_name(case.item_version_id),
        item_version_id=case.item_version_id,
        applicant_id=case.applicant_id,
        agent_id=case.agent_id,
        agent_relation=case.agent_relation,
        home_community=case.home_community,
        desk_community=case.desk_community,
        channel=case.channel,
        desk=case.intake_organisation.name if case.intake_organisation else "",
        desk_phone=case.intake_organisation.phone if case.intake_organisation else "",
        office=case.responsible_organisation.name if case.responsible_organisation else "",
        office_phone=case.responsible_organisation.phone if case.responsible_organisation else "",
        office_id=case.responsible_organisation_id,
        examiner_id=case.examiner_id,
        examiner=case.examiner.name if case.examiner else "",
        answers=case.all_answers(),
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        decided_at=case.decided_at,
        due_on=case.due_on,
        pickup_code=grouped(case.pickup_code),
        steps=tuple(_step(*row) for row in _steps.rows(case_id=case.pk)),
        materials=_materials(case),
        supplement=SupplementView(
            materials=tuple(supplement.materials),
            note=supplement.note,
            asked_at=supplement.asked_at,
            after_acceptance=supplement.after_acceptance,
        )
        if supplement
        else None,
        proposal=ProposalView(
            outcome=proposal.outcome,
            reasons=proposal.reasons,
            clauses=tuple(json.loads(proposal.clauses)),
            proposed_by=proposal.proposed_by.name if proposal.proposed_by else "",
            proposed_at=proposal.proposed_at,
        )
        if proposal
        else None,
        documents=tuple(documents.documents_of(case.subject)),
        outcome=decision.outcome if decision else "",
        is_sample=case.is_sample,
    )


@Composed
def _steps(*, case_id: UUID) -> QuerySet[CaseStep, tuple[Any, ...]]:
    found = CaseStep.objects.filter(case_id=case_id).order_by("at", "id")
    return found.values_list("action", "at", "staff__name", "on_behalf_of__name", "organisation__name", "note")


def _step(action: str, at: datetime, staff: str | None, absent: str | None, *rest: Any) -> StepView:
    organisation, note = rest
    return StepView(
        action=Action(action),
        word=str(ACTION_WORDS[Action(action)]),
        at=at,
        who=_who_took(staff, absent),
        organisation=organisation or "",
        note=note,
    )


def _who_took(staff: str | None, absent: str | None) -> str:
    """Both names where somebody stood in: 陆建国（代梁少芬）."""
    return _("{name}（代{absent}）").format(name=staff, absent=absent) if staff and absent else staff or ""


def _materials(case: Case) -> tuple[MaterialView, ...]:
    urls = {one.id: one.url for one in documents.files_of(case.subject)}
    names = catalogue.material_names(case.item_version_id)
    return tuple(
        MaterialView(
            material_id=material_id,
            name=names.get(material_id, name),
            status=status,
            file_id=file_id,
            file_url=urls.get(file_id, "") if file_id else "",
            note=note,
            more_urls=tuple(urls[UUID(page)] for page in more if UUID(page) in urls),
            file_ids=tuple(str(page) for page in (file_id, *more) if page),
        )
        for material_id, name, status, file_id, note, more in _material_rows.rows(case_id=case.pk)
    )


@Composed
def _material_rows(*, case_id: UUID) -> QuerySet[CaseMaterial, tuple[Any, ...]]:
    found = CaseMaterial.objects.filter(case_id=case_id).order_by("id")
    return found.values_list("material_id", "name", "status", "file_id", "note", "more_file_ids")


# ── lists of a desk; those of an office and of a resident are in lists ──


@dataclass(frozen=True, kw_only=True)
class DeskLine:
    """What a desk still knows of a case after routing: no person."""

    case_id: UUID
    reference: str
    item_name: str
    state: State
    state_word: str
    received_at: datetime | None
    is_here: bool
    # By the end of this day the applicant is told what is missing, or the law has accepted.
    notice_due_on: date | None = None

    @property
    def tail(self) -> str:
        return self.reference[-5:]


def desk_cases(actor: Actor, *, page: int) -> tuple[tuple[DeskLine, ...], int, int]:
    """(lines, page number, pages) of what this clerk took in, newest first."""
    found = Case.objects.filter(taken_in_by_id=actor.staff_id).order_by("-received_at", "id")
    return _desk_page(found, page)


def desk_waiting(actor: Actor) -> tuple[DeskLine, ...]:
    """Cases that lie at this desk: filed online, or waiting for papers, oldest first; at most fifty."""
    desks = actor.organisations("desk_clerk")
    found = Case.objects.filter(intake_organisation_id__in=desks, state__in=AT_THE_DESK).order_by("created_at")[:50]
    return tuple(_desk_line(case) for case in found)


def _desk_page(found: QuerySet[Case], page: int) -> tuple[tuple[DeskLine, ...], int, int]:
    paginator = Paginator(found.defer("personal_answers", "pickup_code"), PAGE)
    shown = paginator.get_page(page)
    return tuple(_desk_line(case) for case in shown.object_list), shown.number, paginator.num_pages


def _desk_line(case: Case) -> DeskLine:
    return DeskLine(
        case_id=case.pk,
        reference=case.reference,
        item_name=catalogue.item_name(case.item_version_id),
        state=State(case.state),
        state_word=str(STATE_WORDS[State(case.state)]),
        received_at=case.received_at,
        is_here=case.state in AT_THE_DESK,
        notice_due_on=case.notice_due_on if case.state in (State.SUBMITTED, State.RECEIVED) else None,
    )


def day_counts(actor: Actor, since: datetime) -> dict[str, int]:
    """What this clerk has done since a moment: taken in, accepted, of other districts, handed over."""
    steps = CaseStep.objects.filter(at__gte=since)
    own = steps.filter(staff_id=actor.staff_id) if actor.staff_id else steps.none()
    return own.aggregate(
        taken_in=Count("pk", filter=Q(action=Action.TAKE_IN)),
        accepted=Count("pk", filter=Q(action=Action.ACCEPT)),
        delivered=Count("pk", filter=Q(action=Action.DELIVER)),
    )
