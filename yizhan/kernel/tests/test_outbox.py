from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yizhan.kernel import outbox
from yizhan.kernel.actors import Actor
from yizhan.kernel.models import Delivery, FactRecord
from yizhan.kernel.outbox import deliver_all, publish
from yizhan.kernel.tests.conftest import NOON, Rang, in_thread, rang
from yizhan.kernel.times import utc_now

pytestmark = pytest.mark.django_db


def hurry():
    """Let the waiting time of failed deliveries pass."""
    Delivery.objects.filter(state="ready").update(due_at=utc_now() - timedelta(seconds=1))


def rung():
    """The facts of these tests; reference data has left some of its own."""
    return FactRecord.objects.filter(name=Rang.fact_name())


def test_a_fact_reaches_each_handler_as_it_was_published(handlers):
    got = []
    handlers(Rang, "tests.one", got.append)
    handlers(Rang, "tests.two", got.append)
    fact = Rang(occurred_at=NOON, community="450103001005", bell_id=uuid4(), times=3, days=(NOON,))

    publish(fact)
    deliver_all()

    assert got == [fact, fact]


def test_a_fact_outside_a_transaction_is_a_fault(committed_db):
    with pytest.raises(RuntimeError):
        publish(rang())


def test_a_rolled_back_change_publishes_nothing():
    with transaction.atomic():
        publish(rang())
        transaction.set_rollback(True)

    assert not rung().exists()


def test_a_handler_that_fails_leaves_nothing_and_is_tried_again(handlers):
    calls = []

    def flaky(fact):
        publish(rang())
        calls.append(fact)
        if len(calls) == 1:
            raise ValueError("四五零一")

    handlers(Rang, "tests.flaky", lambda f: flaky(f) if f.times == 7 else None)
    publish(rang(times=7))

    deliver_all()
    assert rung().count() == 1
    assert Delivery.objects.get(handler="tests.flaky").last_error == "ValueError"

    hurry()
    deliver_all()
    assert rung().count() == 2


def test_a_broken_subject_delays_only_itself(handlers):
    broken, well = uuid4(), uuid4()
    seen = []

    def handle(fact):
        if fact.bell_id == broken and fact.times == 0:
            raise ValueError
        seen.append((fact.bell_id, fact.times))

    handlers(Rang, "tests.order", handle)
    for times in range(3):
        publish(rang(broken, times))
        publish(rang(well, times))
    for _ in range(outbox.MAX_ATTEMPTS):
        deliver_all()
        hurry()

    assert seen == [(well, 0), (well, 1), (well, 2)]
    parked = outbox.parked().get()
    assert parked.fact.payload["times"] == 0

    outbox.skip(delivery_id=parked.pk, reason="钟已拆", actor=Actor.system("tests"))
    deliver_all()
    assert seen[3:] == [(broken, 1), (broken, 2)]


def test_a_parked_delivery_runs_again_on_request(handlers):
    fails = [True]
    seen = []

    def handle(fact):
        if fails[0]:
            raise ValueError
        seen.append(fact.times)

    handlers(Rang, "tests.rerun", handle)
    bell = uuid4()
    publish(rang(bell, 1))
    publish(rang(bell, 2))
    for _ in range(outbox.MAX_ATTEMPTS):
        deliver_all()
        hurry()
    fails[0] = False
    outbox.rerun(delivery_id=outbox.parked().get().pk, actor=Actor.system("tests"))
    deliver_all()

    assert seen == [1, 2]
    with pytest.raises(outbox.NotParked):
        outbox.rerun(delivery_id=1, actor=Actor.system("tests"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=9))
def test_order_within_a_subject_holds_under_any_failures(handlers, plan):
    """Whatever fails once, each subject's facts arrive in the order of publication."""
    bells = [uuid4() for _ in range(4)]
    failing = {i for i, (_, fails) in enumerate(plan) if fails}
    seen = []
    name = f"tests.any-{uuid4()}"

    def handle(fact):
        if fact.times in failing:
            failing.discard(fact.times)
            raise ValueError
        seen.append((fact.bell_id, fact.times))

    handlers(Rang, name, handle)
    for i, (bell, _) in enumerate(plan):
        publish(rang(bells[bell], i))
    while Delivery.objects.exclude(state="done").exists():
        hurry()
        deliver_all()

    for bell in bells:
        expected = [i for i, (b, _) in enumerate(plan) if bells[b] == bell]
        assert [t for b, t in seen if b == bell] == expected


@pytest.mark.parametrize("round_", range(4))
def test_three_workers_keep_the_order_of_a_subject(handlers, committed_db, round_):
    seen = []
    handlers(Rang, "tests.pair", lambda fact: seen.append(fact.times))
    bell = uuid4()
    with transaction.atomic():
        for times in range(40):
            publish(rang(bell, times))

    with in_thread(lambda: deliver_all("fact")), in_thread(lambda: deliver_all("fact")):
        deliver_all("fact")
    deliver_all("fact")

    assert seen == list(range(40))
    assert set(Delivery.objects.filter(handler="tests.pair").values_list("state", flat=True)) == {"done"}


def test_a_repeated_delivery_has_no_second_effect(handlers):
    seen = []
    handlers(Rang, "tests.once", lambda fact: seen.append(fact.times))
    publish(rang())
    deliver_all()
    deliver_all()
    assert seen == [1]


def test_facts_cannot_be_altered_by_the_application():
    from django.db import ProgrammingError

    publish(rang())
    for statement in ("UPDATE kernel_fact SET name = 'x'", "DELETE FROM kernel_fact"):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
