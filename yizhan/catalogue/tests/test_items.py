"""The packaged items: all good, all ten departments, every kind of course, and nothing said in one language only."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

import pytest

from yizhan.catalogue.rules.consistency import trusted_parts
from yizhan.catalogue.rules.definition import (
    Approver,
    Department,
    ItemDefinition,
    ItemKind,
    LateNotice,
    LifeEvent,
    SpecialKind,
    Text,
    Trust,
    Unit,
    stage_of,
)
from yizhan.catalogue.testing import packaged_items

ITEMS = packaged_items()
TODAY = date(2026, 11, 24)
NEWEST = {item.code: item for item in ITEMS}
KINDS = {
    "floating_population_registration": ItemKind.INSTANT,
    "residence_permit": ItemKind.PROMISED,
    "resident_pension_enrolment": ItemKind.INSTANT,
    "hard_to_employ_recognition": ItemKind.PROMISED,
    "old_age_allowance": ItemKind.PROMISED,
    "minimum_living_allowance": ItemKind.STAGED,
    "temporary_relief": ItemKind.STAGED,
    "public_rental_eligibility": ItemKind.JOINT,
    "elevator_addition": ItemKind.PROMISED,
    "birth_registration": ItemKind.INSTANT,
    "subsidy_account_binding": ItemKind.INSTANT,
    "legal_aid": ItemKind.PROMISED,
    "worker_hardship_file": ItemKind.PROMISED,
    "ethnic_identity_change": ItemKind.STAGED,
    "disability_certificate": ItemKind.PROMISED,
    "identity_card_replacement": ItemKind.PROMISED,
}


def texts_in(thing: object, path: str = "") -> Iterator[tuple[str, Text]]:
    if isinstance(thing, Text):
        yield path, thing
    elif isinstance(thing, tuple):
        for at, part in enumerate(thing):
            yield from texts_in(part, f"{path}[{at}]")
    elif isinstance(thing, dict):
        for key, part in thing.items():
            yield from texts_in(part, f"{path}.{key}")
    elif is_dataclass(thing) and not isinstance(thing, type):
        for one in fields(thing):
            yield from texts_in(getattr(thing, one.name), f"{path}.{one.name}")


def test_items_of_all_ten_departments_take_the_course_they_should():
    assert {code: item.kind for code, item in NEWEST.items()} == KINDS
    assert {item.authority.department for item in ITEMS} == set(Department)
    assert {event for item in NEWEST.values() for event in item.life_events} == set(LifeEvent)
    assert all(item.life_events for item in NEWEST.values())


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.code}-{item.version}")
class TestEachItem:
    def test_speaks_both_languages(self, item: ItemDefinition):
        silent = ("codes.note", ".quotation")
        alone = [path for path, text in texts_in(item) if text.zh and not text.en and not path.endswith(silent)]
        assert alone == []

    def test_names_no_amount_that_the_city_has_not_confirmed(self, item: ItemDefinition):
        for name, parameter in item.parameters.items():
            if str(parameter.unit) == "分":
                assert [one.value for one in parameter.values if one.trust is not Trust.HISTORICAL] == [None], name

    def test_says_where_every_confirmed_figure_comes_from(self, item: ItemDefinition):
        assert all(source for _path, trust, source in trusted_parts(item) if trust is Trust.CONFIRMED)

    def test_ends_with_the_responsible_office(self, item: ItemDefinition):
        offices = item.office_steps()
        assert [one.decides for one in offices] == [False] * (len(offices) - 1) + [True]
        assert offices[-1].office == item.responsible_office

    def test_looks_only_at_attributes_that_a_source_can_supply(self, item: ItemDefinition):
        assert all(need.title and need.supplier for need in item.attributes.values())
        assert item.authority.responsible.division_of in {"hukou_division", "residence_division"}


class TestCourses:
    def test_two_levels_in_turn(self):
        first, second = NEWEST["ethnic_identity_change"].office_steps()

        assert (first.office.digits, first.limit_days, first.decides) == (6, 15, False)
        assert (second.office.digits, second.limit_days, second.decides) == (4, 10, True)

    def test_two_departments_in_turn(self):
        first, second = NEWEST["public_rental_eligibility"].office_steps()

        assert (first.office.department, first.limit_days) == (Department.CIVIL_AFFAIRS, 10)
        assert (second.office.department, second.limit_days) == (Department.HOUSING, 20)

    def test_the_household_is_checked_in_time_that_is_not_counted(self):
        course = NEWEST["minimum_living_allowance"].procedure

        assert SpecialKind.HOUSEHOLD_CHECK in {one.kind for one in course.special}
        assert course.public_notice is not None
        assert (course.public_notice.minimum_days, course.public_notice.unit) == (7, Unit.NATURAL)
        assert not course.public_notice.counted

    def test_a_licence_goes_as_the_licensing_law_says(self):
        course = NEWEST["elevator_addition"].procedure

        assert (course.notice.days, course.notice.when_late) == (5, LateNotice.DEEMED_ACCEPTED)
        assert (course.extension.days, course.extension.approver) == (10, Approver.HEAD)
        assert (course.delivery.days, course.delivery.unit) == (10, Unit.WORKING)
        for part in (course.notice, course.extension, course.delivery):
            assert part.trust is Trust.CONFIRMED
            assert "行政许可法" in part.source

    def test_natural_days_and_an_extension(self):
        permit = NEWEST["residence_permit"]

        assert permit.limits.unit is Unit.NATURAL
        assert permit.limits.legal_days + permit.procedure.extension.days == 30

    def test_a_version_without_a_course_has_the_plain_one(self):
        first = next(item for item in ITEMS if item.code == "old_age_allowance" and item.version == 1)

        assert (first.procedure.notice.days, first.procedure.delivery.days) == (5, 10)
        assert [stage_of(step) for step in first.steps] == ["receive", "accept", "examine", "decide", "deliver"]
