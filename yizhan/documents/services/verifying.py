"""Telling a genuine document from another: public, from the code that stands on the paper."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import InvalidTag

from yizhan.documents.models import Document, SigningKey
from yizhan.documents.rules.codes import grouped, is_well_formed, normalised
from yizhan.documents.rules.envelope import Envelope, is_genuine
from yizhan.documents.services.printing import PDF_PURPOSE
from yizhan.kernel.api import crypto


class Verdict(StrEnum):
    GENUINE = "genuine"
    UNSIGNED = "unsigned"  # issued by us, without a signature
    BROKEN = "broken"  # the record no longer is what was signed
    NOT_FOUND = "not_found"
    MISTYPED = "mistyped"  # no such code can exist: a slip of the pen


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What the public may know about a code. Where nothing is proved, nothing is shown."""

    verdict: Verdict
    code: str
    title: str = ""
    number: str = ""
    issuer: str = ""
    holder: str = ""
    issued_at: datetime | None = None
    public_fields: tuple[tuple[str, str], ...] = ()
    sha256: str = ""
    alg: str = ""
    kid: str = ""
    is_sample: bool = False

    @property
    def is_genuine(self) -> bool:
        return self.verdict is Verdict.GENUINE


def verify(code: str) -> Verification:
    """Look a typed or scanned code up and check the signature of the record and the bytes of its PDF."""
    wanted = normalised(code)
    if not is_well_formed(wanted):
        return Verification(verdict=Verdict.MISTYPED, code=code[:40])
    document = Document.objects.filter(code=wanted).first()
    if document is None:
        return Verification(verdict=Verdict.NOT_FOUND, code=grouped(wanted))
    verdict = _verdict(document)
    if verdict is Verdict.BROKEN:
        return Verification(verdict=verdict, code=grouped(wanted))
    return _public_view(document, verdict)


def matches_original(*, code: str, content: bytes) -> bool:
    """Whether these bytes are the PDF that was issued under the code, to the last bit."""
    verification = verify(code)
    return verification.sha256 != "" and hashlib.sha256(content).hexdigest() == verification.sha256


def _verdict(document: Document) -> Verdict:
    if not _has_its_pdf(document):
        return Verdict.BROKEN
    if document.envelope is None:
        return Verdict.UNSIGNED
    return Verdict.GENUINE if _is_signed(document) else Verdict.BROKEN


def _has_its_pdf(document: Document) -> bool:
    try:
        pdf = crypto.decrypt_bytes(bytes(document.sealed), PDF_PURPOSE)
    except (InvalidTag, KeyError, IndexError, ValueError):
        return False
    return hashlib.sha256(pdf).hexdigest() == document.sha256


def _is_signed(document: Document) -> bool:
    try:
        envelope = Envelope(**(document.envelope or {}))
    except TypeError:
        return False
    # The key must be the issuer's own: another organisation's good signature proves nothing here.
    key = SigningKey.objects.filter(kid=envelope.kid, organisation_id=document.issuer_organisation_id).first()
    return key is not None and is_genuine(document.payload(), envelope, bytes(key.public_key))


def _public_view(document: Document, verdict: Verdict) -> Verification:
    envelope = document.envelope or {}
    return Verification(
        verdict=verdict,
        code=grouped(document.code),
        title=document.title,
        number=document.number,
        issuer=document.issuer_name,
        holder=document.holder,
        issued_at=document.issued_at,
        public_fields=tuple((label, value) for label, value in document.public_fields),
        sha256=document.sha256,
        alg=envelope.get("alg", ""),
        kid=envelope.get("kid", ""),
        is_sample=document.is_sample,
    )
