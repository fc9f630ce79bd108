"""A new case: its number, its answers, its materials, and that there is only one of its kind for a person."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, ids, keyed_index, prepared_cursor, rows, times
from yizhan.matters.models import Case, CaseMaterial
from yizhan.matters.rules.references import PICKUP_LENGTH, case_reference
from yizhan.matters.services.chinese import in_chinese

PICKUP = "matters.pickup"


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """A material at the desk: "seen" (original checked), "uploaded" (with its bytes) or "missing"."""

    material_id: str
    status: str
    content: bytes = b""
    file_name: str = ""
    note: str = ""


@in_chinese
def new_case(
    version: catalogue.ItemVersionView, applicant_id: UUID, *, home: str, division: str, at: datetime, channel: str
) -> Case:
    """An unsaved case with its number, which begins with the responsible office's division where that is known."""
    code = ids.short_code(PICKUP_LENGTH)
    reference = case_reference(
        division=division or home or "450100",
        department=str(version.department),
        item_type=str(version.definition.item_type),
        day=times.local_day(at),
        serial=_next_serial(),
        check_character=ids.check_character,
    )
    return Case(
        reference=reference,
        pickup_code=code,
        pickup_index=keyed_index(code, PICKUP),
        item_version_id=version.item_version_id,
        item_code=version.code,
        item_name=catalogue.item_name(version.item_version_id),
        applicant_id=applicant_id,
        home_community=home,
        channel=channel,
        is_instant=version.definition.kind is catalogue.ItemKind.INSTANT,
        created_at=at,
    )


def _next_serial() -> int:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT nextval('matters_case_serial')")
        return int(cursor.fetchone()[0])


def keep_answers(case: Case, checked: catalogue.AnswersView) -> None:
    """Plain answers as JSON, personal ones encrypted."""
    plain = {k: v for k, v in checked.cleaned.items() if k not in checked.personal}
    personal = {k: v for k, v in checked.cleaned.items() if k in checked.personal}
    case.answers = plain
    case.personal_answers = json.dumps(personal, ensure_ascii=False, default=str)


@in_chinese
def keep_materials(
    case: Case, handed_in: Sequence[HandedIn], context: Mapping[str, str], *, actor: Actor, at: datetime
) -> None:
    """Write down how each material of the item's list stands, for a case that has none yet."""
    given = {one.material_id: one for one in handed_in}
    wanted = catalogue.materials_for(case.item_version_id, case.all_answers(), context, on=times.local_day(at))
    standing = [(one, given.get(one.id, HandedIn(material_id=one.id, status="missing"))) for one in wanted]
    sent = [(one, handed) for one, handed in standing if handed.content]
    files = [documents.NewFile(content=handed.content, name=handed.file_name or str(one.name)) for one, handed in sent]
    stored = documents.store_each(files=files, subject=case.subject, actor=actor, at=at) if files else []
    file_ids = {one.id: page.id for (one, _), page in zip(sent, stored, strict=True)}
    rows.insert_each(
        [
            CaseMaterial(
                case=case,
                material_id=one.id,
                **_standing(handed, file_ids.get(one.id), name=str(one.name), actor=actor, at=at),
            )
            for one, handed in standing
        ]
    )


def keep_material(case: Case, one: HandedIn, *, name: str, actor: Actor, at: datetime) -> None:
    """Write down how a material of the list stands now; a picture or PDF is stored with the case."""
    file_id = store_page(case, one, name=name, actor=actor, at=at) if one.content else None
    standing = _standing(one, file_id, name=name, actor=actor, at=at)
    CaseMaterial.objects.update_or_create(case=case, material_id=one.material_id, defaults=standing)


def _standing(one: HandedIn, file_id: UUID | None, *, name: str, actor: Actor, at: datetime) -> dict[str, Any]:
    status = "uploaded" if file_id and one.status != "seen" else one.status
    return {
        "name": name,
        "status": status if status != "uploaded" or file_id else "missing",
        "file_id": file_id,
        "more_file_ids": [],
        "note": one.note,
        "by_staff_id": actor.staff_id,
        "at": at,
    }


def required_missing(case: Case, *necessities: catalogue.Necessity) -> dict[str, str]:
    """What is not there and may not be left out, id → name: 必要 unless told; 非必要 and 容缺后补 hold nothing up."""
    wanted = necessities or (catalogue.Necessity.REQUIRED,)
    materials = catalogue.item_version(case.item_version_id).definition.materials
    needed = {one.id for one in materials if one.necessity in wanted}
    rows = case.materials.filter(status="missing").order_by("id").values_list("material_id", "name")
    return {material_id: name for material_id, name in rows if material_id in needed}


def store_page(case: Case, one: HandedIn, *, name: str, actor: Actor, at: datetime) -> UUID:
    """Raises FileRefused."""
    stored = documents.store(
        content=one.content, media_type="", name=one.file_name or name, subject=case.subject, actor=actor, at=at
    )
    return stored.id


def facts_of(case: Case, at: datetime) -> dict[str, Any]:
    """What every fact about this case carries."""
    return {
        "occurred_at": at,
        "community": case.home_community,
        "done_at": case.desk_community,
        "channel": case.channel,
        "case_id": case.pk,
        "reference": case.reference,
        "item_version_id": case.item_version_id,
    }
