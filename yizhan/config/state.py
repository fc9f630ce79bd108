"""How the kernel stands, in one round trip to the database."""

from dataclasses import dataclass

from django.db import connection

_SQL = """
SELECT (SELECT count(*) FROM kernel_delivery WHERE state = 'ready' AND due_at <= now()),
       (SELECT count(*) FROM kernel_delivery WHERE state = 'parked'),
       COALESCE((SELECT EXTRACT(epoch FROM now() - min(due_at)) FROM kernel_delivery
                 WHERE state = 'ready' AND due_at <= now()), 0),
       (SELECT count(*) FROM kernel_timer WHERE NOT is_parked),
       (SELECT count(*) FROM kernel_timer WHERE is_parked),
       COALESCE((SELECT EXTRACT(epoch FROM now() - min(due_at)) FROM kernel_timer
                 WHERE NOT is_parked AND due_at <= now()), 0),
       COALESCE((SELECT EXTRACT(epoch FROM now() - min(l.at)) FROM kernel_auditpending p
                 JOIN kernel_auditline l ON l.id = p.line_id), 0),
       COALESCE((SELECT max(id) FROM kernel_fact), 0)
"""


@dataclass(frozen=True, kw_only=True)
class KernelState:
    """Counts, and ages in seconds."""

    outbox_ready: int
    outbox_parked: int
    outbox_lag_s: float
    timers: int
    timers_parked: int
    timer_lag_s: float
    unsealed_age_s: float
    facts: int


def read_state() -> KernelState:
    with connection.cursor() as cursor:
        cursor.execute(_SQL)
        row = cursor.fetchone()
    return KernelState(
        outbox_ready=row[0],
        outbox_parked=row[1],
        outbox_lag_s=float(row[2]),
        timers=row[3],
        timers_parked=row[4],
        timer_lag_s=float(row[5]),
        unsealed_age_s=float(row[6]),
        facts=row[7],
    )
