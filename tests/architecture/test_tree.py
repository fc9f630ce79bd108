"""What stands in a module, how it is called, how long it is, and what it reaches for."""

import pytest

from tests.architecture.houses import HOUSE, assert_none
from tools.walls import templates, tree

# Files that put text on a page without escaping it, each with its reason.
MAY_MARK_SAFE = {
    "look/queries/fields.py": "a widget that Django's own form machinery rendered and escaped",
}


def test_a_module_has_the_entries_of_the_plan_and_no_others() -> None:
    assert_none(tree.strange_entries(HOUSE))


def test_there_are_no_junk_drawers() -> None:
    assert_none(tree.junk_drawers(HOUSE))


def test_every_module_has_its_page_and_a_complete_door() -> None:
    assert_none(tree.missing_papers(HOUSE))


def test_no_function_is_longer_than_sixty_lines() -> None:
    assert_none(tree.long_functions(HOUSE))


def test_most_functions_are_short(record_property: pytest.FixtureRequest) -> None:
    median, ninetieth = tree.function_tail(HOUSE)
    record_property("lines of a function", f"median {median}, p90 {ninetieth}")
    assert median < 10
    assert ninetieth < 30


def test_nothing_hides_where_it_comes_from() -> None:
    assert_none(tree.hidden_ways(HOUSE))


def test_strings_go_round_no_door() -> None:
    assert_none(tree.string_imports(HOUSE))


def test_templates_reach_for_their_own_module_and_the_look_alone() -> None:
    assert_none(templates.foreign_reaches(HOUSE))


def test_templates_hold_no_inline_style_or_script() -> None:
    assert_none(templates.inline_code(HOUSE))


def test_nothing_goes_unescaped_without_a_reason() -> None:
    assert_none(templates.unescaped(HOUSE, MAY_MARK_SAFE))


def test_every_reason_is_still_needed() -> None:
    open_places = {line.split(":", 1)[0] for line in templates.unescaped(HOUSE, {})}
    assert set(MAY_MARK_SAFE) <= open_places


def test_services_take_their_arguments_by_name() -> None:
    assert_none(tree.loose_services(HOUSE))
