"""Telling a genuine document from another: public, from the code that stands on the paper."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import InvalidTag

from yizhan.documents.models import Document, KeyEvent, SigningKey
from yizhan.documents.queries import DOCUMENT
from yizhan.documents.queries.retention import erased_at
from yizhan.documents.rules.codes import grouped, is_well_formed, normalised
from yizhan.documents.rules.envelope import Envelope, is_genuine
from yizhan.documents.rules.grounds import GroundWords, words_of
from yizhan.documents.rules.proof import is_carried_by, proof_of
from yizhan.documents.services.printing import PDF_PURPOSE, carried
from yizhan.kernel.api import Subject, auditing, crypto


class Verdict(StrEnum):
    GENUINE = "genuine"
    UNSIGNED = "unsigned"  # issued by us, without a signature
    REVOKED = "revoked"  # genuine, and revoked by its office since
    UNPROVEN = "unproven"  # its key is lost, and nothing shows that the paper was there before
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
    file_sha256: str = ""  # of the file as it is given out, with its proof
    alg: str = ""
    kid: str = ""
    is_sample: bool = False
    revoked_at: datetime | None = None
    ground: GroundWords | None = None
    # Set where the key was lost later and the audit chain shows that the paper is older than that.
    key_lost_from: datetime | None = None
    # Set where its time of keeping is over: the record and the sum are still here, the PDF is not.
    erased_at: datetime | None = None

    @property
    def is_genuine(self) -> bool:
        return self.verdict is Verdict.GENUINE


def verify(code: str) -> Verification:
    """Look a typed or scanned code up: the record's signature, the bytes of its PDF, its key, its revocation."""
    wanted = normalised(code)
    if not is_well_formed(wanted):
        return Verification(verdict=Verdict.MISTYPED, code=code[:40])
    document = Document.objects.select_related("revocation").filter(code=wanted).first()
    if document is None:
        return Verification(verdict=Verdict.NOT_FOUND, code=grouped(wanted))
    gone_at = None if bytes(document.sealed) else erased_at(document.id)
    pdf = b"" if gone_at else _own_pdf(document)
    key = _own_key(document) if document.envelope is not None else None
    if pdf is None or (document.envelope is not None and key is None):
        return Verification(verdict=Verdict.BROKEN, code=grouped(wanted))
    lost_from = _lost_from(key) if key is not None else None
    if lost_from is not None and not _is_older_than(document, lost_from):
        return Verification(verdict=Verdict.UNPROVEN, code=grouped(wanted), key_lost_from=lost_from)
    view = _public_view(document, pdf, lost_from)
    return replace(view, file_sha256="", erased_at=gone_at) if gone_at else view


def matches_original(*, code: str, content: bytes) -> bool:
    """Whether these bytes are the PDF that was issued under the code, to the last bit, with its proof or without.

    Where our own PDF is erased, its sum says so: of the file, or of what stands before the proof in it.
    """
    verification = verify(code)
    proof = proof_of(content) if verification.erased_at else None
    if proof is not None and is_carried_by(proof, content):
        content = proof.original
    digest = hashlib.sha256(content).hexdigest()
    return verification.sha256 != "" and digest in (verification.sha256, verification.file_sha256)


def _own_pdf(document: Document) -> bytes | None:
    """The PDF that the record names, none where it is not that one any more."""
    try:
        pdf = crypto.decrypt_bytes(bytes(document.sealed), PDF_PURPOSE)
    except (InvalidTag, KeyError, IndexError, ValueError):
        return None
    return pdf if hashlib.sha256(pdf).hexdigest() == document.sha256 else None


def _own_key(document: Document) -> SigningKey | None:
    """The key that signed exactly this record, none where no key did."""
    try:
        envelope = Envelope(**(document.envelope or {}))
    except TypeError:
        return None
    # The key must be the issuer's own: another organisation's good signature proves nothing here.
    key = SigningKey.objects.filter(kid=envelope.kid, organisation_id=document.issuer_organisation_id).first()
    return key if key is not None and is_genuine(document.payload(), envelope, bytes(key.public_key)) else None


def _lost_from(key: SigningKey) -> datetime | None:
    return key.events.filter(kind=KeyEvent.LOST).values_list("from_at", flat=True).first()


def _is_older_than(document: Document, moment: datetime) -> bool:
    """Whether the audit chain had sealed, before the moment, that this very PDF was issued (decision 0023)."""
    ref = Subject(DOCUMENT, str(document.id))
    found = auditing.sealed_before(ref, "documents.document.issued", moment)
    return any(facts.get("sha256") == document.sha256 for facts in found)


def _public_view(document: Document, pdf: bytes, lost_from: datetime | None) -> Verification:
    envelope = document.envelope or {}
    revocation = getattr(document, "revocation", None)
    verdict = Verdict.GENUINE if document.envelope is not None else Verdict.UNSIGNED
    return Verification(
        verdict=Verdict.REVOKED if revocation else verdict,
        code=grouped(document.code),
        title=document.title,
        number=document.number,
        issuer=document.issuer_name,
        holder=document.holder,
        issued_at=document.issued_at,
        public_fields=tuple((label, value) for label, value in document.public_fields),
        sha256=document.sha256,
        file_sha256=hashlib.sha256(carried(document, pdf)).hexdigest() if pdf else "",
        alg=envelope.get("alg", ""),
        kid=envelope.get("kid", ""),
        is_sample=document.is_sample,
        revoked_at=revocation.revoked_at if revocation else None,
        ground=words_of(revocation.ground) if revocation else None,
        key_lost_from=lost_from,
    )
