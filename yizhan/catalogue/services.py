"""Taking item files into the catalogue. A version that has been taken in is never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue.models import ItemVersion, ServiceItem
from yizhan.catalogue.queries import ITEM_VERSION, is_english, search_entries
from yizhan.catalogue.rules.changes import Change, changes
from yizhan.catalogue.rules.consistency import read_checked
from yizhan.catalogue.rules.definition import ItemDefinition, spoken
from yizhan.catalogue.rules.reading import NOT_UTF_8, ItemFileError, Plain, Problem, plain_of
from yizhan.catalogue.rules.words import Words
from yizhan.kernel.api import Actor, Refusal, Subject, access, audit
from yizhan.search import api as search

SAMPLE = Words("有审批结果的应有结果样本", "A result has a sample")
MISPLACED = Problem(
    1,
    Words("文件名", "name of the file"),
    Words(
        "文件夹应当叫事项的 code，文件应当叫版本号",
        "the folder is named after the item's code, the file after its version",
    ),
)
ITEMS = Path(__file__).parent / "data" / "items"


class ItemFileRefused(Refusal):
    """An item file that breaks a rule; `problems` has every line, the rule in its words, and what is wrong."""

    code = "catalogue.item_file_refused"
    status = 422
    message = _("事项文件有 {count} 处不对：\n{reasons}")

    def __init__(self, error: ItemFileError) -> None:
        self.problems = error.problems
        reasons = error.spoken("en" if is_english() else "zh")
        super().__init__(file=error.file, count=len(error.problems), reasons=reasons)

    def __str__(self) -> str:
        return self.text


class ItemVersionIsFixed(Refusal):
    code = "catalogue.item_version_is_fixed"
    message = _("{file}：第 {version} 版已经收进事项库，不能再改。要改请写第 {next_version} 版。")

    def __str__(self) -> str:
        return self.text


class ItemVersionOutOfOrder(Refusal):
    code = "catalogue.item_version_out_of_order"
    message = _("{file}：这应当是第 {expected} 版，并且在第 {last} 版之后生效。")

    def __str__(self) -> str:
        return self.text


class ItemVersionBeginsTooEarly(Refusal):
    """What has been promised until today was promised by the version of that day."""

    code = "catalogue.item_version_begins_too_early"
    message = _("{file}：生效日期是 {begins}，最早只能从今天（{today}）起。")

    def __str__(self) -> str:
        return self.text


class ItemVersionNotNew(Refusal):
    code = "catalogue.item_version_not_new"
    message = _("{file}：和已经收进的第 {version} 版一字不差，不用再收。")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """`kept`: the city has taken in versions of its own, so the packaged file was left alone."""

    loaded: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """A file that could be taken in today, and what it says otherwise than the version before it."""

    code: str
    name: str
    version: int
    effective_from: date
    is_first: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class ItemFile:
    """A file that has been read and holds to every rule."""

    name: str
    definition: ItemDefinition
    content: Plain
    sha256: str


def read_item_file(text: str, name: str, *, folder: Path | None = None) -> ItemFile:
    """Raises ItemFileRefused. With `folder`, what the file refers to must lie there."""
    try:
        definition, tree = read_checked(text, name)
        _check_sample(definition, name, folder)
    except ItemFileError as error:
        raise ItemFileRefused(error) from None
    digest = hashlib.sha256(text.encode()).hexdigest()
    return ItemFile(name=name, definition=definition, content=plain_of(tree), sha256=digest)


def _check_sample(item: ItemDefinition, name: str, folder: Path | None) -> None:
    if folder is None or item.result is None or not item.result.sample:
        return
    sample = item.result.sample
    if Path(sample).name != sample or not (folder / sample).is_file():
        message = Words(f"旁边没有样本文件“{sample}”", f"there is no sample “{sample}” beside it")
        raise ItemFileError(name, (Problem(0, SAMPLE, message),))


def item_files(root: Path = ITEMS) -> tuple[ItemFile, ...]:
    """Every file under `root`, version after version. All are read before any is taken in."""
    files = [_read_from_disk(path, root) for path in root.glob("*/*.yaml")]
    return tuple(sorted(files, key=lambda file: (file.definition.code, file.definition.version)))


def _read_from_disk(path: Path, root: Path) -> ItemFile:
    name = str(path.relative_to(root))
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ItemFileRefused(ItemFileError(name, (NOT_UTF_8,))) from None
    file = read_item_file(text, name, folder=path.parent)
    if (path.parent.name, path.stem) != (file.definition.code, str(file.definition.version)):
        raise ItemFileRefused(ItemFileError(name, (MISPLACED,)))
    return file


@transaction.atomic
def load_items(*, actor: Actor, files: Iterable[ItemFile] | None = None) -> LoadReport:
    """Take in every version that is not there yet; what is there and the same is left alone. All or nothing.

    Raises NotAllowed, ItemFileRefused, ItemVersionIsFixed, ItemVersionOutOfOrder.
    """
    access.require(actor, "catalogue.load_items")
    loaded: list[str] = []
    unchanged: list[str] = []
    kept: list[str] = []
    changed: set[str] = set()
    own = _codes_of_the_city() if files is None else frozenset()
    for file in item_files() if files is None else files:
        if file.definition.code in own:
            kept.append(file.name)
        elif _take_in(file, actor):
            loaded.append(file.name)
            changed.add(file.definition.code)
        else:
            unchanged.append(file.name)
    if changed:
        search.put(search_entries(*changed))
    return LoadReport(loaded=tuple(loaded), unchanged=tuple(unchanged), kept=tuple(kept))


IMPORTED = "import:"


def _codes_of_the_city() -> frozenset[str]:
    """Items of which an administrator has taken in a version: from then on the city keeps them itself."""
    rows = ItemVersion.objects.filter(source_file__startswith=IMPORTED)
    return frozenset(rows.values_list("item__code", flat=True))


def check_file(*, actor: Actor, text: str, name: str, on: date) -> CheckedFile:
    """Whether this file could be taken in today, and what would change; nothing is kept.

    Raises NotAllowed, ItemFileRefused, ItemVersionIsFixed, ItemVersionNotNew, ItemVersionOutOfOrder,
    ItemVersionBeginsTooEarly.
    """
    access.require(actor, "catalogue.manage_items")
    file = _file_to_import(text, name, on)
    rows = {row.version: row for row in ItemVersion.objects.filter(item__code=file.definition.code)}
    _require_new(file, rows)
    before = rows.get(file.definition.version - 1)
    return CheckedFile(
        code=file.definition.code,
        name=str(spoken(file.definition.name, "en" if is_english() else "zh")),
        version=file.definition.version,
        effective_from=file.definition.effective_from,
        is_first=before is None,
        changes=changes(before.content, file.content) if before else (),
    )


@transaction.atomic
def import_file(*, actor: Actor, text: str, name: str, on: date) -> UUID:
    """Take in one file as the next version of its item. Raises as check_file does."""
    access.require(actor, "catalogue.manage_items")
    file = _file_to_import(text, name, on)
    item = _item_of(file.definition)
    _require_new(file, {row.version: row for row in item.versions.all()})
    row = _store(item, file, actor)
    search.put(search_entries(item.code))
    return row.pk


def _file_to_import(text: str, name: str, on: date) -> ItemFile:
    name = Path(name).name[:100] or "item.yaml"
    file = read_item_file(text, name)
    folder = ITEMS / file.definition.code
    read_item_file(text, name, folder=folder)
    if file.definition.effective_from < on:
        raise ItemVersionBeginsTooEarly(file=name, begins=file.definition.effective_from, today=on)
    return replace(file, name=f"{IMPORTED}{name}")


def _require_new(file: ItemFile, versions: dict[int, ItemVersion]) -> None:
    there = versions.get(file.definition.version)
    shown = replace(file, name=file.name.removeprefix(IMPORTED))
    if there is not None:
        _require_same(there, shown)
        raise ItemVersionNotNew(file=shown.name, version=there.version)
    _require_next(shown, versions)


def _take_in(file: ItemFile, actor: Actor) -> bool:
    item = _item_of(file.definition)
    versions = {row.version: row for row in item.versions.all()}
    there = versions.get(file.definition.version)
    if there is not None:
        _require_same(there, file)
        return False
    _require_next(file, versions)
    _store(item, file, actor)
    return True


def _store(item: ServiceItem, file: ItemFile, actor: Actor) -> ItemVersion:
    row = ItemVersion.objects.create(
        item=item,
        version=file.definition.version,
        effective_from=file.definition.effective_from,
        effective_until=file.definition.effective_until,
        content=file.content,
        source_file=file.name,
        source_sha256=file.sha256,
    )
    subject = Subject(ITEM_VERSION, str(row.id))
    audit(actor, "catalogue.item_version.loaded", subject, item=item.code, version=row.version, sha256=file.sha256)
    return row


def _item_of(definition: ItemDefinition) -> ServiceItem:
    ServiceItem.objects.get_or_create(code=definition.code)
    return ServiceItem.objects.select_for_update().get(code=definition.code)


def _require_same(there: ItemVersion, file: ItemFile) -> None:
    """A comment or the layout of a file may change; what it says may not."""
    if there.content != file.content:
        raise ItemVersionIsFixed(file=file.name, version=there.version, next_version=there.version + 1)


def _require_next(file: ItemFile, versions: dict[int, ItemVersion]) -> None:
    last = max(versions, default=0)
    if file.definition.version != last + 1 or (
        last and file.definition.effective_from <= versions[last].effective_from
    ):
        raise ItemVersionOutOfOrder(file=file.name, expected=last + 1, last=last)
