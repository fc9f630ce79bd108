"""The reference, written from the code: docs/reference/*.md, docs/glossary.md and the states in the modules' pages.

python tools/reference.py            write
python tools/reference.py --check    compare with what is committed; exit 1 and name the pages that differ
"""

import argparse
import ast
import dataclasses
import inspect
import json
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.walls.bands import bands, folders  # noqa: E402  found from the root, wherever it is run

HOUSE = ROOT / "yizhan"
REFERENCE = ROOT / "docs" / "reference"
WRITTEN = "<!-- Written by tools/reference.py from the code. -->\n"
STATES_BLOCK = re.compile(r"(<!-- states:begin -->\n).*?(<!-- states:end -->)", re.S)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *([_cell(c) for c in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def first_sentence(text: str | None) -> str:
    """The first paragraph of a docstring, up to its first full stop."""
    paragraph = (text or "").strip().split("\n\n")[0]
    return re.split(r"(?<=[.。])\s", " ".join(paragraph.split()), maxsplit=1)[0]


def rooms() -> list[str]:
    """The modules on disk, from the ground up."""
    listed = [name for band in reversed(bands()) for name in sorted(band)]
    return [name for name in listed if name in folders(HOUSE)]


# ── modules ──


def modules_page() -> str:
    intro = "What each module is for and what its door offers, from the ground up.\n"
    return "# Modules\n\n" + WRITTEN + "\n" + intro + "".join(_module_section(room) for room in rooms())


def _module_section(room: str) -> str:
    readme = HOUSE / room / "README.md"
    lead = _lead(readme.read_text(encoding="utf-8")) if readme.exists() else "No page yet."
    door = HOUSE / room / "api.py"
    offers = _offers(f"yizhan.{room}.api") if door.exists() else ""
    return f"\n## {room}\n\n{lead}\n{offers}"


def _lead(readme: str) -> str:
    paragraphs = [p for p in readme.split("\n\n") if p.strip() and not p.lstrip().startswith(("#", "<!--"))]
    return " ".join(paragraphs[0].split()) if paragraphs else ""


def _offers(module: str) -> str:
    door = import_module(module)
    rows = [(f"`{name}`", *_offer(getattr(door, name))) for name in sorted(door.__all__, key=str.lower)]
    return f"\n{first_sentence(door.__doc__)}\n\n" + table(["name", "kind", "what"], rows)


def _offer(thing: object) -> tuple[str, str]:
    if inspect.isclass(thing):
        kind = "refusal" if _is_refusal(thing) else "value" if dataclasses.is_dataclass(thing) else "class"
        own = "" if "(" in (thing.__doc__ or "")[:60] and dataclasses.is_dataclass(thing) else thing.__doc__
        return kind, first_sentence(own)
    if callable(thing):
        return "function", first_sentence(thing.__doc__)
    if inspect.ismodule(thing):
        return "part", first_sentence(thing.__doc__)
    return type(thing).__name__, ""


def _is_refusal(thing: type) -> bool:
    from yizhan.kernel.api import Refusal

    return issubclass(thing, Refusal)


# ── facts ──


def facts_page() -> str:
    from yizhan.kernel.api import outbox

    for path in sorted((HOUSE / "facts").glob("*.py")):
        import_module(f"yizhan.facts.{path.stem}") if path.stem != "__init__" else None
    shared = {f.name for f in dataclasses.fields(outbox.Fact)}
    sections = [
        _fact_section(name, kind, shared, [h.name for h in outbox.handlers_of(name)])
        for name, kind in sorted(outbox.fact_types().items())
        if kind.__module__.startswith("yizhan.facts.")
    ]
    intro = (
        "What travels between modules. Every fact also carries `occurred_at`, `community` (where the thing belongs),\n"
        "`done_at` (where it was done) and `channel`; none carries personal data.\n"
    )
    return "# Facts\n\n" + WRITTEN + "\n" + intro + "".join(sections)


def _fact_section(name: str, kind: Any, shared: set[str], handlers: list[str]) -> str:
    rows = [
        (f"`{f.name}`", f"`{_type_name(f.type)}`", "" if f.default is dataclasses.MISSING else f"`{f.default!r}`")
        for f in dataclasses.fields(kind)
        if f.name not in shared
    ]
    own = kind.__doc__ if not (kind.__doc__ or "").startswith(f"{kind.__name__}(") else ""
    heard = ", ".join(f"`{h}`" for h in sorted(handlers)) or "nobody yet"
    about = f"About a `{kind.subject_kind}`. Heard by {heard}.\n"
    fields = "\n" + table(["field", "type", "default"], rows) if rows else ""
    return f"\n## {name}\n\n{first_sentence(own)}{' ' if own else ''}{about}{fields}"


def _type_name(hint: object) -> str:
    if isinstance(hint, str):
        return hint
    if inspect.isclass(hint) and not getattr(hint, "__args__", None):
        return hint.__name__
    return str(hint).replace("typing.", "").replace("uuid.", "").replace("datetime.", "")


# ── permissions ──


def permissions_page() -> str:
    from yizhan.kernel.api import access

    routes = _routes_by_permission()
    rows = [
        (f"`{name}`", " and ".join(says(p) for p in access.predicates_of(name)), ", ".join(routes.get(name, [])))
        for name in sorted(access.names())
    ]
    public = "".join(f"- {route}\n" for route in routes.get(access.PUBLIC, []))
    intro = "A permission holds if all that is asked of the actor holds. What is not listed is refused.\n\n"
    listed = table(["permission", "who", "routes"], rows)
    return f"# Permissions\n\n{WRITTEN}\n{intro}{listed}\n## Public routes\n\n{public}"


def says(predicate: Callable[..., Any]) -> str:
    """A predicate in words: its name, and what it was made with."""
    name = getattr(predicate, "__qualname__", str(predicate))
    if "<locals>" not in name:
        return name.strip("_").replace("_", " ")
    maker = name.split(".<locals>", 1)[0].strip("_").replace("_", " ")
    closed = inspect.getclosurevars(predicate).nonlocals
    given = [v for value in closed.values() for v in (value if isinstance(value, tuple) else (value,))]
    words = [says(v) if callable(v) else str(v) for v in given]
    return f"({' or '.join(words)})" if maker == "any of" else f"{maker} {' or '.join(words)}"


def _routes_by_permission() -> Mapping[str, list[str]]:
    from tests.access.routes import routes

    found: dict[str, list[str]] = {}
    for route in routes():
        for method, name in route.permissions.items():
            by = "" if method == "*" else f"{method} "
            found.setdefault(name, []).append(f"`{by}/{route.pattern}`")
    return {name: sorted(set(lines)) for name, lines in found.items()}


# ── states ──


def state_machines() -> Iterator[tuple[str, Any]]:
    """Each module's `rules/states.py`, imported."""
    for room in rooms():
        if (HOUSE / room / "rules" / "states.py").exists():
            machine = import_module(f"yizhan.{room}.rules.states")
            if hasattr(machine, "TRANSITIONS"):
                yield room, machine


def states_page() -> str:
    sections = [f"\n## {room}\n\n{first_sentence(m.__doc__)}\n\n{drawn(m)}" for room, m in state_machines()]
    return "# States\n\n" + WRITTEN + "\nDrawn from the tables that the services obey.\n" + "".join(sections)


def drawn(machine: Any) -> str:
    """The table as a picture and as rows."""
    words = _comments_of(Path(machine.__file__))
    moves = [(origin, action, target) for (origin, action), target in machine.TRANSITIONS.items()]
    states = list(dict.fromkeys(s for origin, _, target in moves for s in (origin, target)))
    entered = {target for _, _, target in moves}
    lines = [f'    state "{_label(s, words)}" as {s.name}' for s in states]
    lines += [f"    [*] --> {s.name}" for s in states if s not in entered]
    lines += [f"    {o.name} --> {t.name}: {a.value.replace('_', ' ')}" for o, a, t in moves]
    lines += [f"    {s.name} --> [*]" for s in states if s not in {o for o, _, _ in moves}]
    rows = [(_label(o, words), f"`{a.value}`", _label(t, words)) for o, a, t in moves]
    picture = "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"
    return f"{picture}\n{table(['from', 'action', 'to'], rows)}"


def _label(state: Any, words: Mapping[str, str]) -> str:
    said = words.get(state.name, "")
    return f"{state.value} {said}".strip()


def _comments_of(file: Path) -> dict[str, str]:
    """What the comment beside each state says, without what it adds in brackets."""
    found = re.finditer(r"(?m)^ +([A-Z_]+) = .*?# *(.+)$", file.read_text(encoding="utf-8"))
    return {m[1]: re.split(r"[（(]", m[2])[0].strip() for m in found}


def readmes_with_states() -> Iterator[tuple[Path, str]]:
    for room, machine in state_machines():
        readme = HOUSE / room / "README.md"
        if readme.exists() and STATES_BLOCK.search(text := readme.read_text(encoding="utf-8")):
            block = f"\\g<1>{_escaped(drawn(machine))}\\g<2>"
            yield readme, STATES_BLOCK.sub(block, text)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")


# ── settings ──


def settings_page() -> str:
    tree = ast.parse((HOUSE / "config" / "env.py").read_text(encoding="utf-8"))
    body = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Env").body
    rows = [_setting(field, words) for field, words in pairwise(body) if _is_documented(field, words)]
    intro = "Every environment variable that Yizhan reads. None is needed for the sample city (`make run`).\n\n"
    return "# Settings\n\n" + WRITTEN + "\n" + intro + table(["variable", "type", "default", "meaning"], rows)


def _is_documented(field: ast.stmt, words: ast.stmt) -> bool:
    is_text = isinstance(words, ast.Expr) and isinstance(words.value, ast.Constant)
    return isinstance(field, ast.AnnAssign) and is_text


def _setting(field: Any, words: Any) -> tuple[str, str, str, str]:
    variable, _, meaning = words.value.value.partition(":")
    strings = [n.value for n in ast.walk(field) if isinstance(n, ast.Constant) and isinstance(n.value, str | bool)]
    default = strings[strings.index(variable) + 1] if variable in strings[:-1] else ""
    shown = "" if default in {"", ","} else f"`{int(default) if isinstance(default, bool) else default}`"
    return f"`{variable}`", f"`{ast.unparse(field.annotation)}`", shown, meaning.strip()


# ── commands ──


def commands_page() -> str:
    import click

    from yizhan.config import cli

    context = click.Context(cli.main, info_name="yizhan")
    sections = list(_helps(cli.main, context))
    return "# Commands\n\n" + WRITTEN + "\n`make help` lists what a developer types.\n" + "".join(sections)


def _helps(command: Any, context: Any) -> Iterator[str]:
    import click

    yield f"\n## {context.command_path}\n\n```text\n{_plain(command.get_help(context))}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner and not inner.hidden:
                yield from _helps(inner, click.Context(inner, info_name=name, parent=context))


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


# ── glossary ──


def glossary_page() -> str:
    rows: dict[str, str] = {}
    for part in sorted((ROOT / "docs" / "glossary.d").glob("*.md")):
        for line in part.read_text(encoding="utf-8").splitlines():
            cells = [c.strip() for c in line.strip().strip("|").split("|")]
            if line.startswith("|") and len(cells) == 4 and set(cells[0]) - set("- :") and cells[0] != "English":
                rows.setdefault(cells[0], f"| {' | '.join(cells)} |\n")
    head = "| English | 中文 | where | meaning |\n| --- | --- | --- | --- |\n"
    intro = "A term is here before it is in code. Each module keeps its own rows in `docs/glossary.d/`.\n\n"
    ordered = "".join(rows[name] for name in sorted(rows, key=str.lower))
    return "# Glossary\n\n" + WRITTEN + "\n" + intro + head + ordered


# ── the API and who gets in where ──


def openapi_document() -> str:
    from yizhan.config.openapi import document

    return json.dumps(document("zh-hans"), ensure_ascii=False, indent=1) + "\n"


def matrix_page() -> str:
    text = (ROOT / "tests" / "access" / "matrix.toml").read_text(encoding="utf-8")
    groups = [line[2:] for line in text.splitlines() if line.startswith("# @")]
    rows = [
        (f"`{route}`", row.get("GET", ""), row.get("POST", "")) for route, row in sorted(tomllib.loads(text).items())
    ]
    intro = (
        "Who gets in where, as `tests/access/test_matrix.py` finds it: a role that is named may, `~` finds nothing "
        "there, whoever is not named is refused. Public routes stand under [permissions](permissions.md).\n\n"
    )
    named = "".join(f"- {line}\n" for line in groups)
    return f"# Permission matrix\n\n{WRITTEN}\n{intro}{named}\n" + table(["route", "GET", "POST"], rows)


PAGES: dict[str, Callable[[], str]] = {
    "modules": modules_page,
    "facts": facts_page,
    "permissions": permissions_page,
    "states": states_page,
    "settings": settings_page,
    "commands": commands_page,
    "matrix": matrix_page,
}


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated file with what it should hold."""
    for name, write in PAGES.items():
        yield REFERENCE / f"{name}.md", write()
    yield REFERENCE / "openapi.json", openapi_document()
    yield ROOT / "docs" / "glossary.md", glossary_page()
    yield from readmes_with_states()


def stale(written: Iterable[tuple[Path, str]]) -> list[Path]:
    """Files that differ from what the code says."""
    return [path for path, text in written if not path.exists() or path.read_text(encoding="utf-8") != text]


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
    os.environ.setdefault("COLUMNS", "100")
    os.environ["LANG"] = "en_GB.UTF-8"
    import django
    from django.utils import translation

    django.setup()
    translation.activate("zh-hans")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args().check
    set_up()
    differing = dict(pages())
    old = stale(differing.items())
    for path in old:
        print(f"{path.relative_to(ROOT)}: {'differs from the code: run tools/reference.py' if is_check else 'written'}")
        if not is_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(differing[path], encoding="utf-8")
    return 1 if is_check and old else 0


if __name__ == "__main__":
    sys.exit(main())
