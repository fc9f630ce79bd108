from datetime import timedelta

import pytest
from django.db import transaction

from yizhan.kernel import timers
from yizhan.kernel.models import Timer
from yizhan.kernel.subjects import Subject
from yizhan.kernel.tests.conftest import NOON, in_thread

pytestmark = pytest.mark.django_db
BELL = Subject("tests.bell", "1")
LATER = NOON + timedelta(hours=1)


def test_fires_when_due_and_not_before(timer_kind):
    rung = []
    timer_kind("tests.ring", lambda subject, due: rung.append((subject, due)))
    timers.set_timer("tests.ring", BELL, LATER)

    assert timers.fire_all(LATER - timedelta(seconds=1)) == 0
    assert timers.fire_all(LATER) == 1
    assert rung == [(BELL, LATER)]
    assert timers.fire_all(LATER) == 0


def test_setting_again_moves_it(timer_kind):
    rung = []
    timer_kind("tests.ring", lambda subject, due: rung.append(due))
    timers.set_timer("tests.ring", BELL, NOON)
    timers.set_timer("tests.ring", BELL, LATER)
    timers.fire_all(NOON)
    assert rung == []
    assert Timer.objects.get().token == 2


def test_a_handler_may_set_its_own_timer_again(timer_kind):
    timer_kind("tests.ring", lambda subject, due: timers.set_timer("tests.ring", subject, LATER))
    timers.set_timer("tests.ring", BELL, NOON)
    assert timers.fire_all(NOON) == 1
    assert Timer.objects.get().due_at == LATER


def test_cancel_takes_it_away(timer_kind):
    timer_kind("tests.ring", lambda *_: pytest.fail("rang"))
    timers.set_timer("tests.ring", BELL, NOON)
    timers.cancel("tests.ring", BELL)
    assert timers.fire_all(LATER) == 0


def test_a_failing_timer_is_put_off_then_parked(timer_kind):
    def fail(*_):
        raise ValueError

    timer_kind("tests.ring", fail)
    timers.set_timer("tests.ring", BELL, NOON)
    for _ in range(timers.MAX_ATTEMPTS):
        Timer.objects.update(due_at=NOON)
        timers.fire_next(NOON)
    timer = Timer.objects.get()
    assert timer.is_parked
    assert timer.last_error == "ValueError"


def test_an_unknown_kind_is_a_fault():
    with pytest.raises(LookupError):
        timers.set_timer("tests.nobody", BELL, NOON)


def test_three_workers_fire_each_timer_once(timer_kind, committed_db):
    rung = []
    timer_kind("tests.ring", lambda subject, due: rung.append(subject.id))
    with transaction.atomic():
        for i in range(60):
            timers.set_timer("tests.ring", Subject("tests.bell", str(i)), NOON)
    with in_thread(lambda: timers.fire_all(LATER)), in_thread(lambda: timers.fire_all(LATER)):
        timers.fire_all(LATER)
    assert sorted(rung, key=int) == [str(i) for i in range(60)]
