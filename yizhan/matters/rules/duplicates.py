"""When two applications for one item look like the same matter filed twice, in whatever community.

The strict case (one person, one item, one open case) is a constraint of the database. These are hints: a wife and a
husband may share a card, two people a name and a birthday. They are shown to whoever has a case in hand, with a
pointer to the other one; nothing is refused by them.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum


class Likeness(StrEnum):
    """What two applications have in common, the weightiest first."""

    IDENTITY = "identity"  # an identity number in the form, a child's say
    PERSON = "person"  # name and birthday of the applicant: perhaps one person registered twice
    ACCOUNT = "account"  # the account into which is paid
    HOME = "home"  # the home, for what a household gets once


Keys = Mapping[Likeness, frozenset[bytes]]


def same_digits(text: str) -> str:
    """An account or identity number without what people put between its parts; "" for what is none."""
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(one for one in plain if one.isascii() and one.isalnum())
    return kept if len(kept) >= 6 else ""


def same_person(name: str, born_on: date | None) -> str:
    """Name and birthday as one text, "" where either is not known. Names are compared as they are written."""
    written = unicodedata.normalize("NFKC", name).replace(" ", "").replace("·", "").casefold()
    return f"{written}|{born_on.isoformat()}" if written and born_on else ""


def likenesses(mine: Keys, other: Keys) -> tuple[Likeness, ...]:
    """What the two have in common, the weightiest first."""
    return tuple(kind for kind in Likeness if mine.get(kind, frozenset()) & other.get(kind, frozenset()))


def by_likeness(found: Iterable[tuple[str, Likeness]]) -> dict[str, tuple[Likeness, ...]]:
    """Of (case, what it has in common) the cases with all of theirs, those with the weightiest first."""
    kinds: dict[str, set[Likeness]] = {}
    for case, kind in found:
        kinds.setdefault(case, set()).add(kind)
    whole = {case: tuple(kind for kind in Likeness if kind in some) for case, some in kinds.items()}
    order = list(Likeness)
    return dict(sorted(whole.items(), key=lambda one: [order.index(kind) for kind in one[1]]))
