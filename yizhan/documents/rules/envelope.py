"""A signature that names its own algorithm and key: {alg, kid, sig} over canonical JSON.

Another algorithm (SM2 with SM3 for a production that needs GB/T 39786) is one more entry of ALGORITHMS;
documents signed before it stay verifiable with what they name.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Algorithm(Protocol):
    def new_private_key(self) -> bytes: ...
    def public_key(self, private_key: bytes) -> bytes: ...
    def sign(self, private_key: bytes, message: bytes) -> bytes: ...
    def is_valid(self, public_key: bytes, message: bytes, signature: bytes) -> bool: ...


class Ed25519:
    """RFC 8032; keys are the 32 raw bytes."""

    def new_private_key(self) -> bytes:
        return Ed25519PrivateKey.generate().private_bytes_raw()

    def public_key(self, private_key: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()

    def sign(self, private_key: bytes, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private_key).sign(message)

    def is_valid(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


ALGORITHMS: dict[str, Algorithm] = {"ed25519": Ed25519()}


@dataclass(frozen=True)
class Envelope:
    alg: str
    kid: str
    sig: str  # base64url without padding

    def as_dict(self) -> dict[str, str]:
        return {"alg": self.alg, "kid": self.kid, "sig": self.sig}


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The one byte string of a payload: keys sorted, no spaces, UTF-8; whole numbers only, no floats."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def key_id(alg: str, public_key: bytes) -> str:
    """The name of a key is the beginning of its fingerprint, so that a changed key no longer bears it."""
    return f"{alg}-{hashlib.sha256(public_key).hexdigest()[:16]}"


def sign(payload: Mapping[str, Any], *, alg: str, private_key: bytes) -> Envelope:
    algorithm = ALGORITHMS[alg]
    signature = algorithm.sign(private_key, canonical(payload))
    return Envelope(alg=alg, kid=key_id(alg, algorithm.public_key(private_key)), sig=to_base64(signature))


def is_genuine(payload: Mapping[str, Any], envelope: Envelope, public_key: bytes) -> bool:
    """Whether this key, and no other, signed exactly this payload."""
    algorithm = ALGORITHMS.get(envelope.alg)
    if algorithm is None or envelope.kid != key_id(envelope.alg, public_key):
        return False
    try:
        signature = from_base64(envelope.sig)
    except (binascii.Error, ValueError):
        return False
    return algorithm.is_valid(public_key, canonical(payload), signature)


def to_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Strict: exactly one spelling for each byte string."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if to_base64(raw) != text:
        raise ValueError("not the canonical spelling")
    return raw
