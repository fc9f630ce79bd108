"""The clocks of a case move together: its own, and that of the office that has it now. Also how far a limit reaches."""

from datetime import date, datetime, timedelta

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, timers, times
from yizhan.matters.models import Case
from yizhan.people import api as people

STEP = "matters.step"
ONE_DAY = timedelta(days=1)
# What a case keeps of its own clock and of that of its step.
KEPT = ("due_on", "yellow_at", "red_at", "black_at", "step_due_on")


def region_of(organisation: people.OrganisationView) -> str:
    return f"{organisation.territory[:6]:0<6}"


def office_of(case: Case) -> people.OrganisationView:
    """The office in whose hands the case lies."""
    assert case.responsible_organisation_id is not None  # the database keeps it so from acceptance on
    return people.organisation(organisation_id=case.responsible_organisation_id)


def last_day(*, days: int, unit: catalogue.Unit, start: date, region: str) -> date:
    """The last day of a limit of which `start` is not counted."""
    limits = clocks.Limits(unit=clocks.LimitUnit(unit.value), promise_days=days, legal_days=None)
    due_on = clocks.preview(limits, start, region).promise.due_on
    assert due_on is not None  # nothing has been paused
    return due_on


def end_of(day: date) -> datetime:
    """24:00 of a legal day."""
    return times.day_start(day + ONE_DAY)


def last_moment(day: date) -> datetime:
    """Still that day."""
    return end_of(day) - timedelta(seconds=1)


# ── together ──


def keep_days(case: Case, clock: clocks.ClockView) -> None:
    """The case's own copy of its clock; the caller saves KEPT."""
    case.due_on = None if clock.is_paused else clock.promise.due_on
    case.yellow_at, case.red_at = clock.moments.yellow_at, clock.moments.red_at
    case.black_at = clock.moments.black_at


def pause_clocks(case: Case, *, actor: Actor, at: datetime, reason: str) -> None:
    """Nothing is due any more; the caller saves KEPT."""
    keep_days(case, clocks.pause(subject=case.subject, actor=actor, at=at, reason=reason))
    if clocks.find(case.turn_subject) is not None:
        clocks.pause(subject=case.turn_subject, actor=actor, at=at, reason=reason)
    case.step_due_on = None
    timers.cancel(STEP, case.subject)


def resume_clocks(case: Case, *, actor: Actor, at: datetime) -> None:
    """The days count again from the next one; the caller saves KEPT."""
    keep_days(case, clocks.resume(subject=case.subject, actor=actor, at=at))
    if clocks.find(case.turn_subject) is not None:
        keep_step_day(case, clocks.resume(subject=case.turn_subject, actor=actor, at=at))


def stop_clocks(case: Case, *, actor: Actor, at: datetime) -> clocks.ClockView:
    stopped = clocks.stop(subject=case.subject, actor=actor, at=at)
    stop_turn(case, actor=actor, at=at)
    return stopped


def stop_turn(case: Case, *, actor: Actor, at: datetime) -> None:
    if clocks.find(case.turn_subject) is not None:
        clocks.stop(subject=case.turn_subject, actor=actor, at=at)
    case.step_due_on = None
    timers.cancel(STEP, case.subject)


def keep_step_day(case: Case, clock: clocks.ClockView) -> None:
    """The case's own copy of the day, and the machine's look at 24:00 of it."""
    case.step_due_on = clock.promise.due_on
    if case.step_due_on is None:
        timers.cancel(STEP, case.subject)
    else:
        timers.set_timer(STEP, case.subject, end_of(case.step_due_on))
