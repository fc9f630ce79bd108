"""For the tests of every room: facts and audit lines as seen in the current transaction, a recording of handlers."""

from typing import Any

from yizhan.kernel.models import AuditLine, FactRecord
from yizhan.kernel.subjects import Subject


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


def no_audit_lines() -> bool:
    return not AuditLine.objects.exists()


def carry_out_everything() -> None:
    """Deliver every due fact and fire every due timer, until nothing is left to do."""
    from yizhan.kernel import outbox, timers

    while outbox.deliver_all() + timers.fire_all():
        pass


def plain(record: FactRecord) -> dict[str, Any]:
    payload: dict[str, Any] = record.payload
    return payload
