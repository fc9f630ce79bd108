"""What the kernel costs beside plain SQL that does the same, and what it promises under load (see docs)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bench import clocks
from bench.floor import Connection, floor_line, plain, sql
from bench.harness import AnswersDiffer, Row, in_turn, middle_of_turns, must_agree, percentile, row, seconds
from yizhan.kernel import timers
from yizhan.kernel.api import Actor, Fact, Subject, audit, auditing, ids, on, publish, times
from yizhan.kernel.models import IdempotencyKey
from yizhan.kernel.outbox import deliver_all
from yizhan.kernel.worker import Worker

# The floor's tables are the kernel's own, empty: same columns, same indexes.
SCHEMA = f"""{clocks.SCHEMA}
CREATE TABLE bench_floor_fact (LIKE kernel_fact INCLUDING ALL);
CREATE TABLE bench_floor_delivery (LIKE kernel_delivery INCLUDING ALL);
CREATE TABLE bench_effect (id bigserial PRIMARY KEY, who text, subject text, number int);
CREATE TABLE bench_act (id bigserial PRIMARY KEY, at timestamptz, words text);
"""
US = Actor.system("bench")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    facts: int
    rounds: int
    broken: int
    others: int
    runs: int
    timers: int
    due: int
    acts: int


FULL = Sizes(
    facts=1000,
    rounds=3,
    broken=10_000,
    others=250,
    runs=7,
    timers=1_000_000,
    due=12,
    acts=1500,
)
QUICK = Sizes(
    facts=200,
    rounds=3,
    broken=2000,
    others=150,
    runs=5,
    timers=50_000,
    due=4,
    acts=500,
)


prepare = clocks.prepare


def rows(*, quick: bool) -> Iterator[Row]:
    sizes = QUICK if quick else FULL
    yield facts_delivered(1, sizes)
    yield facts_delivered(1000, sizes)
    yield from others_beside_a_broken_subject(sizes)
    yield from due_timer_among_future_ones(sizes)
    yield commit_beside_open_transactions()
    yield audit_with_writers(1, sizes)
    yield audit_with_writers(10, sizes)
    yield audit_beside_a_bare_insert(1, sizes)
    yield audit_beside_a_bare_insert(10, sizes)
    yield lines_sealed(sizes)
    yield from clocks.rows(quick=quick)


# ── facts ──


@dataclass(frozen=True, kw_only=True)
class Struck(Fact):
    subject_kind = "bench.bell"
    subject_field = "bell_id"

    bell_id: UUID
    number: int


@dataclass(frozen=True, kw_only=True)
class Rung(Struck):
    """For the run beside a broken subject: its handler notes the moment."""


@on(Struck, name="bench.struck")
def note_effect(fact: Struck) -> None:
    sql("INSERT INTO bench_effect (who, subject, number) VALUES ('product', %s, %s)", str(fact.bell_id), fact.number)


def facts_delivered(subjects: int, sizes: Sizes) -> Row:
    """Published with one commit each, then delivered one after the other, by one consumer."""
    bells = [ids.new_id() for _ in range(subjects)]
    plan = [(bells[number % subjects], number) for number in range(max(sizes.facts, subjects if subjects > 1 else 0))]
    with plain() as own:
        floor, product = in_turn(
            sizes.rounds,
            lambda _: len(plan) / seconds(lambda: _floor_facts(own, plan)),
            lambda _: len(plan) / seconds(lambda: _product_facts(plan)),
        )
    must_agree("effects of facts", _effects("floor"), _effects("product"))
    sql("DELETE FROM bench_effect")
    return row(f"facts published and delivered, {subjects} subject(s)", product, "fact/s", floor=floor)


def _product_facts(plan: list[tuple[UUID, int]]) -> None:
    for bell_id, number in plan:
        with transaction.atomic():
            publish(Struck(occurred_at=times.utc_now(), community="450103001005", bell_id=bell_id, number=number))
    deliver_all("fact")


def _floor_facts(own: Connection, plan: list[tuple[UUID, int]]) -> None:
    for bell_id, number in plan:
        _floor_insert(own, bell_id, number)
        own.commit()
    while _floor_consume(own):
        own.commit()
    own.commit()


def _floor_insert(own: Connection, bell_id: UUID, number: int) -> None:
    now = times.utc_now()
    payload = f'{{"bell_id": "{bell_id}", "number": {number}}}'
    found = own.execute(
        """
        INSERT INTO bench_floor_fact (name, subject_kind, subject_id, community, done_at, channel, occurred_at,
                                      recorded_at, payload)
        VALUES ('bench.Struck', 'bench.bell', %s, '450103001005', '', '', %s, %s, %s::jsonb) RETURNING id
        """,
        [str(bell_id), now, now, payload],
    ).fetchone()
    own.execute(
        """
        INSERT INTO bench_floor_delivery (fact_id, handler, lane, subject_key, state, attempts, due_at, last_error,
                                          reason)
        VALUES (%s, 'bench.struck', 'fact', %s, 'ready', 0, %s, '', '')
        """,
        [found and found[0], f"bench.bell:{bell_id}", now],
    )


def _floor_consume(own: Connection) -> bool:
    taken = own.execute(
        """
        SELECT d.id, f.payload FROM bench_floor_delivery d JOIN bench_floor_fact f ON f.id = d.fact_id
        WHERE d.state = 'ready' AND d.lane = 'fact' AND d.due_at <= %s
        ORDER BY d.due_at, d.id LIMIT 1 FOR UPDATE OF d SKIP LOCKED
        """,
        [times.utc_now()],
    ).fetchone()
    if taken is None:
        return False
    fact = taken[1]
    own.execute(
        "INSERT INTO bench_effect (who, subject, number) VALUES ('floor', %s, %s)", [fact["bell_id"], fact["number"]]
    )
    own.execute(
        "UPDATE bench_floor_delivery SET state = 'done', done_at = %s WHERE id = %s", [times.utc_now(), taken[0]]
    )
    return True


def _effects(who: str) -> list[tuple[Any, ...]]:
    """Each subject's numbers in the order of their effects."""
    return sql(
        "SELECT subject, array_agg(number ORDER BY id) FROM bench_effect WHERE who = %s GROUP BY 1 ORDER BY 1", who
    )


# ── one broken subject ──


class Broken(Exception):
    """What the broken subject's handler raises."""


_broken: set[UUID] = set()
_moments: dict[int, float] = {}


@dataclass(frozen=True, kw_only=True)
class Unheard(Struck):
    """Nobody handles it: as many rows to write as a broken subject's, and nothing to try again."""


@on(Rung, name="bench.rung")
def note_moment(fact: Rung) -> None:
    if fact.bell_id in _broken:
        raise Broken
    _moments[fact.number] = time.perf_counter()


def others_beside_a_broken_subject(sizes: Sizes) -> Iterator[Row]:
    """Latency from commit to effect of other subjects' facts while one subject's facts cannot be delivered.

    The bar is against the same run without the broken subject. Beside it stands the run that begins with as many facts
    that nobody handles: what is left of a difference then comes from the broken subject, not from having written much.
    Several short runs of each in turn, of which the pair in the middle counts: a disturbance of the machine meets both,
    or one pair.
    """
    without, beside = middle_of_turns(
        sizes.runs, lambda _: _p95_of_others(sizes, None), lambda _: _p95_of_others(sizes, Rung)
    )
    unheard, _ = in_turn(sizes.runs // 2, lambda _: _p95_of_others(sizes, Unheard), lambda _: 0.0)
    name = f"p95 latency of others beside {sizes.broken} facts of a broken subject"
    yield row(name, beside * 1000, "ms", floor=without * 1000, ratio_at_most=1.2)
    yield row(f"{name}, floor beside as many that nobody handles", beside * 1000, "ms", floor=unheard * 1000)


def _p95_of_others(sizes: Sizes, kind: type[Struck] | None) -> float:
    _moments.clear()
    bells = [ids.new_id() for _ in range(20)]
    if kind:
        _publish_broken(sizes.broken, kind)
    published: dict[int, float] = {}
    with working():
        time.sleep(0.5)
        for number in range(sizes.others):
            with transaction.atomic():
                publish(_struck(Rung, bells[number % len(bells)], number))
            published[number] = time.perf_counter()
            time.sleep(0.008)
        wait_until(lambda: len(_moments) == sizes.others, 30)
    _forget_broken()
    return percentile([_moments[number] - moment for number, moment in published.items()], 0.95)


def _publish_broken(count: int, kind: type[Struck]) -> None:
    bell_id = ids.new_id()
    _broken.add(bell_id)
    with transaction.atomic():
        for number in range(count):
            publish(_struck(kind, bell_id, -1 - number))


def _struck(kind: type[Struck], bell_id: UUID, number: int) -> Struck:
    return kind(occurred_at=times.utc_now(), community="450103001005", bell_id=bell_id, number=number)


def _forget_broken() -> None:
    _broken.clear()
    sql("DELETE FROM kernel_delivery")


@contextmanager
def working() -> Iterator[None]:
    """A worker in threads of this process."""
    worker = Worker()
    worker.start()
    try:
        yield
    finally:
        worker.stop()
        worker.join()


def wait_until(holds: Callable[[], bool], within: float) -> None:
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise AnswersDiffer("what should have happened did not, in time")
        time.sleep(0.005)


# ── timers ──

_rang: dict[str, datetime] = {}
timers.on("bench.future", lambda _subject, _due_at: None)
timers.on("bench.due", lambda subject, _due_at: _rang.__setitem__(subject.id, times.utc_now()))


def due_timer_among_future_ones(sizes: Sizes) -> Iterator[Row]:
    sql(
        """
        INSERT INTO kernel_timer (kind, subject_kind, subject_id, due_at, token, attempts, is_parked, last_error)
        SELECT 'bench.future', 'bench.bell', n::text, now() + interval '1 day' + n * interval '1 second', 1, 0, false,
               '' FROM generate_series(1, %s) AS n
        """,
        sizes.timers,
    )
    yield _lateness(sizes)
    yield _timers_fired(sizes)
    sql("DELETE FROM kernel_timer")


def _lateness(sizes: Sizes) -> Row:
    """Each is set alone, due a moment later, while the worker sleeps; the floor polls for it with one query."""
    product: list[float] = []
    floor: list[float] = []
    for number in range(sizes.due):
        with working():
            due_at = times.utc_now() + timedelta(seconds=0.4)
            timers.set_timer("bench.due", Subject("bench.bell", f"due-{number}"), due_at)
            wait_until(lambda key=f"due-{number}": key in _rang, 20)  # type: ignore[misc]
            product.append((_rang[f"due-{number}"] - due_at).total_seconds())
        floor.append(_floor_lateness(number))
    name = f"how late a due timer fires beside {sizes.timers} future ones (worst of {sizes.due})"
    return row(name, max(product), "s", floor=max(floor), at_most=1.0)


def _floor_lateness(number: int) -> float:
    due_at = times.utc_now() + timedelta(seconds=0.1)
    with plain() as own:
        own.execute(_SET_TIMER, [f"floor-{number}", due_at])
        own.commit()
        while not _floor_fire(own):
            own.commit()
            time.sleep(0.01)
        return (times.utc_now() - due_at).total_seconds()


_SET_TIMER = """
INSERT INTO kernel_timer (kind, subject_kind, subject_id, due_at, token, attempts, is_parked, last_error)
VALUES ('bench.due', 'bench.bell', %s, %s, 1, 0, false, '')
"""


def _timers_fired(sizes: Sizes) -> Row:
    count = max(200, sizes.facts // 2)
    with plain() as own:
        floor, product = in_turn(sizes.rounds, lambda n: _floor_rate(own, n, count), lambda n: _product_rate(n, count))
    return row(f"due timers fired beside {sizes.timers} future ones", product, "timer/s", floor=floor)


def _set_due(count: int, mark: str) -> None:
    sql(
        """
        INSERT INTO kernel_timer (kind, subject_kind, subject_id, due_at, token, attempts, is_parked, last_error)
        SELECT 'bench.due', 'bench.bell', %s || n, now() - n * interval '1 millisecond', 1, 0, false, ''
        FROM generate_series(1, %s) AS n
        """,
        mark,
        count,
    )


def _product_rate(number: int, count: int) -> float:
    _set_due(count, f"rate-{number}-")
    fired: list[int] = []
    taken = seconds(lambda: fired.append(timers.fire_all()))
    must_agree("timers fired", count, fired[0])
    return count / taken


def _floor_rate(own: Connection, number: int, count: int) -> float:
    _set_due(count, f"floor-rate-{number}-")
    fired: list[int] = []

    def fire() -> None:
        while _floor_fire(own):
            own.commit()
            fired.append(1)

    taken = seconds(fire)
    own.commit()
    must_agree("timers fired by the floor", count, len(fired))
    return count / taken


def _floor_fire(own: Connection) -> bool:
    taken = own.execute(
        """
        SELECT id, token FROM kernel_timer WHERE NOT is_parked AND due_at <= %s
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
        """,
        [times.utc_now()],
    ).fetchone()
    if taken is None:
        return False
    own.execute("DELETE FROM kernel_timer WHERE id = %s AND token = %s", taken)
    return True


# ── audit ──


def commit_beside_open_transactions() -> Row:
    """Nine transactions stay open with a line each; a tenth writes a line and commits. The sealer works meanwhile."""
    floor: list[float] = []
    product: list[float] = []
    with ExitStack() as stack:
        holders = [stack.enter_context(plain()) for _ in range(9)]
        for holder in holders:
            floor_line(holder)
        own = stack.enter_context(plain())
        for _ in range(20):
            floor.append(seconds(lambda: (floor_line(own), own.commit())))
    with nine_holders():
        for _ in range(20):
            product.append(seconds(_saved_with_line))
            auditing.seal_batch()
    auditing.seal_all()
    must_agree("lines outside the chain", 0, auditing.verify_audit().pending_lines)
    return row(
        "a tenth commit beside nine open transactions with a line each (worst of 20)",
        max(product) * 1000,
        "ms",
        floor=max(floor) * 1000,
        at_most=200,
    )


def _saved_with_line() -> None:
    with transaction.atomic():
        _save()
        _line()


@contextmanager
def nine_holders() -> Iterator[None]:
    release, ready = threading.Event(), threading.Barrier(10)

    def hold() -> None:
        with transaction.atomic():
            audit(US, "bench.held", Subject("bench.bell", "held"))
            ready.wait(20)
            release.wait(20)
        connection.close()

    holders = [threading.Thread(target=hold) for _ in range(9)]
    for each in holders:
        each.start()
    ready.wait(20)
    try:
        yield
    finally:
        release.set()
        for each in holders:
            each.join()


def audit_with_writers(writers: int, sizes: Sizes) -> Row:
    """What a service of the house writes, with and without its audit line; each writer a thread with a connection."""
    floor, product = _with_and_without(writers, sizes, _save)
    return row(f"acts with an audit line, {writers} writer(s)", product, "act/s", floor=floor, ratio_at_least=0.6)


def audit_beside_a_bare_insert(writers: int, sizes: Sizes) -> Row:
    """The hardest measure: one short INSERT as text, which no service is."""
    floor, product = _with_and_without(writers, sizes, _insert)
    return row(f"one bare INSERT with an audit line, {writers} writer(s)", product, "act/s", floor=floor)


def _with_and_without(writers: int, sizes: Sizes, act: Callable[[], None]) -> tuple[float, float]:
    def without_line() -> None:
        with transaction.atomic():
            act()

    def with_line() -> None:
        with transaction.atomic():
            act()
            _line()

    each = max(20, sizes.acts // writers)
    return middle_of_turns(
        11,
        lambda _: _acts_per_second(writers, each, without_line),
        lambda _: _acts_per_second(writers, each, with_line),
    )


WARM = 5


def _acts_per_second(writers: int, each: int, act: Callable[[], None]) -> float:
    begin = threading.Barrier(writers + 1)
    before = _acts_and_lines()

    def write() -> None:
        # Connections stay, so what a new one has to be told once is not counted.
        for _ in range(WARM):
            act()
        begin.wait(20)
        for _ in range(each):
            act()
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    begin.wait(20)
    taken = seconds(lambda: [thread.join() for thread in threads])
    acts, lines = (after - then for after, then in zip(_acts_and_lines(), before, strict=True))
    must_agree("acts written", writers * (WARM + each), acts)
    must_agree("lines written", True, lines in (0, acts))
    return writers * each / taken


def _acts_and_lines() -> tuple[int, int]:
    acts = "(SELECT count(*) FROM bench_act) + (SELECT count(*) FROM kernel_idempotencykey)"
    found: tuple[int, int] = sql(f"SELECT {acts}, (SELECT count(*) FROM kernel_auditline)")[0]  # type: ignore[assignment]
    return found


def _save() -> None:
    """A row with its unique key, as every POST leaves one."""
    IdempotencyKey.objects.create(scope=US.key, key=str(ids.new_id()), fingerprint="0" * 64, created_at=times.utc_now())


def _insert() -> None:
    sql("INSERT INTO bench_act (at, words) VALUES (%s, %s)", times.utc_now(), "收件")


def _line() -> None:
    audit(US, "bench.acted", Subject("bench.bell", "1"), reference="NN-2026-000001-X", due_on=date(2026, 12, 24))


def lines_sealed(sizes: Sizes) -> Row:
    auditing.seal_all()
    count = sizes.acts * 4
    with transaction.atomic():
        for number in range(count):
            audit(US, "bench.sealed", Subject("bench.bell", str(number)))
    sealed: list[int] = []
    taken = seconds(lambda: sealed.append(auditing.seal_all()))
    must_agree("lines sealed", count, sealed[0])
    must_agree("evidence", True, auditing.verify_audit().holds)
    return row("audit lines sealed", count / taken, "line/s")
