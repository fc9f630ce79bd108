"""Verification codes: 20 characters of Crockford's alphabet in four groups, the last one a check character.

Nineteen random characters carry 95 bits, so that no document is found by trying. The check character (Luhn's sum
over 32 characters) finds every single wrong character, so that a slip of the pen is not taken for a forgery.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
GROUP = 5
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})


def normalised(typed: str) -> str:
    """What a person typed, without spaces and dashes, in capitals, look-alikes read as digits."""
    kept = (character for character in typed.upper() if not character.isspace() and character not in "-‐–—－·")
    return "".join(kept).translate(_LOOKALIKES)


def check_character(body: str) -> str:
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def with_check(body: str) -> str:
    return body + check_character(body)


def is_well_formed(code: str) -> bool:
    """Whether a normalised code has the right length, alphabet and check character."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET) and check_character(code[:-1]) == code[-1]


def grouped(code: str) -> str:
    """The code as printed: 7K4M2-9PQRT-3XWZ8-H5JN6."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
