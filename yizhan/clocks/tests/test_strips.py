"""The strip of days as the look draws it."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import translation

from yizhan.clocks import api as clocks
from yizhan.clocks.tests.test_services import CLERK, D, at, pause, resume, start
from yizhan.kernel.api import Subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return Subject("matters.case", str(uuid4()))


def drawn(strip) -> str:
    letters = {"start": "S", "weekend": "w", "holiday": "h", "paused": "p", "due": "D", "over": "o"}
    return "".join(letters.get(cell.kind) or str(cell.number % 10) for cell in strip.cells)


def test_the_case_of_the_sample_screen(case):
    start(case)
    pause(case, "2026-09-21T10:00")
    resume(case, "2026-09-23T16:00")
    strip = clocks.strip(case, today=D("2026-09-29"))

    assert drawn(strip) == "Sw12pp3hhh456hhhhhhh789wD"
    assert strip.first_weekday == 5
    assert strip.summary == "10个工作日已用5个，10月12日到期"
    assert strip.note == "数满 10 个工作日，当天 24:00 止"
    assert [cell.word for cell in strip.cells[:2]] == ["受理", "休"]
    assert {cell.word for cell in strip.cells if cell.kind == "holiday"} == {"中秋", "国庆"}
    assert [cell.date.day for cell in strip.cells if cell.makeup] == [20, 10]
    assert [(cell.number, cell.kind) for cell in strip.cells if cell.today] == [(5, "counted")]
    assert [cell.kind for cell in strip.cells if cell.number in (5, 6)] == ["counted", "left"]
    assert strip.cells[-1].spoken == "第10个工作日，到期"


def test_stands_still_up_to_today(case):
    start(case)
    pause(case, "2026-09-21T10:00")
    strip = clocks.strip(case, today=D("2026-09-24"))

    assert drawn(strip) == "Sw12ppp"
    assert strip.cells[-1].today
    assert strip.summary == "停算中，10个工作日已用2个"


def test_runs_on_after_the_due_day(case):
    start(case, "2026-06-01", promise=3, legal=20)
    strip = clocks.strip(case, today=D("2026-06-09"))

    assert drawn(strip) == "S12Dowwoo"
    assert strip.summary == "6月4日到期，已超3个工作日"
    assert [cell.number for cell in strip.cells if cell.kind == "over"] == [1, 2, 3]


def test_very_late_ones_stop_being_drawn_but_not_counted(case):
    start(case, "2026-01-05", promise=3)
    strip = clocks.strip(case, today=D("2026-11-20"))

    assert len(strip.cells) < 60
    assert strip.summary == "1月8日到期，已超213个工作日"


def test_a_stopped_one_ends_where_it_was_stopped(case):
    start(case, "2026-06-01", promise=3, legal=20)
    clocks.stop(subject=case, actor=CLERK, at=at("2026-06-03T10:00"))
    strip = clocks.strip(case, today=D("2026-08-01"))

    assert drawn(strip) == "S12D"
    assert strip.summary == "3个工作日用了2个"


def test_a_natural_limit_that_moves_over_days_off(case):
    start(case, "2026-09-25", promise=6, legal=None, unit=clocks.LimitUnit.NATURAL)
    strip = clocks.strip(case, today=D("2026-09-25"))

    assert drawn(strip) == "S123456hhhhhhD"
    assert strip.cells[-1].spoken == "由放假日顺延到这一天，到期"
    assert strip.cells[0].today


def test_says_that_it_is_provisional(case):
    start(case, "2026-12-28")

    assert "暂定" in clocks.strip(case, today=D("2026-12-28")).summary


def test_before_the_start_nothing_is_used(case):
    start(case, "2026-06-01", promise=3)

    assert "已用0个" in clocks.strip(case, today=date(2026, 5, 30)).summary


def test_preview_draws_a_limit_nobody_has_started():
    limits = clocks.Limits(unit=clocks.LimitUnit.WORKING, promise_days=1)

    assert drawn(clocks.preview(limits, from_day=D("2026-02-13"), region="450100").strip) == "SD"


def test_speaks_english_to_the_ear(case):
    start(case)

    with translation.override("en"):
        spoken = [cell.spoken for cell in clocks.strip(case, today=D("2026-09-18")).cells]

    assert any("public holiday: Mid-autumn Festival" in text for text in spoken)


def test_strips_of_a_list_take_no_more_queries_than_one(django_assert_num_queries):
    cases = [Subject("matters.case", str(uuid4())) for _ in range(4)]
    for case in cases:
        start(case)
    pause(cases[0], "2026-09-21T10:00")

    with django_assert_num_queries(3):
        found = clocks.strips(cases, D("2026-09-24"))

    assert found == {case: clocks.strip(case, D("2026-09-24")) for case in cases}
