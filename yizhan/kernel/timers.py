"""Things to do at a moment: one row for each (kind, subject). What was missed while down fires after the start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from yizhan.kernel.models import Timer
from yizhan.kernel.outbox import AGAIN, MAX_ATTEMPTS, done_again, is_done_again, wake_after_commit
from yizhan.kernel.subjects import Subject
from yizhan.kernel.times import utc_now

TimerHandler = Callable[[Subject, datetime], None]
SOON = timedelta(seconds=2)
_handlers: dict[str, TimerHandler] = {}
log = structlog.get_logger()


def on(kind: str, handler: TimerHandler) -> None:
    """Register what is done when a timer of this kind falls due: handler(subject, due_at), in a transaction."""
    if kind in _handlers:
        raise ValueError(f"timer kind {kind} is registered twice")
    _handlers[kind] = handler


def kinds() -> frozenset[str]:
    return frozenset(_handlers)


def set_timer(kind: str, subject: Subject, due_at: datetime) -> None:
    """Set or move the timer of this kind for the subject, in the current transaction."""
    if kind not in _handlers:
        raise LookupError(f"no handler for timers of kind {kind}")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_timer (kind, subject_kind, subject_id, due_at, token, attempts, is_parked, last_error)
            VALUES (%s, %s, %s, %s, 1, 0, false, %s)
            ON CONFLICT (kind, subject_kind, subject_id) DO UPDATE
            SET due_at = EXCLUDED.due_at, token = kernel_timer.token + 1, attempts = 0, is_parked = false,
                last_error = EXCLUDED.last_error
            """,
            [kind, subject.kind, subject.id, due_at, AGAIN if is_done_again() and due_at <= utc_now() else ""],
        )
    # Workers look by themselves every second.
    if connection.in_atomic_block and due_at <= utc_now() + SOON:
        wake_after_commit()


def is_set(kind: str, subject: Subject) -> bool:
    return Timer.objects.filter(kind=kind, subject_kind=subject.kind, subject_id=subject.id).exists()


def cancel(kind: str, subject: Subject) -> None:
    """Take the timer away; nothing happens if there is none."""
    Timer.objects.filter(kind=kind, subject_kind=subject.kind, subject_id=subject.id).delete()


@dataclass(frozen=True)
class _Claimed:
    """A due timer whose row we hold."""

    id: int
    kind: str
    subject: Subject
    due_at: datetime
    token: int
    attempts: int
    is_again: bool


def fire_next(now: datetime | None = None) -> bool:
    """Carry out one due timer. Returns whether there was one."""
    with transaction.atomic():
        timer = _claim(now or utc_now())
        if timer is None:
            return False
        _fire(timer)
        return True


def _claim(now: datetime) -> _Claimed | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, kind, subject_kind, subject_id, due_at, token, attempts, starts_with(last_error, %s)
            FROM kernel_timer
            WHERE NOT is_parked AND due_at <= %s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """,
            [AGAIN, now],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    id_, kind, subject_kind, subject_id, *rest = row
    return _Claimed(id_, kind, Subject(subject_kind, subject_id), *rest)


def fire_all(now: datetime | None = None, limit: int = 100_000) -> int:
    """Carry out everything that is due at `now`; returns how many fired."""
    fired = 0
    while fired < limit and fire_next(now):
        fired += 1
    return fired


def next_due_at() -> datetime | None:
    return Timer.objects.filter(is_parked=False).order_by("due_at").values_list("due_at", flat=True).first()


def _fire(timer: _Claimed) -> None:
    try:
        with transaction.atomic(), done_again(timer.is_again):
            _handlers[timer.kind](timer.subject, timer.due_at)
    except Exception as fault:
        _put_off(timer, fault)
    else:
        # The handler may have set it again: then its token is newer and it stays.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM kernel_timer WHERE id = %s AND token = %s", [timer.id, timer.token])


def _put_off(timer: _Claimed, fault: Exception) -> None:
    attempts = timer.attempts + 1
    is_parked = attempts >= MAX_ATTEMPTS
    error = type(fault).__name__[:150]
    Timer.objects.filter(pk=timer.id).update(
        attempts=attempts,
        is_parked=is_parked,
        due_at=utc_now() + timedelta(seconds=min(2**attempts, 300)),
        last_error=f"{AGAIN}: {error}" if timer.is_again else error,
    )
    log.warning("timer_failed", kind=timer.kind, attempts=attempts, parked=is_parked, exc_info=True)
