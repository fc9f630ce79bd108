"""What a change is called: fields and codes in words, in both languages."""

import dataclasses
from enum import StrEnum
from typing import get_args, get_type_hints

import pytest
from django.utils import translation

from yizhan.catalogue.queries import LIFE_EVENTS
from yizhan.catalogue.rules import definition
from yizhan.catalogue.rules.changes import changes
from yizhan.catalogue.rules.coded import CODED
from yizhan.catalogue.rules.naming import name_of_field
from yizhan.people import api as people

RULED = [one for one in vars(definition).values() if isinstance(one, type) and dataclasses.is_dataclass(one)]
CODES = sorted(
    {
        (field, code.value)
        for ruled in RULED
        for field, kind in get_type_hints(ruled).items()
        for one in (kind, *get_args(kind))
        if isinstance(one, type) and issubclass(one, StrEnum)
        for code in one
    }
)


# Of these two no file says the fields: one is worked out of the steps, one out of a text.
FIELDS = sorted(
    {
        one.name
        for ruled in RULED
        if ruled not in (definition.OfficeStep, definition.Expression)
        for one in dataclasses.fields(ruled)
    }
)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_has_a_name_in_both_languages(field) -> None:
    words = name_of_field(field)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in words.zh)
    assert words.en.isascii()
    assert "_" not in words.en


def test_there_are_codes() -> None:
    assert len(CODES) > 100


@pytest.mark.parametrize(("field", "code"), CODES)
def test_every_code_has_words_in_both_languages(field, code) -> None:
    words = CODED[field][code]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in words.zh)
    assert words.en.isascii()
    assert "_" not in words.en


@pytest.mark.parametrize(
    ("path", "before", "after", "told"),
    [
        (("limits", "unit"), "working", "natural", ("工作日", "自然日")),
        (("filing", "agents"), "anybody", "nobody", ("可以委托任何人", "不能代办")),
        (("handling", "channels"), ["window"], ["window", "online"], ("窗口", "窗口、网上")),
        (("form", "title"), "working", "natural", ("working", "natural")),
    ],
)
def test_a_code_is_told_by_what_it_means_in_its_field(path, before, after, told) -> None:
    group, field = path
    (change,) = changes({group: {field: before}}, {group: {field: after}})
    assert (change.before.zh, change.after.zh) == told
    assert change.path == ".".join(path)


def test_a_code_within_what_is_new_is_told_too() -> None:
    entry = {"id": "card", "name": {"zh": "银行卡", "en": "bank card"}, "necessity": "later", "type": "copy"}
    (change,) = changes({"materials": []}, {"materials": [entry]})
    assert "必要性：容缺后补" in change.after.zh
    assert "original or copy: copy" in change.after.en


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_has_words_on_other_pages_has_the_same_here(language) -> None:
    with translation.override(language):
        on_pages = {
            "department": {str(code): str(word) for code, word in people.DEPARTMENTS.items()},
            "life_events": {str(code): str(word) for code, word in LIFE_EVENTS.items()},
        }
    spoken = "en" if language == "en" else "zh"
    here = {field: {code: getattr(words, spoken) for code, words in CODED[field].items()} for field in on_pages}
    assert here == on_pages
