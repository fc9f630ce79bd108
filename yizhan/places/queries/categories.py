"""The categories of the data file."""

from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import BadInput
from yizhan.places.rules.categories import Category, read_categories

_FILE = Path(__file__).resolve().parents[1] / "data" / "categories.yaml"


class UnknownCategory(BadInput):
    code = "places.unknown_category"
    message = _("没有“{category}”这种网点类别。")


@cache
def categories(on: date = date.max) -> tuple[Category, ...]:
    """All branches and leaves in force on a day, the newest unless one is named; a branch stands before its leaves."""
    return read_categories(yaml.safe_load(_FILE.read_text(encoding="utf-8")), on)


@cache
def _by_code() -> dict[str, Category]:
    return {one.code: one for one in categories()}


def find_category(code: str) -> Category | None:
    return _by_code().get(code)


def category(code: str) -> Category:
    """Raises UnknownCategory."""
    found = find_category(code)
    if found is None:
        raise UnknownCategory(category=code[:40])
    return found


def leaves() -> tuple[Category, ...]:
    return tuple(one for one in categories() if one.is_leaf)


def title_of(code: str) -> str:
    """How people call it, in the reader's language; a code that nobody knows any more stays as it is."""
    found = find_category(code)
    if found is None:
        return code
    return found.title_en if (get_language() or "").startswith("en") else found.title


def code_of_title(text: str) -> str | None:
    """The leaf that somebody wrote down: its code, its title in either language, or another word for it."""
    return _by_word().get(text.strip().casefold())


@cache
def _by_word() -> dict[str, str]:
    return {
        word.casefold(): one.code for one in leaves() for word in (one.code, one.title, one.title_en, *one.also_called)
    }


def what_to_write() -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """For a person who fills a list in: each branch with its leaves' titles and the other words that are understood."""
    return [
        (
            title_of(branch.code),
            [(title_of(one.code), one.also_called) for one in leaves() if one.parent == branch.code],
        )
        for branch in categories()
        if not branch.is_leaf
    ]
