"""What a module hands in to be found, and to whom it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

PUBLIC = "public"
STAFF = "staff"


def audience_of_organisation(organisation_id: UUID | str) -> str:
    """Whoever holds a role in this organisation."""
    return f"organisation:{organisation_id}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Found by title, other names and text, in both languages; English where there is any.

    A heavier `weight` (100 is usual) goes first among equals. Shown from `shown_from` up to and without `shown_until`.
    """

    kind: str
    subject_id: str
    title: str
    title_en: str = ""
    subtitle: str = ""
    subtitle_en: str = ""
    names: Sequence[str] = ()
    body: str = ""
    audience: Sequence[str] = (PUBLIC,)
    weight: int = 100
    territory: str = ""
    shown_from: date | None = None
    shown_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class NumberEntry:
    """Found by how its number begins or ends, by each of the audience; `title` names the thing without any person."""

    kind: str
    subject_id: str
    title: str
    number: str
    audience: Sequence[str]
