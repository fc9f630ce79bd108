"""The course of a clock: started, paused, resumed, extended, stopped, and counted anew."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from yizhan.clocks import api as clocks
from yizhan.clocks.models import Clock, Pause
from yizhan.kernel.api import Actor, Subject
from yizhan.kernel.testing import audit_lines, carry_out_everything
from yizhan.territory import api as territory

pytestmark = pytest.mark.django_db

CLERK = Actor(account_id=uuid4(), staff_id=uuid4(), name="莫小兰", channel="desk")
WORKING = clocks.LimitUnit.WORKING
D = date.fromisoformat


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def case():
    return Subject("matters.case", str(uuid4()))


@pytest.fixture
def started(case):
    """Ten working days promised, twenty by law, from Friday 18 September 2026."""
    return start(case)


def start(case, from_day="2026-09-18", promise=10, legal=20, region="450100", unit=WORKING):
    limits = clocks.Limits(unit=unit, promise_days=promise, legal_days=legal)
    moment = at(f"{from_day}T17:30")
    return clocks.start(subject=case, limits=limits, from_day=D(from_day), region=region, actor=CLERK, at=moment)


def pause(case, moment, reason="等待补正材料"):
    return clocks.pause(subject=case, actor=CLERK, at=at(moment), reason=reason)


def resume(case, moment):
    return clocks.resume(subject=case, actor=CLERK, at=at(moment))


def actions(case):
    return [line.action for line in audit_lines(case)]


class TestStart:
    def test_counts_both_limits_and_stores_the_moments(self, case, started):
        assert (started.promise.due_on, started.legal.due_on) == (D("2026-10-09"), D("2026-10-22"))
        assert started.moments.red_at == at("2026-10-10T00:00")
        assert clocks.of(case) == started
        assert not started.provisional

    def test_leaves_an_audit_line_about_the_subject(self, case, started):
        line = audit_lines(case)[-1]

        assert (line.action, line.subject_id, line.facts["due_on"]) == ("clocks.started", case.id, "2026-10-09")

    def test_a_limit_into_a_year_without_notice_is_provisional(self, case):
        assert start(case, "2026-12-28").provisional

    def test_twice_is_refused(self, case, started):
        with pytest.raises(clocks.ClockAlreadyStarted):
            start(case)

        assert actions(case) == ["clocks.started"]

    @pytest.mark.parametrize(
        "wrong",
        [{"promise": 0}, {"promise": 21}, {"region": "459900"}, {"region": "45"}, {"from_day": "2099-12-30"}],
    )
    def test_what_cannot_be_counted_is_refused_in_words(self, case, wrong):
        with pytest.raises(clocks.LimitCannotBeCounted) as refusal:
            start(case, **wrong)

        assert refusal.value.text.startswith("期限没法计算")
        assert clocks.find(case) is None

    def test_without_a_legal_limit_it_never_turns_black(self, case):
        view = start(case, legal=None)

        assert view.legal is None
        assert view.light_at(at("2030-01-01T00:00")) is clocks.Light.RED


class TestPauseAndResume:
    def test_takes_out_the_days_between(self, case, started):
        pause(case, "2026-09-21T10:00")
        view = resume(case, "2026-09-23T16:00")

        assert view.is_running
        assert view.promise.due_on == D("2026-10-12")
        assert actions(case) == ["clocks.started", "clocks.paused", "clocks.resumed"]

    def test_while_it_lasts_nothing_is_due(self, case, started):
        view = pause(case, "2026-09-21T10:00")

        assert view.is_paused
        assert (view.promise.due_on, view.legal.due_on) == (None, None)
        assert view.light_at(at("2027-06-01T00:00")) is clocks.Light.NONE

    def test_hides_no_breach_that_came_before(self, case, started):
        view = pause(case, "2026-10-12T10:00")

        assert view.promise.due_on == D("2026-10-09")
        assert view.legal.due_on is None
        assert view.light_at(at("2026-10-12T10:00")) is clocks.Light.RED

    def test_on_the_same_day_costs_nothing(self, case, started):
        pause(case, "2026-09-21T10:00")

        assert resume(case, "2026-09-21T17:00").promise == started.promise

    def test_again_on_the_day_of_resuming(self, case, started):
        pause(case, "2026-09-21T10:00")
        resume(case, "2026-09-22T10:00")
        pause(case, "2026-09-22T11:00")
        resume(case, "2026-09-23T10:00")

        assert clocks.of(case).promise.due_on == D("2026-10-12")

    def test_on_days_off_takes_out_nothing_of_a_working_limit(self, case, started):
        pause(case, "2026-09-24T18:00")

        assert resume(case, "2026-09-27T09:00").promise == started.promise

    def test_out_of_turn_is_refused(self, case, started):
        with pytest.raises(clocks.ClockNotPaused):
            resume(case, "2026-09-22T10:00")
        pause(case, "2026-09-21T10:00")
        with pytest.raises(clocks.ClockNotRunning):
            pause(case, "2026-09-22T10:00")

    def test_without_a_clock_it_is_not_found(self, case):
        with pytest.raises(clocks.ClockNotFound):
            pause(case, "2026-09-22T10:00")


class TestExtend:
    def test_moves_both_limits(self, case, started):
        view = clocks.extend(subject=case, days=5, actor=CLERK, at=at("2026-09-25T09:00"), reason="情况复杂")

        assert (view.promise.due_on, view.promise.days) == (D("2026-10-15"), 15)
        assert view.legal.due_on == D("2026-10-29")

    def test_nothing_or_less_is_refused(self, case, started):
        with pytest.raises(clocks.LimitCannotBeCounted):
            clocks.extend(subject=case, days=0, actor=CLERK, at=at("2026-09-25T09:00"), reason="情况复杂")

    def test_after_the_due_day_it_is_too_late(self, case, started):
        with pytest.raises(clocks.ExtensionTooLate):
            clocks.extend(subject=case, days=5, actor=CLERK, at=at("2026-10-10T00:00"), reason="情况复杂")


class TestStop:
    def test_in_time_stays_green(self, case, started):
        view = clocks.stop(subject=case, actor=CLERK, at=at("2026-10-09T23:59"))

        assert view.light_at(at("2030-01-01T00:00")) is clocks.Light.GREEN

    def test_late_keeps_its_breach(self, case, started):
        view = clocks.stop(subject=case, actor=CLERK, at=at("2026-10-10T00:00"))

        assert view.light_at(at("2030-01-01T00:00")) is clocks.Light.RED

    def test_ends_a_pause_that_lasts(self, case, started):
        pause(case, "2026-09-21T10:00")
        view = clocks.stop(subject=case, actor=CLERK, at=at("2026-09-23T10:00"))

        assert view.is_stopped
        assert view.promise.due_on == D("2026-10-12")

    def test_is_for_good(self, case, started):
        clocks.stop(subject=case, actor=CLERK, at=at("2026-09-23T10:00"))

        with pytest.raises(clocks.ClockStopped):
            clocks.stop(subject=case, actor=CLERK, at=at("2026-09-24T10:00"))
        with pytest.raises(clocks.ClockNotRunning):
            pause(case, "2026-09-24T10:00")


class TestReading:
    def test_many_clocks_are_one_query(self, django_assert_num_queries):
        cases = [Subject("matters.case", str(uuid4())) for _ in range(5)]
        for case in cases:
            start(case)

        with django_assert_num_queries(1):
            found = clocks.of_many([*cases, Subject("matters.case", str(uuid4()))])

        assert set(found) == set(cases)

    def test_explains_every_day_in_the_readers_language(self, case, started):
        lines = clocks.explain(case, today=D("2026-09-22"))

        assert [(line.number, line.why) for line in lines[:3]] == [(None, "周末"), (1, "调休上班"), (2, "工作日")]
        assert lines[-1].date == started.promise.due_on

    def test_explains_up_to_today_while_paused(self, case, started):
        pause(case, "2026-09-21T10:00")

        assert [line.why for line in clocks.explain(case, today=D("2026-09-23"))][-2:] == ["停算", "停算"]

    def test_preview_needs_no_subject(self):
        limits = clocks.Limits(unit=WORKING, promise_days=1, legal_days=20)
        view = clocks.preview(limits, from_day=D("2026-02-13"), region="450103001005")

        assert (view.promise.due_on, view.provisional) == (D("2026-02-14"), False)


SANYUESAN = territory.Occasion("三月三", "Sanyuesan Festival")


def enter_notice(*days: str, region="450000", year=2026):
    notice = territory.Notice(region=region, year=year, days_off={D(day): SANYUESAN for day in days})
    territory.enter_notice(notice=notice, actor=Actor.system("test"), at=at("2026-03-01T09:00"))
    return clocks.recompute(region=region, year=year, actor=Actor.system("test"))


class TestCalendarChange:
    def test_moves_the_due_day_and_says_so(self, case):
        before = start(case, "2026-04-16", promise=3, legal=5)
        changed = enter_notice("2026-04-20", "2026-04-21")
        after = clocks.of(case)

        assert changed == 1
        assert (before.promise.due_on, before.provisional) == (D("2026-04-22"), True)
        assert (after.promise.due_on, after.provisional) == (D("2026-04-23"), False)
        assert after.moments.red_at == at("2026-04-24T00:00")
        line = audit_lines(case)[-1]
        assert (line.action, line.facts["due_on_before"]) == ("clocks.recounted", "2026-04-22")

    def test_leaves_other_regions_and_stopped_clocks(self, case):
        start(case, "2026-04-16", region="110000")
        other = Subject("matters.case", str(uuid4()))
        start(other, "2026-04-16")
        clocks.stop(subject=other, actor=CLERK, at=at("2026-04-17T10:00"))

        assert enter_notice("2026-04-20", "2026-04-21") == 0

    def test_a_second_time_changes_nothing(self, case):
        start(case, "2026-04-16")

        assert enter_notice("2026-04-20", "2026-04-21") == 1
        assert clocks.recompute(region="450000", year=2026, actor=Actor.system("test")) == 0

    def test_reaches_a_clock_that_stands_still(self, case):
        start(case, "2026-04-09")
        pause(case, "2026-04-10T10:00")
        enter_notice("2026-04-20", "2026-04-21")

        assert not resume(case, "2026-04-13T10:00").provisional

    def test_the_next_years_notice_makes_due_days_certain(self, case):
        assert start(case, "2026-12-28", promise=4).provisional
        enter_notice("2027-01-01", region="000000", year=2027)

        view = clocks.of(case)
        assert (view.promise.due_on, view.provisional) == (D("2027-01-04"), False)

    def test_the_announced_notice_reaches_open_clocks(self, case):
        start(case, "2026-04-16", promise=3, legal=5)
        notice = territory.Notice(region="450000", year=2026, days_off={D("2026-04-21"): SANYUESAN})
        territory.enter_notice(notice=notice, actor=Actor.system("test"), at=at("2026-03-01T09:00"))

        carry_out_everything()

        assert clocks.of(case).promise.due_on == D("2026-04-22")
        assert not clocks.of(case).provisional
        assert audit_lines(case)[-1].actor == "system:clocks.worker"


class TestTheDatabaseRefuses:
    @pytest.fixture
    def clock(self, case, started):
        row = Clock.objects.get(subject_id=case.id)
        Pause.objects.create(clock=row, paused_after=D("2026-09-21"), paused_until=D("2026-09-25"))
        return row

    @pytest.mark.parametrize(
        ("after", "until"),
        [
            ("2026-09-22", "2026-09-23"),
            ("2026-09-24", "2026-09-30"),
            ("2026-09-01", None),
            ("2026-09-23", "2026-09-22"),
        ],
    )
    def test_pauses_that_overlap_or_run_backwards(self, clock, after, until):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pause.objects.create(clock=clock, paused_after=D(after), paused_until=D(until) if until else None)

    def test_nothing_where_one_begins_on_the_day_the_other_ended(self, clock):
        Pause.objects.create(clock=clock, paused_after=D("2026-09-25"), paused_until=None)

    def test_nothing_of_another_clock(self, clock):
        other = Subject("matters.case", str(uuid4()))
        start(other)

        Pause.objects.create(clock=Clock.objects.get(subject_id=other.id), paused_after=D("2026-09-22"))

    @pytest.mark.parametrize(
        "wrong", [{"promise_days": 0}, {"promise_days": 30}, {"state": "paused"}, {"state": "stopped"}]
    )
    def test_a_clock_that_cannot_be(self, clock, wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            Clock.objects.filter(pk=clock.pk).update(**wrong)
