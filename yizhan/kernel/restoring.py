"""After a restore: what had been waiting when the backup was made may have happened since, outside of this database.

Inside, it happens again as it should: handlers run, timers that fell due fire once. What leaves the house is held:
deliveries of handlers that say `leaves=True`, those that stood open and those that follow from what is done over
again. A person sends them or drops them, with a reason. What people do after the restore is not held.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from yizhan.kernel import outbox
from yizhan.kernel.actors import Actor
from yizhan.kernel.auditing import audit
from yizhan.kernel.models import Delivery, DeliveryState, Timer
from yizhan.kernel.subjects import Subject

CITY = Subject("kernel.city", "1")
# Numbers given out after the backup stand on papers in people's hands: they are left out.
NUMBERS_LEFT_OUT = 100_000


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """How many deliveries are held, deliveries run again inside, and timers fell due meanwhile."""

    held: int
    again: int
    timers: int


@transaction.atomic
def resume(*, actor: Actor, at: datetime, backup_at: datetime, checksum: str) -> Resumed:
    """Prepare a restored database for its first worker. Sessions are over, number series go on further up."""
    held = outbox.mark_as_done_again()
    again = Delivery.objects.filter(reason=outbox.AGAIN).exclude(last_error=outbox.HELD).count()
    due = Timer.objects.filter(due_at__lte=at).update(last_error=outbox.AGAIN)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")
        cursor.execute(_SERIES)
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT setval(%s::regclass, nextval(%s::regclass) + %s)", [name, name, NUMBERS_LEFT_OUT])
    facts = {"backup_at": backup_at.isoformat(), "checksum": checksum, "held": held, "timers": due}
    audit(actor, "kernel.city.restored", CITY, **facts)
    return Resumed(held=held, again=again, timers=due)


# Sequences that belong to no column: series of numbers.
_SERIES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND n.nspname = 'public'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))
"""


def held() -> QuerySet[Delivery]:
    """Deliveries that wait for a person's word since the restore, oldest first, with their facts."""
    found = Delivery.objects.filter(state=DeliveryState.PARKED, last_error=outbox.HELD)
    return found.select_related("fact").order_by("id")


@transaction.atomic
def send_held(*, actor: Actor, reason: str) -> int:
    """Let all of them go out after all. Returns how many."""
    return _each(actor, "kernel.held.sent", reason, lambda one: outbox.rerun(delivery_id=one, actor=actor))


@transaction.atomic
def drop_held(*, actor: Actor, reason: str) -> int:
    """None of them goes out. Returns how many."""
    skip = outbox.skip
    return _each(actor, "kernel.held.dropped", reason, lambda one: skip(delivery_id=one, reason=reason, actor=actor))


def _each(actor: Actor, action: str, reason: str, act: Callable[[int], None]) -> int:
    wanted = list(held().values_list("pk", flat=True))
    for one in wanted:
        act(one)
    audit(actor, action, CITY, reason=reason, count=len(wanted))
    return len(wanted)
