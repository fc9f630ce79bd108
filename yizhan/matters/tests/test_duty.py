"""Minutes of duty against an oracle that walks them one by one; and what happens at three in the morning."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.kernel.api import timers
from yizhan.look.testing import plain_static_files
from yizhan.matters.models import Case, Lapse
from yizhan.matters.rules.duty import end_of_minutes
from yizhan.matters.testing import instant_town, registers_know, take_in_instant
from yizhan.people import testing as people

NANNING = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 9, 28)
HOURS = st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda pair: pair[0] < pair[1])


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 6 * 24 * 60 - 1),
    st.integers(1, 900),
    HOURS,
    st.frozensets(st.integers(0, 6), min_size=1, max_size=7),
)
def test_so_many_minutes_of_duty_have_passed_then_and_not_a_minute_earlier(offset, minutes, hours, weekdays):
    begins, ends = (time(hour) for hour in hours)
    start = datetime.combine(MONDAY, time.min, tzinfo=NANNING) + timedelta(minutes=offset)

    found = end_of_minutes(
        start, minutes, begins=begins, ends=ends, is_working_day=lambda day: day.weekday() in weekdays
    )

    on_duty, walked = 0, start
    while on_duty < minutes:
        on_duty += walked.weekday() in weekdays and begins <= walked.time() < ends
        walked += timedelta(minutes=1)
    assert found == walked


@pytest.mark.django_db
class TestAtTheDesk:
    def due_at(self, at):
        """Accepted at this moment on the word of the clerk alone, so somebody on duty has to look."""
        town = instant_town()
        registers_know(town, source="desk:户口簿")
        self.case_id = take_in_instant(town, at=at)
        return Case.objects.get(pk=self.case_id).instant_due_at

    @pytest.mark.parametrize(
        ("accepted", "due"),
        [
            # 03:00 on National Day: the first half hour of 8 October, the first working day after it
            (datetime(2026, 9, 30, 19, 0, tzinfo=UTC), datetime(2026, 10, 8, 1, 30, tzinfo=UTC)),
            # ten minutes before the end of a Friday: the rest on Monday
            (datetime(2026, 11, 27, 8, 50, tzinfo=UTC), datetime(2026, 11, 30, 1, 20, tzinfo=UTC)),
            # a Saturday that is worked (10 October)
            (datetime(2026, 10, 10, 3, 0, tzinfo=UTC), datetime(2026, 10, 10, 3, 30, tzinfo=UTC)),
            # 三月三 is a day off in Guangxi alone (Monday 20 April 2026)
            (datetime(2026, 4, 19, 19, 0, tzinfo=UTC), datetime(2026, 4, 21, 1, 30, tzinfo=UTC)),
        ],
    )
    def test_the_minutes_run_when_somebody_is_on_duty(self, accepted, due):
        assert self.due_at(accepted) == due

    def test_no_lapse_lies_at_a_door_behind_which_nobody_is_on_duty(self):
        night, morning = datetime(2026, 9, 30, 19, 0, tzinfo=UTC), datetime(2026, 10, 8, 1, 30, tzinfo=UTC)
        self.due_at(night)
        timers.fire_all(morning - timedelta(seconds=1))
        assert not Lapse.objects.exists()

        timers.fire_all(morning + timedelta(days=3))  # the machine was down

        lapse = Lapse.objects.get(case_id=self.case_id)
        assert (lapse.kind, lapse.due_on) == ("instant", date(2026, 10, 8))


class TestTheMinutesAreSeen:
    """What nobody but an examiner may decide, in the queue of the office and on the page of the case."""

    @pytest.fixture(autouse=True)
    def _waiting(self, client, db):
        self.town = instant_town()
        registers_know(self.town, source="desk:户口簿")
        self.case_id = take_in_instant(self.town)
        self.client = client

    def pages(self, at):
        with time_machine.travel(at, tick=False), plain_static_files():
            account = people.Account.objects.get(pk=self.town.officer.account_id)
            self.client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
            for address in ("/office/", reverse("matters:office_case", args=[self.case_id])):
                yield " ".join(self.client.get(address).content.decode().split())

    def clock(self):
        return Case.objects.get(pk=self.case_id).instant_due_at

    def test_on_duty_they_run_down(self):
        for minutes, word in ((12, "正常"), (5, "快到时")):
            for page in self.pages(self.clock() - timedelta(minutes=minutes)):
                assert f"还剩 {minutes} 分钟" in page
                assert word in page
                assert f"{self.clock().astimezone(NANNING):%H:%M} 前" in page
                assert "才计" not in page

    def test_the_line_of_the_table_says_the_same_as_the_strip_above_it(self):
        queue, _ = self.pages(self.clock() - timedelta(minutes=12))
        assert queue.count("还剩 12 分钟") == 2
        assert "1 天" not in queue

    def test_late_it_says_since_when(self):
        for page in self.pages(self.clock() + timedelta(minutes=5)):
            assert "超 5 分钟" in page
            assert "当场超时" in page

    def test_off_duty_they_stand_still_and_the_hours_are_told(self):
        for page in self.pages(datetime(2026, 11, 24, 21, tzinfo=NANNING)):
            assert "值班时间 09:00–17:00 才计" in page

    def test_a_queue_with_them_asks_no_more_than_twelve_times(self):
        due_at = self.clock()
        list(self.pages(due_at))
        with CaptureQueriesContext(connection) as asked, time_machine.travel(due_at, tick=False):
            assert "等着当场办的" in self.client.get("/office/").content.decode()
        assert len(asked) <= 12

    def test_they_are_found_in_their_index(self):
        found = Case.objects.at_once_in([self.town.police.pk]).order_by("instant_due_at", "id")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "case_office_instant" in found.explain()
