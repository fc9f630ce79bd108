"""Service items as a machine reads them: what may be filed, what the form asks, which papers are wanted."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import access, times
from yizhan.look.api import machines

router = Router(tags=["items"])


class ItemOut(Schema):
    """One service item in force today."""

    code: str
    name: str
    summary: str
    department: str
    item_type: str
    kind: str


class ItemPage(Schema):
    items: list[ItemOut]
    next: str | None


class ChoiceOut(Schema):
    value: str
    label: str


class FieldOut(Schema):
    """`when` says on which other answers the field is asked; `from_context` that the city knows it by itself."""

    id: str
    label: str
    kind: str
    required: bool
    personal: bool
    when: str
    from_context: str
    choices: list[ChoiceOut]
    min_length: int
    max_length: int


class MaterialOut(Schema):
    id: str
    name: str
    necessity: str
    when: str


class VersionOut(Schema):
    """An item as one version of it says. A case keeps the version that it began with."""

    code: str
    version: int
    item_version_id: UUID
    name: str
    summary: str
    effective_from: date
    effective_until: date | None
    department: str
    kind: str
    online: bool
    minimum_level: int
    promise_days: int
    legal_days: int | None
    unit: str
    fields: list[FieldOut]
    materials: list[MaterialOut]


class VersionPage(Schema):
    items: list[VersionOut]


@router.get("/items", response=ItemPage, operation_id="list_items")
@access.public
@machines.told(_("能办的事项"))
def list_items(request: HttpRequest, cursor: str = "", limit: machines.Limit = 50) -> ItemPage:  # noqa: ARG001
    """Service items in force today, by code."""
    after = machines.read_cursor(cursor, 1)[0] if cursor else ""
    found = [one for one in catalogue.items(times.local_day(timezone.now())) if one.code > after]
    shown = found[:limit]
    following = machines.cursor_of(shown[-1].code) if len(found) > limit else None
    return ItemPage(items=[_item(one) for one in shown], next=following)


def _item(one: catalogue.ItemSummary) -> ItemOut:
    return ItemOut(
        code=one.code,
        name=one.name,
        summary=one.summary,
        department=one.department,
        item_type=one.item_type,
        kind=one.kind,
    )


@router.get("/items/{str:code}", response=VersionOut, operation_id="get_item")
@access.public
@machines.told(_("一个事项现在的办法：表格、材料"), machines.NONE_MATCH)
def get_item(request: HttpRequest, response: HttpResponse, code: str) -> VersionOut | HttpResponse:
    """The version in force today, with its form and its list of materials."""
    version = catalogue.current_version(code, times.local_day(timezone.now()))
    tag = machines.entity_tag(version.item_version_id, catalogue.language())
    if machines.is_unchanged(request, tag):
        return HttpResponseNotModified(headers={"ETag": tag})
    response["ETag"] = tag
    return _version(version)


@router.get("/items/{str:code}/versions", response=VersionPage, operation_id="list_item_versions")
@access.public
@machines.told(_("一个事项的各个版本"))
def list_item_versions(request: HttpRequest, code: str) -> VersionPage:  # noqa: ARG001
    """All versions, the first one first."""
    versions = catalogue.versions_of(code)
    if not versions:
        raise catalogue.ItemNotFound
    return VersionPage(items=[_version(one) for one in versions])


def _version(one: catalogue.ItemVersionView) -> VersionOut:
    item, limits = one.definition, catalogue.limits_of(one.item_version_id)
    return VersionOut(
        code=one.code,
        version=one.version,
        item_version_id=one.item_version_id,
        name=one.name,
        summary=str(item.summary),
        effective_from=one.effective_from,
        effective_until=one.effective_until,
        department=one.department,
        kind=item.kind,
        online=item.handling.online,
        minimum_level=item.filing.minimum_level,
        promise_days=limits.promise_days,
        legal_days=limits.legal_days,
        unit=limits.unit,
        fields=[_field(each) for each in item.form_fields()],
        materials=[
            MaterialOut(id=each.id, name=str(each.name), necessity=each.necessity, when=each.when)
            for each in item.materials
        ],
    )


def _field(one: catalogue.FormField) -> FieldOut:
    return FieldOut(
        id=one.id,
        label=str(one.label),
        kind=one.kind,
        required=one.required,
        personal=one.personal,
        when=one.when,
        from_context=one.from_context,
        choices=[ChoiceOut(value=each.value, label=str(each.label)) for each in one.choices],
        min_length=one.min_length,
        max_length=one.max_length,
    )
