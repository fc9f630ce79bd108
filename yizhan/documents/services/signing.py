"""Signing keys of the issuing organisations: the first one, a new one, a lost one; and what is signed with them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from yizhan.documents.models import Document, KeyEvent, SigningKey
from yizhan.documents.rules.envelope import ALGORITHMS, Envelope, key_id, sign
from yizhan.kernel.api import Actor, NotFound, Refusal, Subject, access, audit, crypto

ALGORITHM = "ed25519"
KEY_PURPOSE = "documents.signing_key"
KEY = "documents.signing_key"


class KeyNotFound(NotFound):
    code: ClassVar[str] = "documents.key_not_found"
    message = _("没有这把密钥。请从列表里选。")


class KeyReasonMissing(Refusal):
    code: ClassVar[str] = "documents.key_reason_missing"
    status = 422
    message = _("请写明原因，审计员要看。")


class KeyAlreadyLost(Refusal):
    code: ClassVar[str] = "documents.key_already_lost"
    message = _("这把密钥已经作废过，作废的时刻不能再改。")


class LostMomentRefused(Refusal):
    code: ClassVar[str] = "documents.lost_moment_refused"
    status = 422
    message = _("作废的时刻要在密钥启用以后、现在以前。拿不准的，填最早可能的时刻。")


def signing_key_of(organisation_id: UUID, *, issuer_name: str, actor: Actor, at: datetime) -> SigningKey:
    """The key that signs for the organisation now; made the first time it is needed."""
    is_lost = Exists(KeyEvent.objects.filter(key=OuterRef("pk"), kind=KeyEvent.LOST))
    found = SigningKey.objects.filter(organisation_id=organisation_id).annotate(is_lost=is_lost)
    newest = found.order_by("-serial").first()
    if newest is not None and not newest.is_lost:
        return newest
    return new_signing_key(organisation_id=organisation_id, issuer_name=issuer_name, actor=actor, at=at)


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
        audit(actor, "documents.signing_key.created", Subject(KEY, key.kid), serial=key.serial)
    return kept


@transaction.atomic
def rotate_key(*, kid: str, reason: str, actor: Actor, at: datetime) -> str:
    """A new key takes the place of the one that signs now; what was signed stays good. Returns the new kid.

    Raises NotAllowed, KeyNotFound (also for a key that signs no more), KeyReasonMissing.
    """
    key = _key(kid, actor, reason)
    newest = SigningKey.objects.filter(organisation_id=key.organisation_id).order_by("-serial").first()
    if newest is None or newest.kid != kid or key.events.exists():
        raise KeyNotFound
    return _replace(key, reason=reason, actor=actor, at=at).kid


@transaction.atomic
def declare_lost(*, kid: str, from_at: datetime, reason: str, actor: Actor, at: datetime) -> str:
    """Somebody else may have had the key from that moment on (泄露). Returns the kid that signs for the office now.

    Papers signed with it verify only if the audit chain had them before. Raises NotAllowed, KeyNotFound,
    KeyReasonMissing, LostMomentRefused, KeyAlreadyLost.
    """
    key = _key(kid, actor, reason)
    if not key.created_at <= from_at <= at:
        raise LostMomentRefused
    if key.events.filter(kind=KeyEvent.LOST).exists():
        raise KeyAlreadyLost
    if not key.events.exists():
        _replace(key, reason=reason, actor=actor, at=at)
    _record(key, KeyEvent.LOST, from_at=from_at, reason=reason, actor=actor, at=at)
    audit(actor, "documents.signing_key.lost", Subject(KEY, kid), from_at=from_at.isoformat())
    signing = SigningKey.objects.filter(organisation_id=key.organisation_id).order_by("-serial")[0]
    return signing.kid


def _key(kid: str, actor: Actor, reason: str) -> SigningKey:
    access.require(actor, "documents.manage_keys")
    key = SigningKey.objects.filter(kid=kid).first()
    if key is None:
        raise KeyNotFound
    if not reason.strip():
        raise KeyReasonMissing
    one_at_a_time(KEY, str(key.organisation_id))
    return key


def _replace(key: SigningKey, *, reason: str, actor: Actor, at: datetime) -> SigningKey:
    _record(key, KeyEvent.REPLACED, from_at=at, reason=reason, actor=actor, at=at)
    new = new_signing_key(organisation_id=key.organisation_id, issuer_name=key.issuer_name, actor=actor, at=at)
    audit(actor, "documents.signing_key.replaced", Subject(KEY, key.kid), by=new.kid)
    return new


def _record(key: SigningKey, kind: str, *, from_at: datetime, reason: str, actor: Actor, at: datetime) -> None:
    KeyEvent.objects.create(
        key=key, kind=kind, from_at=from_at, reason=reason.strip(), recorded_at=at, recorded_by=actor.key
    )


def one_at_a_time(what: str, of: str) -> None:
    """Others who ask for the same wait until this transaction is over: rows of evidence cannot be locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{what}:{of}"])


def sign_document(document: Document, key: SigningKey) -> Envelope:
    return sign_statement(document.payload(), key)


def sign_statement(said: Mapping[str, Any], key: SigningKey) -> Envelope:
    private_key = crypto.decrypt_bytes(bytes(key.private_key), KEY_PURPOSE)
    return sign(said, alg=key.algorithm, private_key=private_key)
