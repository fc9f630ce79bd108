"""A case that lies at a desk, and the person who comes back for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, Conflict
from yizhan.matters.services.steps import lock_case
from yizhan.matters.services.visitors import AgentSeen, SeenCard, current_visitor, receive_visitor
from yizhan.people import api as people


class NotTheApplicant(Conflict):
    code = "matters.not_the_applicant"
    message = _("证件上的人不是这件的申请人。请核对办件编号和身份证。")


@transaction.atomic
def receive_for_case(
    *, actor: Actor, case_id: UUID, card: SeenCard, agent: AgentSeen | None, at: datetime
) -> people.Intake:
    """Open the desk's look at the applicant for this case.

    Raises CaseNotFound, NotTheApplicant, and what receive_visitor raises.
    """
    case = lock_case(case_id, actor, "matters.accept")
    intake = receive_visitor(actor=actor, card=card, agent=agent, at=at)
    if intake.resident_id != case.applicant_id:
        raise NotTheApplicant
    people.attach_intake_to_case(actor=actor, grant_id=intake.grant_id, case_id=case_id, at=at)
    return intake


@transaction.atomic
def go_on_with_visitor(*, actor: Actor, case_id: UUID, at: datetime) -> people.Intake:
    """Who was just received goes on with a case that already lies at this desk; the card need not be read twice.

    Raises CaseNotFound, NobodyAtTheDesk, NotTheApplicant, people.IntakeNotOpen.
    """
    case = lock_case(case_id, actor, "matters.accept")
    intake = current_visitor(actor=actor, at=at)
    if intake.resident_id != case.applicant_id or intake.purpose != people.Purpose.INTAKE:
        raise NotTheApplicant
    people.attach_intake_to_case(actor=actor, grant_id=intake.grant_id, case_id=case_id, at=at)
    return intake


def visitor_of_case(*, actor: Actor, case_id: UUID, at: datetime) -> people.Intake | None:
    """Who stands at this desk for the case, if anybody does."""
    intake = people.current_intake(actor=actor, at=at)
    is_here = intake is not None and intake.case_id == case_id and intake.purpose == people.Purpose.INTAKE
    return intake if is_here else None
