"""From OpenStreetMap's tags to an outlet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WHEELCHAIR = frozenset({"yes", "limited", "no"})


@dataclass(frozen=True)
class TagRules:
    """The data file, in the order in which it decides."""

    by_name: tuple[tuple[str, tuple[str, ...], frozenset[str]], ...]
    by_tag: Mapping[tuple[str, str], str]
    other: Mapping[str, str]
    left_out: frozenset[tuple[str, str]]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of which an outlet has at least one."""
        return tuple(sorted({key for key, _value in self.by_tag} | set(self.other)))

    def category_of(self, tags: Mapping[str, str]) -> str | None:
        """None for what is no outlet, or not for everybody."""
        if any(pair in self.left_out for pair in tags.items()):
            return None
        name = tags.get("name", "")
        for category, words, keys in self.by_name:
            if keys & tags.keys() and any(word in name for word in words):
                return category
        found = [(key, value) for key in self.keys if key in tags for value in tags[key].split(";")]
        named = (self.by_tag.get((key, value.strip())) for key, value in found)
        return next(filter(None, named), None) or next(
            (self.other[key] for key, _v in found if key in self.other), None
        )


def read_tag_rules(data: Mapping[str, Any]) -> TagRules:
    return TagRules(
        by_name=tuple((one["category"], tuple(one["words"]), frozenset(one["keys"])) for one in data["by_name"]),
        by_tag={
            (key, value): category
            for category, keys in data["by_tag"].items()
            for key, values in keys.items()
            for value in values
        },
        other=data["other"],
        left_out=frozenset(
            (key, value)
            for part in (data["ignored"], data["closed_to_public"])
            for key, values in part.items()
            for value in values
        ),
    )


def phone_of(tags: Mapping[str, str]) -> str:
    text = tags.get("contact:phone") or tags.get("phone") or ""
    return text.split(";")[0].strip()[:30]


def address_of(tags: Mapping[str, str]) -> str:
    if tags.get("addr:full"):
        return tags["addr:full"][:200]
    street, number = tags.get("addr:street", ""), tags.get("addr:housenumber", "")
    has_han = any("\u4e00" <= letter <= "\u9fff" for letter in street)
    return (f"{street}{number}" if has_han else f"{street} {number}".strip())[:200]


def name_of(tags: Mapping[str, str]) -> str:
    text = tags.get("name:zh") or tags.get("name") or tags.get("brand") or ""
    return " ".join(text.split())[:100]
