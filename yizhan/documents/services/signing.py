"""Signing keys, one row for each issuing organisation, and the signature of a document."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yizhan.documents.models import Document, SigningKey
from yizhan.documents.rules.envelope import ALGORITHMS, Envelope, key_id, sign
from yizhan.kernel.api import Actor, Subject, audit, crypto

ALGORITHM = "ed25519"
KEY_PURPOSE = "documents.signing_key"


def signing_key_of(organisation_id: UUID, *, issuer_name: str, actor: Actor, at: datetime) -> SigningKey:
    """The key that signs for the organisation now; made the first time it is needed."""
    newest = SigningKey.objects.filter(organisation_id=organisation_id).order_by("-serial").first()
    return newest or new_signing_key(organisation_id=organisation_id, issuer_name=issuer_name, actor=actor, at=at)


@transaction.atomic
def new_signing_key(*, organisation_id: UUID, issuer_name: str, actor: Actor, at: datetime) -> SigningKey:
    """A fresh key for the organisation, which signs from now on; earlier ones still verify."""
    earlier = SigningKey.objects.filter(organisation_id=organisation_id).count()
    algorithm = ALGORITHMS[ALGORITHM]
    private_key = algorithm.new_private_key()
    public_key = algorithm.public_key(private_key)
    key = SigningKey(
        kid=key_id(ALGORITHM, public_key),
        organisation_id=organisation_id,
        serial=earlier + 1,
        algorithm=ALGORITHM,
        public_key=public_key,
        private_key=crypto.encrypt_bytes(private_key, KEY_PURPOSE),
        issuer_name=issuer_name,
        created_at=at,
    )
    # Two first documents at once: the unique serial lets one key in, and both sign with that one.
    SigningKey.objects.bulk_create([key], ignore_conflicts=True)
    kept = SigningKey.objects.get(organisation_id=organisation_id, serial=earlier + 1)
    if kept.kid == key.kid:
        audit(actor, "documents.signing_key.created", Subject("documents.signing_key", key.kid), serial=key.serial)
    return kept


def sign_document(document: Document, key: SigningKey) -> Envelope:
    private_key = crypto.decrypt_bytes(bytes(key.private_key), KEY_PURPOSE)
    return sign(document.payload(), alg=key.algorithm, private_key=private_key)
