"""Identifiers: time-ordered UUIDs for rows, random codes for people, a check character for numbers read aloud."""

import secrets
import time
from uuid import UUID

# Crockford's alphabet: no I, L, O, U, so that a code survives handwriting and a telephone.
READABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DIGITS = "0123456789"
_CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    value = (time.time_ns() // 1_000_000 & 0xFFFFFFFFFFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def short_code(length: int, alphabet: str = READABLE) -> str:
    """A random code; each character carries log2(len(alphabet)) bits."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def check_character(text: str) -> str:
    """Check character of `text` (letters A–Z and digits) by ISO 7064 MOD 37,36.

    It finds every single wrong character and almost every swap of two neighbours. Raises ValueError on others.
    """
    modulus = len(_CHECK_ALPHABET)
    carry = modulus
    for character in text:
        carry = (carry + _CHECK_ALPHABET.index(character)) % modulus or modulus
        carry = carry * 2 % (modulus + 1)
    return _CHECK_ALPHABET[(modulus + 1 - carry) % modulus]


def is_checked(text: str) -> bool:
    """Whether the last character of `text` is the check character of the rest."""
    body, last = text[:-1], text[-1:]
    try:
        return bool(body) and check_character(body) == last
    except ValueError:
        return False
