"""A limit that was missed is written down by the machine, laid at the door of who missed it, and told to the house."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yizhan.clocks import api as clocks
from yizhan.facts.matters import LimitMissed
from yizhan.kernel.api import Actor, audit, publish
from yizhan.matters.models import Case, Lapse
from yizhan.matters.rules.states import IN_THE_OFFICE
from yizhan.matters.services.limits import keep_step_day
from yizhan.matters.services.opening import facts_of

CLOCK = Actor.system("matters.clock")


def write_lapse(
    case: Case, kind: str, *, organisation_id: UUID, staff_id: UUID | None, due_on: date, at: datetime
) -> None:
    """Once for each limit; finding it again changes nothing."""
    _, is_new = Lapse.objects.get_or_create(
        case=case,
        kind=kind,
        organisation_id=organisation_id,
        due_on=due_on,
        defaults={"staff_id": staff_id, "found_at": at},
    )
    if not is_new:
        return
    audit(CLOCK, "matters.limit.missed", case.subject, kind=kind, due_on=due_on)
    publish(LimitMissed(**facts_of(case, at), kind=kind, organisation_id=organisation_id, due_on=due_on))


@transaction.atomic
def step_is_over(*, case_id: UUID, at: datetime) -> None:
    """环节超时: the day of the office's step has passed."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    clock = clocks.find(case.turn_subject) if case and case.state in IN_THE_OFFICE else None
    if case is None or clock is None or clock.promise.due_on is None or not clock.is_running:
        return
    if clock.moments.red_at and clock.moments.red_at > at:  # the calendar moved it
        keep_step_day(case, clock)
        case.save(update_fields=["step_due_on"])
        return
    assert case.responsible_organisation_id is not None
    write_lapse(
        case,
        "step",
        organisation_id=case.responsible_organisation_id,
        staff_id=case.examiner_id,
        due_on=clock.promise.due_on,
        at=at,
    )
