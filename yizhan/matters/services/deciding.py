"""The second official signs; the decision is printed, signed with the office's key, and the clock stops."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.clocks import api as clocks
from yizhan.facts.matters import CaseDecided
from yizhan.kernel.api import Actor, Conflict, publish, times
from yizhan.matters.models import Case, Decision, Proposal
from yizhan.matters.rules.states import Action
from yizhan.matters.services.chinese import in_chinese
from yizhan.matters.services.examination import APPLICANT, assess_case, refuse_unmet
from yizhan.matters.services.intake import (
    NoResponsibleOffice,
)
from yizhan.matters.services.opening import (
    facts_of,
)
from yizhan.matters.services.papers import print_decision
from yizhan.matters.services.steps import lock_case, move
from yizhan.people import api as people


class ProposalChanged(Conflict):
    code = "matters.proposal_changed"
    message = _("您看过以后，经办人又改了意见。请刷新页面，看过新的再签。")


@transaction.atomic
def sign_decision(*, actor: Actor, case_id: UUID, at: datetime, proposed_at: datetime | None = None) -> None:
    """Sign the latest proposal as it stands; `proposed_at` is that of the one which the signer has read.

    Raises CaseNotFound, NotAllowed (the signer took in, accepted or decided), CaseActionNotAllowed, ProposalChanged,
    ClausesNotMet where something changed since the proposal, CharactersNotPrintable.
    """
    case = lock_case(case_id, actor, "matters.sign")
    proposal = case.proposals.order_by("-proposed_at", "-id").first()
    if proposal is not None and proposed_at not in (None, proposal.proposed_at):
        raise ProposalChanged
    is_granted = proposal is not None and proposal.outcome == "granted"
    action = Action.GRANT if is_granted else Action.REFUSE
    move(case, action, actor=actor, at=at, organisation_id=case.responsible_organisation_id)
    assert proposal is not None  # the table lets nobody sign before somebody proposed
    clock = clocks.stop(subject=case.subject, actor=actor, at=at)
    case.signed_by_id, case.decided_at = actor.staff_id, at
    case.save(update_fields=["state", "signed_by", "decided_at"])
    decision = _write(case, proposal, actor=actor, at=at)
    publish(
        CaseDecided(
            **facts_of(case, at),
            outcome=proposal.outcome,
            document_id=decision.document_id,
            responsible_organisation_id=_office(case).organisation_id,
            in_time=clock.promise.due_on is None or times.local_day(at) <= clock.promise.due_on,
        )
    )


@in_chinese  # the paper quotes the clauses
def _write(case: Case, proposal: Proposal, *, actor: Actor, at: datetime) -> Decision:
    assessment = assess_case(case, actor=actor, at=at, purpose=people.Purpose.DECISION, who=APPLICANT)
    if proposal.outcome == "granted":
        refuse_unmet(assessment)
    number = _number(case, at)
    document = print_decision(
        case,
        outcome=proposal.outcome,
        number=number,
        assessment=assessment,
        reasons=proposal.reasons,
        office=_office(case),
        actor=actor,
        at=at,
    )
    return Decision.objects.create(
        case=case,
        proposal=proposal,
        number=number,
        outcome=proposal.outcome,
        document_id=document.id,
        signed_by_id=actor.staff_id,
        signed_at=at,
    )


def _number(case: Case, at: datetime) -> str:
    """文号: the office's division, the department and the year, then the case's own serial, which is unique."""
    division = f"{_office(case).territory[:6]:0<6}"
    return f"{division}{case.reference[6:8]}决〔{times.local_day(at).year}〕{case.reference[10:25]}号"


def _office(case: Case) -> people.OrganisationView:
    if case.responsible_organisation_id is None:
        raise NoResponsibleOffice
    return people.organisation(organisation_id=case.responsible_organisation_id)
