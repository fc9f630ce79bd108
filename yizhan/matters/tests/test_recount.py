"""When the city enters a notice of days off, due days move, and the queue with them."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor
from yizhan.kernel.testing import carry_out_everything
from yizhan.matters.models import Case
from yizhan.matters.rules.states import State
from yizhan.matters.testing import assert_moments_are_kept, bring_to, make_town
from yizhan.territory import api as territory

pytestmark = pytest.mark.django_db
# Accepted on 2027-04-02, when 三月三 of that year (9 and 10 April) is only computed.
BEFORE_THE_FESTIVAL = datetime(2027, 4, 2, 4, 0, tzinfo=UTC)


def test_a_regional_notice_moves_the_queue():
    case = Case.objects.get(pk=bring_to(make_town(), State.ACCEPTED, at=BEFORE_THE_FESTIVAL))
    computed = case.due_on
    assert clocks.of(case.subject).provisional

    festival = territory.Occasion(chinese="壮族三月三", english="Sam Nyied Sam")
    days_off = {date(2027, 4, day): festival for day in (8, 9, 12)}
    notice = territory.Notice(region="450000", year=2027, source="样例通知", days_off=days_off)
    territory.enter_notice(notice=notice, actor=Actor.system("tests"), at=BEFORE_THE_FESTIVAL)
    carry_out_everything()

    case.refresh_from_db()
    assert case.due_on == clocks.of(case.subject).promise_due_on
    assert case.due_on > computed


MOMENTS = ("yellow_at", "red_at", "black_at")


def moments_of(case):
    return [getattr(case, name) for name in MOMENTS]


def test_a_recount_moves_what_is_kept():
    case = Case.objects.get(pk=bring_to(make_town(), State.ACCEPTED, at=BEFORE_THE_FESTIVAL))
    before = moments_of(case)
    festival = territory.Occasion(chinese="壮族三月三", english="Sam Nyied Sam")
    notice = territory.Notice(
        region="450000", year=2027, source="样例通知", days_off={date(2027, 4, day): festival for day in (8, 9, 12)}
    )
    territory.enter_notice(notice=notice, actor=Actor.system("tests"), at=BEFORE_THE_FESTIVAL)
    carry_out_everything()

    case.refresh_from_db()
    assert moments_of(case) != before
    assert_moments_are_kept()


def test_open_cases_of_before_take_over_the_moments_of_their_clocks():
    town = make_town()
    case = Case.objects.get(pk=bring_to(town, State.EXAMINING))
    moved = {name: getattr(case, name) + timedelta(days=1) for name in ("yellow_at", "red_at", "black_at")}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clocks_clock SET yellow_at = %(yellow_at)s, red_at = %(red_at)s, black_at = %(black_at)s"
            " WHERE subject_kind = 'matters.case' AND subject_id = %(id)s",
            {**moved, "id": case.subject.id},
        )
    take_over = import_module("yizhan.matters.migrations.0017_moments_of_open_cases").take_over
    with connection.schema_editor() as editor:
        take_over(apps, editor)
    case.refresh_from_db()
    assert moved.items() <= vars(case).items()
    assert_moments_are_kept()
