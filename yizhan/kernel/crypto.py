"""Field encryption with a keyed index, and the sealed bytes behind stored files.

Stored form: 1 byte version, 1 byte length of the key id, key id, 12 bytes nonce, AES-256-GCM ciphertext and tag.
Keys come from settings.YIZHAN_FIELD_KEYS ({key id: 32 bytes}, the first encrypts) and settings.YIZHAN_INDEX_KEY.
A keyed index finds an encrypted value again without giving it away; it is bound to a purpose, so that the same
phone in two tables does not show as the same bytes.
"""

import hmac
import secrets
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

_VERSION = 1
_NONCE = 12


def encrypt_bytes(plain: bytes, purpose: str) -> bytes:
    """Encrypt under the current key; `purpose` is bound in and must be given again to decrypt."""
    key_id = next(iter(settings.YIZHAN_FIELD_KEYS))
    name = key_id.encode()
    head = bytes([_VERSION, len(name)]) + name
    nonce = secrets.token_bytes(_NONCE)
    return head + nonce + AESGCM(settings.YIZHAN_FIELD_KEYS[key_id]).encrypt(nonce, plain, head + purpose.encode())


def decrypt_bytes(sealed: bytes, purpose: str) -> bytes:
    """Raises cryptography's InvalidTag on tampering and KeyError on a key that is gone: both are faults."""
    sealed = bytes(sealed)
    length = sealed[1]
    head, rest = sealed[: 2 + length], sealed[2 + length :]
    key = settings.YIZHAN_FIELD_KEYS[head[2:].decode()]
    return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], head + purpose.encode())


def keyed_index(value: str, purpose: str) -> bytes:
    """HMAC-SHA-256 of the (already normalised) value: 32 bytes for a unique or lookup column."""
    return hmac.digest(settings.YIZHAN_INDEX_KEY, f"{purpose}\x00{value}".encode(), "sha256")


if TYPE_CHECKING:
    _Stored = models.BinaryField[Any, Any]
else:
    _Stored = models.BinaryField


class EncryptedField(_Stored):
    """A text that only the application can read: `str` in Python, encrypted bytes in the database."""

    description = "Encrypted text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    @property
    def _purpose(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None or isinstance(value, bytes | memoryview):
            return super().get_db_prep_value(value, connection, prepared)
        return super().get_db_prep_value(encrypt_bytes(str(value).encode(), self._purpose), connection, prepared)

    def from_db_value(self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> str | None:
        return None if value is None else decrypt_bytes(bytes(value), self._purpose).decode()

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def get_default(self) -> Any:
        return None if self.null else ""
