"""The words on the pages: take them out, put the translations in, and say what is missing.

A rule, which knows no Django, marks its words with a function `N_` that gives them back; who shows them translates.

    python tools/words.py extract    messages of each module → locale/en/LC_MESSAGES/django.po (msgid is Chinese)
    python tools/words.py compile    every .po → .mo, for the running product
    python tools/words.py check      what has no English, lost a placeholder, or is Chinese that no translation finds

Needs no gettext of the system: Babel reads Python, Django's own `templatize` reads templates.
"""

import argparse
import ast
import fnmatch
import io
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.walls.bands import folders
from tools.walls.templates import template_files

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "yizhan"
ALLOWED = ROOT / "tools" / "untranslated.toml"
CATALOGUE = Path("locale", "en", "LC_MESSAGES", "django.po")

KEYWORDS = {
    name: spec
    for plain, spec in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for name in (plain, f"{plain}_lazy", f"{plain}_noop")
} | {"_": None, "N_": None}
CHINESE = re.compile("[\N{CJK UNIFIED IDEOGRAPH-3400}-\N{CJK UNIFIED IDEOGRAPH-9FFF}]")


# ── taking out ──


class Found(NamedTuple):
    """A message in the code: its text, or a pair of singular and plural, and its context."""

    file: str
    line: int
    text: str | tuple[str, str]
    context: str | None


def messages_of(package: Path, module: str) -> Iterator[Found]:
    for path in _python_files(package, module):
        source = path.read_text(encoding="utf-8")
        yield from _messages_in(source, str(path.relative_to(package)), keywords_of(ast.parse(source)))
    for owner, path in template_files(package):
        if owner == module:
            yield from _messages_in(_as_python(path), str(path.relative_to(package)), KEYWORDS)


def keywords_of(tree: ast.Module) -> dict[str, Any]:
    """What marks a message in this file: Django's functions by their own names and by those they are imported as."""
    aliases = {
        alias.asname: KEYWORDS[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname and alias.name in KEYWORDS
    }
    return KEYWORDS | aliases


def _as_python(template: Path) -> str:
    from django.utils.translation.template import templatize

    written: str = templatize(template.read_text(encoding="utf-8"), origin=str(template))
    # What is no message is blanked to X, but keeps its indentation, which Python would try to understand.
    return "\n".join(line.strip() for line in written.split("\n"))


def _messages_in(source: str, file: str, keywords: dict[str, Any]) -> Iterator[Found]:
    found: Any = extract_python(io.BytesIO(source.encode()), dict.fromkeys(keywords), [], {"encoding": "utf-8"})
    for line, function, texts, _comments in found:
        given = [texts] if isinstance(texts, str) else list(texts or ())  # a variable holds no words
        spec = keywords[str(function)] or (1,)
        context = next((given[s[0] - 1] for s in spec if isinstance(s, tuple)), None)
        parts = [given[s - 1] for s in spec if isinstance(s, int) and s <= len(given)]
        if parts and all(parts):
            yield Found(file, line, parts[0] if len(parts) == 1 else (parts[0], parts[1]), context)


def _python_files(package: Path, module: str) -> Iterator[Path]:
    skipped = {"tests", "migrations", "demo", "demo.py", "testing.py"}
    for path in sorted((package / module).rglob("*.py")):
        if not skipped & set(path.relative_to(package).parts):
            yield path


def template_of(package: Path, module: str) -> Catalog:
    """All messages of a module, without translations."""
    catalogue = Catalog(locale="en", domain="django", fuzzy=False)
    for found in messages_of(package, module):
        catalogue.add(found.text, locations=[(found.file, 1)], context=found.context)
    return catalogue


def catalogue_of(package: Path, module: str) -> Catalog:
    path = package / module / CATALOGUE
    if not path.exists():
        return Catalog(locale="en", domain="django", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def extract(package: Path) -> list[Path]:
    """Bring each module's catalogue up to date; what was translated stays. Returns the files that changed."""
    changed = []
    known = _known(package)
    for module in sorted(folders(package)):
        template = template_of(package, module)
        if not len(template):
            continue
        catalogue = catalogue_of(package, module)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.fuzzy = False
        for message in catalogue:
            if message.id and not all(_strings(message)):
                message.string = known.get((message.id, message.context), message.string)
        if _write_if_changed(package / module / CATALOGUE, catalogue):
            changed.append(package / module / CATALOGUE)
    return changed


def _known(package: Path) -> dict[tuple[object, str | None], Any]:
    """What some module has translated already, so that another need not do it again."""
    everywhere = (message for module in sorted(folders(package)) for message in catalogue_of(package, module))
    return {(m.id, m.context): m.string for m in everywhere if m.id and all(_strings(m)) and not m.fuzzy}


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


_DATED = re.compile(rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team):.*\n', re.M)


def _write_if_changed(path: Path, catalogue: Catalog) -> bool:
    catalogue.header_comment = "# English of this module. The Chinese is the source: tools/words.py takes it out."
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=116, sort_output=True, include_lineno=False, ignore_obsolete=True)
    written = _DATED.sub(b"", buffer.getvalue())
    if path.exists() and path.read_bytes() == written:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written)
    return True


# ── putting in ──


def compile_all(package: Path) -> int:
    """Write a .mo beside each .po that is newer; returns how many."""
    written = 0
    for source in sorted(package.glob("*/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], domain="django")
        with target.open("wb") as out:
            write_mo(out, catalogue, use_fuzzy=False)
        written += 1
    return written


# ── missing English ──

_PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}|%\((\w+)\)[a-z]|%([sd])")


def placeholders(text: str) -> set[str]:
    return {next(filter(None, found.groups())) for found in _PLACEHOLDER.finditer(text.replace("%%", ""))}


def english_breaches(package: Path) -> list[str]:
    breaches = []
    for module in sorted(folders(package)):
        catalogue = catalogue_of(package, module)
        for wanted in template_of(package, module):
            if wanted.id:
                have = catalogue.get(wanted.id, wanted.context)
                breaches += [f"{_place(wanted)}: {_shown(wanted)}: {why}" for why in _wrong_with(have)]
    return breaches


def double_breaches(package: Path) -> list[str]:
    """One Chinese text with two English ones: Django shows everywhere that of the lowest room."""
    english: dict[tuple[object, str | None], tuple[str, list[str]]] = {}
    breaches = []
    for module in sorted(folders(package)):
        for message in catalogue_of(package, module):
            if message.id and all(_strings(message)):
                first, words = english.setdefault((message.id, message.context), (module, _strings(message)))
                if words != _strings(message):
                    breaches.append(
                        f"{module}: {_shown(message)}: has another English in {first}; use one, or pgettext"
                    )
    return breaches


def _wrong_with(have: Message | None) -> Iterator[str]:
    if have is None:
        yield "not in the catalogue: run `python tools/words.py extract`"
        return
    strings = _strings(have)
    if not all(strings):
        yield "has no English"
    elif have.fuzzy:
        yield "its English is doubtful (fuzzy)"
    else:
        wanted = placeholders(have.id if isinstance(have.id, str) else have.id[-1])
        given = placeholders(strings[-1])
        if wanted != given:
            yield f"placeholders differ: {sorted(wanted)} and {sorted(given)}"
        if not placeholders(strings[0]) <= wanted:
            yield "the singular has a placeholder of its own"


def _place(message: Message) -> str:
    return str(message.locations[0][0]) if message.locations else "?"


def _shown(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


# ── Chinese that no translation finds ──


class Exempt(NamedTuple):
    """Chinese that is meant to stay, in which file, and why."""

    file: str
    text: str
    reason: str


def exemptions(file: Path = ALLOWED) -> list[Exempt]:
    if not file.exists():
        return []
    rows = tomllib.loads(file.read_text(encoding="utf-8")).get("stays", [])
    return [Exempt(row["file"], row.get("text", ".*"), row["reason"]) for row in rows]


class Bare(NamedTuple):
    """Chinese outside of a translation."""

    file: str
    line: int
    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text[:40]!r}: {self.why}"


def bare_chinese(package: Path) -> Iterator[Bare]:
    for module in sorted(folders(package)):
        for path in _python_files(package, module):
            yield from _bare_in_python(path, str(path.relative_to(package)))
        for path in sorted((package / module).rglob("*")):
            name = str(path.relative_to(package))
            if path.suffix in {".js", ".css"} and "vendor" not in path.parts and "tests" not in path.parts:
                yield from _bare_in_static(path, name)
    for _module, path in template_files(package):
        yield from _bare_in_template(path, str(path.relative_to(package)))


def _bare_in_python(path: Path, name: str) -> Iterator[Bare]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked, documentation, keywords = set(), _docstrings(tree), keywords_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in keywords:
            marked |= {id(part) for part in ast.walk(node)}
            if any(isinstance(a, ast.JoinedStr) for a in node.args):
                yield Bare(name, node.lineno, "f-string", "a translation cannot find an f-string: use placeholders")
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.Constant)):
        if _is_chinese(node) and id(node) not in marked | documentation:
            yield Bare(name, node.lineno, str(node.value), "not marked for translation")


def _is_chinese(node: ast.Constant) -> bool:
    return isinstance(node.value, str) and bool(CHINESE.search(node.value))


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _docstrings(tree: ast.Module) -> set[int]:
    """Strings that stand alone as a statement: docstrings, and words under a field."""
    return {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}


_COMMENTS = {
    ".js": re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.S),
    ".css": re.compile(r"/\*.*?\*/", re.S),
}
_IN_TEMPLATE = re.compile(
    r"\{%\s*comment\b.*?endcomment\s*%\}|\{#.*?#\}|\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}"
    r"|\{%\s*trans(?:late)?\s.*?%\}|\b_\(\s*(?:\"[^\"]*\"|'[^']*')\s*\)|<!--.*?-->",
    re.S,
)


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _bare_in_static(path: Path, name: str) -> Iterator[Bare]:
    text = _COMMENTS[path.suffix].sub(_blank, path.read_text(encoding="utf-8"))
    yield from _bare_lines(text, name, "static files hold no words: pass them from the template")


def _bare_in_template(path: Path, name: str) -> Iterator[Bare]:
    text = _IN_TEMPLATE.sub(_blank, path.read_text(encoding="utf-8"))
    yield from _bare_lines(text, name, "outside of {% translate %}")


def _bare_lines(text: str, name: str, why: str) -> Iterator[Bare]:
    for number, line in enumerate(text.splitlines(), 1):
        if CHINESE.search(line):
            yield Bare(name, number, line.strip(), why)


def bare_breaches(package: Path, exempt: Sequence[Exempt]) -> list[str]:
    def stays(bare: Bare) -> bool:
        return any(fnmatch.fnmatch(bare.file, e.file) and re.search(e.text, bare.text) for e in exempt)

    return [str(bare) for bare in bare_chinese(package) if not stays(bare)]


def breaches(package: Path, exempt: Sequence[Exempt] = ()) -> list[str]:
    return bare_breaches(package, exempt) + english_breaches(package) + double_breaches(package)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=["extract", "compile", "check"])
    act = parser.parse_args().act
    if act == "extract":
        print("\n".join(f"{path.relative_to(ROOT)}: brought up to date" for path in extract(PACKAGE)))
    elif act == "compile":
        print(f"{compile_all(PACKAGE)} catalogues compiled")
    else:
        found = breaches(PACKAGE, exemptions())
        print("\n".join(found) or "every word is translated")
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
