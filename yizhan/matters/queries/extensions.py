"""Requests for more days (延期) as those see them who answer: the course and the reason, no papers, no person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, Subject, access
from yizhan.matters.models import CASE, ExtensionRequest
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.approving import APPROVING_ROLES
from yizhan.matters.rules.states import IN_THE_OFFICE, State

WAITING_SHOWN = 100
ANSWERED_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class ExtensionRequestView:
    """`answer` is "" while it waits, else granted or denied; `lapsed` if the case ended before anybody answered."""

    request_id: UUID
    case_id: UUID
    tail: str
    item_name: str
    state_word: str
    office: str
    asked_by: str
    asked_at: datetime
    days: int
    unit: str
    reason: str
    approver_words: str
    may_answer: bool
    answer: str
    answer_reason: str
    answered_by: str
    answered_at: datetime | None
    granted_days: int | None
    is_lapsed: bool
    clock: clocks.ClockView | None

    @property
    def subject(self) -> Subject:
        return Subject(CASE, str(self.case_id))


_WITH = ("case__responsible_organisation", "asked_by", "grant__granted_by", "denial__denied_by")


def extension_requests(actor: Actor) -> tuple[ExtensionRequestView, ...]:
    """Those that wait for this actor's word, the oldest first; at most a hundred."""
    found = ExtensionRequest.objects.for_approver(actor).waiting().select_related(*_WITH).order_by("asked_at")
    return _views(actor, list(found[:WAITING_SHOWN]))


def extensions_waiting(actor: Actor) -> int:
    if not any(actor.has_role(role) for role in APPROVING_ROLES):
        return 0
    return ExtensionRequest.objects.for_approver(actor).waiting().count()


def extensions_answered(actor: Actor, *, page: int) -> tuple[tuple[ExtensionRequestView, ...], Page[Any]]:
    """What was asked of this actor's place before, the newest first, and which page of it that is."""
    found = ExtensionRequest.objects.for_approver(actor).exclude(
        pk__in=ExtensionRequest.objects.for_approver(actor).waiting().values("pk")
    )
    paginator = Paginator(found.select_related(*_WITH).order_by("-asked_at"), ANSWERED_PAGE)
    shown = paginator.get_page(page)
    return _views(actor, list(shown.object_list)), shown


def find_extension_request(actor: Actor, request_id: UUID) -> ExtensionRequestView | None:
    found = ExtensionRequest.objects.for_approver(actor).filter(pk=request_id).select_related(*_WITH)
    return next(iter(_views(actor, list(found))), None)


def _views(actor: Actor, found: list[ExtensionRequest]) -> tuple[ExtensionRequestView, ...]:
    running = clocks.of_many([one.case.subject for one in found])
    return tuple(_view(actor, one, running.get(one.case.subject)) for one in found)


def _view(actor: Actor, one: ExtensionRequest, clock: clocks.ClockView | None) -> ExtensionRequestView:
    grant, denial = getattr(one, "grant", None), getattr(one, "denial", None)
    by = grant.granted_by if grant else denial.denied_by if denial else None
    is_open = one.case.state in IN_THE_OFFICE and not grant and not denial
    return ExtensionRequestView(
        request_id=one.pk,
        case_id=one.case_id,
        tail=one.case.reference[-5:],
        item_name=catalogue.item_name(one.case.item_version_id),
        state_word=str(STATE_WORDS[State(one.case.state)]),
        office=one.case.responsible_organisation.name if one.case.responsible_organisation else "",
        asked_by=one.asked_by.name if one.asked_by else "",
        asked_at=one.asked_at,
        days=one.days,
        unit=catalogue.course_of(one.case.item_version_id).unit.value,
        reason=one.reason,
        approver_words=one.approver_words,
        may_answer=is_open and access.may(actor, "matters.approve_extension", one),
        answer="granted" if grant else "denied" if denial else "",
        answer_reason=grant.reason if grant else denial.reason if denial else "",
        answered_by=by.name if by else "",
        answered_at=grant.granted_at if grant else denial.denied_at if denial else None,
        granted_days=grant.days if grant else None,
        is_lapsed=not is_open and not grant and not denial,
        clock=clock,
    )
