"""What a template reaches for: layouts, tags, routes and files of its own module and of the look, nothing else."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.walls.bands import folders
from tools.walls.tree import product_code

_TAG = re.compile(r"\{%-?\s*(extends|include|load|url|static)\s+(.*?)\s*-?%\}", re.S)
_QUOTED = re.compile(r"""(["'])(.+?)\1""")

TAGS_OF_DJANGO = {"i18n", "l10n", "static", "tz", "cache"}
TAGS_OF_LIBRARIES = {"django_htmx"}
TAGS_OF_LOOK = {"yz"}
# Only the module that owns sign-in meets allauth, which has names of its own for templates and routes.
SIGN_IN = "people"
ALLAUTH_FOLDERS = ("account/", "mfa/", "allauth/")
ALLAUTH_ROUTES = ("account_", "mfa_")
ALLAUTH_TAGS = {"account", "allauth"}


class Reach(NamedTuple):
    """One thing that a template names."""

    place: str
    module: str
    tag: str
    target: str


def template_files(package: Path) -> Iterator[tuple[str, Path]]:
    for module in sorted(folders(package)):
        for path in sorted((package / module).rglob("*")):
            if path.suffix in {".html", ".txt", ".svg"} and "templates" in path.parts and "tests" not in path.parts:
                yield module, path


def reaches(package: Path) -> Iterator[Reach]:
    for module, path in template_files(package):
        text = path.read_text(encoding="utf-8")
        for found in _TAG.finditer(text):
            place = f"{path.relative_to(package)}:{text.count(chr(10), 0, found.start()) + 1}"
            for target in _targets(found[1], found[2]):
                yield Reach(place, module, found[1], target)


def _targets(tag: str, words: str) -> list[str]:
    if tag == "load":
        names = words.rsplit(" from ", maxsplit=1)[-1] if " from " in words else words
        return names.split()
    # A variable (`{% include part %}`) is named by the view, which is code of this module.
    return [found[2]] if (found := _QUOTED.match(words)) else []


def _own_file(reach: Reach) -> bool:
    allauth = reach.module == SIGN_IN and reach.target.startswith(ALLAUTH_FOLDERS)
    return reach.target.startswith((f"{reach.module}/", "look/")) or allauth


def _own_tags(reach: Reach) -> bool:
    known = TAGS_OF_DJANGO | TAGS_OF_LIBRARIES | TAGS_OF_LOOK
    return reach.target in (known | ALLAUTH_TAGS if reach.module == SIGN_IN else known)


def _own_route(reach: Reach) -> bool:
    allauth = reach.module == SIGN_IN and reach.target.startswith(ALLAUTH_ROUTES)
    return reach.target.startswith((f"{reach.module}:", "look:")) or allauth


def _own_static(reach: Reach) -> bool:
    return reach.target.startswith((f"{reach.module}/", "look/")) or (
        reach.module == "look" and reach.target.startswith("vendor/")
    )


_IS_OWN: dict[str, Callable[[Reach], bool]] = {
    "extends": _own_file,
    "include": _own_file,
    "load": _own_tags,
    "url": _own_route,
    "static": _own_static,
}


def foreign_reaches(package: Path) -> list[str]:
    return [
        f"{reach.place}: {{% {reach.tag} %}} of {reach.target!r}: neither of {reach.module} nor of the look"
        for reach in reaches(package)
        if not _IS_OWN[reach.tag](reach)
    ]


# ── nothing inline ──

_INLINE = {
    "a style attribute": re.compile(r"""<[^>]*\sstyle\s*=""", re.S),
    "a style element": re.compile(r"<style\b"),
    "a script without src": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.I),
    "an event attribute": re.compile(r"""<[a-z][^>]*\son[a-z]+\s*=\s*["'{]""", re.S | re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
}
_COMMENT = re.compile(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}", re.S)


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def inline_code(package: Path) -> list[str]:
    """Style and script that the content security policy would refuse, in templates and in strings of the code."""
    breaches = []
    for _module, path in template_files(package):
        text = _COMMENT.sub(_blank, path.read_text(encoding="utf-8"))
        breaches += [f"{path.relative_to(package)}:{line}: {what}" for what, line in _inline_in(text)]
    for path in product_code(package):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value:
                breaches += [f"{path.relative_to(package)}:{node.lineno}: {what}" for what, _ in _inline_in(node.value)]
    return breaches


def _inline_in(text: str) -> Iterator[tuple[str, int]]:
    for what, pattern in _INLINE.items():
        for found in pattern.finditer(text):
            yield what, text.count("\n", 0, found.start()) + 1


# ── escaping stays on ──

_UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|\{%\s*autoescape\s+off")


def unescaped(package: Path, reasons: dict[str, str]) -> list[str]:
    """Text that is put on a page as it is. `reasons` names the files that may, and why."""
    breaches = []
    for _module, path in template_files(package):
        text = path.read_text(encoding="utf-8")
        for found in _UNESCAPED.finditer(text):
            breaches.append((path, text.count("\n", 0, found.start()) + 1))
    for path in product_code(package):
        breaches += [(path, line) for line in _marked_safe(ast.parse(path.read_text(encoding="utf-8")))]
    placed = [(str(path.relative_to(package)), line) for path, line in breaches]
    return [f"{place}:{line}: not escaped" for place, line in placed if place not in reasons]


def _marked_safe(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            is_fixed = isinstance(node.args[0], ast.Constant)
            if name in {"mark_safe", "SafeString", "SafeText"} and not is_fixed:
                yield node.lineno
