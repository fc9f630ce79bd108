"""An item as a file again: what was stored, written so that reading it gives the very same content."""

from __future__ import annotations

from typing import Any

import yaml

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


_Dumper.add_representer(_Day, _represent_day)
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)


def yaml_of(content: Plain) -> str:
    """The file of a version, in the order of its fields. Comments of the first file are not kept."""
    text: str = yaml.dump(_with_days(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return text


def _with_days(content: Plain, key: str = "") -> Any:
    if isinstance(content, dict):
        return {name: _with_days(part, name) for name, part in content.items()}
    if isinstance(content, list):
        return [_with_days(part) for part in content]
    return _Day(content) if key in DAYS and isinstance(content, str) else content
