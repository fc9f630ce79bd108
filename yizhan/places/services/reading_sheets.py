"""Reading a table that somebody uploads: CSV or Excel, bounded, as plain texts."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, ClassVar

import openpyxl
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from openpyxl.utils.exceptions import InvalidFileException

from yizhan.kernel.api import BadInput
from yizhan.places.rules.sheets import plain_cell

MAX_ROWS, MAX_COLUMNS, MAX_CELL = 50_000, 60, 1_000
MAX_UNPACKED = 150 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class SheetNotTaken(BadInput):
    code: ClassVar[str] = "places.sheet_not_taken"
    message = _("这个表格读不了：{reason}。")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The first row is the headings; every other row that says something follows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_sheet(file: BinaryIO, size: int) -> Sheet:
    """CSV (UTF-8 or GB 18030; commas, semicolons or tabs) or .xlsx, by its bytes. Raises SheetNotTaken."""
    limit = settings.MAX_UPLOAD_BYTES
    if size > limit:
        raise SheetNotTaken(reason=str(_("超过 {mb} MB，请分成几个表")).format(mb=limit // 1024 // 1024))
    content = file.read(limit + 1)
    if not content.strip():
        raise SheetNotTaken(reason=str(_("是空的")))
    if content.startswith(_OLD_EXCEL):
        raise SheetNotTaken(reason=str(_("是旧的 .xls，请另存为 .xlsx 或 CSV")))
    rows = _excel_rows(content) if content.startswith(_ZIP) else _csv_rows(content)
    return _bounded(rows)


def _bounded(rows: Iterable[tuple[str, ...]]) -> Sheet:
    found: list[tuple[str, ...]] = []
    for row in rows:
        if not any(row):
            continue
        if len(row) > MAX_COLUMNS:
            raise SheetNotTaken(reason=str(_("超过 {columns} 列")).format(columns=MAX_COLUMNS))
        if len(found) > MAX_ROWS:
            raise SheetNotTaken(reason=str(_("超过 {rows} 行，请分成几个表")).format(rows=MAX_ROWS))
        found.append(tuple(plain_cell(cell[:MAX_CELL]) for cell in row))
    if len(found) < 2:
        raise SheetNotTaken(reason=str(_("第一行要是列名，下面至少要有一行")))
    return Sheet(headings=found[0], rows=tuple(found[1:]))


def _csv_rows(content: bytes) -> Iterator[tuple[str, ...]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield tuple(cell.strip() for cell in row)
    except csv.Error as error:
        raise SheetNotTaken(reason=str(_("它不是 CSV 表格"))) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetNotTaken(reason=str(_("文字编码认不出来，请另存为 UTF-8 的 CSV")))


def _excel_rows(content: bytes) -> Iterator[tuple[str, ...]]:
    """The first sheet. What a formula last gave is its value; no formula is computed here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
                raise SheetNotTaken(reason=str(_("展开以后太大，请分成几个表")))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield tuple(_text(value) for value in _without_empty_end(row))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, SyntaxError) as error:
        raise SheetNotTaken(reason=str(_("它不是完整的 .xlsx 表格"))) from error


def _without_empty_end(row: tuple[object, ...]) -> tuple[object, ...]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
