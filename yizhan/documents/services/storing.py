"""Keeping a file that was handed in, and giving it out again to those who may see its subject."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.documents.models import FileContent, StoredFile
from yizhan.documents.queries import FILE, FileView, OpenedFile, file_view_of, visible_file
from yizhan.documents.rules.sniffing import MediaType, Trouble, sniff, trouble_of
from yizhan.documents.services.scanning import FileRefused, scan
from yizhan.kernel.api import (
    Actor,
    Subject,
    access,
    audit,
    audit_each,
    crypto,
    joined,
    prepared_cursor,
    rows,
    times,
)

CONTENT_PURPOSE = "documents.file"
_NAME_LENGTH = 120


class FileEmpty(FileRefused):
    code = "documents.file_empty"
    message = _("这个文件是空的，请重新选一个。")


class FileTooLarge(FileRefused):
    code = "documents.file_too_large"
    message = _("文件超过 {limit_mb} MB。请压缩或重拍后再交。")


class FileTypeNotTaken(FileRefused):
    code = "documents.file_type_not_taken"
    message = _("只收照片（JPEG、PNG）和 PDF。请拍照，或另存为 PDF 后再交。")


class FileDamaged(FileRefused):
    code = "documents.file_damaged"
    message = _("文件不完整，打不开。请重新拍照或重新导出后再交。")


class PictureTooLarge(FileRefused):
    code = "documents.picture_too_large"
    message = _("照片的尺寸太大。请用手机的普通模式重拍后再交。")


class FileCarriesMore(FileRefused):
    code = "documents.file_carries_more"
    message = _("文件里夹带了别的内容（程序或附加数据），不能收。请重新导出后再交。")


_REFUSALS: dict[Trouble, type[FileRefused]] = {
    Trouble.DAMAGED: FileDamaged,
    Trouble.TOO_MANY_PIXELS: PictureTooLarge,
    Trouble.CARRIES_MORE: FileCarriesMore,
}


def file_limit() -> int:
    """The largest file that is taken, in bytes."""
    limit: int = settings.MAX_UPLOAD_BYTES
    return limit


def refuse_large(size: int) -> None:
    """Raises FileTooLarge; ask before an upload is read into memory."""
    if size > file_limit():
        raise FileTooLarge(limit_mb=file_limit() // 1024 // 1024)


def checked_type(content: bytes) -> MediaType:
    """What the bytes are. Raises a FileRefused."""
    if not content:
        raise FileEmpty
    refuse_large(len(content))
    media_type = sniff(content)
    if media_type is None:
        raise FileTypeNotTaken
    trouble = trouble_of(content, media_type)
    if trouble is not None:
        raise _REFUSALS[trouble]
    return media_type


def proper_name(name: str, media_type: MediaType) -> str:
    """The last part of the sender's file name, printable, with the suffix of what the file really is."""
    last = PurePath(name.replace("\\", "/")).name
    stem = "".join(character for character in PurePath(last).stem if character.isprintable())
    return (stem.strip(" .")[:_NAME_LENGTH] or "file") + media_type.suffix


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """What somebody hands in. `media_type` is what the sender says. It is noted and not believed: the bytes decide."""

    content: bytes = field(repr=False)
    media_type: str = ""
    name: str


def store(
    *, content: bytes, media_type: str, name: str, subject: Subject, actor: Actor, at: datetime | None = None
) -> FileView:
    """Keep a file for a subject; the same bytes are kept once. Raises a FileRefused."""
    new = NewFile(content=content, media_type=media_type, name=name)
    return store_each(files=[new], subject=subject, actor=actor, at=at)[0]


@joined
def store_each(
    *, files: Sequence[NewFile], subject: Subject, actor: Actor, at: datetime | None = None
) -> list[FileView]:
    """Keep several files for a subject, or none of them. Raises a FileRefused."""
    types = [checked_type(one.content) for one in files]
    digests = [hashlib.sha256(one.content).hexdigest() for one in files]
    for one, digest in zip(files, digests, strict=True):
        scan(one.content, subject=subject, sha256=digest, actor=actor)
    _keep_contents(dict(zip(digests, (one.content for one in files), strict=True)))
    stored = [
        StoredFile(
            content_id=digest,
            media_type=found,
            name=proper_name(one.name, found),
            subject_kind=subject.kind,
            subject_id=subject.id,
            stored_at=at or times.utc_now(),
            stored_by=actor.key,
        )
        for one, found, digest in zip(files, types, digests, strict=True)
    ]
    rows.insert_each(stored)
    lines = [
        (Subject(FILE, str(row.id)), {"media_type": row.media_type, "said": one.media_type[:60]})
        for row, one in zip(stored, files, strict=True)
    ]
    audit_each(actor, "documents.file.stored", lines)
    return [file_view_of(row, len(one.content)) for row, one in zip(stored, files, strict=True)]


def _keep_contents(contents: Mapping[str, bytes]) -> None:
    """Each under its digest, once; what is there already is not encrypted anew."""
    with prepared_cursor() as cursor:
        cursor.execute("SELECT sha256 FROM documents_filecontent WHERE sha256 = ANY(%s)", [list(contents)])
        known = {digest for (digest,) in cursor.fetchall()}
        if known:
            # Whoever erases these very bytes now (migration 0004) waits for us, or we for him and then look again.
            cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('documents.contents', 0))")
            cursor.execute("SELECT sha256 FROM documents_filecontent WHERE sha256 = ANY(%s)", [list(contents)])
            known = {digest for (digest,) in cursor.fetchall()}
    kept = [
        FileContent(sha256=digest, size=len(content), sealed=crypto.encrypt_bytes(content, CONTENT_PURPOSE))
        for digest, content in contents.items()
        if digest not in known
    ]
    rows.insert_each(kept, unless="(sha256)")


@transaction.atomic
def open_file(*, actor: Actor, file_id: UUID) -> OpenedFile:
    """The file, for those who may see its subject; the opening is audited. Raises NotFound."""
    access.require(actor, "documents.open")
    stored = visible_file(actor, file_id)
    audit(actor, "documents.file.opened", Subject(FILE, str(stored.id)), of=str(stored.subject))
    content = crypto.decrypt_bytes(bytes(stored.content.sealed), CONTENT_PURPOSE)
    return OpenedFile(name=stored.name, media_type=stored.media_type, content=content)
