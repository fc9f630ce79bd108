"""Mobile numbers of the mainland, the only ones that receive a code."""

from __future__ import annotations

import re
import unicodedata

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")


class PhoneWrong(ValueError):
    """The text is no mainland mobile number."""


def parse_phone(text: str) -> str:
    """Eleven digits. Full-width digits, blanks, hyphens and the country code are understood. Raises PhoneWrong."""
    found = _MOBILE.fullmatch(re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text)))
    if not found:
        raise PhoneWrong("not a mobile number")
    return found.group(1)
