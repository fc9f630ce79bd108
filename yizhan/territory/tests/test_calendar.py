"""What the working-day calendar answers, and where each answer comes from."""

from datetime import date, timedelta

import pytest

from yizhan.territory.api import packaged_calendar
from yizhan.territory.data import packaged_festivals, packaged_notices
from yizhan.territory.rules.calendar import (
    NATIONAL,
    Calendar,
    CalendarConflict,
    DayKind,
    DayOutOfRange,
    Notice,
    Occasion,
    UnknownRegion,
    region_prefix,
)

NANNING = packaged_calendar("450100")
BEIJING = packaged_calendar("110000")
SANYUESAN = Occasion("三月三", "Sanyuesan Festival")
D = date.fromisoformat


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def made_up(year: int) -> list[str]:
    return [day.isoformat()[5:] for day in days_of(year) if BEIJING.day(day).kind is DayKind.MAKE_UP]


class TestNationalNotices:
    def test_make_up_days_of_2018_and_2026(self):
        assert made_up(2018) == ["02-11", "02-24", "04-08", "04-28", "09-29", "09-30", "12-29"]
        assert made_up(2026) == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]

    @pytest.mark.parametrize(("year", "count"), [(2018, 250), (2019, 250), (2020, 249), (2021, 250), (2026, 248)])
    def test_working_days_of_a_year(self, year, count):
        assert sum(BEIJING.is_working_day(day) for day in days_of(year)) == count

    def test_a_day_off_says_what_it_is_for(self):
        day = NANNING.day(D("2026-10-03"))

        assert (day.why, day.why_chinese) == ("public holiday: National Day", "法定节假日：国庆节")

    def test_every_year_from_2018_to_2026_has_one(self):
        assert NANNING.known_years == frozenset(range(2018, 2027))

    @pytest.mark.parametrize("day", ["2017-10-02", "2027-01-01"])
    def test_without_one_only_weekends_are_off_and_it_says_so(self, day):
        found = NANNING.day(D(day))

        assert (found.counts, found.known, found.provisional) == (True, False, True)
        assert found.why == "working day (not announced yet)"


class TestRegionLayer:
    @pytest.mark.parametrize("region", ["450000", "450100", "450103", "450103001005", "450600"])
    def test_guangxi_has_the_festival(self, region):
        calendar = packaged_calendar(region)

        assert [calendar.is_working_day(D(day)) for day in ("2024-04-11", "2024-04-12")] == [False, False]
        assert calendar.day(D("2024-04-11")).computed

    def test_nobody_else_has_it(self):
        assert BEIJING.is_working_day(D("2024-04-11"))
        assert not BEIJING.day(D("2024-04-11")).provisional

    def test_it_is_not_moved_off_a_weekend(self):
        off = [NANNING.day(D(day)).kind for day in ("2026-04-19", "2026-04-20", "2026-04-21")]

        assert off == [DayKind.REGIONAL_HOLIDAY, DayKind.REGIONAL_HOLIDAY, DayKind.WORKING]

    def test_it_wins_over_a_national_day_off_and_stays_computed(self):
        assert NANNING.day(D("2022-04-03")).computed
        assert NANNING.day(D("2022-04-04")).computed
        assert NANNING.day(D("2022-04-05")).kind is DayKind.HOLIDAY

    def test_it_wins_over_a_make_up_day(self):
        notice = Notice(region=NATIONAL, year=2023, days_off={}, make_up={D("2023-04-23"): SANYUESAN})
        calendar = Calendar("450100", [notice], packaged_festivals())

        assert not calendar.is_working_day(D("2023-04-23"))

    def test_the_regions_own_notice_takes_its_place(self):
        own = Notice(
            region="450000",
            year=2026,
            days_off={D("2026-04-20"): SANYUESAN, D("2026-04-21"): SANYUESAN},
            make_up={D("2026-04-25"): SANYUESAN},
        )
        calendar = Calendar("450100", [*packaged_notices(), own], packaged_festivals())

        assert calendar.day(D("2026-04-19")).kind is DayKind.WEEKEND
        assert [calendar.is_working_day(D(day)) for day in ("2026-04-21", "2026-04-25")] == [False, True]
        assert not any(calendar.day(day).provisional for day in days_of(2026))
        assert calendar.day(D("2025-03-31")).computed

    def test_a_notice_of_another_region_changes_nothing_here(self):
        elsewhere = Notice(region="440000", year=2026, days_off={D("2026-06-01"): SANYUESAN})

        assert Calendar("450100", [*packaged_notices(), elsewhere], ()).is_working_day(D("2026-06-01"))


class TestRegions:
    @pytest.mark.parametrize(
        ("region", "prefix"),
        [
            ("000000", ""),
            ("450000", "45"),
            ("450100", "4501"),
            ("450103001005", "450103001005"),
            ("450103001000", "450103001"),
        ],
    )
    def test_prefix(self, region, prefix):
        assert region_prefix(region) == prefix

    @pytest.mark.parametrize(
        "region", ["", "45", "4501", "45010", "45o100", "990000", "459900", "４５０１００", "450100\n"]
    )
    def test_malformed_or_unknown_ones_are_refused(self, region):
        with pytest.raises(UnknownRegion):
            packaged_calendar(region)

    def test_a_district_that_nanning_does_not_have_is_refused(self):
        with pytest.raises(UnknownRegion):
            packaged_calendar("450199")

    def test_a_code_that_is_no_longer_in_use_is_still_a_place(self):
        assert packaged_calendar("450127").day(D("2024-04-11")).computed


class TestRefuses:
    @pytest.mark.parametrize("day", [date.min, date(1949, 12, 31), date(2100, 1, 1), date.max])
    def test_days_beyond_the_tables(self, day):
        with pytest.raises(DayOutOfRange):
            NANNING.day(day)

    def test_notices_that_contradict_themselves(self):
        saturday, monday = D("2026-06-06"), D("2026-06-08")

        with pytest.raises(CalendarConflict, match="both off and made up"):
            Notice(region=NATIONAL, year=2026, days_off={saturday: SANYUESAN}, make_up={saturday: SANYUESAN})
        with pytest.raises(CalendarConflict, match="weekday"):
            Notice(region=NATIONAL, year=2026, days_off={}, make_up={monday: SANYUESAN})
        with pytest.raises(CalendarConflict, match="does not belong"):
            Notice(region=NATIONAL, year=2020, days_off={monday: SANYUESAN})
