"""补正 at any desk of the city: by the pick-up code, with the person there, as a decision is fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, access, keyed_index
from yizhan.matters.models import Case
from yizhan.matters.rules.references import pickup_code_of
from yizhan.matters.rules.states import State
from yizhan.matters.services.delivering import NotTheRecipient, PickupCodeUnknown
from yizhan.matters.services.examination import take_supplement
from yizhan.matters.services.opening import PICKUP, HandedIn
from yizhan.matters.services.steps import CaseNotFound
from yizhan.matters.services.visitors import CardNotSeen, NobodyAtTheDesk, SeenCard, check_card, current_visitor
from yizhan.people import api as people


@transaction.atomic
def open_supplement(*, actor: Actor, pickup_code: str, card: SeenCard, at: datetime) -> UUID:
    """Open a case that waits for papers after acceptance to whoever brings them. Returns the case's id.

    Raises PickupCodeUnknown, CardNotSeen, NotTheRecipient, people.ResidentNotFound, people.IdentityNumberRefused.
    """
    access.require(actor, "matters.take_in")
    index = keyed_index(pickup_code_of(pickup_code), PICKUP)
    case = Case.objects.filter(pickup_index=index, state=State.AWAITING_SUPPLEMENT).first()
    if case is None:
        raise PickupCodeUnknown
    open_to_who_came(case, actor=actor, card=card, at=at)
    return case.pk


def open_to_who_came(case: Case, *, actor: Actor, card: SeenCard, at: datetime) -> None:
    """The applicant, or who may act for him in delivery, stands there with his own card.

    Raises CardNotSeen, NotTheRecipient, people.ResidentNotFound, people.IdentityNumberRefused.
    """
    if not card.is_original_seen:
        raise CardNotSeen
    visitor = people.find_resident_at_desk(actor=actor, id_number=card.id_number, at=at)
    check_card(actor, visitor.person, card, at)
    if visitor.resident_id == case.applicant_id:
        people.attach_intake_to_case(actor=actor, grant_id=visitor.grant_id, case_id=case.pk, at=at)
        return
    try:
        people.open_for_delivery(
            actor=actor,
            resident_id=case.applicant_id,
            case_id=case.pk,
            at=at,
            presence=people.Presence.AGENT,
            agent_id=visitor.resident_id,
        )
    except people.AgentNotAuthorised:
        raise NotTheRecipient from None


@dataclass(frozen=True, kw_only=True)
class SupplementInHand:
    """What a desk takes in, as long as the case is open there. `papers`: id and name of what was asked for."""

    case_id: UUID
    reference: str
    item_name: str
    office: str
    note: str
    due_on: date | None
    papers: tuple[tuple[str, str], ...]
    visitor: people.Intake
    is_sample: bool


def supplement_in_hand(*, actor: Actor, case_id: UUID, at: datetime) -> SupplementInHand:
    """Raises NobodyAtTheDesk, CaseNotFound."""
    access.require(actor, "matters.take_in")
    visitor = _visitor(actor, case_id, at)
    found = Case.objects.select_related("supplement", "responsible_organisation")
    case = found.filter(pk=case_id, applicant_id=visitor.resident_id, state=State.AWAITING_SUPPLEMENT).first()
    if case is None:
        raise CaseNotFound
    kept = dict(case.materials.values_list("material_id", "name"))
    names = {**kept, **catalogue.material_names(case.item_version_id)}
    return SupplementInHand(
        case_id=case.pk,
        reference=case.reference,
        item_name=catalogue.item_name(case.item_version_id),
        office=case.responsible_organisation.name if case.responsible_organisation else "",
        note=case.supplement.note,
        due_on=case.supplement.due_on,
        papers=tuple((one, names[one]) for one in case.supplement.materials if one in kept),
        visitor=visitor,
        is_sample=case.is_sample,
    )


@transaction.atomic
def supplement_at_desk(*, actor: Actor, case_id: UUID, materials: Sequence[HandedIn], at: datetime) -> None:
    """Take in what was asked for; the desk's look ends, the office goes on.

    Raises NobodyAtTheDesk, CaseNotFound, CaseActionNotAllowed, NothingMissing, FileRefused.
    """
    access.require(actor, "matters.take_in")
    visitor = _visitor(actor, case_id, at)
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, applicant_id=visitor.resident_id).first()
    if case is None:
        raise CaseNotFound
    take_supplement(case, materials, actor=actor, at=at, organisation_id=visitor.organisation_id)
    people.close_current_intake(actor=actor, at=at)


def _visitor(actor: Actor, case_id: UUID, at: datetime) -> people.Intake:
    visitor = current_visitor(actor=actor, at=at)
    if visitor.case_id != case_id:
        raise NobodyAtTheDesk
    return visitor
