"""Reading: frozen views of files, documents and published keys. Nothing here opens encrypted bytes of a file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.db import models
from django.urls import reverse

from yizhan.documents.models import Document, SigningKey, StoredFile
from yizhan.documents.rules.codes import grouped
from yizhan.documents.rules.envelope import to_base64
from yizhan.kernel.api import Actor, NotFound, Subject, subjects

FILE = "documents.file"
DOCUMENT = "documents.document"


@dataclass(frozen=True, kw_only=True)
class FileView:
    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    stored_at: datetime
    url: str


@dataclass(frozen=True, kw_only=True)
class OpenedFile:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A printed document; `url` opens the PDF, `verify_url` the public page (path only)."""

    id: UUID
    kind: str
    title: str
    number: str
    code: str
    issuer_name: str
    issued_at: datetime
    sha256: str
    size: int
    is_signed: bool
    is_sample: bool
    url: str
    verify_url: str


@dataclass(frozen=True, kw_only=True)
class PublishedKey:
    kid: str
    alg: str
    issuer: str
    public_key: str  # base64url, 32 raw bytes for ed25519
    created_at: datetime


def file_view_of(stored: StoredFile, size: int) -> FileView:
    return FileView(
        id=stored.id,
        name=stored.name,
        media_type=str(stored.media_type),
        size=size,
        sha256=stored.content_id,
        stored_at=stored.stored_at,
        url=reverse("documents:file", args=[stored.id]),
    )


def document_view_of(document: Document) -> DocumentView:
    return DocumentView(
        id=document.id,
        kind=document.kind,
        title=document.title,
        number=document.number,
        code=grouped(document.code),
        issuer_name=document.issuer_name,
        issued_at=document.issued_at,
        sha256=document.sha256,
        size=document.size,
        is_signed=document.envelope is not None,
        is_sample=document.is_sample,
        url=reverse("documents:document", args=[document.id]),
        verify_url=reverse("documents:verify", args=[grouped(document.code)]),
    )


def files_of(subject: Subject) -> list[FileView]:
    """Files handed in for the subject, oldest first."""
    kept = StoredFile.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    rows = kept.annotate(size=models.F("content__size")).order_by("stored_at", "id")
    return [file_view_of(stored, stored.size) for stored in rows]


def documents_of(subject: Subject) -> list[DocumentView]:
    """Documents issued for the subject, oldest first."""
    rows = Document.objects.filter(subject_kind=subject.kind, subject_id=subject.id).defer("sealed")
    return [document_view_of(document) for document in rows.order_by("issued_at", "id")]


def published_keys() -> list[PublishedKey]:
    return [
        PublishedKey(
            kid=key.kid,
            alg=key.algorithm,
            issuer=key.issuer_name,
            public_key=to_base64(bytes(key.public_key)),
            created_at=key.created_at,
        )
        for key in SigningKey.objects.order_by("created_at", "kid").defer("private_key")
    ]


def visible_file(actor: Actor, file_id: UUID) -> StoredFile:
    """Raises NotFound, for absent and hidden alike."""
    stored = StoredFile.objects.select_related("content").filter(pk=file_id).first()
    if stored is None or stored.subject not in subjects.visible(actor, [stored.subject]):
        raise NotFound
    return stored


def visible_document(actor: Actor, document_id: UUID) -> Document:
    """Raises NotFound, for absent and hidden alike."""
    document = Document.objects.filter(pk=document_id).first()
    if document is None or document.subject not in subjects.visible(actor, [document.subject]):
        raise NotFound
    return document


Row = TypeVar("Row", StoredFile, Document)


class _OfASubject(Generic[Row]):
    """Files and documents are seen by whoever sees what they belong to."""

    model: type[Row]
    route: str
    hidden: tuple[str, ...] = ()

    def _rows(self, ids: Collection[str]) -> list[Row]:
        return list(self.model._default_manager.filter(pk__in=list(ids)).defer(*self.hidden))

    def title_of(self, row: Row) -> str:
        raise NotImplementedError

    def titles(self, ids: Collection[str]) -> Mapping[str, str]:
        return {str(row.pk): self.title_of(row) for row in self._rows(ids)}

    def urls(self, ids: Collection[str]) -> Mapping[str, str]:
        return {id_: reverse(self.route, args=[id_]) for id_ in ids}

    def visible(self, actor: Actor, ids: Collection[str]) -> Collection[str]:
        rows = self._rows(ids)
        seen = subjects.visible(actor, [row.subject for row in rows])
        return {str(row.pk) for row in rows if row.subject in seen}

    def states(self, ids: Collection[str]) -> Mapping[str, str]:
        return dict.fromkeys(ids, "kept")


class FileSubjects(_OfASubject[StoredFile]):
    model = StoredFile
    route = "documents:file"

    def title_of(self, row: StoredFile) -> str:
        return str(row.name)


class DocumentSubjects(_OfASubject[Document]):
    model = Document
    route = "documents:document"
    hidden: tuple[str, ...] = ("sealed",)

    def title_of(self, row: Document) -> str:
        return f"{row.title} {row.number}".strip()
