"""The applicant changes his mind (撤回)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yizhan.clocks import api as clocks
from yizhan.facts.matters import CaseWithdrawn
from yizhan.kernel.api import Actor, publish
from yizhan.matters.rules.states import Action
from yizhan.matters.services.opening import (
    facts_of,
)
from yizhan.matters.services.steps import lock_case, move


@transaction.atomic
def withdraw_case(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Withdraw an undecided case. Raises CaseNotFound, CaseActionNotAllowed."""
    case = lock_case(case_id, actor, "matters.withdraw")
    move(case, Action.WITHDRAW, actor=actor, at=at)
    if case.accepted_at is not None:
        clocks.stop(subject=case.subject, actor=actor, at=at)
    case.closed_at, case.due_on = at, None
    case.save(update_fields=["state", "closed_at", "due_on"])
    publish(CaseWithdrawn(**facts_of(case, at)))
