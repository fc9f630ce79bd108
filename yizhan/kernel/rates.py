"""How often somebody has asked in this minute, counted in the database, so that all processes count together.

The table is unlogged: a count is no evidence, costs no write to the log, and begins at nothing after a crash.
"""

from dataclasses import dataclass
from datetime import datetime

from yizhan.kernel.prepared import prepared_cursor

WINDOW_S = 60
# In one second of so many, what nobody has asked for since yesterday is swept away.
SWEEP_EVERY_S = 5000


@dataclass(frozen=True, kw_only=True)
class Rate:
    """`limit` in one window, how many are left, and in how many seconds the next window begins."""

    limit: int
    remaining: int
    reset_s: int

    @property
    def is_over(self) -> bool:
        return self.remaining < 0


def count_one(key: str, *, limit: int, at: datetime) -> Rate:
    """Count one call of `key` in the window of `at`; `remaining` is -1 for one too many."""
    seconds = int(at.timestamp())
    window = seconds // WINDOW_S
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_rate AS r (key, "window", calls) VALUES (%s, %s, 1)
            ON CONFLICT (key) DO UPDATE
            SET calls = CASE WHEN r."window" = excluded."window" THEN r.calls + 1 ELSE 1 END,
                "window" = excluded."window"
            RETURNING calls
            """,
            [key, window],
        )
        calls = int(cursor.fetchone()[0])
        if seconds % SWEEP_EVERY_S == 0:
            cursor.execute('DELETE FROM kernel_rate WHERE "window" < %s', [window - 24 * 60])
    return Rate(limit=limit, remaining=max(limit - calls, -1), reset_s=WINDOW_S - seconds % WINDOW_S)
