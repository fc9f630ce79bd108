"""Facts: frozen, plain, impersonal, and published by their own module alone."""

import ast
import dataclasses
import datetime
import types
import typing
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from tools.walls.tree import product_code

PLAIN = (str, int, bool, UUID, datetime.date, datetime.datetime, types.NoneType)
PERSONAL = {
    "name",
    "full_name",
    "phone",
    "mobile",
    "address",
    "id_number",
    "identity_number",
    "email",
    "born_on",
    "birthday",
}


def misshapen(kinds: Iterable[type[Any]]) -> list[str]:
    """What is wrong with the dataclasses of facts."""
    return [f"{kind.__name__}: {why}" for kind in kinds for why in _wrong_with(kind)]


def _wrong_with(kind: Any) -> Iterable[str]:
    publisher = kind.__module__.rsplit(".", 1)[-1]
    if not kind.__dataclass_params__.frozen:
        yield "is not frozen"
    if not all(field.kw_only for field in dataclasses.fields(kind)):
        yield "has positional fields"
    names = {field.name for field in dataclasses.fields(kind)}
    if getattr(kind, "subject_field", "") not in names:
        yield "names no field for its subject"
    if not getattr(kind, "subject_kind", "").startswith(f"{publisher}."):
        yield f"is about a {getattr(kind, 'subject_kind', '?')}, which {publisher} does not own"
    yield from (f"{name} looks personal" for name in sorted(names & PERSONAL))
    hints = typing.get_type_hints(kind)
    yield from (f"{name} is no plain value" for name in sorted(names) if not is_plain(hints[name]))


def is_plain(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType, tuple):
        return all(is_plain(part) for part in typing.get_args(hint) if part is not Ellipsis)
    if origin is typing.Literal:
        return True
    return hint in PLAIN or (isinstance(hint, type) and issubclass(hint, StrEnum | Decimal))


def foreign_publications(package: Path) -> list[str]:
    """Places where a module publishes a fact of another's file."""
    breaches = []
    for path in product_code(package):
        module = path.relative_to(package).parts[0]
        tree = ast.parse(path.read_text(encoding="utf-8"))
        foreign = _taken_from_others(tree, package.name, module)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) == "publish" and node.args:
                made = node.args[0].func if isinstance(node.args[0], ast.Call) else node.args[0]
                if _name(made) in foreign:
                    breaches.append(
                        f"{path.relative_to(package)}:{node.lineno}: {_name(made)} is another module's fact"
                    )
    return breaches


def _taken_from_others(tree: ast.Module, root: str, module: str) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{root}.facts.")
        for alias in node.names
        if node.module != f"{root}.facts.{module}"
    }


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
