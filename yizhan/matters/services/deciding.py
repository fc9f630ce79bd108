"""The second official signs; the decision is printed, signed with the office's key, and the clock stops."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, Conflict
from yizhan.matters.rules.states import Action
from yizhan.matters.services.decisions import write_decision
from yizhan.matters.services.limits import stop_clocks
from yizhan.matters.services.publishing import refuse_unpublished
from yizhan.matters.services.steps import lock_case, move


class ProposalChanged(Conflict):
    code = "matters.proposal_changed"
    message = _("您看过以后，经办人又改了意见。请刷新页面，看过新的再签。")


@transaction.atomic
def sign_decision(*, actor: Actor, case_id: UUID, at: datetime, proposed_at: datetime | None = None) -> None:
    """Sign the latest proposal as it stands; `proposed_at` is that of the one which the signer has read.

    Raises CaseNotFound, NotAllowed (the signer took in, accepted, decided or gave an opinion before),
    CaseActionNotAllowed, ProposalChanged, ClausesNotMet where something changed since the proposal, NoticeNotOver,
    CharactersNotPrintable.
    """
    case = lock_case(case_id, actor, "matters.sign")
    proposal = case.proposals.order_by("-proposed_at", "-id").first()
    if proposal is not None and proposed_at not in (None, proposal.proposed_at):
        raise ProposalChanged
    is_granted = proposal is not None and proposal.outcome == "granted"
    action = Action.GRANT if is_granted else Action.REFUSE
    move(case, action, actor=actor, at=at, organisation_id=case.responsible_organisation_id)
    assert proposal is not None  # the table lets nobody sign before somebody proposed
    if is_granted:
        refuse_unpublished(case)
    clock = stop_clocks(case, actor=actor, at=at)
    case.signed_by_id, case.decided_at = actor.staff_id, at
    case.save(update_fields=["state", "signed_by", "decided_at", "step_due_on"])
    write_decision(case, proposal, clock, actor=actor, at=at)
