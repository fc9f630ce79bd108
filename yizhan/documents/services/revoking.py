"""Revoking a document (撤销): a signed statement of the issuing office, numbered, published, never taken back."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.documents.models import Document, Revocation
from yizhan.documents.queries import DOCUMENT
from yizhan.documents.rules import revoking
from yizhan.documents.rules.grounds import Ground
from yizhan.documents.services.signing import one_at_a_time, sign_statement, signing_key_of
from yizhan.kernel.api import Actor, Conflict, NotFound, Refusal, Subject, access, audit


class DocumentNotRevocable(NotFound):
    code: ClassVar[str] = "documents.document_not_revocable"
    message = _("没有这份文书，或者它没有签名，用不着撤销。")


class AlreadyRevoked(Conflict):
    code: ClassVar[str] = "documents.already_revoked"
    message = _("这份文书已经撤销过。")


class RevocationGroundMissing(Refusal):
    code: ClassVar[str] = "documents.revocation_ground_missing"
    status = 422
    message = _("请选撤销的依据，并写明理由。")


@transaction.atomic
def revoke_document(*, document_id: UUID, ground: str, reason: str, actor: Actor, at: datetime) -> None:
    """Revoke a signed document. Whoever calls has seen to it that the actor may see what it belongs to.

    `reason` is kept encrypted and not published; the ground is. Raises NotAllowed (not a signer of the issuing
    office), DocumentNotRevocable, AlreadyRevoked, RevocationGroundMissing.
    """
    document = Document.objects.defer("sealed").filter(pk=document_id, envelope__isnull=False).first()
    if document is None:
        raise DocumentNotRevocable
    access.require(actor, "documents.revoke", document)
    if ground not in list(Ground) or not reason.strip():
        raise RevocationGroundMissing
    office = document.issuer_organisation_id
    one_at_a_time("documents.revocation", str(office))
    if Revocation.objects.filter(document=document).exists():
        raise AlreadyRevoked
    last = Revocation.objects.filter(organisation_id=office).select_related("document").order_by("-serial").first()
    row = Revocation(
        document=document,
        organisation_id=office,
        serial=last.serial + 1 if last else 1,
        previous=revoking.digest(last.statement()) if last else revoking.FIRST,
        ground=ground,
        reason=reason.strip(),
        revoked_at=at,
        revoked_by=actor.key,
    )
    key = signing_key_of(office, issuer_name=document.issuer_name, actor=actor, at=at)
    row.envelope = sign_statement(row.statement(), key).as_dict()
    row.save(force_insert=True)
    ref = Subject(DOCUMENT, str(document.id))
    audit(actor, "documents.document.revoked", ref, of=str(document.subject), ground=ground, serial=row.serial)
