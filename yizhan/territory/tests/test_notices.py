"""Notices in the database: the packaged ones, and one that an administrator enters."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from yizhan.kernel.api import Actor, NotAllowed, RoleGrant, times
from yizhan.kernel.testing import audit_lines, facts_published
from yizhan.territory import api as territory
from yizhan.territory.models import CalendarDay, CalendarNotice

pytestmark = pytest.mark.django_db

ADMINISTRATOR = Actor(
    account_id=uuid4(), staff_id=uuid4(), roles=(RoleGrant(role="administrator", organisation_id=uuid4()),)
)
SANYUESAN = territory.Occasion("三月三", "Sanyuesan Festival")


def guangxi_2026(**days) -> territory.Notice:
    off = {date(2026, 4, day): SANYUESAN for day in (18, 19, 20, 21)}
    return territory.Notice(
        region="450000", year=2026, days_off=off, title="广西 2026 年三月三放假（样例）", source="样例", **days
    )


def enter(notice=None, actor=ADMINISTRATOR):
    territory.enter_notice(notice=notice or guangxi_2026(), actor=actor, at=times.utc_now())


def test_the_database_answers_as_the_package_does():
    stored, packaged = territory.calendar("450100"), territory.packaged_calendar("450100")
    days = [date(2017, 1, 1) + timedelta(days=n) for n in range(4000)]

    assert [stored.day(day) for day in days] == [packaged.day(day) for day in days]


def test_is_built_once_for_each_version():
    assert territory.calendar("450100") is territory.calendar("450100")


@pytest.mark.parametrize("region", ["450199", "459900", "abc", ""])
def test_refuses_places_that_do_not_exist(region):
    with pytest.raises(territory.UnknownRegion):
        territory.calendar(region)


def test_loading_again_enters_nothing():
    before = CalendarNotice.objects.count()

    territory.load_reference_data()

    assert CalendarNotice.objects.count() == before == 9


class TestEnteringTheRegionsNotice:
    def test_takes_the_place_of_the_computed_days(self):
        before = territory.calendar("450100")
        enter()
        after = territory.calendar("450100")

        assert before.day(date(2026, 4, 19)).computed
        assert not after.day(date(2026, 4, 19)).provisional
        assert not after.is_working_day(date(2026, 4, 21))
        assert territory.calendar("110000").is_working_day(date(2026, 4, 21))

    def test_a_corrected_one_takes_its_place_and_loading_leaves_it(self):
        enter()
        enter(territory.Notice(region="450000", year=2026, days_off={date(2026, 4, 20): SANYUESAN}))
        territory.load_reference_data()

        assert territory.calendar("450100").is_working_day(date(2026, 4, 21))

    def test_leaves_an_audit_line_and_a_fact(self):
        enter()

        line, fact = audit_lines()[-1], facts_published()[-1]
        assert (line.action, line.subject_id) == ("territory.calendar.notice_entered", "450000")
        assert (fact.name, fact.payload["year"]) == ("territory.CalendarNoticeEntered", 2026)

    def test_is_not_for_everybody(self):
        with pytest.raises(NotAllowed):
            enter(actor=Actor(account_id=uuid4(), resident_id=uuid4()))

        assert CalendarNotice.objects.filter(region="450000").count() == 0


class TestTheDatabaseRefuses:
    def test_changing_a_notice_that_was_entered(self):
        for statement in ("UPDATE territory_calendarday SET is_off = false", "DELETE FROM territory_calendarnotice"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_naming_a_day_twice(self):
        notice = CalendarNotice.objects.earliest("id")
        day = notice.days.first()

        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarDay.objects.create(notice=notice, date=day.date, is_off=True, name="元旦", english="x")
