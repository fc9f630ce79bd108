"""The applicant changes his mind (撤回)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yizhan.facts.matters import CaseWithdrawn
from yizhan.kernel.api import Actor, publish
from yizhan.matters.models import Case
from yizhan.matters.rules.states import Action
from yizhan.matters.services.limits import stop_clocks
from yizhan.matters.services.opening import (
    facts_of,
)
from yizhan.matters.services.steps import lock_case, move
from yizhan.people import api as people


@transaction.atomic
def withdraw_case(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Withdraw an undecided case. Raises CaseNotFound, CaseActionNotAllowed."""
    take_back(lock_case(case_id, actor, "matters.withdraw"), actor=actor, at=at)


def take_back(case: Case, *, actor: Actor, at: datetime, organisation_id: UUID | None = None) -> None:
    """The locked case ends here, from whoever's hand.

    `organisation_id`: the desk where it was asked for. Raises CaseActionNotAllowed.
    """
    move(case, Action.WITHDRAW, actor=actor, at=at, organisation_id=organisation_id)
    if case.accepted_at is not None:
        stop_clocks(case, actor=actor, at=at)
    case.closed_at, case.due_on = at, None
    case.save(update_fields=["state", "closed_at", "due_on", "step_due_on"])
    # The fact tells where it was taken back, not where it was taken in.
    desk = people.organisation(organisation_id=organisation_id) if organisation_id else None
    where = {"done_at": desk.territory, "channel": "desk"} if desk else {"done_at": "", "channel": "web"}
    publish(CaseWithdrawn(**facts_of(case, at) | where))
