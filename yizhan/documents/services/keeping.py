"""保存: the time of a thing's papers begins; what is no evidence is deleted every night when its time is over."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from yizhan.documents.models import Keeping
from yizhan.documents.queries.retention import retention_table
from yizhan.documents.rules.retention import End, Kind, last_day_kept
from yizhan.kernel.api import Actor, Subject, audit, idempotency, timers, times
from yizhan.people import api as people

TIMER = "documents.retention"
CLOCK = Actor.system("documents.retention")
BATCH = 500
_AT = time(3, 10)  # at night, when nobody waits for the database
_SOON = timedelta(minutes=1)

# Delete what is older than the moment, at most so many; returns how many went.
Sweep = Callable[[datetime, int], int]

_sweeps: dict[str, Sweep] = {}


def register_sweep(code: str, sweep: Sweep) -> None:
    """How a kind of the table is deleted, by the room that has it."""
    if code in _sweeps:
        raise ValueError(f"sweep {code} is registered twice")
    _sweeps[code] = sweep


def register_sweeps_below() -> None:
    """Those of the rooms on which this one stands, which do not know it."""
    register_sweep("session", lambda day, most: people.forget_ended_sessions(ended_before=day, limit=most))
    register_sweep("token", lambda day, most: people.forget_ended_tokens(ended_before=day, limit=most))
    register_sweep("idempotency", lambda day, most: idempotency.forget(before=day, limit=most))


def sweeps() -> frozenset[str]:
    return frozenset(_sweeps)


@transaction.atomic
def begin_keeping(
    *, subject: Subject, organisation_id: UUID, years: int | None, from_on: date, basis: str, actor: Actor, at: datetime
) -> None:
    """The papers of the subject are kept for so many years, None for ever; what was said once stays said."""
    if Keeping.objects.filter(subject_kind=subject.kind, subject_id=subject.id).exists():
        return
    until_on = last_day_kept(from_on, years)
    Keeping.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        organisation_id=organisation_id,
        years=years,
        from_on=from_on,
        until_on=until_on,
        basis=basis,
        recorded_at=at,
    )
    audit(actor, "documents.keeping.begun", subject, years=years, until=until_on.isoformat() if until_on else None)


# ── every night ──


def watch_retention(*, at: datetime) -> None:
    """Every kind that is deleted has its night; asked again it stays as it is. Whoever starts a worker calls it."""
    for kind in _deleted(times.local_day(at)):
        if not timers.is_set(TIMER, Subject(TIMER, kind.code)):
            timers.set_timer(TIMER, Subject(TIMER, kind.code), _next_night(at))


def _deleted(day: date) -> list[Kind]:
    return [kind for kind in retention_table(on=day) if kind.end is End.DELETED]


def _next_night(at: datetime) -> datetime:
    return datetime.combine(times.local_day(at) + timedelta(days=1), _AT, tzinfo=times.SHANGHAI)


def when_night_comes(subject: Subject, _due_at: datetime) -> None:
    """The timer of one kind: delete, and come again tonight, or at once where more is waiting."""
    now = times.utc_now()
    gone = sweep_kind(code=subject.id, at=now)
    timers.set_timer(TIMER, subject, now + _SOON if gone >= BATCH else _next_night(now))


@transaction.atomic
def sweep_kind(*, code: str, at: datetime, limit: int = BATCH) -> int:
    """Delete what of this kind is past its days; how many went stands in the audit. Returns that number."""
    found = [kind for kind in _deleted(times.local_day(at)) if kind.code == code]
    if not found or found[0].days is None or code not in _sweeps:
        return 0
    gone = _sweeps[code](at - timedelta(days=found[0].days), limit)
    if gone:
        audit(CLOCK, "documents.retention.deleted", Subject(TIMER, code), count=gone, days=found[0].days)
    return gone
