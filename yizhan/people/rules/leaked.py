"""The list of passwords known from leaks: what a line of it says, and finding one among a thousand million.

A line of the list is as Have I Been Pwned publishes it, ordered by hash: 40 hexadecimal digits of SHA-1, a colon, how
often it was seen. Of each sum the first ten bytes are kept: two passwords share them by chance once in 10^24.
"""

import hashlib
from collections.abc import Callable
from enum import StrEnum

KEPT = 10
HEAD = b"YIZHAN-LEAKED-1\n"
_DIGITS = 40

# Bytes of the kept list from a place on: (offset, length).
Read = Callable[[int, int], bytes]


class Trouble(StrEnum):
    NO_LINE = "no_line"
    OUT_OF_ORDER = "out_of_order"
    CUT_OFF = "cut_off"


def sum_of(password: str) -> bytes:
    """As it is kept. SHA-1 is what the list is made of; nothing rests on its strength."""
    return hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()[:KEPT]


def kept_of(line: bytes) -> bytes | Trouble:
    """What is kept of a line, whole sum of 20 bytes; or why it is none."""
    if not line.endswith(b"\n"):
        return Trouble.CUT_OFF
    digits, colon, seen = line.rstrip(b"\r\n").partition(b":")
    if len(digits) != _DIGITS or not colon or not seen.isdigit():
        return Trouble.NO_LINE
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return Trouble.NO_LINE


def is_among(wanted: bytes, *, count: int, read: Read) -> bool:
    """Whether the sum is one of `count` sorted ones behind the head: some thirty reads among a thousand million."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        found = read(len(HEAD) + middle * KEPT, KEPT)
        if found == wanted:
            return True
        if found < wanted:
            low = middle + 1
        else:
            high = middle
    return False
