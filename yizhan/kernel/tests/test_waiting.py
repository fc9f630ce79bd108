"""A delivery that begins as waiting is never forgotten, whoever publishes and delivers at the same time."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from yizhan.kernel import outbox
from yizhan.kernel.actors import Actor
from yizhan.kernel.models import Delivery
from yizhan.kernel.outbox import WAKE_CHANNEL, deliver_all, publish
from yizhan.kernel.tests.conftest import Rang, in_thread, rang
from yizhan.kernel.times import utc_now

pytestmark = pytest.mark.django_db


@contextmanager
def not_yet_committed(act):
    """In here another connection has done `act`, and commits it afterwards."""
    done, commit = threading.Event(), threading.Event()

    def held():
        with transaction.atomic():
            act()
            done.set()
            assert commit.wait(10)

    with in_thread(held):
        assert done.wait(10)
        yield
        commit.set()


def test_only_the_head_of_a_subject_is_ready(handlers):
    handlers(Rang, "tests.queue", lambda _: None)
    bell, other = uuid4(), uuid4()
    for times in range(3):
        publish(rang(bell, times))
    publish(rang(other))

    states = Delivery.objects.filter(handler="tests.queue").order_by("id").values_list("state", flat=True)
    assert list(states) == ["ready", "waiting", "waiting", "ready"]


def test_publishing_does_not_wait_for_a_handler_that_runs(handlers, committed_db):
    running, release = threading.Event(), threading.Event()
    seen = []

    def handle(fact):
        if fact.times == 0:
            running.set()
            assert release.wait(10)
        seen.append(fact.times)

    handlers(Rang, "tests.slow", handle)
    bell = uuid4()
    with transaction.atomic():
        publish(rang(bell, 0))
    with in_thread(lambda: deliver_all("fact")):
        assert running.wait(10)
        with transaction.atomic():
            publish(rang(bell, 1))
        states = Delivery.objects.filter(handler="tests.slow").order_by("id").values_list("state", flat=True)
        assert list(states) == ["ready", "ready"]
        release.set()
    deliver_all("fact")
    assert seen == [0, 1]


def test_a_head_is_not_ended_between_our_look_and_our_commit(handlers, committed_db):
    seen = []
    handlers(Rang, "tests.held", lambda fact: seen.append(fact.times))
    bell = uuid4()
    with transaction.atomic():
        publish(rang(bell, 0))
    with transaction.atomic():
        publish(rang(bell, 1))
        with in_thread(lambda: deliver_all("fact")):
            pass
        assert seen == []
    deliver_all("fact")
    assert seen == [0, 1]


def test_a_commit_that_held_a_due_head_still_wakes_the_workers_for_it(handlers, committed_db, owner_url):
    """A worker woken in between has passed the head by; without this it would find it at its next look."""
    import psycopg

    handlers(Rang, "tests.woken", lambda _: None)
    bell = uuid4()
    with transaction.atomic():
        publish(rang(bell, 0))
    with psycopg.connect(owner_url, autocommit=True) as listening:
        listening.execute(f"LISTEN {WAKE_CHANNEL}")
        with transaction.atomic():
            publish(rang(bell, 1))
        assert len(list(listening.notifies(timeout=5, stop_after=1))) == 1
        Delivery.objects.filter(handler="tests.woken").update(due_at=utc_now() + timedelta(hours=1))
        with transaction.atomic():
            publish(rang(bell, 2))
        assert list(listening.notifies(timeout=0.1, stop_after=1)) == []


def test_who_comes_while_the_one_before_is_being_ended_is_not_left_waiting(handlers, committed_db):
    """Its end has looked for those behind it before ours was there, and still holds the subject when we try."""
    seen = []
    handlers(Rang, "tests.ending", lambda fact: seen.append(fact.times))
    bell = uuid4()
    with transaction.atomic():
        publish(rang(bell, 0))
    with not_yet_committed(lambda: outbox._carry_out(outbox._claim("fact"))):
        with transaction.atomic():
            publish(rang(bell, 1))
        assert outbox.deliver_next("fact")
    deliver_all("fact")
    assert seen == [0, 1]


def test_who_comes_while_a_handler_runs_waits_for_its_end(handlers, committed_db):
    running, release = threading.Event(), threading.Event()

    def handle(fact):
        if fact.times == 0:
            running.set()
            assert release.wait(10)

    handlers(Rang, "tests.behind", handle)
    bell = uuid4()
    with transaction.atomic():
        publish(rang(bell, 0))
    with in_thread(lambda: outbox.deliver_next("fact")):
        assert running.wait(10)
        with transaction.atomic():
            publish(rang(bell, 1))
        assert outbox.deliver_next("fact")
        states = Delivery.objects.filter(handler="tests.behind").order_by("id").values_list("state", flat=True)
        assert list(states) == ["ready", "waiting"]
        release.set()
    states = Delivery.objects.filter(handler="tests.behind").order_by("id").values_list("state", flat=True)
    assert list(states) == ["done", "ready"]


def test_who_comes_while_a_parked_one_is_given_up_is_not_left_waiting(handlers, committed_db):
    seen = []
    handlers(Rang, "tests.given_up", lambda fact: seen.append(fact.times))
    bell = uuid4()
    with transaction.atomic():
        publish(rang(bell, 0))
    parked = Delivery.objects.get(handler="tests.given_up")
    Delivery.objects.filter(pk=parked.pk).update(state="parked")
    with not_yet_committed(lambda: outbox.skip(delivery_id=parked.pk, reason="x", actor=Actor.system("test"))):
        with transaction.atomic():
            publish(rang(bell, 1))
        assert outbox.deliver_next("fact")
    deliver_all("fact")
    assert seen == [1]


@pytest.mark.parametrize("round_", range(3))
def test_publishers_and_workers_at_once_leave_nothing_behind(handlers, committed_db, round_):
    seen = {}
    handlers(Rang, "tests.busy", lambda fact: seen.setdefault(fact.bell_id, []).append(fact.times))
    bells = [uuid4() for _ in range(3)]
    done = threading.Event()

    def work():
        while not done.is_set():
            deliver_all("fact")

    def ring(bell):
        for times in range(40):
            with transaction.atomic():
                publish(rang(bell, times))

    with in_thread(work), in_thread(work):
        with in_thread(lambda: ring(bells[0])), in_thread(lambda: ring(bells[1])):
            ring(bells[2])
        done.set()
    deliver_all("fact")

    assert seen == {bell: list(range(40)) for bell in bells}
    assert set(Delivery.objects.filter(handler="tests.busy").values_list("state", flat=True)) == {"done"}


def test_verify_names_a_pending_line_that_is_gone(committed_db, owner_url):
    import psycopg

    from yizhan.kernel.actors import Actor
    from yizhan.kernel.auditing import audit, verify_audit
    from yizhan.kernel.subjects import Subject

    with transaction.atomic():
        audit(Actor.system("tests"), "tests.rang", Subject("tests.bell", "1"))
    with psycopg.connect(owner_url) as owner:
        owner.execute("DELETE FROM kernel_auditline WHERE action = 'tests.rang'")
    connection.close()
    assert "line_missing" in {problem.code for problem in verify_audit().problems}
