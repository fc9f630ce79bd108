"""The database and Python show the same light at any moment."""

import random
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from yizhan.clocks import api as clocks
from yizhan.clocks.models import Clock, ClockState
from yizhan.clocks.queries.lights import _light
from yizhan.clocks.queries.views import view_of
from yizhan.kernel.api import Actor, Subject, times

pytestmark = pytest.mark.django_db

EPOCH = datetime(2026, 1, 1, tzinfo=times.SHANGHAI)


def somewhen(chance: random.Random) -> datetime:
    # Few different moments, so that equal ones come up: the edges are where the two could differ.
    return EPOCH + timedelta(days=chance.randrange(12))


def random_clock(chance: random.Random, number: int) -> Clock:
    state = chance.choice(ClockState.values)
    moments = sorted(somewhen(chance) for _ in range(3))
    yellow_at, red_at, black_at = (moment if chance.random() < 0.8 else None for moment in moments)
    return Clock(
        subject_kind="test.thing",
        subject_id=str(number),
        unit="working",
        promise_days=5,
        region="450100",
        start_on=EPOCH.date(),
        state=state,
        paused_after=EPOCH.date() if state == ClockState.PAUSED else None,
        stopped_at=somewhen(chance) if state == ClockState.STOPPED else None,
        yellow_at=yellow_at,
        red_at=red_at,
        black_at=black_at,
    )


def test_python_and_sql_agree_on_random_clocks_and_moments():
    chance = random.Random(12)
    Clock.objects.bulk_create(random_clock(chance, number) for number in range(1500))
    seen = set()

    for now in (EPOCH + timedelta(days=n, microseconds=m) for n in range(-1, 13) for m in (-1, 0)):
        for clock in Clock.objects.annotate(in_sql=_light(now)):
            assert clock.in_sql == view_of(clock).light_at(now), (clock.__dict__, now)
            seen.add(clock.in_sql)

    assert seen == set(clocks.Light)


def test_of_what_is_open_rows_that_keep_its_moments_show_the_same():
    chance = random.Random(13)
    Clock.objects.bulk_create(random_clock(chance, number) for number in range(400))
    open_ones = Clock.objects.exclude(state=ClockState.STOPPED)

    for now in (EPOCH + timedelta(days=n, microseconds=m) for n in range(-1, 13) for m in (-1, 0)):
        kept = clocks.light_of_kept(now, stands_still=Q(state=ClockState.PAUSED))
        found = open_ones.annotate(kept=kept)
        assert [one.kept for one in found] == [view_of(one).light_at(now) for one in found]


def test_annotates_the_things_that_have_a_clock():
    thing, without = ContentType.objects.order_by("pk")[:2]
    clocks.start(
        subject=Subject("test.kind", str(thing.pk)),
        limits=clocks.Limits(unit=clocks.LimitUnit.WORKING, promise_days=5),
        from_day=EPOCH.date(),
        region="450100",
        actor=Actor(account_id=uuid4()),
        at=EPOCH,
    )
    things = ContentType.objects.filter(pk__in=[thing.pk, without.pk]).annotate(
        light=clocks.light_expression(EPOCH + timedelta(days=60), kind="test.kind"),
        due_on=clocks.due_expression(kind="test.kind"),
    )

    assert [(one.light, str(one.due_on)) for one in things.order_by("pk")] == [
        ("red", "2026-01-08"),
        (None, "None"),
    ]


def test_every_light_has_its_word():
    assert [clocks.light_view(light).word for light in clocks.Light] == ["正常", "预警", "超承诺", "超法定", "停算"]
