"""Folders, names, sizes, papers: what stands in a module and how it is called."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.walls.bands import folders

# DESIGN of a module: no other entries. `rules` to `services` and `demo` are a file or a folder.
EITHER = {"rules", "models", "queries", "services", "demo"}
FILES = {"README.md", "__init__.py", "apps.py", "api.py", "permissions.py", "handlers.py", "tasks.py"}
FILES |= {"cli.py", "testing.py"}
FOLDERS = {"web", "rest", "vendors", "data", "print", "locale", "migrations", "tests"}
STANDARD = FILES | FOLDERS | EITHER | {f"{name}.py" for name in EITHER}

KERNEL = {"README.md", "__init__.py", "apps.py", "api.py", "models.py", "testing.py", "migrations", "locale", "tests"}
KERNEL |= {
    "access.py",
    "actors.py",
    "audit_copy.py",
    "auditing.py",
    "composed.py",
    "crypto.py",
    "errors.py",
    "geo.py",
    "idempotency.py",
    "ids.py",
}
KERNEL |= {
    "joining.py",
    "live.py",
    "outbox.py",
    "prepared.py",
    "progress.py",
    "rates.py",
    "restoring.py",
    "rows.py",
    "subjects.py",
    "timers.py",
    "times.py",
}
KERNEL |= {"worker.py"}
# The look has no domain of its own: its pages are everybody's, so templates, tags and static files stand in front.
LOOK = STANDARD | {"templates", "templatetags", "static"}

SHAPES = {"kernel": KERNEL, "look": LOOK}
FREE = {"config"}
WITH_STANDARD_PAPER = {"kernel", "facts", "look", "config", "shell", "usecases"}
NOT_CODE = {"__pycache__", "node_modules", ".DS_Store"}
JUNK = {"utils", "util", "helpers", "helper", "common", "core", "misc", "stuff", "lib", "shared", "exceptions", "tools"}
LONGEST = 60


def strange_entries(package: Path) -> list[str]:
    """Files and folders that a module does not have."""
    breaches = []
    for module in sorted(folders(package) - FREE):
        for entry in sorted(e.name for e in (package / module).iterdir() if e.name not in NOT_CODE):
            if not _belongs(module, entry, folders(package)):
                breaches.append(f"{module}/{entry}: a module has no such entry")
    return breaches


def _belongs(module: str, entry: str, modules: set[str]) -> bool:
    if module == "facts":
        return entry in {"README.md", "__init__.py", "tests"} or entry.removesuffix(".py") in modules
    if module == "usecases":
        return entry in STANDARD or entry.endswith(".py")
    return entry in SHAPES.get(module, STANDARD)


def junk_drawers(package: Path) -> list[str]:
    return [
        f"{path.relative_to(package)}: say what is in it"
        for path in sorted(package.rglob("*"))
        if path.stem in JUNK and (path.is_dir() or path.suffix == ".py") and not NOT_CODE & set(path.parts)
    ]


# ── functions ──


class Function(NamedTuple):
    """A function and how many lines it takes, from `def` to its end."""

    place: str
    name: str
    lines: int


def product_code(package: Path) -> Iterator[Path]:
    """Python files of the product: no tests, no migrations."""
    for path in sorted(package.rglob("*.py")):
        if not {"tests", "migrations", "node_modules"} & set(path.relative_to(package).parts):
            yield path


def functions(package: Path) -> list[Function]:
    found = []
    for path in product_code(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                place = f"{path.relative_to(package)}:{node.lineno}"
                found.append(Function(place, node.name, (node.end_lineno or node.lineno) - node.lineno + 1))
    return found


def long_functions(package: Path, limit: int = LONGEST) -> list[str]:
    return [f"{f.place}: {f.name} has {f.lines} lines" for f in functions(package) if f.lines > limit]


def function_tail(package: Path) -> tuple[float, float]:
    """Median and 90th percentile of the functions' lines."""
    lines = [f.lines for f in functions(package)]
    return statistics.median(lines), statistics.quantiles(lines, n=10)[-1]


# ── imports that hide where things come from ──

HIDING = {"django.db.models.signals", "django.dispatch", "django.test.signals"}


def hidden_ways(package: Path) -> list[str]:
    """Star imports, and Django signals where a fact or a call belongs."""
    breaches = []
    for path in product_code(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(package)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
                breaches.append(f"{place}: star import")
            if _is_signal(node):
                breaches.append(f"{place}: modules meet through facts, not through signals")
    return breaches


def _is_signal(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        whole = {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        return bool(whole & HIDING)
    return isinstance(node, ast.Import) and any(alias.name in HIDING for alias in node.names)


# ── strings that import ──

_DOTTED = re.compile(r"yizhan\.([a-z_]+)\.([a-z_]+)[a-z_.A-Z]*")


def string_imports(package: Path) -> list[str]:
    """Strings that name a module past its door, or a model of another module where code looks it up."""
    modules = folders(package)
    breaches = []
    for path in product_code(package):
        module = path.relative_to(package).parts[0]
        if module == "config" or path.parent == package:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text, line in _reaching_strings(tree, module, modules):
            breaches.append(f"{path.relative_to(package)}:{line}: {text!r} goes round a door")
    return breaches


def _reaching_strings(tree: ast.Module, module: str, modules: set[str]) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = _DOTTED.fullmatch(node.value)
            if found and found[1] in modules - {module, "facts"} and found[2] != "api":
                yield node.value, node.lineno
        if isinstance(node, ast.Call) and _name_of(node.func) == "get_model":
            for text in _strings_of(node):
                if text.split(".")[0] in modules - {module}:
                    yield text, node.lineno


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _strings_of(call: ast.Call) -> list[str]:
    values = [*call.args, *(k.value for k in call.keywords)]
    return [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]


# ── papers ──

SECTIONS = ("Owns", "Facts in", "Facts out", "Refuses")


def missing_papers(package: Path) -> list[str]:
    """Modules without their page, their door's docstring or a complete `__all__`."""
    breaches = []
    for module in sorted(folders(package)):
        breaches += _readme_breaches(package / module)
        if module not in {"facts", "config", "shell", "usecases"}:
            breaches += door_breaches(package / module / "api.py", package)
    return breaches


def _readme_breaches(folder: Path) -> list[str]:
    readme = folder / "README.md"
    if not readme.exists():
        return [f"{folder.name}/README.md: missing"]
    if folder.name in WITH_STANDARD_PAPER:
        return []
    text = readme.read_text(encoding="utf-8")
    wanted = [*SECTIONS, "States"] if (folder / "rules" / "states.py").exists() else SECTIONS
    return [
        f"{folder.name}/README.md: does not say “{section}”"
        for section in wanted
        if not re.search(rf"(?im)(^#+ *|\*\*){section}", text)
    ]


def door_breaches(door: Path, package: Path) -> list[str]:
    place = str(door.relative_to(package))
    if not door.exists():
        return [f"{place}: missing"]
    tree = ast.parse(door.read_text(encoding="utf-8"))
    breaches = [] if ast.get_docstring(tree) else [f"{place}: no docstring"]
    listed = exported(tree)
    if listed is None:
        return [*breaches, f"{place}: no __all__"]
    offered = set(_offered(tree, package, door.parent.name))
    breaches += [f"{place}: {name} is not in __all__" for name in sorted(offered - set(listed))]
    bound = offered | set(_bound(tree))
    return breaches + [f"{place}: {name} is in __all__ and does not exist" for name in listed if name not in bound]


def exported(tree: ast.Module) -> list[str] | None:
    """The names of `__all__`; none where the file has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(_name_of(target) == "__all__" for target in node.targets):
            return list(ast.literal_eval(node.value))
    return None


def _offered(tree: ast.Module, package: Path, module: str) -> Iterator[str]:
    """Public names that the door takes from its own module or defines itself; whole files are means, not offers."""
    own = f"{package.name}.{module}"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{own}."):
            folder = package.parent.joinpath(*(node.module or "").split("."))
            taken = [a for a in node.names if not ((folder / f"{a.name}.py").exists() or (folder / a.name).is_dir())]
            yield from (a.asname or a.name for a in taken if not (a.asname or a.name).startswith("_"))


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            yield from _public_aliases(node)
        if isinstance(node, ast.Assign):
            yield from (_name_of(target) for target in node.targets)
        if isinstance(node, ast.AnnAssign):
            yield _name_of(node.target)


def _public_aliases(node: ast.Import | ast.ImportFrom) -> list[str]:
    names = [alias.asname or alias.name for alias in node.names]
    return [name for name in names if not name.startswith("_")]


# ── services ──


def loose_services(package: Path) -> list[str]:
    """Public functions of services that open a transaction and take positional arguments."""
    breaches = []
    for path in product_code(package):
        parts = path.relative_to(package).parts
        if len(parts) > 1 and parts[1] in {"services", "services.py"}:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and _is_service(node) and node.args.args:
                    breaches.append(
                        f"{path.relative_to(package)}:{node.lineno}: {node.name} takes arguments by position"
                    )
    return breaches


def _is_service(node: ast.FunctionDef) -> bool:
    decorators = {ast.unparse(d).split("(")[0] for d in node.decorator_list}
    return not node.name.startswith("_") and bool(decorators & {"transaction.atomic", "atomic"})
