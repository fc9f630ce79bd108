"""Checking a PDF with the published keys alone: no server, no database, no network.

GENUINE          the office's key signed exactly this file
ALTERED          something in it is not what was signed, or it is cut off
UNKNOWN_KEY      signed with a key that the published list does not have for this office
REVOKED          genuine, and the office has revoked it since
ASK_ONLINE       genuine to look at, but the key is declared lost: only the city's audit chain knows when it was made
NOT_OURS         no PDF with a proof of this platform
LIST_BROKEN      the list of revocations that was given is not as the offices signed it
"""

import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from yizhan.documents.rules.envelope import from_base64, is_genuine, key_id
from yizhan.documents.rules.proof import Proof, is_carried_by, proof_of
from yizhan.documents.rules.revoking import are_whole

_END = b"%%EOF"
_WANTED = ("code", "title", "number", "issuer", "issuer_organisation_id", "holder", "issued_at", "sha256")


class Answer(StrEnum):
    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"
    REVOKED = "revoked"
    ASK_ONLINE = "ask_online"
    NOT_OURS = "not_ours"
    LIST_BROKEN = "list_broken"


class Unreadable(ValueError):
    """A published file (keys, revocations) is not one of ours; says which."""


@dataclass(frozen=True)
class PublishedKey:
    """A key of the published list; `lost_from` is the moment from which it is declared lost, none if it is not."""

    kid: str
    alg: str
    organisation_id: str
    public_key: bytes
    lost_from: str | None


@dataclass(frozen=True)
class Checked:
    """The answer, what the paper says of itself (only where that is proved), and its revocation."""

    answer: Answer
    says: Mapping[str, Any] = field(default_factory=dict)
    revocation: Mapping[str, Any] | None = None


def read_keys(published: Any) -> dict[tuple[str, str], PublishedKey]:
    """The published list, by (office, kid). Raises Unreadable; a key under another name than its own is one."""
    try:
        found = [
            PublishedKey(
                kid=one["kid"],
                alg=one["alg"],
                organisation_id=one["organisation"],
                public_key=from_base64(one["x"]),
                lost_from=one.get("lost_from"),
            )
            for one in published["keys"]
        ]
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error):
        raise Unreadable("keys") from None
    if any(one.kid != key_id(one.alg, one.public_key) for one in found):
        raise Unreadable("keys")
    return {(one.organisation_id, one.kid): one for one in found}


def read_revoked(published: Any) -> list[dict[str, Any]]:
    """The statements of the published list. Raises Unreadable."""
    try:
        entries = [dict(one) for one in published["revoked"]]
        if not all({"code", "sha256", "serial", "revoked_at", "ground", "envelope"} <= set(one) for one in entries):
            raise Unreadable("revoked")
    except (KeyError, TypeError, ValueError):
        raise Unreadable("revoked") from None
    return entries


def check(
    content: bytes, keys: Mapping[tuple[str, str], PublishedKey], revoked: Sequence[Mapping[str, Any]] = ()
) -> Checked:
    """What the file is, by the keys and the revocations that were published."""
    if not _is_list_whole(revoked, keys):
        return Checked(Answer.LIST_BROKEN)
    proof = proof_of(content)
    if proof is None:
        return Checked(Answer.ALTERED if _is_cut_off(content) else Answer.NOT_OURS)
    if not _is_original(proof, content):
        return Checked(Answer.ALTERED)
    key = keys.get((proof.payload["issuer_organisation_id"], proof.envelope.kid))
    if key is None:
        return Checked(Answer.UNKNOWN_KEY)
    if not is_genuine(proof.payload, proof.envelope, key.public_key):
        return Checked(Answer.ALTERED)
    revocation = next((one for one in revoked if _is_about(one, proof.payload)), None)
    if revocation is not None:
        return Checked(Answer.REVOKED, proof.payload, revocation)
    return Checked(Answer.ASK_ONLINE if key.lost_from else Answer.GENUINE, proof.payload)


def _is_cut_off(content: bytes) -> bool:
    """A PDF without its end: part of it is gone, and the proof stood last."""
    return content.startswith(b"%PDF-") and _END not in content[-32:]


def _is_original(proof: Proof, content: bytes) -> bool:
    said = proof.payload
    if not all(isinstance(said.get(name), str) for name in _WANTED):
        return False
    return hashlib.sha256(proof.original).hexdigest() == said["sha256"] and is_carried_by(proof, content)


def _is_about(entry: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
    names = ("code", "sha256", "issuer_organisation_id")
    return all(entry.get(name) == payload[name] for name in names)


def _is_list_whole(revoked: Sequence[Mapping[str, Any]], keys: Mapping[tuple[str, str], PublishedKey]) -> bool:
    try:
        return are_whole(revoked, {place: one.public_key for place, one in keys.items()})
    except (KeyError, TypeError, ValueError):
        return False
