"""An item as a file again: what was stored, written so that reading it gives the very same content."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from yizhan.catalogue.rules.definition import ItemDefinition
from yizhan.catalogue.rules.reading import Plain

DAYS = frozenset({"effective_from", "effective_until", "valid_from", "valid_until"})
SHORT = 110


class _Day(str):
    """An ISO date that stands without quotes."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  an anchor could not be read back
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _represent_day(dumper: yaml.SafeDumper, day: _Day) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", str(day))


def _represent_mapping(dumper: yaml.SafeDumper, mapping: dict[str, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=_is_short(mapping))


def _represent_list(dumper: yaml.SafeDumper, members: list[Any]) -> yaml.Node:
    scalars = all(not isinstance(one, (dict, list)) for one in members)
    return dumper.represent_sequence(
        "tag:yaml.org,2002:seq", members, flow_style=scalars and sum(len(str(one)) for one in members) < SHORT
    )


def _is_short(mapping: dict[str, Any]) -> bool:
    scalars = all(not isinstance(part, (dict, list)) for part in mapping.values())
    return scalars and (set(mapping) <= {"zh", "en"} or sum(len(k) + len(str(v)) for k, v in mapping.items()) < SHORT)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """In double quotes where a character could be read back otherwise (line ends of every kind, controls)."""
    strange = any(not character.isprintable() for character in text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if strange else None)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Day, _represent_day)
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)


def yaml_of(content: Plain) -> str:
    """The file of a version, its fields in the order of the schema. Comments of the first file are not kept."""
    text: str = yaml.dump(
        _with_days(in_order(content)), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6
    )
    return text


def in_order(content: Plain, hint: Any = ItemDefinition) -> Plain:
    """The same content with the fields as the schema has them: a database keeps none."""
    if get_origin(hint) in {Union, types.UnionType}:
        shapes = [option for option in get_args(hint) if is_dataclass(option) or get_origin(option) is tuple]
        return in_order(content, shapes[0]) if shapes else content
    if isinstance(content, list) and get_origin(hint) is tuple:
        return [in_order(one, get_args(hint)[0]) for one in content]
    if isinstance(content, dict) and is_dataclass(hint):
        hints = get_type_hints(hint)
        known = [one.name for one in fields(hint) if one.name in content]
        return {name: in_order(content[name], hints.get(name)) for name in dict.fromkeys((*known, *content))}
    if isinstance(content, dict) and hint is not None and get_origin(hint) is not None:
        return {name: in_order(part, get_args(hint)[1]) for name, part in content.items()}
    return content


def _with_days(content: Plain, key: str = "") -> Any:
    if isinstance(content, dict):
        return {name: _with_days(part, name) for name, part in content.items()}
    if isinstance(content, list):
        return [_with_days(part) for part in content]
    return _Day(content) if key in DAYS and isinstance(content, str) and is_day(content) else content


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
