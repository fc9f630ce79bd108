"""行政许可法 32: what is missing is told within the item's days; who is late has accepted, on the day of receipt."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import timers, times
from yizhan.matters.models import Case
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services.accepting import (
    ACCEPTED_FIELDS,
    ROUTING,
    NoResponsibleOffice,
    all_known,
    begin,
    fallback_offices,
    offices_of,
    tell,
)
from yizhan.matters.services.lapses import CLOCK, write_lapse
from yizhan.matters.services.limits import end_of, last_day
from yizhan.matters.services.steps import move
from yizhan.people import api as people

NOTICE = "matters.notice"
WAITS_FOR_THE_DESK = frozenset({State.SUBMITTED, State.RECEIVED})
RECEIPTS = (Action.SUBMIT, Action.TAKE_IN, Action.ADD_PAPERS)


def watch(case: Case, receipt: datetime) -> None:
    """The desk has until the end of `notice_due_on`; an item whose notice has no consequence is left alone."""
    case.notice_due_on = _due_on(case, receipt)
    if case.notice_due_on is not None:
        timers.set_timer(NOTICE, case.subject, end_of(case.notice_due_on))


def let_go(case: Case) -> None:
    """The applicant has been answered. The caller saves."""
    if case.notice_due_on is not None:
        case.notice_due_on = None
        timers.cancel(NOTICE, case.subject)


def _due_on(case: Case, receipt: datetime) -> date | None:
    notice = catalogue.course_of(case.item_version_id).procedure.notice
    if notice.when_late is catalogue.LateNotice.NONE:
        return None
    region = f"{case.desk_community[:6] or '450100':0<6}"
    return last_day(days=notice.days, unit=notice.unit, start=times.local_day(receipt), region=region)


def receipt_of(case: Case) -> datetime:
    """When what lies there came in: at first, or once the papers had been completed."""
    steps = case.steps.filter(action__in=RECEIPTS).order_by("at", "id")
    added = steps.filter(action=Action.ADD_PAPERS).last()
    first = added or steps.first()
    return first.at if first else case.created_at


@transaction.atomic
def notice_is_late(*, case_id: UUID, at: datetime) -> None:
    """Nobody said what was missing: write down who, and accept on the day of receipt."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None or case.notice_due_on is None or State(case.state) not in WAITS_FOR_THE_DESK:
        return
    receipt = receipt_of(case)
    watch(case, receipt)  # a new notice of days off may have moved the day
    if case.notice_due_on is None or end_of(case.notice_due_on) > at:
        case.save(update_fields=["notice_due_on"])
        return
    timers.cancel(NOTICE, case.subject)
    if case.intake_organisation_id is not None:
        write_lapse(
            case,
            "notice",
            organisation_id=case.intake_organisation_id,
            staff_id=case.taken_in_by_id,
            due_on=case.notice_due_on,
            at=at,
        )
    _deem_accepted(case, receipt, at)


def _deem_accepted(case: Case, receipt: datetime, at: datetime) -> None:
    offices = fallback_offices(case, offices_of(case, ROUTING, at))
    try:
        office = all_known(case, offices)
    except NoResponsibleOffice:
        return  # the lapse stands at the desk's door; a person has to find out whose matter it is
    desk = people.organisation(organisation_id=case.intake_organisation_id) if case.intake_organisation_id else office
    note = f"{desk.name}没有在{_said(case.notice_due_on)}前告知要补什么，依法视为收到当日受理"
    move(case, Action.DEEM_ACCEPTED, actor=CLOCK, at=at, note=note, organisation_id=case.intake_organisation_id)
    case.received_at = case.received_at or receipt
    case.accepted_at, case.deemed_accepted, case.notice_due_on = receipt, True, None
    clock = begin(case, offices, office, from_day=times.local_day(receipt), actor=CLOCK, at=at)
    case.save(update_fields=[*ACCEPTED_FIELDS, "received_at"])
    tell(case, clock, office, actor=CLOCK, at=at)


def _said(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""
