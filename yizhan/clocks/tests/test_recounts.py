"""A notice moves open clocks: seen before, done in batches, and remembered case by case."""

from datetime import date
from uuid import uuid4

import pytest

from yizhan.clocks import api as clocks
from yizhan.clocks.services import counting
from yizhan.kernel.api import Actor, Subject, timers, times
from yizhan.kernel.testing import audit_lines, carry_out_everything
from yizhan.territory import api as territory

pytestmark = pytest.mark.django_db
CLERK = Actor.system("tests")
D = date.fromisoformat
SPRING = territory.Occasion("春节", "Spring Festival")


@pytest.fixture(autouse=True)
def _packaged_notices_are_counted():
    carry_out_everything()


def start(on="2027-01-28", days=8):
    subject = Subject("matters.case", str(uuid4()))
    limits = clocks.Limits(unit=clocks.LimitUnit.WORKING, promise_days=days, legal_days=days + 10)
    clocks.start(
        subject=subject, limits=limits, region="450107006010", from_day=D(on), actor=CLERK, at=times.day_start(D(on))
    )
    return subject


def notice(*off, year=2027):
    return territory.Notice(region="000000", year=year, days_off={D(day): SPRING for day in off}, title="样例")


WEEK = [f"2027-02-{day:02}" for day in (8, 9, 10, 11, 12)]


def enter(which):
    return territory.enter_notice(notice=which, actor=CLERK, at=times.utc_now())


class TestPreview:
    def test_counts_what_would_move_and_changes_nothing(self):
        moving, still = start(), start("2027-05-06", days=1)
        before = clocks.of(moving)
        calendar_of = territory.calendars_with(notice(*WEEK))

        seen = clocks.preview_recount(region="000000", year=2027, calendar_of=calendar_of)

        assert (seen.open, seen.counted, seen.moved, seen.certain, seen.is_cut) == (2, 2, 1, 1, False)
        (example,) = seen.examples
        assert (example.subject, example.due_on_before) == (moving, before.promise.due_on)
        assert clocks.of(moving) == before
        assert clocks.of(still).provisional

    def test_says_what_the_recount_then_does(self):
        subjects = [start(f"2027-01-{day:02}") for day in range(4, 29)]
        seen = clocks.preview_recount(region="000000", year=2027, calendar_of=territory.calendars_with(notice(*WEEK)))
        notice_id = enter(notice(*WEEK))
        carry_out_everything()

        done = clocks.recount_of(notice_id=notice_id)
        assert done.moved >= seen.moved
        after = {one.subject: one.due_on for one in clocks.moves_of(notice_id=notice_id)}
        assert all(after[example.subject] == example.due_on for example in seen.examples)
        assert set(after) <= set(subjects)

    def test_a_crowd_is_counted_in_part(self, monkeypatch):
        from yizhan.clocks.queries import recounts

        monkeypatch.setattr(recounts, "MOST_PREVIEWED", 3)
        for _ in range(5):
            start()
        seen = clocks.preview_recount(region="000000", year=2027, calendar_of=territory.calendars_with(notice(*WEEK)))
        assert (seen.counted, seen.open, seen.is_cut) == (3, 5, True)


class TestRecount:
    def test_goes_on_in_batches_and_each_is_seen(self, monkeypatch):
        monkeypatch.setattr(counting, "BATCH", 2)
        for _ in range(5):
            start()
        notice_id = enter(notice(*WEEK))
        clocks.begin_recount(notice_id=notice_id, region="000000", year=2027, at=times.utc_now())

        first = clocks.recount_of(notice_id=notice_id)
        assert (first.seen, first.total, first.moved, first.finished_at) == (2, 5, 2, None)
        timers.fire_next()
        assert clocks.recount_of(notice_id=notice_id).seen == 4
        timers.fire_all()
        last = clocks.recount_of(notice_id=notice_id)
        assert (last.seen, last.total, last.moved) == (5, 5, 5)
        assert last.finished_at is not None

    def test_beginning_or_going_on_twice_moves_nothing_twice(self):
        subject = start()
        notice_id = enter(notice(*WEEK))
        for _ in range(2):
            clocks.begin_recount(notice_id=notice_id, region="000000", year=2027, at=times.utc_now())
            clocks.go_on_recounting(notice_id=notice_id)
        assert [one.action for one in audit_lines(subject)].count("clocks.recounted") == 1
        assert clocks.moves_of(notice_id=notice_id).paginator.count == 1

    def test_the_audit_names_the_notice(self):
        subject = start()
        notice_id = enter(notice(*WEEK))
        carry_out_everything()
        line = audit_lines(subject)[-1]
        assert (line.action, line.facts["notice"]) == ("clocks.recounted", notice_id)
        assert line.facts["due_on_before"] != line.facts["due_on"]
