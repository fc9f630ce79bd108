"""Issuing a printed document: set the page, sign it, keep both."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yizhan.documents.models import Document, SigningKey
from yizhan.documents.queries import DOCUMENT, DocumentView, OpenedFile, view_of_issued, visible_document
from yizhan.documents.rules.codes import ALPHABET, LENGTH, grouped, with_check
from yizhan.documents.rules.envelope import Envelope
from yizhan.documents.rules.proof import with_proof
from yizhan.documents.services.signing import sign_document, signing_key_of
from yizhan.documents.services.typesetting import qr_svg, render_pdf
from yizhan.kernel.api import Actor, NotFound, Subject, access, audit, crypto, ids, times

PDF_PURPOSE = "documents.document"


class DocumentErased(NotFound):
    code: ClassVar[str] = "documents.document_erased"
    message = _("这份文书的保存期已满，电子原件已按规定销毁。真伪还可以凭验证码查。")


@transaction.atomic
def print_document(
    *,
    template: Path,
    data: Mapping[str, Any],
    subject: Subject,
    kind: str,
    title: str,
    number: str,
    issuer_organisation_id: UUID,
    issuer_name: str,
    holder: str,
    public_fields: Sequence[tuple[str, str]],
    actor: Actor,
    at: datetime,
    signed: bool = True,
    is_sample: bool = False,
) -> DocumentView:
    """Print, sign and keep a document. Raises CharactersNotPrintable.

    `holder` and `public_fields` are what the public page shows of it, so they come masked. The template finds
    `data` in `it`, and what this function adds (code, QR, key) in `it.document`; see print/official.typ.
    """
    key = signing_key_of(issuer_organisation_id, issuer_name=issuer_name, actor=actor, at=at) if signed else None
    document = Document(
        code=with_check(ids.short_code(LENGTH - 1, ALPHABET)),
        kind=kind,
        title=title,
        number=number,
        subject_kind=subject.kind,
        subject_id=subject.id,
        issuer_organisation_id=issuer_organisation_id,
        issuer_name=issuer_name,
        holder=holder,
        public_fields=[[str(label), str(value)] for label, value in public_fields],
        issued_at=at,
        issued_by=actor.key,
        is_sample=is_sample,
    )
    pdf = render_pdf(template=template, data={**data, "document": _printed_facts(document, key)}, at=at)
    document.sha256 = hashlib.sha256(pdf).hexdigest()
    document.size, document.sealed = len(pdf), crypto.encrypt_bytes(pdf, PDF_PURPOSE)
    document.envelope = sign_document(document, key).as_dict() if key else None
    document.save(force_insert=True)
    ref = Subject(DOCUMENT, str(document.id))
    audit(actor, "documents.document.issued", ref, of=str(subject), kind=kind, sha256=document.sha256)
    return view_of_issued(document)


def verification_url(code: str) -> str:
    """The absolute address of a document's public page, as its QR code carries it."""
    return _public(reverse("documents:verify", args=[grouped(code)]))


def _public(path: str) -> str:
    return str(settings.YIZHAN_PUBLIC_URL).rstrip("/") + path


def _printed_facts(document: Document, key: SigningKey | None) -> dict[str, Any]:
    day = times.local_day(document.issued_at)
    return {
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer_name,
        "issued_on": [day.year, day.month, day.day],
        "code": grouped(document.code),
        "address": _public(reverse("documents:verify-form")),
        "qr": qr_svg(verification_url(document.code)),
        "kid": key.kid if key else None,
        "sample": document.is_sample,
    }


@transaction.atomic
def document_pdf(*, actor: Actor, document_id: UUID) -> OpenedFile:
    """The PDF, for those who may see the document's subject; the opening is audited. Raises NotFound."""
    access.require(actor, "documents.open")
    document = visible_document(actor, document_id)
    audit(actor, "documents.document.opened", Subject(DOCUMENT, str(document.id)), of=str(document.subject))
    if not bytes(document.sealed):
        raise DocumentErased
    content = carried(document, crypto.decrypt_bytes(bytes(document.sealed), PDF_PURPOSE))
    name = f"{document.title} {document.number}".strip() + ".pdf"
    return OpenedFile(name=name, media_type="application/pdf", content=content)


def carried(document: Document, original: bytes) -> bytes:
    """The PDF as it is given out: with its proof behind it, so that it can be checked without asking us."""
    if document.envelope is None:
        return original
    return with_proof(original, document.payload(), Envelope(**document.envelope))
