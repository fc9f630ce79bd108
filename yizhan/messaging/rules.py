"""Which numbers a message can reach, and how long it may be."""

import re
import unicodedata

MAX_LENGTH = 500
_SEPARATORS = re.compile(r"[\s\-–—·()（）]")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)


def normalised_phone(typed: str) -> str | None:
    """A mainland mobile number as 11 digits; none where it is no such number. Full-width digits are read."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    return digits if _MOBILE.fullmatch(digits) else None
