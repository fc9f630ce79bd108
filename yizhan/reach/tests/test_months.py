"""Months of figures: kept at the turn of the month, never changed, compared with now."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from yizhan.kernel.api import timers
from yizhan.kernel.testing import audit_lines, carry_out_everything
from yizhan.places.testing import AT
from yizhan.reach.models import CoverageMonth
from yizhan.reach.queries import coverage
from yizhan.reach.queries.months import ALL, months_of
from yizhan.reach.queries.standards import get_list
from yizhan.reach.rules.months import digest_of, month_before, next_first
from yizhan.reach.services.months import MONTHS, keep_month
from yizhan.reach.tests.shops import shops, town_with_shops
from yizhan.reach.tests.test_city_pages import text
from yizhan.reach.tests.test_live import SITE, XINZHU, Town, points

__all__ = ["shops", "town_with_shops"]

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


class TestRules:
    @given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
    def test_the_month_before_a_first_is_the_one_that_ended(self, day):
        first = next_first(day)
        assert first.day == 1
        assert day < first <= day + timedelta(days=31)
        assert month_before(first) == day.replace(day=1)

    def test_any_change_of_a_figure_changes_the_hash(self):
        rows = [{"community": XINZHU, "covered": 3}]
        said = digest_of("nanning", OCTOBER, "n", rows, "")
        assert said != digest_of("nanning", OCTOBER, "n", [{"community": XINZHU, "covered": 4}], "")
        assert said != digest_of("nanning", OCTOBER, "n", rows, said)
        assert said == digest_of("nanning", OCTOBER, "n", [{"covered": 3, "community": XINZHU}], "")


class TestMonths:
    def test_the_timer_keeps_the_month_that_ended_and_sets_the_next(self, shops: Town):
        turn = datetime(2026, 11, 30, 19, tzinfo=UTC)  # 1 December, three in the morning in Nanning
        assert timers.fire_all(turn) >= 1
        [kept] = months_of(SITE)
        assert kept.month == NOVEMBER
        assert kept.is_whole
        assert timers.fire_all(turn) == 0
        assert timers.fire_all(turn + timedelta(days=31)) >= 1
        assert [one.month for one in months_of(SITE)] == [NOVEMBER, date(2026, 12, 1)]

    def test_a_month_says_what_was_so_when_it_was_kept(self, shops: Town):
        limits = get_list("basic_twelve").minutes
        before = coverage.figures(shops.site, profile="elder", limits=limits)[XINZHU]["pharmacy"].share
        keep_month(site=SITE, month=OCTOBER, actor=MONTHS, at=AT)
        for point in points(shops.site, 41, 30):
            shops.open("pharmacy", point)
        carry_out_everything(AT)
        assert coverage.figures(shops.site, profile="elder", limits=limits)[XINZHU]["pharmacy"].share != before
        [kept] = months_of(SITE)
        assert kept.share(XINZHU, "pharmacy", "elder") == before
        assert kept.share(XINZHU, ALL, "adult") == Fraction(0)
        assert any(line.action == "reach.month.kept" for line in audit_lines())

    def test_a_month_is_kept_once(self, shops: Town):
        assert keep_month(site=SITE, month=OCTOBER, actor=MONTHS, at=AT)
        assert not keep_month(site=SITE, month=OCTOBER, actor=MONTHS, at=AT)

    def test_the_application_cannot_change_one(self, shops: Town):
        keep_month(site=SITE, month=OCTOBER, actor=MONTHS, at=AT)
        with pytest.raises(DatabaseError), transaction.atomic():
            CoverageMonth.objects.update(digest="0" * 64)

    def test_the_page_compares_months_with_now(self, shops: Town):
        keep_month(site=SITE, month=OCTOBER, actor=MONTHS, at=AT)
        page = text(Client().get("/reach/city/months/", {"kind": "pharmacy"}))
        assert "2026-10" in page
        assert "对不上" not in page
        answer = Client().get("/reach/city/months/export/csv/")
        assert b"2026-10" in b"".join(answer.streaming_content)
        assert Client().get("/reach/city/months/export/xlsx/").status_code == 404


def test_a_month_that_somebody_changed_is_found_out(committed_db, owner_url):
    rows = [{"community": XINZHU, "category": ALL, "profile": "adult", "dwellings": 4, "covered": 3}]
    first = digest_of(SITE, OCTOBER, "n", rows, "")
    for month, before in ((OCTOBER, ""), (NOVEMBER, first)):
        CoverageMonth.objects.create(
            site=SITE, month=month, taken_at=AT, network_hash="n", rows=rows,
            digest=digest_of(SITE, month, "n", rows, before), before=before,
        )  # fmt: skip
    assert [one.is_whole for one in months_of(SITE)] == [True, True]

    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE reach_coveragemonth SET rows = '[]' WHERE month = %s", [OCTOBER])

    assert [one.is_whole for one in months_of(SITE)] == [False, True]
