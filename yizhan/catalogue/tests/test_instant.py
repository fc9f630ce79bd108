"""What is decided at once: by the rules where every clause stands on a named source, else by somebody on duty."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.catalogue.rules.assessment import Verdict, assess, comes_from
from yizhan.catalogue.rules.instant import Why, automatic_decision
from yizhan.catalogue.testing import attributes, packaged_items

ITEMS = {item.code: item for item in packaged_items()}
ENROLMENT = ITEMS["resident_pension_enrolment"]
TODAY = date(2026, 11, 24)
GOOD = {
    "hukou_division": "450107006010",
    "student": False,
    "holds__other_pension": False,
}


def decided(item=ENROLMENT, *, answers=None, born="identity_number", source="register:教育", **values):
    known = attributes(source=source, **{**GOOD, **values})
    known |= attributes(source=born, born_on=date(1990, 5, 1))
    return automatic_decision(item, assess(item, attributes=known, on=TODAY, answers=answers))


class TestByTheRules:
    def test_every_clause_on_its_source(self):
        found = decided()

        assert found.allowed
        assert (found.objections, found.sampling_percent, found.examiner_minutes) == ((), 5, 30)

    @pytest.mark.parametrize("source", ["desk:户口簿", "self", "registered", "office_x", ""])
    def test_not_on_the_word_of_a_desk_or_the_applicant(self, source):
        found = decided(source=source)

        assert not found.allowed
        assert {one.why for one in found.objections} <= {Why.SOURCE, Why.NOT_KNOWN}

    def test_a_refusal_is_nobody_elses_than_a_persons(self):
        found = decided(student=True)

        assert [(one.why, one.clause_id) for one in found.objections] == [(Why.NOT_MET, "not_student")]

    def test_what_is_not_known_goes_to_somebody_on_duty(self):
        found = decided(student=None)

        assert [(one.why, one.clause_id) for one in found.objections] == [(Why.NOT_KNOWN, "not_student")]

    def test_not_on_an_answer_of_the_form(self):
        """What the applicant says in the form is his word, however good the register beside it."""
        first, *others = ENROLMENT.eligibility
        asked = next(one for one in ENROLMENT.form_fields() if one.choices)
        told = replace(first, expression=f'({first.expression}) and a.{asked.id} == "{asked.choices[0].value}"')
        item = replace(ENROLMENT, eligibility=(told, *others))

        found = decided(item, answers={asked.id: asked.choices[0].value})

        assert not found.allowed
        assert [(one.why, one.clause_id, one.name) for one in found.objections] == [(Why.ANSWER, first.id, asked.id)]

    def test_nothing_asked_is_nothing_met(self):
        assert not decided(replace(ENROLMENT, eligibility=())).allowed

    def test_an_item_that_leaves_it_to_people(self):
        found = decided(ITEMS["birth_registration"])

        assert [one.why for one in found.objections] == [Why.NOT_AUTOMATIC]
        assert found.examiner_minutes == 60

    def test_an_item_that_is_not_instant(self):
        assert [one.why for one in decided(ITEMS["old_age_allowance"]).objections] == [Why.NOT_AUTOMATIC]


@pytest.mark.parametrize(
    ("source", "accepted", "expected"),
    [
        ("office:公安户籍", ("office",), True),
        ("register.hukou", ("register",), True),
        ("register", ("register",), True),
        ("registers", ("register",), False),
        ("desk:office", ("office",), False),
        ("office", (), False),
    ],
)
def test_a_source_is_known_by_its_beginning(source, accepted, expected):
    assert comes_from(source, accepted) is expected


class TestAnswersOfTheForm:
    def test_a_clause_may_look_at_an_answer_and_says_that_it_did(self):
        item = ITEMS["legal_aid"]
        found = assess(item, attributes={}, on=TODAY, answers={"matter": "wages", "hardship": True})

        assert found.verdict is Verdict.MET
        assert found.clause("matter").answers_used == ("matter",)

    def test_what_is_not_answered_is_not_known(self):
        clause = assess(ITEMS["legal_aid"], attributes={}, on=TODAY).clause("matter")

        assert clause.verdict is Verdict.NOT_KNOWN
        assert [one.title for one in clause.missing] == ["哪一类"]

    def test_what_is_not_covered_is_told(self):
        clause = assess(ITEMS["legal_aid"], attributes={}, on=TODAY, answers={"matter": "other"}).clause("matter")

        assert clause.verdict is Verdict.NOT_MET
        assert "12348" in clause.sentence


class TestReasons:
    def test_each_part_is_told_with_the_values_it_was_answered_by(self):
        known = attributes(born_on=date(1990, 5, 1))
        clause = assess(ENROLMENT, attributes=known, on=TODAY).clause("age")

        assert [(one.words, one.holds) for one in clause.reasons] == [
            ("周岁（36） 不小于 参保起始年龄（16）", True),
            ("周岁（36） 小于 领取待遇年龄（60）", True),
        ]

    def test_in_english(self):
        known = attributes(disability_kind="sight", disability_degree=5, source="office:医院")
        clause = assess(ITEMS["disability_certificate"], attributes=known, on=TODAY, english=True).clause("assessed")

        assert [one.holds for one in clause.reasons] == [True, True, False]
        assert clause.reasons[2].words == "degree of disability (5) ≤ 4"

    def test_only_named_sources_count_where_the_item_names_them(self):
        known = attributes(disability_kind="sight", disability_degree=1, source="desk:说的")
        clause = assess(ITEMS["disability_certificate"], attributes=known, on=TODAY).clause("assessed")

        assert clause.verdict is Verdict.NOT_KNOWN
        assert all(one.too_weak for one in clause.missing)

    @settings(max_examples=150, deadline=None)
    @given(
        st.sampled_from(sorted(ITEMS)),
        st.dictionaries(
            st.sampled_from(sorted({name.replace(".", "__") for item in ITEMS.values() for name in item.attributes})),
            st.none() | st.booleans() | st.integers(-5, 10**9) | st.text(max_size=5) | st.dates(),
        ),
    )
    def test_any_values_give_an_answer_with_reasons_in_both_languages(self, code, values):
        item = ITEMS[code]
        for english in (False, True):
            found = assess(item, attributes=attributes(**values), on=TODAY, english=english)
            for clause in found.clauses:
                assert clause.reasons
                assert all(one.words for one in clause.reasons)
                if clause.verdict is Verdict.MET:
                    assert all(one.holds for one in clause.reasons)
