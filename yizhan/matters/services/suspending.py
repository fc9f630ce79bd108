"""特别程序: time that is not counted, with its ground, its reason and its own end; it comes back by itself."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import SpecialProcedureBegan, SpecialProcedureEnded
from yizhan.kernel.api import Actor, Conflict, Refusal, publish, timers, times
from yizhan.look.api import day_words
from yizhan.matters.models import Case, Suspension
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services.lapses import CLOCK
from yizhan.matters.services.letters import print_special_procedure
from yizhan.matters.services.limits import (
    KEPT,
    end_of,
    last_day,
    last_moment,
    office_of,
    pause_clocks,
    region_of,
    resume_clocks,
)
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import ReasonMissing, lock_case, move

SPECIAL = "matters.special_procedure"


class NoSuchProcedure(Refusal):
    code = "matters.no_such_procedure"
    status = 422
    message = _("这个事项没有规定这种特别程序，不能停算。")


class ProcedureUsed(Conflict):
    code = "matters.procedure_used"
    message = _("这件已经进行过这种特别程序，不能再停算一次。")


class PlannedEndRefused(Refusal):
    code = "matters.planned_end_refused"
    status = 422
    message = _("计划结束日要在明天到{latest}之间，最多 {days} 天。")


@transaction.atomic
def begin_special_procedure(
    *, actor: Actor, case_id: UUID, procedure: str, reason: str, planned_end: date, at: datetime
) -> None:
    """Let the clock stand still for one of the item's special procedures; the applicant is told in writing.

    Raises CaseNotFound, CaseActionNotAllowed, NoSuchProcedure, ProcedureUsed, PlannedEndRefused, ReasonMissing.
    """
    case = lock_case(case_id, actor, "matters.decide")
    rule = _rule(case, procedure)
    if not reason.strip():
        raise ReasonMissing
    if case.suspensions.filter(procedure=procedure).exists():
        raise ProcedureUsed
    today = times.local_day(at)
    latest = last_day(days=rule.maximum_days, unit=rule.unit, start=today, region=region_of(office_of(case)))
    if not today < planned_end <= latest:
        raise PlannedEndRefused(latest=day_words(latest), days=rule.maximum_days)
    move(case, Action.SUSPEND, actor=actor, at=at, note=reason, organisation_id=case.responsible_organisation_id)
    one = Suspension.objects.create(
        case=case,
        procedure=rule.id,
        kind=rule.kind,
        name=str(rule.name),
        basis=str(rule.basis),
        reason=reason.strip(),
        planned_end=planned_end,
        begun_by_id=actor.staff_id,
        begun_at=at,
    )
    pause_clocks(case, actor=actor, at=at, reason="special_procedure")
    case.save(update_fields=["state", *KEPT])
    timers.set_timer(SPECIAL, case.subject, end_of(planned_end))
    print_special_procedure(case, one, actor=actor, at=at)
    publish(SpecialProcedureBegan(**facts_of(case, at), kind=one.kind, planned_end=planned_end))


def _rule(case: Case, procedure: str) -> catalogue.SpecialProcedure:
    course = catalogue.course_of(case.item_version_id)
    rule = next((one for one in course.procedure.special if one.id == procedure), None)
    if rule is None or (rule.step and rule.step not in course.offices[case.office_number].steps):
        raise NoSuchProcedure
    return rule


@transaction.atomic
def end_special_procedure(*, actor: Actor, case_id: UUID, note: str, at: datetime) -> None:
    """It is over before its planned end; the days count again from tomorrow. Raises CaseActionNotAllowed."""
    case = lock_case(case_id, actor, "matters.decide")
    _resume(case, actor=actor, at=at, note=note, by_clock=False)
    timers.cancel(SPECIAL, case.subject)


@transaction.atomic
def special_procedure_is_over(*, case_id: UUID) -> None:
    """The planned end has come: the days count again from the next one, whoever forgot."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, state=State.SUSPENDED).first()
    one = case.suspensions.order_by("-begun_at").first() if case else None
    if case is not None and one is not None:
        _resume(case, actor=CLOCK, at=last_moment(one.planned_end), note="", by_clock=True)


def _resume(case: Case, *, actor: Actor, at: datetime, note: str, by_clock: bool) -> None:
    move(case, Action.RESUME, actor=actor, at=at, note=note, organisation_id=case.responsible_organisation_id)
    resume_clocks(case, actor=actor, at=at)
    case.save(update_fields=["state", *KEPT])
    publish(SpecialProcedureEnded(**facts_of(case, at), by_clock=by_clock, due_on=case.due_on))
