"""Setting a page with typst: our fonts alone, every character checked first, every warning an error.

typst leaves a blank where a font lacks a character and says nothing, so the font's own table is asked before.
Data reaches the template as JSON and is placed as strings, never read as markup.
"""

import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import pylopdf_fonts_zh_cn
import segno
import typst
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from fontTools.ttLib import TTFont

from yizhan.kernel.api import Refusal

ROOT = Path(__file__).resolve().parents[2]  # the package: templates import "/documents/print/official.typ"
PDF_STANDARD = "a-2a"  # for the archive: fonts inside, text that can be read aloud
_SET_BREAKS = "\n\t"
_IMPORT = re.compile(r'#import\s+"(/[\w/.-]+\.typ)"')


class CharactersNotPrintable(Refusal):
    code: ClassVar[str] = "documents.characters_not_printable"
    status: ClassVar[int] = 422
    message: ClassVar[str | Promise] = _(
        "这些字我们的字体里没有，印不出来：{characters}。文书没有出。请核对是否写错；没写错的，请管理员加装字体。"
    )


class TypesettingFailed(Exception):
    """A fault of the template, not of the person: a warning or an error of typst."""


def render_pdf(*, template: Path, data: Mapping[str, Any], at: datetime) -> bytes:
    """The page as PDF/A. Raises CharactersNotPrintable and TypesettingFailed."""
    return _compiled(template, data, format="pdf", pdf_standards=[PDF_STANDARD], timestamp=at.astimezone(UTC))[0]


def render_pictures(*, template: Path, data: Mapping[str, Any], ppi: int = 110) -> list[bytes]:
    """Each page as PNG, for looking at."""
    return _compiled(template, data, format="png", ppi=ppi)


def qr_svg(text: str) -> str:
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="svg", border=0, dark="#14211b", xmldecl=False)
    return buffer.getvalue().decode()


def _compiled(template: Path, data: Mapping[str, Any], **options: Any) -> list[bytes]:
    plain = _plain(data)
    refuse_unprintable([*_strings(plain), *_template_texts(template)])
    inputs = {"data": json.dumps(plain, ensure_ascii=False)}
    try:
        pages, warnings = typst.compile_with_warnings(
            str(template), root=str(ROOT), font_paths=_fonts(), sys_inputs=inputs, **options
        )
    except typst.TypstError as fault:
        raise TypesettingFailed(f"{template.name}: {fault.message}") from None
    if warnings:
        raise TypesettingFailed(f"{template.name}: {'; '.join(warning.message for warning in warnings)}")
    return [bytes(page) for page in pages] if isinstance(pages, list) else [bytes(pages)]


def refuse_unprintable(texts: Sequence[str]) -> None:
    """Raises CharactersNotPrintable, naming each character that no font of ours has."""
    missing = sorted(character for character in set().union(*texts) if not _is_printable(character))
    if missing:
        raise CharactersNotPrintable(characters="、".join(map(_named, missing[:8])))


def _is_printable(character: str) -> bool:
    if character in _SET_BREAKS:
        return True
    # Controls and invisible format characters have no shape, even where a font lists them.
    return unicodedata.category(character)[0] != "C" and ord(character) in _covered()


def _named(character: str) -> str:
    shape = character if unicodedata.category(character)[0] not in "CZ" else ""
    return f"{shape}（U+{ord(character):04X}）"


@lru_cache(maxsize=1)
def _font_files() -> tuple[Path, Path]:
    return pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()


@lru_cache(maxsize=1)
def _fonts() -> Any:
    folders = sorted({str(path.parent) for path in _font_files()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    """Code points that at least one of our fonts has; the templates name both, so each stands in for the other."""
    covered: set[int] = set()
    for path in _font_files():
        with TTFont(path, lazy=True) as font:
            covered.update(font.getBestCmap())
    return frozenset(covered)


def _template_texts(template: Path) -> list[str]:
    """The source of a template and of what it imports: its fixed words must be printable too."""
    source = template.read_text(encoding="utf-8")
    imported = [(ROOT / path.lstrip("/")).read_text(encoding="utf-8") for path in _IMPORT.findall(source)]
    return [source, *imported]


def _plain(value: Any) -> Any:
    """The value as JSON knows it; texts to be translated become text, anything else is a fault."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Promise):
        return str(value)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"a template takes plain values, not {type(value).__name__}")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
