"""When a limit ends, against the law's own examples and against the oracle."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.clocks.rules.counting import (
    LONGEST_LIMIT,
    ExtensionNegative,
    LimitOutOfRange,
    LimitUnit,
    Pause,
    PauseBackwards,
    PausesOverlap,
    due,
)
from yizhan.clocks.tests import oracle
from yizhan.territory.api import DayOutOfRange, packaged_calendar

NANNING = packaged_calendar("450100")
BEIJING = packaged_calendar("110000")
WORKING, NATURAL = LimitUnit.WORKING, LimitUnit.NATURAL
D = date.fromisoformat


def working(start: str, days: int, *pauses: tuple[str, str], extend: int = 0, calendar=NANNING):
    made = [Pause(D(a), D(b)) for a, b in pauses]
    return due(calendar=calendar, unit=WORKING, days=days, start=D(start), pauses=made, extend=extend)


def natural(start: str, days: int, *pauses: tuple[str, str], extend: int = 0, calendar=NANNING):
    made = [Pause(D(a), D(b)) for a, b in pauses]
    return due(calendar=calendar, unit=NATURAL, days=days, start=D(start), pauses=made, extend=extend)


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("start", "days", "due_on"),
        [
            ("2018-02-09", 5, "2018-02-22"),
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-12", 20, "2026-03-18"),
            ("2026-09-30", 1, "2026-10-08"),
        ],
    )
    def test_known_examples(self, start, days, due_on):
        assert working(start, days).due_on == D(due_on)

    def test_the_start_day_is_not_counted_even_if_it_is_a_working_day(self):
        assert working("2026-06-01", 1).due_on == D("2026-06-02")

    def test_a_start_on_a_day_off_counts_from_the_next_working_day(self):
        assert working("2026-10-01", 1).due_on == D("2026-10-08")

    def test_every_day_says_why(self):
        days = working("2026-09-18", 5).days

        assert [(each.number, each.why) for each in days[:3]] == [
            (None, "weekend"),
            (1, "make-up working day"),
            (2, "working day"),
        ]
        assert days[-1].number == 5

    def test_a_make_up_day_of_the_next_years_notice_counts(self):
        assert working("2018-12-28", 1).due_on == D("2018-12-29")
        assert working("2018-12-29", 1).due_on == D("2019-01-02")


class TestNaturalDays:
    def test_days_off_count(self):
        assert natural("2026-06-01", 10).due_on == D("2026-06-11")

    def test_an_end_on_a_day_off_moves_to_the_next_working_day(self):
        result = natural("2026-09-25", 6)

        assert result.due_on == D("2026-10-08")
        assert [(each.counts, each.why) for each in result.days[-2:]] == [
            (False, "public holiday: National Day, the end moves on"),
            (False, "the end, moved from a day off"),
        ]

    def test_an_end_on_a_make_up_saturday_stays(self):
        assert natural("2026-10-09", 1).due_on == D("2026-10-10")

    def test_the_move_skips_the_regional_festival_here_and_not_elsewhere(self):
        assert natural("2026-04-17", 2).due_on == D("2026-04-21")
        assert natural("2026-04-17", 2, calendar=BEIJING).due_on == D("2026-04-20")


class TestPauses:
    def test_takes_out_working_days_after_a_up_to_and_including_b(self):
        assert working("2026-09-18", 10, ("2026-09-21", "2026-09-23")).due_on == D("2026-10-12")

    def test_takes_out_natural_days_of_a_natural_limit(self):
        assert natural("2026-06-01", 5, ("2026-06-02", "2026-06-04")).due_on == D("2026-06-08")

    def test_over_days_off_only_takes_nothing_from_a_working_limit(self):
        assert working("2026-10-09", 3, ("2026-10-10", "2026-10-11")).due_on == working("2026-10-09", 3).due_on

    def test_of_no_days_takes_nothing(self):
        assert working("2026-06-01", 5, ("2026-06-03", "2026-06-03")).due_on == working("2026-06-01", 5).due_on

    def test_one_may_begin_on_the_day_the_other_ended(self):
        apart = working("2026-06-01", 5, ("2026-06-01", "2026-06-02"), ("2026-06-02", "2026-06-03"))

        assert apart.due_on == working("2026-06-01", 5, ("2026-06-01", "2026-06-03")).due_on

    def test_before_the_start_and_after_the_due_day_change_nothing(self):
        plain = working("2026-06-01", 5)

        assert working("2026-06-01", 5, ("2026-05-01", "2026-05-20")).days == plain.days
        assert working("2026-06-01", 5, ("2026-06-08", "2026-06-30")).days == plain.days

    def test_one_that_reaches_over_the_start_takes_out_what_lies_after_it(self):
        assert working("2026-06-01", 5, ("2026-05-20", "2026-06-02")).due_on == D("2026-06-09")

    def test_does_not_touch_the_days_over_which_an_ended_limit_moves_on(self):
        assert natural("2026-06-04", 2, ("2026-06-06", "2026-06-12")).due_on == D("2026-06-08")

    @pytest.mark.parametrize(
        "second", [("2026-06-03", "2026-06-04"), ("2026-06-02", "2026-06-09"), ("2026-06-04",) * 2]
    )
    def test_that_overlap_are_refused_in_any_order(self, second):
        first = ("2026-06-02", "2026-06-05")

        with pytest.raises(PausesOverlap):
            working("2026-06-01", 5, first, second)
        with pytest.raises(PausesOverlap):
            working("2026-06-01", 5, second, first)

    def test_backwards_is_refused(self):
        with pytest.raises(PauseBackwards, match="2026-06-05"):
            working("2026-06-01", 5, ("2026-06-05", "2026-06-02"))


class TestProvisional:
    def test_only_when_a_computed_day_is_touched(self):
        assert not working("2026-04-13", 4).provisional
        assert working("2026-04-17", 1).provisional
        assert not working("2026-04-17", 1, calendar=BEIJING).provisional

    def test_in_a_year_without_notice(self):
        assert not working("2026-12-30", 1).provisional
        assert working("2026-12-30", 2).provisional
        assert working("2017-12-29", 3).provisional

    def test_the_start_day_belongs_to_it(self):
        assert working("2026-04-20", 1).provisional
        assert not working("2026-04-21", 1).provisional


class TestRefuses:
    @pytest.mark.parametrize("days", [0, -1, LONGEST_LIMIT + 1])
    def test_a_limit_out_of_range(self, days):
        with pytest.raises(LimitOutOfRange):
            working("2026-06-01", days)

    def test_an_extension_that_shortens(self):
        with pytest.raises(ExtensionNegative):
            working("2026-06-01", 5, extend=-1)

    @pytest.mark.parametrize("start", [date.min, date.max, date(2099, 12, 30)])
    def test_days_that_the_calendar_does_not_reach(self, start):
        with pytest.raises(DayOutOfRange):
            due(calendar=NANNING, unit=WORKING, days=5, start=start)


def same_as_oracle(start, days, unit, pauses, extend, guangxi):
    pairs = [(pause.after, pause.until) for pause in pauses]
    calendar = NANNING if guangxi else BEIJING
    try:
        result = due(calendar=calendar, unit=unit, days=days, start=start, pauses=pauses, extend=extend)
    except PausesOverlap:
        return oracle.overlapping(pairs)
    if oracle.overlapping(pairs):
        return False
    expected = oracle.due(start, days, unit is NATURAL, pairs, extend, guangxi)
    got = (result.due_on, result.provisional, [(each.date, each.counts) for each in result.days])
    return got == expected


DATES = st.dates(min_value=date(2014, 1, 1), max_value=date(2039, 12, 31))


@st.composite
def pauses_after(draw, start: date):
    made = []
    for _ in range(draw(st.integers(0, 3))):
        after = start + timedelta(days=draw(st.integers(-20, 60)))
        made.append(Pause(after, after + timedelta(days=draw(st.integers(0, 40)))))
    return made


@settings(max_examples=1500, deadline=None)
@given(data=st.data(), start=DATES, days=st.integers(1, 60), unit=st.sampled_from(LimitUnit), guangxi=st.booleans())
def test_agrees_with_the_oracle(data, start, days, unit, guangxi):
    pauses, extend = data.draw(pauses_after(start)), data.draw(st.integers(0, 15))

    assert same_as_oracle(start, days, unit, pauses, extend, guangxi)


@settings(max_examples=1500, deadline=None)
@given(start=DATES, days=st.integers(1, 60), unit=st.sampled_from(LimitUnit), extend=st.integers(0, 15))
def test_numbers_run_from_one_to_the_limit_and_the_end_is_a_working_day(start, days, unit, extend):
    result = due(calendar=NANNING, unit=unit, days=days, start=start, extend=extend)

    assert [each.number for each in result.days if each.counts] == list(range(1, days + extend + 1))
    assert NANNING.is_working_day(result.due_on)
    assert result.days[0].date == start + timedelta(days=1)


@pytest.mark.slow
def test_a_sweep_of_100_000_agrees_with_the_oracle():
    chance = random.Random(20260213)
    differences = [case for case in (_random_case(chance) for _ in range(100_000)) if not same_as_oracle(*case)]

    assert differences == []


def _random_case(chance: random.Random):
    start = date(2017, 6, 1) + timedelta(days=chance.randrange(3650))
    days = chance.choice((1, 2, 3, 5, 7, 10, 15, 20, 30, 45, chance.randint(1, 60)))
    unit = WORKING if chance.random() < 0.6 else NATURAL
    return start, days, unit, _random_pauses(chance, start), chance.choice((0, 0, 10, 15)), chance.random() < 0.7


def _random_pauses(chance: random.Random, start: date) -> list[Pause]:
    """Mostly well apart, sometimes anywhere, so that overlaps come up too."""
    made, after = [], start
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        after = after + timedelta(days=chance.randint(0, 15)) if chance.random() < 0.85 else start
        made.append(Pause(after, after + timedelta(days=chance.randint(0, 20))))
        after = made[-1].until
    chance.shuffle(made)
    return made
