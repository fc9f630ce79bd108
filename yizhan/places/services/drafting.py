"""A table on its way in: uploaded, its columns named, looked at, taken in."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, NotFound, access, geo, ids
from yizhan.places.models import ImportDraft
from yizhan.places.queries.categories import code_of_title
from yizhan.places.queries.words import say_fault
from yizhan.places.rules.columns import HEADINGS, NEEDED, Said, guess_columns, read_row, wheelchair_of
from yizhan.places.rules.plain_hours import from_plain_words
from yizhan.places.rules.rows import Fault, OutletRow, RowTrouble
from yizhan.places.services.importing import ImportReport, RefusedRow, import_outlets, preview_outlets
from yizhan.places.services.reading_sheets import read_sheet
from yizhan.streets import api as streets

_KEPT = timedelta(days=1)
_NAME_LENGTH = 120


class DraftNotFound(NotFound):
    code = "places.draft_not_found"
    message = _("这个表格已经不在了，请重新上传。上传后一天内要导入。")


class ColumnsNotNamed(BadInput):
    code = "places.columns_not_named"
    message = _("请说明哪一列是名称、类别、经度、纬度；一列只能用一次。")


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """`guessed` or named columns: field → number of the column. `first` are the first rows, as written."""

    draft_id: UUID
    site: str
    name: str
    rows: int
    headings: tuple[str, ...]
    first: tuple[tuple[str, ...], ...]
    columns: Mapping[str, int]
    datum: str
    community: str
    seen_on: date | None
    is_taken: bool


@transaction.atomic
def upload_table(*, file: BinaryIO, size: int, name: str, site: str, actor: Actor, at: datetime) -> DraftView:
    """Raises SheetNotTaken, SiteNotFound."""
    access.require(actor, "places.import_outlets")
    streets.get_site(site)
    sheet = read_sheet(file, size)
    ImportDraft.objects.filter(uploaded_at__lt=at - _KEPT).delete()
    draft = ImportDraft.objects.create(
        id=ids.new_id(),
        site=site,
        name="".join(letter for letter in name if letter.isprintable())[-_NAME_LENGTH:],
        uploaded_by=actor.key,
        uploaded_at=at,
        packed=zlib.compress(json.dumps([sheet.headings, *sheet.rows], ensure_ascii=False).encode()),
        rows=len(sheet.rows),
        columns=guess_columns(sheet.headings),
    )
    return _view(draft)


def find_draft(*, draft_id: UUID, actor: Actor) -> DraftView:
    """Raises DraftNotFound, for another person's too."""
    return _view(_own(draft_id, actor))


@transaction.atomic
def name_columns(
    *,
    draft_id: UUID,
    columns: Mapping[str, int],
    datum: geo.Datum,
    seen_on: date | None,
    community: str = "",
    actor: Actor,
) -> DraftView:
    """Raises ColumnsNotNamed where a needed one is missing or one stands for two."""
    draft = _own(draft_id, actor)
    width = len(_table(draft)[0])
    said = {field: at for field, at in columns.items() if field in HEADINGS and 0 <= at < width}
    if any(field not in said for field in NEEDED) or len(set(said.values())) != len(said):
        raise ColumnsNotNamed
    draft.columns, draft.datum, draft.seen_on, draft.community = said, datum.value, seen_on, community
    draft.save(update_fields=["columns", "datum", "seen_on", "community"])
    return _view(draft)


def preview_draft(*, draft_id: UUID, actor: Actor, at: datetime) -> ImportReport:
    """What would become of its rows; nothing is written."""
    draft = _own(draft_id, actor)
    good, faulty = _read(draft)
    report = preview_outlets(rows=[row for _n, row in good], site=draft.site, actor=actor, at=at, seen_on=draft.seen_on)
    return _with_faulty(report, good, faulty)


@transaction.atomic
def take_in_draft(*, draft_id: UUID, actor: Actor, at: datetime) -> ImportReport:
    """Good rows go in; the others are kept with their reasons until the draft is thrown away."""
    draft = _own(draft_id, actor, is_locked=True)
    if draft.taken_at is not None or not draft.datum:
        raise DraftNotFound
    good, faulty = _read(draft)
    rows = [row for _number, row in good]
    report = _with_faulty(
        import_outlets(rows=rows, site=draft.site, actor=actor, at=at, seen_on=draft.seen_on), good, faulty
    )
    draft.taken_at = at
    draft.refused = [[one.number, say_fault(one.fault)] for one in report.refused]
    draft.save(update_fields=["taken_at", "refused"])
    return report


def refused_table(*, draft_id: UUID, actor: Actor) -> list[list[str]]:
    """The refused rows as they were written, headings first, each with its number and its reason."""
    draft = _own(draft_id, actor)
    table = _table(draft)
    head = [str(_("行号")), str(_("原因")), *table[0]]
    return [head, *([str(number + 1), reason, *table[number]] for number, reason in draft.refused)]


def _own(draft_id: UUID, actor: Actor, *, is_locked: bool = False) -> ImportDraft:
    access.require(actor, "places.import_outlets")
    found = ImportDraft.objects.filter(pk=draft_id, uploaded_by=actor.key)
    draft = (found.select_for_update() if is_locked else found).first()
    if draft is None:
        raise DraftNotFound
    return draft


def _table(draft: ImportDraft) -> list[list[str]]:
    table: list[list[str]] = json.loads(zlib.decompress(bytes(draft.packed)))
    return table


Numbered = tuple[int, OutletRow]


def _read(draft: ImportDraft) -> tuple[list[Numbered], list[RefusedRow]]:
    """(number of the row, row) of what can be read, and the rest with what cannot."""
    good: list[Numbered] = []
    faulty: list[RefusedRow] = []
    for number, cells in enumerate(_table(draft)[1:], start=1):
        said = read_row(cells, draft.columns)
        row = said if isinstance(said, Fault) else _row(said, draft)
        if isinstance(row, Fault):
            faulty.append(RefusedRow(number=number, row=_empty(cells), fault=row))
        else:
            good.append((number, row))
    return good, faulty


def _row(said: Said, draft: ImportDraft) -> OutletRow | Fault:
    texts = said.texts
    category = code_of_title(texts["category"])
    if category is None:
        return Fault(trouble=RowTrouble.CATEGORY_UNKNOWN, column="category", detail=texts["category"][:40])
    datum = geo.read_datum(draft.datum)
    here = _point(said.lon, said.lat, datum)
    if here is None:
        return Fault(trouble=RowTrouble.POSITION_SWAPPED, column="lon", detail=f"{said.lon}, {said.lat}")
    door = None
    if said.entrance_lon is not None and said.entrance_lat is not None:
        door = _point(said.entrance_lon, said.entrance_lat, datum)
    return OutletRow(
        name=texts["name"],
        category=category,
        lon=here.lon,
        lat=here.lat,
        entrance_lon=door.lon if door else None,
        entrance_lat=door.lat if door else None,
        hours=from_plain_words(texts.get("hours", "")),
        keeps_office_hours=said.keeps_office_hours,
        chain=texts.get("chain", ""),
        phone=texts.get("phone", ""),
        address=texts.get("address", ""),
        wheelchair=wheelchair_of(texts.get("wheelchair", "")),
        community=texts.get("community") or draft.community,
        ref=texts.get("ref", ""),
        last_seen_on=said.last_seen_on,
    )


def _point(lon: float, lat: float, datum: geo.Datum) -> geo.Point | None:
    """None where the latitude cannot be one: then the two stand the wrong way round."""
    try:
        return geo.Point(lon, lat, datum).wgs84
    except geo.PointOutOfRange:
        return None


def _empty(cells: list[str]) -> OutletRow:
    return OutletRow(name=cells[0] if cells else "", category="", lon=0, lat=0)


def _with_faulty(report: ImportReport, good: list[Numbered], faulty: list[RefusedRow]) -> ImportReport:
    """With the numbers of the table instead of those of the good rows."""
    numbered = [replace(one, number=good[one.number - 1][0]) for one in report.refused]
    return replace(report, refused=tuple(sorted([*numbered, *faulty], key=lambda one: one.number)))


def _view(draft: ImportDraft) -> DraftView:
    table = _table(draft)
    return DraftView(
        draft_id=draft.id,
        site=draft.site,
        name=draft.name,
        rows=draft.rows,
        headings=tuple(table[0]),
        first=tuple(tuple(row) for row in table[1:6]),
        columns=draft.columns,
        datum=draft.datum,
        community=draft.community,
        seen_on=draft.seen_on,
        is_taken=draft.taken_at is not None,
    )
