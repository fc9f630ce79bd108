"""Case numbers (办件编号) and pick-up codes (取件码).

A number is division (6) + department (2) + item type (2) + day (8) + serial (7) + check character, e.g.
450107MZ05202611240000123K. It names a case and opens nothing; the pick-up code, random, opens it at a desk.
"""

from collections.abc import Callable
from datetime import date

DEPARTMENT_LETTERS = {
    "public_security": "GA",
    "human_resources": "RS",
    "civil_affairs": "MZ",
    "housing": "ZF",
    "health": "WJ",
    "finance": "CZ",
    "justice": "SF",
    "trade_unions": "GH",
    "ethnic_affairs": "MW",
    "disabled_persons": "CL",
}
# 事项类型 as the national platform numbers them.
TYPE_DIGITS = {"licence": "01", "benefit": "05", "confirmation": "07", "reward": "08", "other": "10", "service": "20"}
SERIALS = 10_000_000
PICKUP_LENGTH = 8
_CONFUSED = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def case_reference(
    *,
    division: str,
    department: str,
    item_type: str,
    day: date,
    serial: int,
    check_character: Callable[[str], str],
) -> str:
    """26 characters; `division` is any division code of the responsible office, `serial` is unique within a day."""
    letters = DEPARTMENT_LETTERS.get(department, "QT")
    body = f"{division[:6]:0<6}{letters}{TYPE_DIGITS.get(item_type, '10')}{day:%Y%m%d}{serial % SERIALS:07d}"
    return body + check_character(body)


def parts_of(reference: str) -> tuple[str, ...]:
    """Where a number may break on paper and screens: whose it is, the day, the serial. Joined they are the number."""
    return (reference[:10], reference[10:18], reference[18:]) if len(reference) == 26 else (reference,)


def is_case_reference(text: str, *, is_checked: Callable[[str], bool]) -> bool:
    return len(text) == 26 and is_checked(text)


def pickup_code_of(typed: str) -> str:
    """What somebody typed or read aloud, as the code is kept: no spaces or dashes, no letters that look like digits."""
    kept = "".join(c for c in typed.upper() if c.isalnum())
    return kept.translate(_CONFUSED)


def grouped(code: str) -> str:
    """ABCD1234 → ABCD 1234."""
    return f"{code[:4]} {code[4:]}"
