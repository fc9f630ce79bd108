"""Handing the decision over, at any desk, by its pick-up code and with the person there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.facts.matters import CaseDelivered
from yizhan.kernel.api import Actor, Conflict, NotFound, Refusal, Subject, access, audit, auditing, keyed_index, publish
from yizhan.matters.models import Case, Decision, Delivery
from yizhan.matters.rules.references import pickup_code_of
from yizhan.matters.rules.states import DECIDED, Action
from yizhan.matters.services.opening import (
    PICKUP,
    facts_of,
)
from yizhan.matters.services.papers import print_delivery_receipt
from yizhan.matters.services.receiving import is_delivered
from yizhan.matters.services.steps import CaseNotFound, move
from yizhan.matters.services.visitors import CardNotSeen, NobodyAtTheDesk, SeenCard, check_card, current_visitor
from yizhan.people import api as people

MAX_WRONG_CODES = 10
WRONG_CODES_WITHIN = timedelta(minutes=15)


class PickupCodeUnknown(NotFound):
    code = "matters.pickup_code_unknown"
    message = _("没有这个取件码，或者还没有决定、已经领走。请再核对一遍。")


class TooManyWrongCodes(Refusal):
    code = "matters.too_many_wrong_codes"
    status = 429
    message = _("取件码连续输错太多次，请过 15 分钟再试，或请申请人看短信里的取件码。")


class NotTheRecipient(Conflict):
    code = "matters.not_the_recipient"
    message = _("证件上的人不是这份决定的申请人，也不是登记的代办人，不能领取。")


@transaction.atomic
def open_delivery(*, actor: Actor, pickup_code: str, card: SeenCard, at: datetime) -> UUID:
    """Open the case for delivery to whoever stands there with an identity card. Returns the case's id.

    Raises PickupCodeUnknown, TooManyWrongCodes (see note_wrong_code), CardNotSeen, NotTheRecipient,
    people.ResidentNotFound.
    """
    access.require(actor, "matters.deliver")
    case = _by_code(pickup_code)
    if not card.is_original_seen:
        raise CardNotSeen
    visitor = people.find_resident_at_desk(actor=actor, id_number=card.id_number, at=at, delivery_of=case.pk)
    if access.may(actor, "people.check_identity"):
        check_card(actor, visitor.person, card, at)
    is_self = visitor.resident_id == case.applicant_id
    try:
        people.open_for_delivery(
            actor=actor,
            resident_id=case.applicant_id,
            case_id=case.pk,
            at=at,
            presence=people.Presence.PERSON if is_self else people.Presence.AGENT,
            agent_id=None if is_self else visitor.resident_id,
        )
    except people.AgentNotAuthorised:
        raise NotTheRecipient from None
    return case.pk


def _by_code(typed: str) -> Case:
    code = pickup_code_of(typed)
    case = Case.objects.filter(pickup_index=keyed_index(code, PICKUP), state__in=DECIDED).first()
    if case is None:
        raise PickupCodeUnknown
    return case


@transaction.atomic
def note_wrong_code(*, actor: Actor) -> None:
    """Remember a wrong code in the audit, after the refused transaction."""
    audit(actor, "matters.pickup_code.wrong", _desk_subject(actor))


def refuse_guessing(*, actor: Actor, at: datetime) -> None:
    """Raises TooManyWrongCodes for a clerk who has tried too many codes in a short while."""
    lines = auditing.lines_about([_desk_subject(actor)])
    recent = [one for one in lines if one.action == "matters.pickup_code.wrong" and one.at > at - WRONG_CODES_WITHIN]
    if len(recent) >= MAX_WRONG_CODES:
        raise TooManyWrongCodes


def _desk_subject(actor: Actor) -> Subject:
    return Subject("people.staff", str(actor.staff_id))


def lock_for_delivery(actor: Actor, case_id: UUID, at: datetime) -> tuple[Case, people.Intake]:
    """The decided case that this desk has open, and who stands there. Raises NobodyAtTheDesk, CaseNotFound."""
    intake = current_visitor(actor=actor, at=at)
    if intake.purpose != people.Purpose.DELIVERY or intake.case_id != case_id:
        raise NobodyAtTheDesk
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, applicant_id=intake.resident_id).first()
    if case is None:
        raise CaseNotFound
    return case, intake


@dataclass(frozen=True, kw_only=True)
class DecisionInHand:
    """What a desk hands over, as long as the case is open for delivery there."""

    case_id: UUID
    reference: str
    item_name: str
    outcome: str
    number: str
    office: str
    decided_at: datetime | None
    visitor: people.Intake
    is_sample: bool


def decision_in_hand(*, actor: Actor, case_id: UUID, at: datetime) -> DecisionInHand:
    """Raises NobodyAtTheDesk, CaseNotFound."""
    access.require(actor, "matters.deliver")
    visitor = current_visitor(actor=actor, at=at)
    if visitor.purpose != people.Purpose.DELIVERY or visitor.case_id != case_id:
        raise NobodyAtTheDesk
    decision = (
        Decision.objects.select_related("case__responsible_organisation")
        .filter(case_id=case_id, case__applicant_id=visitor.resident_id, case__state__in=DECIDED)
        .first()
    )
    if decision is None:
        raise CaseNotFound
    case = decision.case
    return DecisionInHand(
        case_id=case.pk,
        reference=case.reference,
        item_name=catalogue.item_name(case.item_version_id),
        outcome=decision.outcome,
        number=decision.number,
        office=case.responsible_organisation.name if case.responsible_organisation else "",
        decided_at=case.decided_at,
        visitor=visitor,
        is_sample=case.is_sample,
    )


@transaction.atomic
def deliver_case(*, actor: Actor, case_id: UUID, at: datetime) -> UUID:
    """Hand the decision over and print the receipt; the desk's look ends. Returns the receipt's document id.

    Raises NobodyAtTheDesk, CaseNotFound, CaseActionNotAllowed.
    """
    access.require(actor, "matters.deliver")
    case, intake = lock_for_delivery(actor, case_id, at)
    move(case, Action.DELIVER, actor=actor, at=at, organisation_id=intake.organisation_id)
    case.closed_at = at
    case.save(update_fields=["state", "closed_at"])
    is_delivered(case, actor=actor, at=at)
    receipt = _print_receipt(case, intake, actor, at)
    Delivery.objects.create(
        case=case,
        organisation_id=intake.organisation_id,
        staff_id=actor.staff_id,
        presence=intake.presence,
        recipient_id=intake.agent_id or intake.resident_id,
        document_id=receipt.id,
        at=at,
    )
    people.close_current_intake(actor=actor, at=at)
    # The fact tells where it was done: at this desk, not where it was taken in.
    desk = people.organisation(organisation_id=intake.organisation_id)
    facts = facts_of(case, at) | {"done_at": desk.territory, "channel": "desk"}
    publish(CaseDelivered(**facts, delivery_organisation_id=intake.organisation_id))
    return receipt.id


def _print_receipt(case: Case, intake: people.Intake, actor: Actor, at: datetime) -> documents.DocumentView:
    decision = Decision.objects.get(case=case)
    printed = next(one for one in documents.documents_of(case.subject) if one.id == decision.document_id)
    desk = people.organisation(organisation_id=intake.organisation_id)
    if case.responsible_organisation_id is None:
        raise CaseNotFound
    office = people.organisation(organisation_id=case.responsible_organisation_id)
    return print_delivery_receipt(case, decision=printed, intake=intake, desk=desk, office=office, actor=actor, at=at)
