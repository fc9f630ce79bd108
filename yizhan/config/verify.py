"""`yizhan verify`: does the evidence hold?"""

from typing import Any

from django.db import connection

from yizhan.kernel.api import auditing, times
from yizhan.reach import api as reach

_OUTBOX_CHECKS = {
    # A fact whose handler is registered and that has no delivery row: somebody took it out.
    "delivery_order": """
        SELECT count(*) FROM kernel_delivery done JOIN kernel_delivery earlier
          ON earlier.handler = done.handler AND earlier.subject_key = done.subject_key AND earlier.id < done.id
         AND earlier.state IN ('ready', 'waiting', 'parked')
        WHERE done.state = 'done'""",
    "delivery_waits_for_nothing": """
        SELECT count(*) FROM kernel_delivery w WHERE w.state = 'waiting' AND NOT EXISTS (
            SELECT 1 FROM kernel_delivery h WHERE h.handler = w.handler AND h.subject_key = w.subject_key
              AND h.id < w.id AND h.state IN ('ready', 'waiting', 'parked'))""",
    "delivery_without_fact": """
        SELECT count(*) FROM kernel_delivery d LEFT JOIN kernel_fact f ON f.id = d.fact_id WHERE f.id IS NULL""",
}


def verify_evidence() -> dict[str, Any]:
    """The chain (sealed and unsealed tail, gaps, order), the outbox, the tables of nearest outlets: a plain report."""
    audit = auditing.verify_audit()
    problems = [{"code": p.code, "place": p.place} for p in audit.problems]
    with connection.cursor() as cursor:
        for code, sql in _OUTBOX_CHECKS.items():
            cursor.execute(sql)
            count = cursor.fetchone()[0]
            if count:
                problems.append({"code": code, "place": f"{count} deliveries"})
    problems += [
        {"code": "nearest_outlets_differ", "place": f"{one.site} {one.category} {one.profile}: {one.rows} rows"}
        for one in reach.wrong_tables(on=times.local_day(times.utc_now()))
    ]
    return {
        "holds": not problems,
        "seals": audit.seals,
        "sealed_lines": audit.sealed_lines,
        "unsealed_lines": audit.pending_lines,
        "problems": problems,
    }
