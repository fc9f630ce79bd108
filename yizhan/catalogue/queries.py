"""Reading items: definitions in the reader's language, lists, and what a page says of an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import zip_longest
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue.models import ItemVersion
from yizhan.catalogue.rules.answers import Answer, CheckedAnswers, FieldError
from yizhan.catalogue.rules.changes import Change, changes
from yizhan.catalogue.rules.confirming import Confirmation, OpenPart, open_parts, with_confirmed
from yizhan.catalogue.rules.consistency import Path, trusted_parts
from yizhan.catalogue.rules.definition import (
    Department,
    FormField,
    ItemDefinition,
    ItemKind,
    ItemType,
    LifeEvent,
    Trust,
    spoken,
)
from yizhan.catalogue.rules.outline import place_of, unconfirmed
from yizhan.catalogue.rules.reading import Plain, definition_of, tree_of
from yizhan.catalogue.rules.words import Words
from yizhan.catalogue.rules.writing import yaml_of
from yizhan.kernel.api import Actor, NotFound, Refusal, Subject, prepared_cursor
from yizhan.people import api as people
from yizhan.search import api as search

ITEM_VERSION = "catalogue.item_version"


class ItemNotFound(NotFound):
    code = "catalogue.item_not_found"
    message = _("没有这个事项，可能还没有开始办，或者已经停办。请看看事项列表。")


@dataclass(frozen=True, kw_only=True)
class ItemVersionView:
    """A version of an item, its texts in the reader's language. `content` is the stored form, for exchange."""

    item_version_id: UUID
    item_id: UUID
    code: str
    version: int
    effective_from: date
    effective_until: date | None
    source_sha256: str
    definition: ItemDefinition

    @property
    def name(self) -> str:
        return str(self.definition.name)

    @property
    def department(self) -> Department:
        return self.definition.authority.department

    @property
    def subject(self) -> Subject:
        return Subject(ITEM_VERSION, str(self.item_version_id))


@dataclass(frozen=True, kw_only=True)
class ItemSummary:
    """One line of a list of items."""

    item_version_id: UUID
    code: str
    name: str
    summary: str
    department: Department
    item_type: ItemType
    kind: ItemKind
    life_events: tuple[LifeEvent, ...]
    keywords: tuple[str, ...]


@lru_cache(maxsize=256)
def _definition(item_version_id: UUID, language: str) -> ItemDefinition:
    """A version never changes, so it is read once for each language."""
    row = ItemVersion.objects.only("content", "source_file").filter(pk=item_version_id).first()
    if row is None:
        raise ItemNotFound
    return spoken(definition_of(tree_of(row.content), row.source_file), language)


def definition(item_version_id: UUID) -> ItemDefinition:
    """In the reader's language. Raises ItemNotFound."""
    return _definition(item_version_id, "en" if is_english() else "zh")


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def _view(row: ItemVersion) -> ItemVersionView:
    return ItemVersionView(
        item_version_id=row.id,
        item_id=row.item_id,
        code=row.item.code,
        version=row.version,
        effective_from=row.effective_from,
        effective_until=row.effective_until,
        source_sha256=row.source_sha256,
        definition=definition(row.id),
    )


@lru_cache(maxsize=256)
def _known(item_version_id: UUID, language: str) -> ItemVersionView:  # noqa: ARG001  words differ by it
    """As its definition, a version's row is read once: neither ever changes."""
    row = ItemVersion.objects.select_related("item").defer("content").filter(pk=item_version_id).first()
    if row is None:
        raise ItemNotFound
    return _view(row)


def item_version(item_version_id: UUID) -> ItemVersionView:
    return _known(item_version_id, "en" if is_english() else "zh")


def current_version(code: str, on: date) -> ItemVersionView:
    with prepared_cursor() as cursor:
        cursor.execute(_LAST_BEGUN, [code, on])
        found = cursor.fetchone()
    if found is None or (found[1] is not None and found[1] <= on):
        raise ItemNotFound
    return item_version(found[0])


# As ItemVersionQuerySet.in_force_on, for one item: the last to have begun, unless it has ended.
_LAST_BEGUN = """
SELECT v.id, v.effective_until FROM catalogue_itemversion v JOIN catalogue_serviceitem i ON i.id = v.item_id
WHERE i.code = %s AND v.effective_from <= %s ORDER BY v.effective_from DESC LIMIT 1
"""


def versions_of(code: str) -> tuple[ItemVersionView, ...]:
    rows = ItemVersion.objects.filter(item__code=code).select_related("item").defer("content").order_by("version")
    return tuple(_view(row) for row in rows)


def items(on: date) -> tuple[ItemSummary, ...]:
    rows = ItemVersion.objects.in_force_on(on).select_related("item").defer("content").order_by("item__code")
    return tuple(_summary(row) for row in rows)


def _summary(row: ItemVersion) -> ItemSummary:
    item = definition(row.id)
    return ItemSummary(
        item_version_id=row.id,
        code=row.item.code,
        name=str(item.name),
        summary=str(item.summary),
        department=item.authority.department,
        item_type=item.item_type,
        kind=item.kind,
        life_events=_life_events(item),
        keywords=item.keywords,
    )


def _life_events(item: ItemDefinition) -> tuple[LifeEvent, ...]:
    """What pays money is looked for among what pays money, whatever else it belongs to."""
    paying = (LifeEvent.MONEY,) if item.benefit and LifeEvent.MONEY not in item.life_events else ()
    return (*item.life_events, *paying)


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """A life event in which there is something to be had; `address` is the page of its items."""

    event: LifeEvent
    title: str
    icon: str
    items: int
    address: str


def items_address() -> str:
    """The page of everything that can be had."""
    return reverse("catalogue:items")


def life_events(on: date) -> tuple[EventLine, ...]:
    found = items(on)
    counted = {event: sum(event in item.life_events for item in found) for event in LIFE_EVENTS}
    return tuple(
        EventLine(
            event=event,
            title=str(title),
            icon=EVENT_ICONS[event],
            items=counted[event],
            address=f"{items_address()}?of={event}",
        )
        for event, title in LIFE_EVENTS.items()
        if counted[event]
    )


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """One version in the administrator's list."""

    item_version_id: UUID
    code: str
    name: str
    version: int
    effective_from: date
    effective_until: date | None  # when it ends, or the next one begins
    loaded_at: datetime
    source_file: str
    is_current: bool
    is_coming: bool

    @property
    def last_day(self) -> date | None:
        return self.effective_until - timedelta(days=1) if self.effective_until else None


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One item in the administrator's list: the version in force, or the first to come, and what is still open."""

    current: VersionLine
    department: Department
    kind: ItemKind
    versions: int
    coming: date | None
    unconfirmed: int


def item_lines(on: date) -> tuple[ItemLine, ...]:
    by_code: dict[str, list[VersionLine]] = {}
    for line in _version_lines(ItemVersion.objects.all(), on):
        by_code.setdefault(line.code, []).append(line)
    return tuple(_item_line(lines) for lines in by_code.values())


def version_lines(code: str, on: date) -> tuple[VersionLine, ...]:
    """The newest first. Raises ItemNotFound."""
    lines = _version_lines(ItemVersion.objects.filter(item__code=code), on)
    if not lines:
        raise ItemNotFound
    return tuple(reversed(lines))


def _version_lines(rows: models.QuerySet[ItemVersion], on: date) -> list[VersionLine]:
    found = list(rows.select_related("item").defer("content").order_by("item__code", "version"))
    return [_version_line(row, after, on) for row, after in zip_longest(found, found[1:])]


def _version_line(row: ItemVersion, after: ItemVersion | None, on: date) -> VersionLine:
    begins = after.effective_from if after and after.item_id == row.item_id else None
    ends = min([day for day in (row.effective_until, begins) if day], default=None)
    return VersionLine(
        item_version_id=row.id,
        code=row.item.code,
        name=str(definition(row.id).name),
        version=row.version,
        effective_from=row.effective_from,
        effective_until=ends,
        loaded_at=row.loaded_at,
        source_file=row.source_file,
        is_current=row.effective_from <= on and (ends is None or on < ends),
        is_coming=row.effective_from > on,
    )


def _item_line(lines: list[VersionLine]) -> ItemLine:
    current = next((line for line in lines if line.is_current), lines[-1])
    item = definition(current.item_version_id)
    return ItemLine(
        current=current,
        department=item.authority.department,
        kind=item.kind,
        versions=len(lines),
        coming=next((line.effective_from for line in lines if line.is_coming), None),
        unconfirmed=len(unconfirmed(item)),
    )


def content_of(item_version_id: UUID) -> Plain:
    """What was stored of a version. Raises ItemNotFound."""
    row = ItemVersion.objects.only("content").filter(pk=item_version_id).first()
    if row is None:
        raise ItemNotFound
    content: Plain = row.content
    return content


def changes_between(before: UUID, after: UUID) -> tuple[Change, ...]:
    """What the version `after` says otherwise than `before`, field by field. Raises ItemNotFound."""
    return changes(content_of(before), content_of(after))


def export_text(item_version_id: UUID) -> str:
    """The version as an item file: reading it gives the same content. Raises ItemNotFound."""
    return yaml_of(content_of(item_version_id))


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """A figure or quotation of an item: where it stands, how far it is to be trusted, where it comes from."""

    path: str
    where: Words
    trust: Trust
    source: str


def trust_of(item_version_id: UUID) -> tuple[Trusted, ...]:
    """Every limit, amount and legal basis with its trust and source, in the order of the schema."""
    item = definition(item_version_id)
    return tuple(
        Trusted(path=".".join(str(part) for part in path), where=place_of(item, path), trust=trust, source=source)
        for path, trust, source in trusted_parts(item)
    )


def open_parts_of(item_version_id: UUID) -> tuple[OpenPart, ...]:
    """What the city has still to confirm of a version, figure by figure."""
    return open_parts(_definition(item_version_id, "zh"))


def confirmed_text(item_version_id: UUID, *, begins: date, found: Mapping[Path, Confirmation]) -> str:
    """The file of the next version, in which these parts are confirmed. Raises ItemNotFound."""
    return yaml_of(with_confirmed(content_of(item_version_id), begins, found))


class ItemVersionSubjects:
    """How the kernel speaks of item versions: public, named, with the guide as address."""

    def _rows(self, ids: Collection[str]) -> dict[str, ItemVersion]:
        rows = ItemVersion.objects.filter(pk__in=list(ids)).select_related("item").defer("content")
        return {str(row.id): row for row in rows}

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        return {key: str(definition(row.id).name) for key, row in self._rows(ids).items()}

    def urls(self, ids: Collection[str]) -> dict[str, str]:
        return {key: reverse("catalogue:guide", args=[row.item.code]) for key, row in self._rows(ids).items()}

    def visible(self, actor: Actor, ids: Collection[str]) -> set[str]:  # noqa: ARG002  guides are public
        return set(self._rows(ids))

    def states(self, ids: Collection[str]) -> dict[str, str]:
        return {key: f"{row.version}" for key, row in self._rows(ids).items()}


# ── what the search box finds ──


def search_entries(*codes: str) -> Iterator[search.Entry]:
    """Every version of these items, or of all, each shown while it is in force."""
    rows = ItemVersion.objects.select_related("item").defer("content").order_by("item__code", "effective_from")
    by_code: dict[str, list[ItemVersion]] = defaultdict(list)
    for row in rows.filter(item__code__in=codes) if codes else rows:
        by_code[row.item.code].append(row)
    for versions in by_code.values():
        for row, following in zip(versions, [*versions[1:], None], strict=True):
            yield _search_entry(row, following)


def _search_entry(row: ItemVersion, following: ItemVersion | None) -> search.Entry:
    item, english = _definition(row.id, "zh"), _definition(row.id, "en")
    ends = [day for day in (row.effective_until, following and following.effective_from) if day]
    return search.Entry(
        kind=ITEM_VERSION,
        subject_id=str(row.id),
        title=str(item.name),
        title_en=str(english.name) if str(english.name) != str(item.name) else "",
        subtitle=str(item.summary),
        subtitle_en=str(english.summary) if str(english.summary) != str(item.summary) else "",
        names=item.keywords,
        body=str(people.DEPARTMENTS[people.Department(item.authority.department)]),
        shown_from=row.effective_from,
        shown_until=min(ends, default=None),
    )


# ── what is said of an answer that cannot be taken ──


@dataclass(frozen=True, kw_only=True)
class FieldErrorView:
    field: str
    label: str
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class AnswersView:
    """Checked answers: `cleaned` is what to keep, `personal` names the fields to keep encrypted."""

    cleaned: Mapping[str, Answer]
    errors: tuple[FieldErrorView, ...]
    personal: frozenset[str]

    @property
    def are_good(self) -> bool:
        return not self.errors


class AnswersRefused(Refusal):
    """For callers that cannot go on with bad answers."""

    code = "catalogue.answers_refused"
    status = 422
    message = _("有 {count} 处要改")

    def __init__(self, errors: tuple[FieldErrorView, ...]) -> None:
        super().__init__(count=len(errors), fields=[error.field for error in errors])
        self.errors = errors


MESSAGES = {
    "required": _("请填{label}"),
    "choose": _("请选一项"),
    "short": _("少了 {lacks} 位：这里只有 {has} 位，要 {wants} 位，请对着再看一遍末尾"),
    "long": _("多了 {over} 位：这里有 {has} 位，最多 {wants} 位"),
    "digits": _("这里只填数字"),
    "phone": _("号码不对，手机是 11 位，座机要带区号"),
    "identity_number": _("身份证号码不对，请对着证件再看一遍"),
    "date": _("没有这一天，请写成 2026-03-01 的样子"),
    "number": _("这里填整数"),
    "small": _("不能小于 {minimum}"),
    "large": _("不能大于 {maximum}"),
    "unreadable": _("里面有看不见的字符，请重新填"),
}


def answers_view(item: ItemDefinition, checked: CheckedAnswers) -> AnswersView:
    fields = {one.id: one for one in item.form_fields()}
    errors = tuple(_error_view(error, fields[error.field]) for error in checked.errors)
    return AnswersView(cleaned=checked.cleaned, errors=errors, personal=checked.personal)


def _error_view(error: FieldError, field: FormField) -> FieldErrorView:
    message = str(MESSAGES[error.code]).format(label=field.label, **error.facts)
    return FieldErrorView(field=field.id, label=str(field.label), code=error.code, message=message)


# ── words for what the definitions name ──

LIFE_EVENTS = {
    LifeEvent.BIRTH: _("生孩子"),
    LifeEvent.STUDY_AND_WORK: _("上学就业"),
    LifeEvent.OLD_AGE: _("养老"),
    LifeEvent.HOUSING: _("住房"),
    LifeEvent.DISABILITY: _("残疾"),
    LifeEvent.HARDSHIP: _("有困难"),
    LifeEvent.SETTLING: _("户籍和居住"),
    LifeEvent.MONEY: _("领补贴"),
    LifeEvent.DISPUTE: _("打官司"),
}
EVENT_ICONS = {
    LifeEvent.BIRTH: "people",
    LifeEvent.STUDY_AND_WORK: "sprout",
    LifeEvent.OLD_AGE: "user",
    LifeEvent.HOUSING: "home",
    LifeEvent.DISABILITY: "safe",
    LifeEvent.HARDSHIP: "hands",
    LifeEvent.SETTLING: "pin",
    LifeEvent.MONEY: "money",
    LifeEvent.DISPUTE: "seal",
}
KINDS = {
    ItemKind.INSTANT: _("当场办好"),
    ItemKind.PROMISED: _("限时办好"),
    ItemKind.STAGED: _("几级依次办"),
    ItemKind.JOINT: _("几个部门一起办"),
}

ITEM_TYPES = {
    ItemType.LICENCE: _("行政许可"),
    ItemType.PENALTY: _("行政处罚"),
    ItemType.COERCION: _("行政强制"),
    ItemType.LEVY: _("行政征收"),
    ItemType.BENEFIT: _("行政给付"),
    ItemType.INSPECTION: _("行政检查"),
    ItemType.CONFIRMATION: _("行政确认"),
    ItemType.REWARD: _("行政奖励"),
    ItemType.RULING: _("行政裁决"),
    ItemType.OTHER_POWER: _("其他行政权力"),
    ItemType.PUBLIC_SERVICE: _("公共服务"),
}
