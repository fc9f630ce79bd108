"""Who is entitled, told clause by clause."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.catalogue.rules.assessment import Verdict, _plus_years, anniversaries, assess
from yizhan.catalogue.rules.definition import DatedValue, Department, Parameter, Text, Trust, spoken
from yizhan.catalogue.rules.expression import Kind, full_months, full_years, plus_months
from yizhan.catalogue.testing import attributes, old_age_allowance, packaged_items
from yizhan.people import api as people

ITEM = old_age_allowance()
OLD = ITEM.parameters["old_age_from"]
TODAY = date(2026, 11, 24)
GOOD = {
    "born_on": date(1946, 3, 2),
    "hukou_division": "450103001005",
    "alive": True,
    "receives__old_age_allowance": False,
}


def of(on=TODAY, **changes):
    return assess(ITEM, attributes=attributes(**{**GOOD, **changes}), on=on)


class TestTheWhole:
    def test_is_met_when_every_clause_is(self):
        assert of().verdict is Verdict.MET

    @pytest.mark.parametrize("name", list(GOOD))
    def test_is_not_known_while_any_attribute_is(self, name):
        result = of(**{name: None})

        assert result.verdict is Verdict.NOT_KNOWN
        (missing,) = [one for clause in result.clauses for one in clause.missing]
        assert missing.name == name.replace("__", ".")
        assert missing.supplier

    def test_is_not_met_even_if_something_else_is_not_known(self):
        result = of(hukou_division="450200000000", alive=None)

        assert result.verdict is Verdict.NOT_MET
        assert result.clause("hukou").refusal == "申请人的户口不在南宁市"

    def test_nothing_known_is_not_known_and_raises_nothing(self):
        assert assess(ITEM, attributes={}, on=TODAY).verdict is Verdict.NOT_KNOWN


class TestSources:
    def test_the_applicants_own_word_does_not_stand_for_a_birth_date(self):
        told = attributes(source="self", level=3, born_on=date(1946, 3, 2))

        clause = assess(ITEM, attributes={**attributes(**GOOD), **told}, on=TODAY).clause("age")

        assert clause.verdict is Verdict.NOT_KNOWN
        assert clause.missing[0].too_weak
        assert clause.used == ()

    @pytest.mark.parametrize(("level", "verdict"), [(1, Verdict.NOT_KNOWN), (2, Verdict.MET), (4, Verdict.MET)])
    def test_a_level_too_low_does_not_count(self, level, verdict):
        told = attributes(level=level, born_on=date(1946, 3, 2))

        assert assess(ITEM, attributes=told, on=TODAY).clause("age").verdict is verdict

    def test_says_on_which_source_it_stands(self):
        (used,) = of().clause("age").used

        assert (used.source, used.level, used.seen_at.year) == ("public_security.register", 3, 2026)

    def test_a_date_kept_as_text_is_read(self):
        assert of(born_on="1946-03-02").clause("age").verdict is Verdict.MET

    @pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999999", "sNaN", "七", "", True])
    def test_a_figure_that_is_none_is_not_known(self, value):
        means = next(one for one in packaged_items() if one.code == "minimum_living_allowance")
        figure = next(name for name, need in means.attributes.items() if need.kind is Kind.NUMBER)

        found = assess(means, attributes=attributes(**{figure.replace(".", "__"): value}), on=TODAY)

        assert all(clause.verdict is not Verdict.MET for clause in found.clauses)

    @pytest.mark.parametrize("value", ["1946-02-29", "", "x" * 100, 19460302, True])
    def test_a_value_that_cannot_be_read_is_not_known(self, value):
        assert of(born_on=value).clause("age").verdict is Verdict.NOT_KNOWN


class TestFromWhen:
    def test_seventy_nine_is_told_the_day(self):
        result = of(born_on=date(1947, 3, 2))

        clause = result.clause("age")
        assert clause.sentence == "您 79 岁；满 80 周岁起发，从 2027年3月2日 起"
        assert clause.met_on == date(2027, 3, 2)
        assert result.entitled_from == date(2027, 3, 2)

    def test_in_english_too(self):
        told = attributes(**{**GOOD, "born_on": date(1947, 3, 2)})

        clause = assess(ITEM, attributes=told, on=TODAY, who="You", english=True).clause("age")

        assert clause.sentence == "You: 79 years old; the allowance begins at 80, on 2 March 2027"

    def test_no_day_where_no_date_will_help(self):
        result = of(born_on=date(1947, 3, 2), hukou_division="450200000000")

        assert result.clause("hukou").met_on is None
        assert result.entitled_from is None

    def test_a_higher_age_from_a_later_day_is_seen(self):
        result = assess(ITEM, attributes=attributes(**GOOD), on=TODAY, parameters={"old_age_from": 90})

        assert result.clause("age").met_on == date(2036, 3, 2)

    def test_where_two_dates_stand_in_the_way_the_later_one_counts(self):
        age = next(one for one in ITEM.eligibility if one.id == "age")
        older = replace(age, id="older", expression="age(on) >= 85")
        item = replace(ITEM, eligibility=(older, *ITEM.eligibility))

        found = assess(item, attributes=attributes(**{**GOOD, "born_on": date(1947, 3, 2)}), on=TODAY)

        assert [clause.met_on for clause in found.clauses[:2]] == [date(2032, 3, 2), date(2027, 3, 2)]
        assert found.entitled_from == date(2032, 3, 2)

    @settings(max_examples=300, deadline=None)
    @given(st.dates(date(1900, 1, 1), date(2026, 11, 1)))
    def test_the_day_is_the_first_one(self, born):
        clause = of(born_on=born).clause("age")
        if clause.met_on is None:
            assert full_years(born, TODAY) >= 80
            return
        assert full_years(born, clause.met_on) == 80
        assert full_years(born, clause.met_on - timedelta(days=1)) == 79
        assert clause.met_on > TODAY

    @given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 1500))
    def test_months_and_years_are_reached_on_the_first_possible_day(self, start, count):
        month, year = plus_months(start, count), _plus_years(start, count // 12)
        assert full_months(start, month) == count
        assert count == 0 or full_months(start, month - timedelta(days=1)) == count - 1
        assert full_years(start, year) == count // 12

    def test_anniversaries_end_with_the_calendar(self):
        assert list(anniversaries(date(9998, 12, 31), (_plus_years, 5))) == [date(9998, 12, 31), date(9999, 12, 31)]


class TestAmounts:
    def test_only_the_own_band_applies_and_no_amount_is_invented(self):
        amounts = {one.band_id: one for one in of().amounts}

        assert {band for band, one in amounts.items() if one.applies is Verdict.MET} == {"80-89"}
        assert {one.fen for one in amounts.values()} == {None}

    def test_what_was_once_paid_is_only_history(self):
        (ninety,) = [one for one in of().amounts if one.band_id == "90-99"]

        assert [one.value for one in ninety.historical] == [5000]


DAYS = st.integers(0, 12).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
DATED = st.builds(
    DatedValue,
    value=st.integers(1, 9),
    valid_from=DAYS,
    valid_until=st.none() | DAYS,
    trust=st.sampled_from(Trust),
)


class TestDatedParameters:
    @settings(max_examples=300, deadline=None)
    @given(st.lists(DATED, max_size=5), DAYS)
    def test_in_force_from_its_first_day_until_the_day_before_its_end_and_never_as_history(self, values, day):
        parameter = Parameter(title=Text("线"), kind=Kind.NUMBER, values=tuple(values))
        in_force = []
        for one in values:
            ends = one.valid_until or date(2030, 1, 1)
            held = [one.valid_from + timedelta(days=n) for n in range((ends - one.valid_from).days)]
            if day in held and one.trust != "historical":
                in_force.append(one)

        assert parameter.on(day) == (in_force[0] if in_force else None)

    def test_what_was_once_so_decides_nothing(self):
        once = DatedValue(value=60, valid_from=date(2010, 1, 1), trust=Trust.HISTORICAL)
        item = replace(ITEM, parameters={**ITEM.parameters, "old_age_from": replace(OLD, values=(once,))})

        clause = assess(item, attributes=attributes(**GOOD), on=TODAY).clause("age")

        assert clause.verdict is Verdict.NOT_KNOWN
        assert [one.name for one in clause.missing] == ["p.old_age_from"]


def test_departments_are_those_of_the_city():
    assert [str(one) for one in Department] == [str(one) for one in people.Department]


def test_english_is_complete_where_a_person_reads():
    english = spoken(ITEM, "en")

    assert english.name.zh == "Old-age allowance"
    assert all(clause.statement.en for clause in ITEM.eligibility)
    assert all(one.label.en for one in ITEM.form_fields())
