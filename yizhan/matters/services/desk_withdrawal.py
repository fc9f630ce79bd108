"""撤回 at any desk of the city, for who has no telephone: the person and the written request are there."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, Refusal, access, keyed_index, times
from yizhan.matters.models import Case
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.references import pickup_code_of
from yizhan.matters.rules.states import TRANSITIONS, Action, State
from yizhan.matters.services.delivering import PickupCodeUnknown
from yizhan.matters.services.desk_supplement import open_to_who_came
from yizhan.matters.services.opening import PICKUP
from yizhan.matters.services.steps import CaseNotFound
from yizhan.matters.services.visitors import NobodyAtTheDesk, SeenCard, current_visitor
from yizhan.matters.services.withdrawing import take_back
from yizhan.people import api as people

WITHDRAWABLE = frozenset(state for state, action in TRANSITIONS if action is Action.WITHDRAW)


class RequestNotSeen(Refusal):
    code = "matters.request_not_seen"
    status = 422
    message = _("撤回要有申请人签名或按手印的撤回申请。请收下、核对后打勾。")


@transaction.atomic
def open_withdrawal(*, actor: Actor, pickup_code: str, card: SeenCard, at: datetime) -> UUID:
    """Open a case that is not decided yet to whoever has come to take it back. Returns the case's id.

    Raises PickupCodeUnknown, CardNotSeen, NotTheRecipient, people.ResidentNotFound, people.IdentityNumberRefused.
    """
    access.require(actor, "matters.take_in")
    index = keyed_index(pickup_code_of(pickup_code), PICKUP)
    case = Case.objects.filter(pickup_index=index, state__in=WITHDRAWABLE).first()
    if case is None:
        raise PickupCodeUnknown
    open_to_who_came(case, actor=actor, card=card, at=at)
    return case.pk


@dataclass(frozen=True, kw_only=True)
class WithdrawalInHand:
    """What a desk is about to end, as long as the case is open there."""

    case_id: UUID
    reference: str
    item_name: str
    office: str
    state_word: str
    visitor: people.Intake
    is_sample: bool


def withdrawal_in_hand(*, actor: Actor, case_id: UUID, at: datetime) -> WithdrawalInHand:
    """Raises NobodyAtTheDesk, CaseNotFound."""
    access.require(actor, "matters.take_in")
    visitor = _visitor(actor, case_id, at)
    found = Case.objects.select_related("responsible_organisation")
    case = found.filter(pk=case_id, applicant_id=visitor.resident_id, state__in=WITHDRAWABLE).first()
    if case is None:
        raise CaseNotFound
    return WithdrawalInHand(
        case_id=case.pk,
        reference=case.reference,
        item_name=catalogue.item_name(case.item_version_id),
        office=case.responsible_organisation.name if case.responsible_organisation else "",
        state_word=str(STATE_WORDS[State(case.state)]),
        visitor=visitor,
        is_sample=case.is_sample,
    )


@transaction.atomic
def withdraw_at_desk(*, actor: Actor, case_id: UUID, is_request_seen: bool, at: datetime) -> None:
    """The applicant takes it back in writing; the desk's look ends.

    Raises RequestNotSeen, NobodyAtTheDesk, CaseNotFound, CaseActionNotAllowed, people.AgentNotAuthorised.
    """
    access.require(actor, "matters.take_in")
    if not is_request_seen:
        raise RequestNotSeen
    visitor = _visitor(actor, case_id, at)
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, applicant_id=visitor.resident_id).first()
    if case is None:
        raise CaseNotFound
    _refuse_unauthorised(visitor, case.item_code, times.local_day(at))
    take_back(case, actor=actor, at=at, organisation_id=visitor.organisation_id)
    people.close_current_intake(actor=actor, at=at)


def _refuse_unauthorised(visitor: people.Intake, item_code: str, on: date) -> None:
    """Who may fetch a decision may not for that reason give the matter up."""
    agent_id, scope = visitor.agent_id, f"matters.{item_code}"
    if agent_id and not people.may_act_for(agent_id=agent_id, principal_id=visitor.resident_id, scope=scope, on=on):
        raise people.AgentNotAuthorised


def _visitor(actor: Actor, case_id: UUID, at: datetime) -> people.Intake:
    visitor = current_visitor(actor=actor, at=at)
    if visitor.case_id != case_id:
        raise NobodyAtTheDesk
    return visitor
