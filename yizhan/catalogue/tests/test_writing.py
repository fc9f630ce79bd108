"""A version as a file again: reading it gives the very same content; and what one version says otherwise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.catalogue.rules.changes import ChangeKind, changes
from yizhan.catalogue.rules.consistency import read_checked
from yizhan.catalogue.rules.reading import located, plain_of
from yizhan.catalogue.rules.writing import in_order, yaml_of
from yizhan.catalogue.testing import packaged_files

FILES = packaged_files()
CONTENT = {name: plain_of(read_checked(text, name)[1]) for name, text in FILES.items()}
STRANGE = ["on", "yes", "0771", "~", "null", "true", "2026-01-01", "1.5", "1_000", "12:30", "- a", "a: b", "#", ""]
LETTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\ufeff")
TEXTS = st.text(LETTERS, max_size=30) | st.sampled_from(STRANGE)
CONTENTS = st.recursive(
    TEXTS | st.booleans() | st.integers(-(10**12), 10**12) | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def shuffled(content):
    """As a database gives it back: the fields of a mapping in another order."""
    if isinstance(content, dict):
        return {key: shuffled(content[key]) for key in sorted(content, key=lambda key: (len(key), key))}
    return [shuffled(one) for one in content] if isinstance(content, list) else content


@pytest.mark.parametrize("name", FILES)
def test_export_and_import_say_the_same(name):
    text = yaml_of(shuffled(CONTENT[name]))
    definition, tree = read_checked(text, name)

    assert plain_of(tree) == CONTENT[name]
    assert definition == read_checked(FILES[name], name)[0]
    assert text == yaml_of(plain_of(tree))
    assert text.startswith(f"code: {name.split('/')[0]}\nversion: ")


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(TEXTS, CONTENTS, min_size=1, max_size=5))
def test_whatever_is_written_is_read_back(content):
    assert plain_of(located(yaml_of(content), "x")) == content


def test_the_order_of_the_schema_keeps_everything():
    for content in CONTENT.values():
        assert in_order(shuffled(content)) == content


class TestChanges:
    def test_nothing_differs_from_itself(self):
        for content in CONTENT.values():
            assert changes(content, shuffled(content)) == ()

    def test_says_what_was_and_what_is(self):
        before = CONTENT["old_age_allowance/1"]
        after = {**before, "limits": {**before["limits"], "promise_days": 5}, "version": 2}

        (one,) = changes(before, after)

        assert (one.kind, one.path) == (ChangeKind.CHANGED, "limits.promise_days")
        assert (one.where.zh, one.where.en) == ("办结时限 · 承诺时限", "limits · days promised")
        assert (one.before.zh, one.after.zh) == ("10", "5")

    def test_an_entry_is_found_again_by_its_id(self):
        before = CONTENT["old_age_allowance/1"]
        materials = [{**one, "copies": 2} if one["id"] == "household_register" else one for one in before["materials"]]

        found = changes(before, {**before, "materials": [*reversed(materials[1:])]})

        assert [(one.kind, one.path) for one in found] == [
            (ChangeKind.CHANGED, "materials.household_register.copies"),
            (ChangeKind.REMOVED, "materials.social_security_card"),
        ]
        assert found[0].where.zh == "材料 · 户口簿 · 份数"

    def test_a_text_in_one_language_or_two_is_the_same_text(self):
        assert changes({"name": "甲"}, {"name": {"zh": "甲"}}) == ()
        assert [one.path for one in changes({"name": {"zh": "甲"}}, {"name": {"zh": "甲", "en": "A"}})] == ["name"]

    @settings(max_examples=200, deadline=None)
    @given(st.dictionaries(TEXTS, CONTENTS, max_size=4), st.dictionaries(TEXTS, CONTENTS, max_size=4))
    def test_no_content_is_too_strange(self, before, after):
        assert changes(before, before) == ()
        for one in changes(before, after):
            assert (one.before.zh, one.after.zh) != (None, None)
