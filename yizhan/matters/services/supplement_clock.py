"""What was asked for has a last day; after it the machine does what the item says."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import CaseDeemedWithdrawn, CaseSupplemented
from yizhan.kernel.api import Actor, publish, timers, times
from yizhan.matters.models import Case, Supplement
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services.lapses import CLOCK
from yizhan.matters.services.letters import print_deemed_withdrawn
from yizhan.matters.services.limits import KEPT, end_of, last_day, resume_clocks, stop_clocks
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import move

SUPPLEMENT = "matters.supplement"


def deadline(case: Case, at: datetime) -> date:
    """The last day for what is asked for now; the machine will look at 24:00."""
    rule = catalogue.course_of(case.item_version_id).procedure.supplement
    region = f"{case.desk_community[:6] or '450100':0<6}"
    due_on = last_day(days=rule.days, unit=rule.unit, start=times.local_day(at), region=region)
    timers.set_timer(SUPPLEMENT, case.subject, end_of(due_on))
    return due_on


def _moved_on(case: Case, at: datetime) -> bool:
    """Whether a notice of days off has moved the last day on; an earlier one than was told takes nothing away."""
    asked = Supplement.objects.get(case=case)
    if end_of(deadline(case, asked.asked_at)) > at:
        return True
    let_go(case)
    return False


def let_go(case: Case) -> None:
    timers.cancel(SUPPLEMENT, case.subject)


def resume_after_supplement(case: Case, *, actor: Actor, at: datetime) -> None:
    """Only what stood still goes on. The caller saves."""
    if Supplement.objects.get(case=case).stops_clock:
        resume_clocks(case, actor=actor, at=at)


@transaction.atomic
def supplement_is_late(*, case_id: UUID, at: datetime) -> None:
    """视为撤回, or a decision on what is there, as the item says; before acceptance always the first."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None or State(case.state) not in (State.AWAITING_PAPERS, State.AWAITING_SUPPLEMENT):
        return
    if _moved_on(case, at):
        return
    rule = catalogue.course_of(case.item_version_id).procedure.supplement
    goes_on = rule.when_late is catalogue.LateSupplement.DECIDED_AS_IT_IS
    if goes_on and case.state == State.AWAITING_SUPPLEMENT:
        _go_on(case, at)
    else:
        _withdraw(case, at)


def _go_on(case: Case, at: datetime) -> None:
    move(case, Action.GO_ON_WITHOUT, actor=CLOCK, at=at, organisation_id=case.responsible_organisation_id)
    resume_after_supplement(case, actor=CLOCK, at=at)
    case.save(update_fields=["state", *KEPT])
    publish(CaseSupplemented(**facts_of(case, at), due_on=case.due_on, is_complete=False))


def _withdraw(case: Case, at: datetime) -> None:
    was_accepted = case.accepted_at is not None
    organisation_id = case.responsible_organisation_id if was_accepted else case.intake_organisation_id
    move(case, Action.DEEM_WITHDRAWN, actor=CLOCK, at=at, organisation_id=organisation_id)
    if was_accepted:
        stop_clocks(case, actor=CLOCK, at=at)
    case.closed_at, case.due_on, case.step_due_on = at, None, None
    case.save(update_fields=["state", "closed_at", "due_on", "step_due_on"])
    print_deemed_withdrawn(case, actor=CLOCK, at=at)
    publish(CaseDeemedWithdrawn(**facts_of(case, at)))
