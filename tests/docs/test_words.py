"""Every word on a page can be translated, and is."""

import fnmatch

from tests.architecture.houses import HOUSE
from tools import words


def test_no_chinese_stands_where_no_translation_finds_it() -> None:
    assert words.bare_breaches(HOUSE, words.exemptions()) == []


def test_the_english_is_complete() -> None:
    assert words.english_breaches(HOUSE) == []


def test_every_exemption_has_a_reason_and_is_needed() -> None:
    bare = {found.file for found in words.bare_chinese(HOUSE)}
    idle = [e.file for e in words.exemptions() if not e.reason or not fnmatch.filter(bare, e.file)]
    assert idle == []
