"""Opening hours against the cases of OpenStreetMap's specification, and against our own calendar.

Each case is a text of the specification or of the page of its key, and moments with what they mean, worked out by hand.
2026: 24 November is a Tuesday, 1 to 7 October are days off, Saturday 10 October is a make-up working day.
"""

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.places.rules.opening import (
    NO_DAYS_OFF,
    DaysOff,
    HoursFault,
    OpenAnswer,
    answer_at,
    check_hours,
    open_spans,
    read_hours,
    with_days_off,
)

OPEN, CLOSED, UNKNOWN = OpenAnswer.OPEN, OpenAnswer.CLOSED, OpenAnswer.UNKNOWN
OCTOBER = DaysOff(off=frozenset(date(2026, 10, day) for day in range(1, 8)), make_up=frozenset({date(2026, 10, 10)}))


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M")


def ask(text: str, moment: str, *, office: bool = False, days: DaysOff = OCTOBER) -> OpenAnswer:
    return answer_at(text, at(moment), days, keeps_office_hours=office)


CASES = {
    "24/7": [("2026-11-24 03:00", OPEN), ("2026-10-01 12:00", OPEN)],
    "Mo-Fr 08:00-12:00,13:00-17:30": [
        ("2026-11-24 08:00", OPEN), ("2026-11-24 07:59", CLOSED), ("2026-11-24 12:00", CLOSED),
        ("2026-11-24 12:30", CLOSED), ("2026-11-24 17:29", OPEN), ("2026-11-28 10:00", CLOSED),
    ],
    "Mo-Fr 08:00-12:00,13:00-17:30; Sa 08:00-12:00": [("2026-11-28 10:00", OPEN), ("2026-11-28 13:30", CLOSED)],
    "Mo-Fr 08:00-18:00; We off": [("2026-11-25 10:00", CLOSED), ("2026-11-26 10:00", OPEN)],
    "Mo-Fr 08:00-12:00; We 14:00-18:00": [("2026-11-25 10:00", CLOSED), ("2026-11-25 15:00", OPEN)],
    "Mo-Fr 08:00-12:00, We 14:00-18:00": [("2026-11-25 10:00", OPEN), ("2026-11-25 15:00", OPEN)],
    "Mo,We,Fr 09:00-17:00": [("2026-11-24 10:00", CLOSED), ("2026-11-25 10:00", OPEN)],
    "Sa-Mo 10:00-12:00": [("2026-11-29 11:00", OPEN), ("2026-11-30 11:00", OPEN), ("2026-12-01 11:00", CLOSED)],
    "08:00-18:00": [("2026-11-29 11:00", OPEN), ("2026-11-29 19:00", CLOSED)],
    "Fr-Sa 22:00-04:00": [
        ("2026-11-27 23:00", OPEN), ("2026-11-28 03:59", OPEN), ("2026-11-28 04:00", CLOSED),
        ("2026-11-29 02:00", OPEN), ("2026-11-30 02:00", CLOSED),
    ],
    "Fr 22:00-28:00": [("2026-11-28 03:59", OPEN), ("2026-11-28 04:00", CLOSED)],
    "Jan-Mar 07:00-19:00; Apr-Sep 07:00-22:00; Oct-Dec 07:00-19:00": [
        ("2026-06-01 20:00", OPEN), ("2026-11-24 20:00", CLOSED), ("2026-01-05 18:00", OPEN),
    ],
    "Dec 25 off; Mo-Su 10:00-20:00; Dec 25 off": [("2026-12-25 12:00", CLOSED), ("2026-12-24 12:00", OPEN)],
    "Nov 20-Dec 10 10:00-12:00": [("2026-11-24 11:00", OPEN), ("2026-12-11 11:00", CLOSED)],
    "2026 Nov 24 10:00-12:00": [("2026-11-24 11:00", OPEN), ("2027-11-24 11:00", CLOSED)],
    "2025-2027 10:00-12:00": [("2026-11-24 11:00", OPEN), ("2028-11-24 11:00", CLOSED)],
    "week 48 10:00-12:00": [("2026-11-24 11:00", OPEN), ("2026-12-01 11:00", CLOSED)],
    "week 02-52/2 We 09:00-12:00": [("2026-11-25 10:00", OPEN), ("2026-12-02 10:00", CLOSED)],
    "Tu[1] 09:00-12:00": [("2026-11-03 10:00", OPEN), ("2026-11-10 10:00", CLOSED)],
    "Th[-1] 09:00-12:00": [("2026-11-26 10:00", OPEN), ("2026-11-19 10:00", CLOSED)],
    "Mo-Fr 08:00-18:00 closed": [("2026-11-24 10:00", CLOSED)],
    "Mo-Fr 08:00-18:00 unknown": [("2026-11-24 10:00", UNKNOWN), ("2026-11-24 19:00", CLOSED)],
    'Mo-Fr 08:00-18:00 open "ring the bell"': [("2026-11-24 10:00", OPEN)],
    'Mo-Fr 08:00-18:00 "by appointment"': [("2026-11-24 10:00", UNKNOWN), ("2026-11-24 19:00", CLOSED)],
    'Mo-Fr 08:00-12:00 || "by appointment"': [("2026-11-24 10:00", OPEN), ("2026-11-24 15:00", UNKNOWN)],
    "Mo-Fr 08:00-12:00 || unknown": [("2026-11-24 10:00", OPEN), ("2026-11-28 10:00", UNKNOWN)],
    "Mo-Fr 10:00-16:00; PH off": [("2026-10-01 12:00", CLOSED), ("2026-10-08 12:00", OPEN)],
    "Mo-Fr,PH 10:00-16:00": [("2026-10-03 12:00", OPEN), ("2026-10-10 12:00", CLOSED)],
    "PH,Mo-Fr 10:00-16:00": [("2026-10-03 12:00", OPEN), ("2026-10-10 12:00", CLOSED)],
    "Mo-Sa 10:00-20:00; Su,PH 12:00-18:00": [
        ("2026-10-01 11:00", CLOSED), ("2026-10-01 13:00", OPEN), ("2026-10-01 19:00", CLOSED),
        ("2026-10-08 11:00", OPEN), ("2026-10-11 11:00", CLOSED),
    ],
    "Mo-Fr 10:00-16:00; PH 10:00-12:00": [("2026-10-01 13:00", CLOSED), ("2026-10-01 11:00", OPEN)],
    "Mo-Fr 10:00-16:00, PH 17:00-18:00": [("2026-10-01 13:00", OPEN), ("2026-10-01 17:30", OPEN)],
    "Mo-Su 10:00-16:00; PH -1 day 10:00-12:00": [("2026-09-30 13:00", CLOSED), ("2026-09-29 13:00", OPEN)],
    "Mo-Su 10:00-16:00; PH Mo-Fr off": [("2026-10-01 13:00", CLOSED), ("2026-10-03 13:00", OPEN)],
    "Mo-Su 10:00-16:00; Jan-Sep PH off": [("2026-10-01 13:00", OPEN)],
    'Mo-Su 10:00-16:00; PH off "open on PH; ask"': [("2026-10-01 13:00", CLOSED)],
    "Mo-Su 10:00-16:00; SH off": [("2026-10-08 13:00", OPEN)],
    "": [("2026-11-24 10:00", UNKNOWN)],
    "早上开门": [("2026-11-24 10:00", UNKNOWN)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "moment", "answer"), [(text, *one) for text, given_ in CASES.items() for one in given_]
)
def test_the_cases_of_the_specification(text: str, moment: str, answer: OpenAnswer) -> None:
    assert ask(text, moment) == answer


class TestOfficeHours:
    TEXT = "Mo-Fr 09:00-12:00,13:00-17:00"

    def test_a_make_up_saturday_is_worked_like_a_monday(self) -> None:
        assert ask(self.TEXT, "2026-10-10 10:00", office=True) == OPEN
        assert ask(self.TEXT, "2026-10-10 12:30", office=True) == CLOSED

    def test_a_make_up_saturday_changes_nothing_for_a_shop(self) -> None:
        assert ask(self.TEXT, "2026-10-10 10:00") == CLOSED

    def test_days_off_are_off_for_an_office_and_not_for_a_shop(self) -> None:
        assert ask(self.TEXT, "2026-10-01 10:00", office=True) == CLOSED
        assert ask(self.TEXT, "2026-10-01 10:00") == OPEN

    def test_what_the_text_says_about_days_off_goes_first(self) -> None:
        assert ask(f"{self.TEXT}; PH 09:00-11:00", "2026-10-01 10:00", office=True) == OPEN

    def test_an_office_that_is_open_on_saturdays_keeps_its_own_week(self) -> None:
        assert ask("Mo-Sa 09:00-17:00", "2026-10-10 10:00", office=True) == OPEN
        assert ask("Mo-Sa 09:00-17:00", "2026-10-11 10:00", office=True) == CLOSED


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "position"),
        [("Mo-Fr 10:00-12:00x", 18), ("早上八点", 1), ("Mo-Fr 10:00-12:00; foo", 20), ("Mo-Fr 1000-1200", 7)],
    )
    def test_a_fault_names_its_place(self, text: str, position: int) -> None:
        with pytest.raises(HoursFault) as refused:
            check_hours(text)
        assert refused.value.position == position

    def test_no_text_is_no_fault(self) -> None:
        check_hours("")
        check_hours("  ")


# ── any week, any days off, against a table made by hand ──

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
spans = st.tuples(st.integers(0, 11), st.integers(12, 23)).map(lambda span: (span[0] * 60, span[1] * 60))


@settings(deadline=None)
@given(
    week=st.lists(st.one_of(st.none(), spans), min_size=7, max_size=7),
    on_days_off=st.one_of(st.none(), spans),
    off=st.frozensets(st.integers(-3, 3), max_size=4),
    minute=st.integers(-3 * 1440, 3 * 1440),
)
def test_a_week_with_days_off_is_what_its_table_says(week, on_days_off, off, minute) -> None:
    monday = date(2026, 11, 23)
    moment = datetime.combine(monday, time()) + timedelta(minutes=minute)
    text = "; ".join(f"{_DAYS[n]} {_span(span)}" for n, span in enumerate(week)) + f"; PH {_span(on_days_off)}"
    is_off = (moment.date() - monday).days in off
    span = on_days_off if is_off else week[moment.weekday()]
    minutes = moment.hour * 60 + moment.minute
    expected = OPEN if span and span[0] <= minutes < span[1] else CLOSED
    days = DaysOff(frozenset(monday + timedelta(days=n) for n in off), frozenset())
    assert answer_at(text, moment, days, keeps_office_hours=False) == expected


def _span(span: tuple[int, int] | None) -> str:
    return f"{span[0] // 60:02d}:00-{span[1] // 60:02d}:00" if span else "off"


@settings(deadline=None)
@given(text=st.text(alphabet='MoTuWeFrSPH0189:-,;|[]"+ /dayoff', max_size=40))
def test_whatever_is_written_is_answered_or_refused_but_never_a_fault(text: str) -> None:
    with suppress(HoursFault):
        check_hours(text)
    assert answer_at(text, at("2026-10-01 10:00"), OCTOBER, keeps_office_hours=True) in OpenAnswer


def test_without_days_off_near_the_text_stays_as_readable() -> None:
    assert with_days_off("Mo-Fr 10:00-12:00", NO_DAYS_OFF) == "Mo-Fr 10:00-12:00"
    assert with_days_off("Mo-Fr,PH 10:00-12:00", OCTOBER) == ("Mo-Fr 10:00-12:00; 2026 Oct 01-2026 Oct 07 10:00-12:00")


def test_the_small_hours_belong_to_the_evening_before() -> None:
    hours = read_hours("Fr-Sa 22:00-04:00", NO_DAYS_OFF, False)
    assert hours
    assert open_spans(hours, date(2026, 11, 27)) == [(1320, 1680)]
    assert open_spans(hours, date(2026, 11, 29)) == []
