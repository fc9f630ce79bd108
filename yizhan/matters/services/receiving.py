"""送达 without a desk: who asked for the electronic decision alone says that it has come; who is late with it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.clocks import api as clocks
from yizhan.facts.matters import CaseDelivered
from yizhan.kernel.api import Actor, Conflict, publish, timers
from yizhan.matters.models import Case, Decision, Delivery
from yizhan.matters.rules.states import DECIDED, Action, State
from yizhan.matters.services import ending
from yizhan.matters.services.lapses import write_lapse
from yizhan.matters.services.limits import end_of
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import lock_case, move

DELIVERY_TIMER = "matters.delivery"
ONLINE = "online"


class NotElectronic(Conflict):
    code = "matters.not_electronic"
    message = _("申请时选的是到窗口领，请带身份证、报取件码到任一社区窗口领。")


@transaction.atomic
def receive_electronically(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """The applicant, or who acts for him, has the signed decision on his screen and needs no paper.

    Raises CaseNotFound, NotElectronic, CaseActionNotAllowed.
    """
    case = lock_case(case_id, actor, "matters.receive")
    if case.all_answers().get("delivery") != ONLINE:
        raise NotElectronic
    move(case, Action.DELIVER, actor=actor, at=at)
    case.closed_at = at
    case.save(update_fields=["state", "closed_at"])
    is_delivered(case, actor=actor, at=at)
    assert case.responsible_organisation_id is not None  # it has been decided
    assert actor.resident_id is not None  # the permission says so
    Delivery.objects.create(
        case=case,
        organisation_id=case.responsible_organisation_id,
        presence=ONLINE,
        recipient_id=actor.resident_id,
        document_id=Decision.objects.get(case=case).document_id,
        at=at,
    )
    facts = facts_of(case, at) | {"done_at": "", "channel": "web"}
    publish(CaseDelivered(**facts, delivery_organisation_id=case.responsible_organisation_id))


def is_delivered(case: Case, *, actor: Actor, at: datetime) -> None:
    """Its clock stops; the days until it is put away begin."""
    if clocks.find(case.delivery_subject) is not None:
        clocks.stop(subject=case.delivery_subject, actor=actor, at=at)
    timers.cancel(DELIVERY_TIMER, case.subject)
    ending.watch(case, at)


def watch(case: Case, clock: clocks.ClockView) -> None:
    if clock.promise.due_on is not None:
        timers.set_timer(DELIVERY_TIMER, case.subject, end_of(clock.promise.due_on))


@transaction.atomic
def delivery_is_late(*, case_id: UUID, at: datetime) -> None:
    """The days that the law gives for delivery have passed; the lapse lies at the door of the office that decided."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    clock = clocks.find(case.delivery_subject) if case and State(case.state) in DECIDED else None
    if case is None or clock is None or clock.promise.due_on is None or not clock.is_running:
        return
    if end_of(clock.promise.due_on) > at:  # the calendar moved it
        watch(case, clock)
        return
    assert case.responsible_organisation_id is not None
    write_lapse(
        case,
        "delivery",
        organisation_id=case.responsible_organisation_id,
        staff_id=case.examiner_id,
        due_on=clock.promise.due_on,
        at=at,
    )
