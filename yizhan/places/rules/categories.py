"""The tree of categories, as the data file says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

BASIC_TWELVE: tuple[str, ...] = (
    "convenience_store",
    "supermarket",
    "market",
    "fresh_food",
    "breakfast",
    "laundry",
    "hairdresser",
    "photo_print",
    "housekeeping",
    "repair",
    "pharmacy",
    "parcel_post",
)


@dataclass(frozen=True, kw_only=True)
class Category:
    """A branch (`parent` is None) or a leaf of the tree. Outlets hang at leaves; `kind` is the branch's code.

    `also_called`: other words for a leaf that lists use, in Chinese, none of which stands for another leaf."""

    code: str
    parent: str | None
    title: str
    title_en: str
    kind: str
    icon: str
    also_called: tuple[str, ...] = ()

    @property
    def is_leaf(self) -> bool:
        return self.parent is not None


def read_categories(data: Mapping[str, Any], day: date) -> tuple[Category, ...]:
    """The version in force on `day`, each branch before its leaves. Raises ValueError for a faulty file."""
    fitting = [version for version in data["versions"] if version["from"] <= day]
    newest = max(fitting or data["versions"][:1], key=lambda version: version["from"])
    also = newest.get("also_called", {})
    found = [one for branch in newest["branches"] for one in _branch(branch, also)]
    if len({one.code for one in found}) != len(found):
        raise ValueError("a category stands twice in the file")
    if strangers := set(also) - {one.code for one in found if one.is_leaf}:
        raise ValueError(f"no leaf is {', '.join(sorted(strangers))}")
    words = [word for one in found if one.is_leaf for word in (one.title, one.title_en, *one.also_called)]
    if len({word.casefold() for word in words}) != len(words):
        raise ValueError("a word stands for two leaves")
    return tuple(found)


def _branch(branch: Mapping[str, Any], also: Mapping[str, list[str]]) -> list[Category]:
    code = branch["code"]
    head = Category(
        code=code, parent=None, title=branch["title"], title_en=branch["title_en"], kind=code, icon=branch["icon"]
    )
    leaves = [
        Category(
            code=leaf,
            parent=code,
            title=title,
            title_en=title_en,
            kind=code,
            icon=icon,
            also_called=tuple(also.get(leaf, ())),
        )
        for leaf, (title, title_en, icon) in branch["leaves"].items()
    ]
    return [head, *leaves]
