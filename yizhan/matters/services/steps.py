"""What every step of a case has in common: lock, ask the table, write the step, leave the audit line."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, Conflict, NotFound, Refusal, StandIn, access, audit, rows
from yizhan.matters.models import Case, CaseStep
from yizhan.matters.queries.words import ACTION_WORDS, STATE_WORDS
from yizhan.matters.rules.approving import APPROVING_ROLES
from yizhan.matters.rules.states import Action, ActionOutOfTurn, State, next_state

DESK, DELIVERY, EXAMINER, SIGNER, LEAD = "desk_clerk", "delivery_clerk", "examiner", "signer", "office_lead"
# By which role a step is taken; all others are an examiner's.
ROLES_FOR: Mapping[Action, tuple[str, ...]] = {
    **dict.fromkeys(
        (Action.TAKE_IN, Action.REQUEST_PAPERS, Action.ADD_PAPERS, Action.REFUSE_TO_ACCEPT, Action.ACCEPT), (DESK,)
    ),
    Action.DELIVER: (DELIVERY, DESK),
    Action.ASSIGN: (LEAD,),
    **dict.fromkeys((Action.RETURN, Action.GRANT, Action.REFUSE, Action.REVOKE), (SIGNER,)),
    **dict.fromkeys((Action.EXTEND, Action.DENY_EXTENSION), APPROVING_ROLES),
    **dict.fromkeys((Action.TERMINATE, Action.ARCHIVE), (EXAMINER, SIGNER)),
}


class CaseNotFound(NotFound):
    code = "matters.case_not_found"
    message = _("没有找到这件。可能编号有误，也可能不归您看。")


class ReasonMissing(Refusal):
    code = "matters.reason_missing"
    status = 422
    message = _("请写明理由，申请人要凭它知道怎么办。")


class CaseActionNotAllowed(Conflict):
    code = "matters.action_not_allowed"
    message = _("这件现在是“{state}”，不能{action}。请刷新页面看最新情况。")


def lock_case(case_id: UUID, actor: Actor, permission: str) -> Case:
    """The case, locked, if this actor sees it and may. Raises CaseNotFound, NotAllowed."""
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    access.require(actor, permission, case)
    return case


def move(
    case: Case, action: Action, *, actor: Actor, at: datetime, note: str = "", organisation_id: UUID | None = None
) -> CaseStep:
    """Take the step that the table allows, on the locked case, which the caller saves. Raises CaseActionNotAllowed."""
    before = State(case.state)
    try:
        case.state = next_state(before, action)
    except ActionOutOfTurn:
        raise CaseActionNotAllowed(state=STATE_WORDS[before], action=ACTION_WORDS[action]) from None
    return write_step(case, action, before, actor=actor, at=at, note=note, organisation_id=organisation_id)


def write_step(
    case: Case,
    action: Action,
    before: State | None,
    *,
    actor: Actor,
    at: datetime,
    note: str = "",
    organisation_id: UUID | None = None,
) -> CaseStep:
    lent = _stands_in(actor, action, case, organisation_id)
    step = CaseStep(
        case=case,
        action=action,
        from_state=before or "",
        to_state=case.state,
        staff_id=actor.staff_id,
        on_behalf_of_id=lent.staff_id if lent else None,
        organisation_id=organisation_id,
        at=at,
        note=note,
    )
    rows.insert(step)
    facts = {"on_behalf_of": lent.staff_id, "on_behalf_of_name": lent.name} if lent else {}
    audit(actor, f"matters.case.{action}", case.subject, to=case.state, reference=case.reference, **facts)
    return step


def _stands_in(actor: Actor, action: Action, case: Case, organisation_id: UUID | None) -> StandIn | None:
    """Whose role this actor uses for the step; None if it is his own."""
    roles = ROLES_FOR.get(action, (EXAMINER,))
    at_a_desk = roles[0] in (DESK, DELIVERY)
    place = organisation_id or (case.intake_organisation_id if at_a_desk else case.responsible_organisation_id)
    return actor.on_behalf_of(place, *roles)
