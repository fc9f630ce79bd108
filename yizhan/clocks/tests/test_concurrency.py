"""Two desks press the same button at once: one is served, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import uuid4

from django.db import IntegrityError, OperationalError, connection, connections, transaction

from yizhan.clocks import api as clocks
from yizhan.clocks.models import Clock, Pause
from yizhan.clocks.tests.test_services import CLERK, D, at, start
from yizhan.kernel.api import Subject
from yizhan.kernel.testing import audit_lines


def at_once(*acts):
    """Each act on a connection of its own, all let go together: what came back, or the refusal."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            gate.wait(timeout=10)
            return act()
        except Exception as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_pauses_at_once_make_one(committed_db):
    case = Subject("matters.case", str(uuid4()))
    start(case)

    answers = at_once(*[lambda: clocks.pause(subject=case, actor=CLERK, at=at("2026-09-21T10:00"))] * 2)

    assert clocks.ClockNotRunning in answers
    assert Pause.objects.filter(clock__subject_id=case.id).count() == 1
    assert [line.action for line in audit_lines(case)] == ["clocks.started", "clocks.paused"]


def test_two_starts_at_once_make_one(committed_db):
    case = Subject("matters.case", str(uuid4()))

    answers = at_once(lambda: start(case), lambda: start(case))

    assert clocks.ClockAlreadyStarted in answers
    assert Clock.objects.filter(subject_id=case.id).count() == 1


def test_two_extensions_at_once_both_count(committed_db):
    case = Subject("matters.case", str(uuid4()))
    start(case)

    at_once(
        *[lambda: clocks.extend(subject=case, days=5, actor=CLERK, at=at("2026-09-21T10:00"), reason="情况复杂")] * 2
    )

    assert clocks.of(case).extended_by == 10


def test_the_database_refuses_overlapping_pauses_of_two_connections(committed_db):
    case = Subject("matters.case", str(uuid4()))
    start(case)
    clock = Clock.objects.get(subject_id=case.id)

    def past_the_services(first: date, last: date):
        def act():
            with transaction.atomic():
                return Pause.objects.create(clock=clock, paused_after=first, paused_until=last)

        return act

    answers = at_once(
        past_the_services(D("2026-09-21"), D("2026-09-24")), past_the_services(D("2026-09-22"), D("2026-09-25"))
    )

    # Both rows may be written before either is checked; then each waits for the other, and one ends as a deadlock.
    assert sum(answer in (IntegrityError, OperationalError) for answer in answers) == 1
    assert Pause.objects.filter(clock=clock).count() == 1
