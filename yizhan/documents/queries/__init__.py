"""Reading: frozen views of files, documents and published keys. Nothing here opens encrypted bytes of a file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.fields.json import KT
from django.urls import reverse

from yizhan.documents.models import Document, Erasure, KeyEvent, Revocation, SigningKey, StoredFile
from yizhan.documents.rules.codes import grouped
from yizhan.documents.rules.envelope import to_base64
from yizhan.kernel.api import Actor, Composed, NotFound, Subject, Text, subjects

FILE = "documents.file"
DOCUMENT = "documents.document"
KEYS_SHOWN = 30
LONGEST_QUESTION = 40


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
    revoked_at: datetime | None = None
    # Its time of keeping is over and the PDF is gone: then `url` leads to the public page, which says so.
    is_erased: bool = False


@dataclass(frozen=True, kw_only=True)
class PublishedKey:
    """What anybody may know of a key; it signs until `until`, and is not to be trusted alone from `lost_from` on."""

    kid: str
    alg: str
    issuer: str
    organisation_id: UUID
    serial: int
    public_key: str  # base64url, 32 raw bytes for ed25519
    created_at: datetime
    until: datetime | None
    lost_from: datetime | None


@dataclass(frozen=True, kw_only=True)
class KeyLine:
    """A key as those see it who keep them: how many papers it signed, and what became of it, with the reasons."""

    key: PublishedKey
    papers: int
    reasons: tuple[str, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """The reasons, each once: what was replaced because it is lost has one for both."""
        return tuple(dict.fromkeys(self.reasons))

    @property
    def signs(self) -> bool:
        return self.key.until is None and self.key.lost_from is None


def file_view_of(stored: StoredFile, size: int) -> FileView:
    return _file_view(stored.id, stored.name, str(stored.media_type), size, stored.content_id, stored.stored_at)


def _file_view(file_id: UUID, name: str, media_type: str, size: int, sha256: str, stored_at: datetime) -> FileView:  # noqa: PLR0917  a row, in its order
    return FileView(
        id=file_id,
        name=name,
        media_type=media_type,
        size=size,
        sha256=sha256,
        stored_at=stored_at,
        url=reverse("documents:file", args=[file_id]),
    )


_OF_DOCUMENT = ("id", "kind", "title", "number", "issuer_name", "issued_at", "sha256", "size", "is_sample")


def view_of_issued(document: Document) -> DocumentView:
    """Of a document that has just been written."""
    facts = [getattr(document, name) for name in _OF_DOCUMENT]
    return _document_view(document.code, document.envelope is not None, None, False, facts)


def _document_view(
    code: str, is_signed: bool, revoked_at: datetime | None, is_erased: bool, facts: Sequence[Any]
) -> DocumentView:
    known = dict(zip(_OF_DOCUMENT, facts, strict=True))
    verify_url = reverse("documents:verify", args=[grouped(code)])
    return DocumentView(
        **known,
        code=grouped(code),
        is_signed=is_signed,
        url=verify_url if is_erased else reverse("documents:document", args=[known["id"]]),
        verify_url=verify_url,
        revoked_at=revoked_at,
        is_erased=is_erased,
    )


def files_of(subject: Subject) -> list[FileView]:
    """Files handed in for the subject, oldest first."""
    rows = _files.rows(kind=subject.kind, subject_id=Text(subject.id))
    return [_file_view(*row) for row in rows]


@Composed
def _files(*, kind: str, subject_id: str) -> models.QuerySet[StoredFile, tuple[Any, ...]]:
    kept = StoredFile.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("stored_at", "id")
    return kept.values_list("id", "name", "media_type", "content__size", "content_id", "stored_at")


def with_files(*, kind: str, ids: Collection[str]) -> set[str]:
    """Of these subjects of one kind, those for which files are kept."""
    found = StoredFile.objects.filter(subject_kind=kind, subject_id__in=list(ids))
    return set(found.values_list("subject_id", flat=True))


def documents_of(subject: Subject) -> list[DocumentView]:
    """Documents issued for the subject, oldest first."""
    rows = _documents.rows(kind=subject.kind, subject_id=Text(subject.id))
    return [
        _document_view(code, is_signed, revoked_at, is_erased, facts)
        for code, is_signed, revoked_at, is_erased, *facts in rows
    ]


@Composed
def _documents(*, kind: str, subject_id: str) -> models.QuerySet[Document, tuple[Any, ...]]:
    rows = Document.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("issued_at", "id")
    is_erased = models.Exists(Erasure.objects.filter(of_id=models.OuterRef("pk")))
    is_signed = models.ExpressionWrapper(models.Q(envelope__isnull=False), models.BooleanField())
    return rows.values_list("code", is_signed, "revocation__revoked_at", is_erased, *_OF_DOCUMENT)


# ── keys and revocations ──


def published_keys() -> list[PublishedKey]:
    """Every key there ever was, so that old papers can be checked."""
    found = SigningKey.objects.order_by("created_at", "kid").defer("private_key").prefetch_related("events")
    return [_published(key) for key in found]


def _published(key: SigningKey) -> PublishedKey:
    since = {one.kind: one.from_at for one in key.events.all()}
    return PublishedKey(
        kid=key.kid,
        alg=key.algorithm,
        issuer=key.issuer_name,
        organisation_id=key.organisation_id,
        serial=key.serial,
        public_key=to_base64(bytes(key.public_key)),
        created_at=key.created_at,
        until=since.get(KeyEvent.REPLACED),
        lost_from=since.get(KeyEvent.LOST),
    )


def key_lines(*, asked: str = "", page: str | int = 1, size: int = KEYS_SHOWN) -> Page[KeyLine]:
    """Keys by office, the newest of each first, with the papers that each has signed; `asked` is part of a name."""
    found = SigningKey.objects.defer("private_key").prefetch_related("events").order_by("issuer_name", "-serial", "kid")
    if asked := asked.replace("\x00", "").strip()[:LONGEST_QUESTION]:
        found = found.filter(issuer_name__icontains=asked)
    shown = Paginator(found, size).get_page(page)
    keys = list(shown.object_list)
    signed = Document.objects.annotate(kid=KT("envelope__kid")).filter(kid__in=[key.kid for key in keys])
    papers = dict(signed.order_by().values_list("kid").annotate(count=models.Count("id")))
    lines = [
        KeyLine(
            key=_published(key), papers=papers.get(key.kid, 0), reasons=tuple(one.reason for one in key.events.all())
        )
        for key in keys
    ]
    return Page(lines, shown.number, cast("Paginator[KeyLine]", shown.paginator))


def key_line(kid: str) -> KeyLine:
    """Raises NotFound."""
    key = SigningKey.objects.filter(kid=kid).defer("private_key").first()
    if key is None:
        raise NotFound
    papers = Document.objects.annotate(kid=KT("envelope__kid")).filter(kid=kid).count()
    return KeyLine(key=_published(key), papers=papers, reasons=tuple(one.reason for one in key.events.all()))


def published_revocations() -> list[dict[str, Any]]:
    """Every signed statement that a paper is revoked, by office and number; no word about a person in it."""
    found = Revocation.objects.select_related("document").order_by("organisation_id", "serial")
    found = found.only(
        "organisation_id",
        "serial",
        "previous",
        "ground",
        "revoked_at",
        "envelope",
        "document__code",
        "document__sha256",
    )
    return [{**row.statement(), "envelope": row.envelope} for row in found]


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
