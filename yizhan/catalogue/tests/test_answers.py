"""The form shows what applies and says how to mend what is wrong."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.catalogue.rules.answers import CLEANERS, Bad, check_answers, cleaned_answer, form_for, materials_for
from yizhan.catalogue.rules.definition import Choice, FieldKind, FormField, Text
from yizhan.catalogue.testing import GOOD_ANSWERS, old_age_allowance

ITEM = old_age_allowance()
TODAY = date(2026, 11, 24)


def check(answers, **context):
    return check_answers(ITEM, answers=answers, context=context, on=TODAY)


def asked(answers, **context):
    sections = form_for(ITEM, answers=answers, context=context, on=TODAY)
    return [one.id for section in sections for one in section.fields]


def papers(answers, **context):
    return [one.id for one in materials_for(ITEM, answers=answers, context=context, on=TODAY)]


class TestWhatApplies:
    def test_the_agent_is_asked_about_only_when_there_is_one(self):
        assert "agent_name" not in asked({"filed_by": "self"})
        assert "agent_name" in asked({"filed_by": "agent"})
        assert "agent_name" not in asked({})

    def test_the_letter_is_wanted_only_from_an_agent(self):
        assert "letter_of_authorisation" not in papers({"filed_by": "self"})
        assert "letter_of_authorisation" in papers({"filed_by": "agent"})

    def test_what_the_desk_knows_is_not_asked(self):
        fields = asked({}, filed_by="agent", relation="child")

        assert "filed_by" not in fields
        assert "relation" not in fields
        assert "agent_name" in fields
        assert "letter_of_authorisation" in papers({}, filed_by="agent")

    def test_answers_that_do_not_apply_are_dropped(self):
        checked = check({**GOOD_ANSWERS, "filed_by": "self"})

        assert checked.are_good
        assert "agent_name" not in checked.cleaned

    def test_the_context_wins_over_the_form(self):
        assert check(GOOD_ANSWERS, filed_by="self").cleaned["filed_by"] == "self"


class TestAnswers:
    def test_good_answers_are_cleaned(self):
        checked = check({**GOOD_ANSWERS, "card_number": "６２１７ 0000-0000 0000 019", "agent_name": " 韦·阿里木 "})

        assert checked.are_good
        assert checked.cleaned["card_number"] == "6217000000000000019"
        assert checked.cleaned["agent_name"] == "韦·阿里木"
        assert checked.personal == {"card_number", "agent_name", "agent_phone"}

    def test_a_short_card_number_says_how_many_are_missing(self):
        (error,) = check({**GOOD_ANSWERS, "card_number": "6217 9000 1234 5678 90"}).errors

        assert (error.field, error.code, error.facts["lacks"]) == ("card_number", "short", 1)

    def test_names_nobody_expects_are_taken(self):
        for name in ("𠮷", "<b>", "·" * 50):
            assert check({**GOOD_ANSWERS, "agent_name": name}).cleaned["agent_name"] == name

    @pytest.mark.parametrize("name", ["", "   ", "\x00", "a\x00b", "x" * 51, "\ud800"])
    def test_names_that_are_none_are_refused(self, name):
        assert [error.field for error in check({**GOOD_ANSWERS, "agent_name": name}).errors] == ["agent_name"]

    def test_an_unknown_choice_is_refused(self):
        assert [error.code for error in check({**GOOD_ANSWERS, "delivery": "pigeon"}).errors] == ["choose"]

    @pytest.mark.parametrize(
        ("number", "good"),
        [("450103194001010013", True), ("11010519491231002x", True), ("450103194602290014", False), ("1" * 18, False)],
    )
    def test_identity_numbers_need_their_digit_and_a_day_that_exists(self, number, good):
        field = FormField(id="n", label=Text("号"), kind=FieldKind.IDENTITY_NUMBER)
        try:
            assert cleaned_answer(field, {"n": number}, {}) == number.upper()
        except Bad:
            assert not good
        else:
            assert good

    @settings(max_examples=400, deadline=None)
    @given(
        st.sampled_from(list(FieldKind)),
        st.text(max_size=40) | st.integers() | st.booleans() | st.none() | st.lists(st.text(max_size=2), max_size=2),
    )
    def test_no_answer_raises_anything_else(self, kind, raw):
        choices = (Choice(value="a", label=Text("a")), Choice(value="b", label=Text("b")))
        field = FormField(id="n", label=Text("号"), kind=kind, choices=choices, minimum=0, maximum=9)
        try:
            value = cleaned_answer(field, {"n": raw}, {})
        except Bad:
            return
        assert value is None or isinstance(value, (str, int, bool))

    def test_every_kind_has_a_cleaner(self):
        assert set(CLEANERS) == set(FieldKind)
