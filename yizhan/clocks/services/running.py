"""Starting, pausing, resuming, extending and stopping a clock."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.clocks.models import Clock, ClockState, Extension, Pause
from yizhan.clocks.queries.views import ClockNotFound, ClockView, view_of
from yizhan.clocks.rules.running import Limits
from yizhan.clocks.services.counting import COUNTED, LimitCannotBeCounted, count
from yizhan.kernel.api import Actor, Conflict, Subject, audit, times


class ClockAlreadyStarted(Conflict):
    code = "clocks.already_started"
    message = _("这件事的期限已经在计算了，不用再开始一次。")


class ClockNotRunning(Conflict):
    code = "clocks.not_running"
    message = _("期限现在没有在走（可能已经停算或结束），请刷新后再看。")


class ClockNotPaused(Conflict):
    code = "clocks.not_paused"
    message = _("期限现在没有停算，不用恢复。")


class ExtensionTooLate(Conflict):
    code = "clocks.extension_too_late"
    message = _("期限 {due_on} 已经过了，过期不能再延长。")


class ClockStopped(Conflict):
    code = "clocks.stopped"
    message = _("期限已经结束，不能再改。")


@transaction.atomic
def start(*, subject: Subject, limits: Limits, from_day: date, region: str, actor: Actor, at: datetime) -> ClockView:
    """Start the promise and the legal limit of a subject; `from_day` is not counted.

    `at` is only for the record. Raises ClockAlreadyStarted, LimitCannotBeCounted.
    """
    clock = Clock(
        subject_kind=subject.kind,
        subject_id=subject.id,
        unit=limits.unit,
        promise_days=limits.promise_days,
        legal_days=limits.legal_days,
        region=region,
        start_on=from_day,
    )
    count(clock)
    try:
        with transaction.atomic():
            clock.save(force_insert=True)
    except IntegrityError as error:
        if "clock_one_per_subject" in str(error):
            raise ClockAlreadyStarted() from None
        raise
    return _told(clock, actor, "clocks.started", from_day=from_day, at=at)


@transaction.atomic
def pause(*, subject: Subject, actor: Actor, at: datetime, reason: str = "") -> ClockView:
    """Let the clock stand still after the day of `at`, which still counts.

    `reason` holds no personal data. Raises ClockNotRunning, ClockNotFound.
    """
    clock = _locked(subject)
    if clock.state != ClockState.RUNNING:
        raise ClockNotRunning(state=clock.state)
    after = _day_in_course(clock, at)
    Pause.objects.create(clock=clock, paused_after=after, reason=reason)
    clock.state, clock.paused_after = ClockState.PAUSED, after
    return _counted(clock, actor, "clocks.paused", after=after, reason=reason)


@transaction.atomic
def resume(*, subject: Subject, actor: Actor, at: datetime) -> ClockView:
    """Let the clock go on after the day of `at`, the last that is taken out. Raises ClockNotPaused, ClockNotFound."""
    clock = _locked(subject)
    if clock.state != ClockState.PAUSED:
        raise ClockNotPaused(state=clock.state)
    until = _close_pause(clock, at)
    clock.state = ClockState.RUNNING
    return _counted(clock, actor, "clocks.resumed", until=until)


@transaction.atomic
def extend(*, subject: Subject, days: int, actor: Actor, at: datetime, reason: str) -> ClockView:
    """Add days of the limit's kind to the promise and to the legal limit, before the promise is over.

    `reason` is what the applicant is told, without personal data. Raises ClockStopped, ExtensionTooLate,
    ClockNotFound, LimitCannotBeCounted.
    """
    clock = _locked(subject)
    if clock.state == ClockState.STOPPED:
        raise ClockStopped()
    if clock.red_at and clock.red_at <= at:
        raise ExtensionTooLate(due_on=clock.promise_due_on)
    if days < 1:
        raise LimitCannotBeCounted(reason="clocks.extension_negative", sentence=_("至少要延长 1 天"))
    clock.extended_by += days
    count(clock)
    Extension.objects.create(clock=clock, days=days, reason=reason, granted_at=at)
    return _counted(clock, actor, "clocks.extended", days=days, reason=reason)


@transaction.atomic
def stop(*, subject: Subject, actor: Actor, at: datetime) -> ClockView:
    """End the clock for good; a pause that lasts ends with it. Raises ClockStopped, ClockNotFound."""
    clock = _locked(subject)
    if clock.state == ClockState.STOPPED:
        raise ClockStopped()
    if clock.state == ClockState.PAUSED:
        _close_pause(clock, at)
    clock.state, clock.stopped_at = ClockState.STOPPED, at
    return _counted(clock, actor, "clocks.stopped", stopped_at=at)


def _locked(subject: Subject) -> Clock:
    try:
        return Clock.objects.select_for_update().get(subject_kind=subject.kind, subject_id=subject.id)
    except Clock.DoesNotExist:
        raise ClockNotFound() from None


def _day_in_course(clock: Clock, at: datetime) -> date:
    """The day of `at`, never before one on which a pause ended or the clock began."""
    ended = clock.pauses.order_by("-paused_until").values_list("paused_until", flat=True).first()
    return max(day for day in (times.local_day(at), clock.start_on, ended) if day is not None)


def _close_pause(clock: Clock, at: datetime) -> date:
    pause = clock.pauses.get(paused_until__isnull=True)
    pause.paused_until = max(pause.paused_after, times.local_day(at))
    pause.save(update_fields=["paused_until"])
    clock.paused_after = None
    return pause.paused_until


def _counted(clock: Clock, actor: Actor, action: str, **facts: object) -> ClockView:
    count(clock)
    clock.save(update_fields=["state", "paused_after", "stopped_at", "extended_by", *COUNTED])
    return _told(clock, actor, action, **facts)


def _told(clock: Clock, actor: Actor, action: str, **facts: object) -> ClockView:
    subject = Subject(clock.subject_kind, clock.subject_id)
    audit(actor, action, subject, due_on=clock.promise_due_on, legal_due_on=clock.legal_due_on, **facts)
    return view_of(clock)
