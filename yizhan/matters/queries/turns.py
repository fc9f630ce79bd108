"""Whose turn it is: what an actor may do with a case now, and why he may not where his role alone would let him."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from yizhan.kernel.api import Actor, access
from yizhan.matters.models import Case
from yizhan.matters.queries.past import Past
from yizhan.matters.rules.states import Action, State, actions_from

NEEDS = {
    Action.ASSIGN: "matters.assign",
    Action.TAKE_UP: "matters.examine",
    Action.REQUEST_SUPPLEMENT: "matters.examine",
    Action.SUPPLEMENT: "matters.supplement",
    Action.PROPOSE: "matters.decide",
    Action.RETURN: "matters.sign",
    Action.GRANT: "matters.sign",
    Action.REFUSE: "matters.sign",
    Action.WITHDRAW: "matters.withdraw",
    Action.HAND_ON: "matters.decide",
    Action.SUSPEND: "matters.decide",
    Action.RESUME: "matters.decide",
    Action.PUBLISH: "matters.decide",
    Action.ASK_EXTENSION: "matters.decide",
    Action.TERMINATE: "matters.terminate",
    Action.ARCHIVE: "matters.archive",
    Action.REVOKE: "matters.revoke",
}
_OUTCOMES = {Action.GRANT: "granted", Action.REFUSE: "refused"}


class Bar(StrEnum):
    """What stands between an actor and a case of his office."""

    NONE = ""
    TOOK_IN = "took_in"  # 收件、受理的人不审批
    PROPOSED = "proposed"  # 拟定的人不签发
    HEARD = "heard"  # 上一单位提意见的人不签发
    OWN = "own"  # 自己的事回避


@dataclass(frozen=True, kw_only=True)
class Turn:
    """`actions` are open to the actor now; `bar` says what keeps him out of the others."""

    actions: frozenset[Action]
    bar: Bar


def turn_of(actor: Actor, case_id: UUID) -> Turn:
    """What this actor may do with a case that he sees; nothing with any other."""
    case = Case.objects.visible_to(actor).filter(pk=case_id).first()
    return Turn(actions=frozenset(), bar=Bar.NONE) if case is None else turn_in(actor, case)


def turn_in(actor: Actor, case: Case, past: Past | None = None) -> Turn:
    """The same with the row, which he sees."""
    possible = actions_from(State(case.state)) & _fitting(case, past or Past(case))
    actions = frozenset(one for one in possible if one in NEEDS and access.may(actor, NEEDS[one], case))
    return Turn(actions=actions, bar=_bar(actor, case))


def _fitting(case: Case, past: Past) -> frozenset[Action]:
    """All but the signature that the latest proposal does not ask for, and what the item does not foresee."""
    proposal = past.proposal
    wrong = {one for one, outcome in _OUTCOMES.items() if proposal is None or proposal.outcome != outcome}
    return frozenset(Action) - wrong - _not_foreseen(case, past)


def _not_foreseen(case: Case, past: Past) -> set[Action]:
    """What the item has not, or has only once, or not in this office."""
    course = past.course
    is_last = case.office_number + 1 >= len(course.offices)
    wrong = {Action.HAND_ON} if is_last else {Action.PROPOSE}
    if not hasattr(case, "decision") or case.decision.outcome != "granted":
        wrong.add(Action.REVOKE)  # a refusal was delivered
    if course.procedure.extension is None or any(not hasattr(one, "denial") for one in past.extension_requests):
        wrong.add(Action.ASK_EXTENSION)
    if course.procedure.public_notice is None or hasattr(case, "notice_period"):
        wrong.add(Action.PUBLISH)
    if not course.procedure.special:
        wrong.add(Action.SUSPEND)
    return wrong


def _bar(actor: Actor, case: Case) -> Bar:
    if actor.resident_id is not None and actor.resident_id in (case.applicant_id, case.agent_id):
        return Bar.OWN
    if actor.staff_id is None:
        return Bar.NONE
    if actor.staff_id in (case.taken_in_by_id, case.accepted_by_id):
        return Bar.TOOK_IN
    if case.state == State.PROPOSED and actor.staff_id in case.parts().heard:
        return Bar.HEARD
    return Bar.PROPOSED if case.state == State.PROPOSED and actor.staff_id == case.decided_by_id else Bar.NONE
