"""What counting and starting clocks costs beside a walk over a set of days and plain INSERTs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bench.floor import LINE_SCHEMA, Connection, floor_line, plain, sql
from bench.harness import Row, in_turn, must_agree, row, seconds
from yizhan.clocks.api import Limits, LimitUnit, start
from yizhan.clocks.rules.counting import due
from yizhan.kernel.api import Actor, Subject, times
from yizhan.territory.api import calendar, load_reference_data

SCHEMA = f"""{LINE_SCHEMA}
CREATE TABLE bench_floor_clock (LIKE clocks_clock INCLUDING ALL);
"""
REGION = "450100"
US = Actor.system("bench")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    rounds: int
    limits: int
    clocks: int


FULL = Sizes(rounds=5, limits=2000, clocks=400)
QUICK = Sizes(rounds=3, limits=300, clocks=100)


def prepare() -> None:
    """Clocks count by the calendar."""
    load_reference_data()


def rows(*, quick: bool) -> Iterator[Row]:
    sizes = QUICK if quick else FULL
    yield limits_counted(sizes)
    yield clocks_started(sizes)


def limits_counted(sizes: Sizes) -> Row:
    """Limits of 20 working days, one from each day; the floor walks over a set of the days that count."""
    days = [date(2026, 1, 1) + timedelta(days=number % 360) for number in range(sizes.limits)]
    of_region = calendar(REGION)
    working_days = {
        day for number in range(500) if of_region.day(day := date(2026, 1, 1) + timedelta(days=number)).counts
    }
    found: dict[str, list[date]] = {"floor": [], "product": []}

    def by_set(_round: int) -> float:
        return len(days) / seconds(lambda: found.update(floor=[_walk(working_days, day, 20) for day in days]))

    def by_rule(_round: int) -> float:
        return len(days) / seconds(lambda: found.update(product=[_by_rule(of_region, day) for day in days]))

    floor, product = in_turn(sizes.rounds, by_set, by_rule)
    must_agree("due days", found["floor"], found["product"])
    return row("limits of 20 working days counted, each day explained", product, "limit/s", floor=floor)


def _by_rule(of_region: Any, start: date, limit: int = 20) -> date:
    return due(calendar=of_region, unit=LimitUnit.WORKING, days=limit, start=start).due_on


def _walk(working_days: set[date], start: date, count: int) -> date:
    on_day, left = start, count
    while left:
        on_day += timedelta(days=1)
        left -= on_day in working_days
    return on_day


def clocks_started(sizes: Sizes) -> Row:
    """`start` against the rows it leaves, written by psycopg: the clock, its audit line, one commit."""
    with plain() as own:
        floor, product = in_turn(
            sizes.rounds, lambda n: _floor_clocks(own, n, sizes.clocks), lambda n: _product_clocks(n, sizes.clocks)
        )
    columns = "subject_id, unit, promise_days, legal_days, start_on, promise_due_on, legal_due_on, red_at, black_at"
    must_agree(
        "clocks",
        sql(f"SELECT {columns} FROM bench_floor_clock ORDER BY subject_id"),
        sql(f"SELECT {columns} FROM clocks_clock ORDER BY subject_id"),
    )
    return row("clocks started", product, "clock/s", floor=floor)


_START = date(2026, 3, 2)
_LIMITS = Limits(unit=LimitUnit.WORKING, promise_days=20, legal_days=30)


def _product_clocks(number: int, count: int) -> float:
    def start_all() -> None:
        for one in range(count):
            start(
                subject=Subject("bench.bell", f"{number}-{one}"),
                limits=_LIMITS,
                from_day=_START,
                region=REGION,
                actor=US,
                at=times.utc_now(),
            )

    return count / seconds(start_all)


def _floor_clocks(own: Connection, number: int, count: int) -> float:
    promise_due_on, legal_due_on = (_by_rule(calendar(REGION), _START, limit) for limit in (20, 30))
    moments = [times.day_start(day + timedelta(days=1)) for day in (promise_due_on, legal_due_on)]

    def insert_all() -> None:
        for one in range(count):
            own.execute(_FLOOR_CLOCK, [f"{number}-{one}", REGION, _START, promise_due_on, legal_due_on, *moments])
            floor_line(own)
            own.commit()

    return count / seconds(insert_all)


_FLOOR_CLOCK = """
INSERT INTO bench_floor_clock (subject_kind, subject_id, unit, promise_days, legal_days, extended_by, region, start_on,
                               state, promise_due_on, legal_due_on, provisional, red_at, black_at)
VALUES ('bench.bell', %s, 'working', 20, 30, 0, %s, %s, 'running', %s, %s, false, %s, %s)
"""
