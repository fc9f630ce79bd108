"""Whatever happens to a clock, what is stored is what the oracle says about its pauses and extensions."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest

from yizhan.clocks import api as clocks
from yizhan.clocks.models import Pause
from yizhan.clocks.tests import oracle
from yizhan.clocks.tests.test_services import CLERK, D, start
from yizhan.kernel.api import Refusal, Subject, times

pytestmark = pytest.mark.django_db

ACTS = {
    "pause": lambda case, at: clocks.pause(subject=case, actor=CLERK, at=at),
    "resume": lambda case, at: clocks.resume(subject=case, actor=CLERK, at=at),
    "extend": lambda case, at: clocks.extend(subject=case, days=3, actor=CLERK, at=at, reason="情况复杂"),
}


@pytest.mark.parametrize("seed", range(40))
def test_stored_due_days_agree_with_the_oracle(seed):
    chance = random.Random(seed)
    case = Subject("matters.case", str(uuid4()))
    unit = chance.choice(list(clocks.LimitUnit))
    begun = D("2026-01-05") + timedelta(days=chance.randrange(300))
    start(case, begun.isoformat(), promise=10, legal=20, unit=unit)
    moment = times.day_start(begun) + timedelta(hours=10)
    for _ in range(chance.randint(1, 8)):
        moment += timedelta(hours=chance.choice((3, 30, 60)))
        try:
            ACTS[chance.choice(list(ACTS))](case, moment)
        except Refusal:
            continue
    if clocks.of(case).is_paused:
        clocks.resume(subject=case, actor=CLERK, at=moment)

    view = clocks.of(case)
    stored = Pause.objects.filter(clock__subject_id=case.id)
    pauses = [(pause.paused_after, pause.paused_until) for pause in stored]
    expected = oracle.due(begun, 10, unit is clocks.LimitUnit.NATURAL, pauses, view.extended_by, guangxi=True)
    legally = oracle.due(begun, 20, unit is clocks.LimitUnit.NATURAL, pauses, view.extended_by, guangxi=True)
    assert (view.promise.due_on, view.legal.due_on) == (expected[0], legally[0])
    assert view.provisional == (expected[1] or legally[1])
    assert view.moments.red_at == times.day_end(view.promise.due_on)
