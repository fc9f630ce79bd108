"""For the tests of every room: facts and audit lines as seen in the current transaction, a recording of handlers."""

from datetime import datetime, timedelta
from typing import Any

from yizhan.kernel.models import AuditLine, Delivery, DeliveryState, FactRecord, Timer
from yizhan.kernel.subjects import Subject
from yizhan.kernel.times import utc_now


def facts_published(name: str | None = None) -> list[FactRecord]:
    """The facts of this transaction's view, oldest first; `name` such as "matters.CaseAccepted"."""
    found = FactRecord.objects.order_by("id")
    return list(found.filter(name=name) if name else found)


def no_facts_published(publisher: str = "") -> bool:
    """Whether this publisher ("matters") has published nothing; reference data may have left facts of others."""
    return not FactRecord.objects.filter(name__startswith=publisher and f"{publisher}.").exists()


def audit_lines(subject: Subject | None = None) -> list[AuditLine]:
    found = AuditLine.objects.order_by("id")
    return list(found.filter(subject_kind=subject.kind, subject_id=subject.id) if subject else found)


def carry_out_everything(at: datetime | None = None) -> None:
    """Deliver every due fact and fire every timer due `at` that moment (none: now), until nothing is left to do."""
    from yizhan.kernel import outbox, timers

    while outbox.deliver_all() + timers.fire_all(at):
        pass


def make_timer(*, overdue: timedelta = timedelta(0), is_parked: bool = False) -> Timer:
    """A timer that has been due for that long and that nobody fires."""
    number = str(Timer.objects.count())
    due_at = utc_now() - overdue
    return Timer.objects.create(kind="x", subject_kind="x", subject_id=number, due_at=due_at, is_parked=is_parked)


def make_parked_delivery(*, name: str, handler: str, subject: Subject) -> Delivery:
    """A fact that this handler could not take."""
    now = utc_now()
    fact = FactRecord.objects.create(
        name=name, subject_kind=subject.kind, subject_id=subject.id, occurred_at=now, recorded_at=now, payload={}
    )
    return Delivery.objects.create(
        fact=fact,
        handler=handler,
        lane="fact",
        subject_key=str(subject),
        state=DeliveryState.PARKED,
        due_at=now,
        last_error="ValueError",
    )


def plain(record: FactRecord) -> dict[str, Any]:
    payload: dict[str, Any] = record.payload
    return payload
