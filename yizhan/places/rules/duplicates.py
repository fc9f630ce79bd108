"""Whether two descriptions are of one outlet: by name, distance and phone.

- farther than 200 m apart they never are;
- two branches that name themselves differently (美宜佳（新竹店） and 美宜佳（竹溪店）) never are;
- the same phone, and the same category or half of the name: they are;
- the same name within 150 m, or four fifths of it within 50 m, of one category: they are;
- the same name of another category: within 50 m;
- both without a name: of one category within 15 m.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

FARTHEST_M, SAME_NAME_M, LIKE_NAME_M, NAMELESS_M = 200.0, 150.0, 50.0, 15.0
LIKE, HALF = 0.8, 0.5
_EARTH_RADIUS_M = 6_371_008.8
_CELL_DEGREES = 0.002  # of latitude: 222 m
_FARTHEST_DEGREES = 0.0018  # of latitude: 200.1 m
_BRANCH = re.compile(
    r"[(（\[【](?P<in>[^)）\]】]{1,30})[)）\]】]\s*$|[\s·-](?P<after>\S{1,20}(?:分店|branch))$", re.IGNORECASE
)
_SAMPLE = re.compile(r"[(（]样例[)）]")


@dataclass(frozen=True, kw_only=True)
class Described:
    """What is compared. `key` is anything that names it for the caller."""

    key: Hashable
    name: str
    category: str
    lon: float
    lat: float
    phone: str = ""


def is_duplicate(a: Described, b: Described) -> bool:
    apart = _metres(a, b)
    if apart > FARTHEST_M:
        return False
    (base_a, branch_a), (base_b, branch_b) = name_parts(a.name), name_parts(b.name)
    if branch_a and branch_b and branch_a != branch_b:
        return False
    if _is_same_phone(a.phone, b.phone) and (a.category == b.category or similarity(base_a, base_b) >= HALF):
        return True
    if not base_a or not base_b:
        return not base_a and not base_b and a.category == b.category and apart <= NAMELESS_M
    if a.category != b.category:
        return base_a == base_b and apart <= LIKE_NAME_M
    if base_a == base_b:
        return apart <= SAME_NAME_M
    return apart <= LIKE_NAME_M and similarity(base_a, base_b) >= LIKE


@lru_cache(maxsize=65536)
def name_parts(name: str) -> tuple[str, str]:
    """(name, branch) without spaces, signs and case: 美宜佳（新竹店） is 美宜佳 and 新竹店."""
    plain = _SAMPLE.sub("", unicodedata.normalize("NFKC", name)).strip()
    found = _BRANCH.search(plain)
    branch = (found["in"] or found["after"]) if found else ""
    return _letters(plain[: found.start()] if found else plain), _letters(branch)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def similarity(a: str, b: str) -> float:
    """Dice's coefficient of two-character pieces, from 0 to 1; single characters count as they are."""
    if a == b:
        return 1.0 if a else 0.0
    pieces_a, pieces_b = _pieces(a), _pieces(b)
    shared = sum((pieces_a & pieces_b).values())
    total = sum(pieces_a.values()) + sum(pieces_b.values())
    return 2 * shared / total if total else 0.0


@lru_cache(maxsize=65536)
def _pieces(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(max(1, len(text) - 1))) if text else Counter()


@lru_cache(maxsize=65536)
def phone_digits(phone: str) -> str:
    """Without the country's and other signs: +86 771-280 1234 is 07712801234."""
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", phone) if sign.isdigit())
    if phone.strip().startswith(("+86", "0086")):
        digits = digits.removeprefix("00").removeprefix("86")
        digits = digits if digits.startswith(("1", "0")) else "0" + digits
    return digits


def _is_same_phone(a: str, b: str) -> bool:
    return len(phone_digits(a)) >= 7 and phone_digits(a) == phone_digits(b)


def _metres(a: Described, b: Described) -> float:
    half = sin(radians(b.lat - a.lat) / 2) ** 2
    half += cos(radians(a.lat)) * cos(radians(b.lat)) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * _EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


class Neighbourhood:
    """Outlets by where they are, to find the one that a new description repeats. Below 85° of latitude."""

    def __init__(self, known: Iterable[Described] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Described]] = defaultdict(list)
        for one in known:
            self.add(one)

    def add(self, one: Described) -> None:
        row = _row(one.lat)
        self._cells[row, _column(one.lon, row)].append(one)

    def duplicate_of(self, new: Described) -> Described | None:
        """The nearest of those that it repeats."""
        found = [one for one in self._near(new) if is_duplicate(one, new)]
        return min(found, key=lambda one: (_metres(one, new), str(one.key)), default=None)

    def _near(self, new: Described) -> Iterator[Described]:
        middle = _row(new.lat)
        for row in (middle - 1, middle, middle + 1):
            column = _column(new.lon, row)
            for beside in (column - 1, column, column + 1):
                for one in self._cells.get((row, beside), ()):
                    if abs(one.lat - new.lat) <= _FARTHEST_DEGREES:
                        yield one


def _row(lat: float) -> int:
    return int(lat // _CELL_DEGREES)


def _column(lon: float, row: int) -> int:
    widest = max(abs(row), abs(row + 1)) * _CELL_DEGREES
    return int(lon * max(0.08, cos(radians(min(85.0, widest)))) // _CELL_DEGREES)
