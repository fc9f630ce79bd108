"""Import contracts that import-linter does not have: doors, pure rules, helpers of tests, the base row.

Each check is a function over the import graph, so that a test can show it a small house with a fault.
`.importlinter` names them; `lint-imports` runs them.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

Check = Callable[[ImportGraph, str], Iterator["Breach"]]


class Breach(NamedTuple):
    """An import that goes where there is no door."""

    importer: str
    imported: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} → {self.imported}: {self.why}"


class Place(NamedTuple):
    """Where a Python module stands: `yizhan.people.web.forms` is ("people", "web", …)."""

    module: str
    layer: str
    path: str

    @property
    def is_test(self) -> bool:
        return self.layer in {"tests", "conftest"} or ".tests." in self.path

    @property
    def may_use_testing(self) -> bool:
        return self.is_test or self.layer in {"testing", "demo"}


def place_of(name: str) -> Place:
    parts = name.split(".")
    return Place(parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else "", name)


def _imports(graph: ImportGraph, root: str) -> Iterator[tuple[Place, Place, int]]:
    """Every import between two modules of the package, with its line."""
    inside = sorted(m for m in graph.modules if m.split(".", 1)[0] == root)
    for importer in inside:
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if imported.split(".", 1)[0] == root:
                yield place_of(importer), place_of(imported), line_of(graph, importer, imported)


def line_of(graph: ImportGraph, importer: str, imported: str) -> int:
    details = graph.get_import_details(importer=importer, imported=imported)
    return details[0]["line_number"] if details else 0


# ── doors ──

# What `config` assembles: pages, commands, the sample city, and the classes that Django and allauth ask for by path.
MOUNTED = frozenset({"api", "web", "rest", "cli", "demo", "apps"})


def is_door(importer: Place, imported: Place) -> bool:
    """Whether `importer` may reach `imported` of another module."""
    if imported.module == "facts" or imported.layer == "api" or imported.path.count(".") == 0:
        return True
    if importer.module == "config":
        return imported.layer in MOUNTED or (importer.may_use_testing and imported.layer == "testing")
    if imported.module == "config":
        return importer.is_test and imported.layer == "testing"
    if imported.layer == "testing":
        return importer.may_use_testing
    if imported.module == "kernel":
        return _is_kernel_side_door(importer, imported)
    return False


def _is_kernel_side_door(importer: Place, imported: Place) -> bool:
    """Models stand on the kernel's base row; migrations name field classes and defaults by their path."""
    if importer.layer == "migrations":
        return imported.layer in {"ids", "crypto", "models"}
    return importer.layer == "models" and imported.layer == "models"


def door_breaches(graph: ImportGraph, root: str) -> Iterator[Breach]:
    for importer, imported, line in _imports(graph, root):
        if importer.module not in {"", imported.module} and not is_door(importer, imported):
            yield Breach(importer.path, imported.path, line, f"not a door of {imported.module}")


# ── rules are pure ──


def purity_breaches(graph: ImportGraph, root: str, allowed: frozenset[str]) -> Iterator[Breach]:
    """Imports of rules that are neither rules of the same module nor a library that only computes."""
    rules = sorted(m for m in graph.modules if m.split(".", 1)[0] == root and place_of(m).layer == "rules")
    for importer in rules:
        own = f"{root}.{place_of(importer).module}.rules"
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            is_own = imported == own or imported.startswith(f"{own}.")
            if not is_own and imported.split(".", 1)[0] not in allowed:
                yield Breach(importer, imported, line_of(graph, importer, imported), "a rule only computes")


# ── helpers of tests ──


def helper_breaches(graph: ImportGraph, root: str) -> Iterator[Breach]:
    for importer, imported, line in _imports(graph, root):
        if imported.is_test and not importer.is_test:
            yield Breach(importer.path, imported.path, line, "a test is imported by no product code")
        elif imported.layer == "testing" and not importer.may_use_testing:
            yield Breach(importer.path, imported.path, line, "only tests and the sample city use testing")


# ── the base row ──

BASE_ROWS = frozenset({"Entity"})


def entity_breaches(graph: ImportGraph, root: str) -> Iterator[Breach]:
    """Names that other modules take from the kernel's tables, beside the base row."""
    for importer, imported, line in _imports(graph, root):
        if imported.path != f"{root}.kernel.models" or importer.module == "kernel" or importer.layer == "migrations":
            continue
        details = graph.get_import_details(importer=importer.path, imported=imported.path)
        taken = {name for d in details for name in _names_taken(d["line_contents"])}
        if not taken <= BASE_ROWS:
            yield Breach(importer.path, imported.path, line, f"takes {', '.join(sorted(taken - BASE_ROWS))}")


def _names_taken(line: str) -> set[str]:
    try:
        statement = ast.parse(line.strip()).body[0]
    except SyntaxError:
        return {"several names on several lines"}
    return {alias.name for alias in getattr(statement, "names", ())}


# ── as contracts of import-linter ──


class _Walk(Contract):
    """A contract that lists every breach."""

    def breaches(self, graph: ImportGraph, root: str) -> Iterator[Breach]:
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  import-linter's signature
        root: str = self.session_options["root_packages"][0]
        found = list(self.breaches(graph, root))
        return ContractCheck(kept=not found, metadata={"breaches": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for breach in check.metadata["breaches"]:
            output.print_error(str(breach))


class DoorsContract(_Walk):
    type_name = "doors"

    def breaches(self, graph: ImportGraph, root: str) -> Iterator[Breach]:
        return door_breaches(graph, root)


class PureContract(_Walk):
    type_name = "pure"

    allowed = fields.SetField(subfield=fields.StringField())

    def breaches(self, graph: ImportGraph, root: str) -> Iterator[Breach]:
        return purity_breaches(graph, root, frozenset(self.allowed))  # type: ignore[call-overload]


class HelpersContract(_Walk):
    type_name = "helpers"

    def breaches(self, graph: ImportGraph, root: str) -> Iterator[Breach]:
        return helper_breaches(graph, root)


class OnlyEntityContract(_Walk):
    type_name = "only_entity"

    def breaches(self, graph: ImportGraph, root: str) -> Iterator[Breach]:
        return entity_breaches(graph, root)


# ── what calls the clock or chance, which no import shows ──

IMPURE_CALLS = frozenset(
    {"now", "today", "utcnow", "open", "input", "print", "random", "urandom", "getenv", "uuid4", "uuid1"}
)


def impure_calls(package: Path) -> Iterator[str]:
    """`file:line: call` for each call in rules that asks the clock, chance or a file."""
    for path in sorted([*package.glob("*/rules.py"), *package.glob("*/rules/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in IMPURE_CALLS:
                yield f"{path.relative_to(package)}:{node.lineno}: {_called(node)}()"


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


# ── guests: tests, benchmarks and tools beside the package ──


def imported_names(file: Path) -> Iterator[tuple[str, int]]:
    """Every module or name that a file imports, dotted, with its line."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def is_guest_door(name: str, modules: set[str], own: str = "") -> bool:
    """Whether something beside the package may import `name`: doors, helpers of tests, facts, and how it is started.

    `own` is the module that a benchmark is about: it measures the inside.
    """
    while name not in modules and "." in name:
        name = name.rsplit(".", 1)[0]
    place = place_of(name)
    if not name.startswith("yizhan.") or place.layer == "":
        return True
    return place.module in {"config", "facts", own} or place.layer in {"api", "testing", "cli", "demo"}
