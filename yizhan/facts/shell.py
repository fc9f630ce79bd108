"""What the shell publishes."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from yizhan.kernel.api import Fact


@dataclass(frozen=True, kw_only=True)
class NothingWithinReach(Fact):
    """Somebody looked for some kinds of outlets, and none of them is within `minutes` of where he starts.

    `community` is where he starts; `categories` are the codes of `places`, by name; `profile` is how he walks.
    """

    subject_kind: ClassVar[str] = "shell.search"
    subject_field: ClassVar[str] = "search_id"

    search_id: UUID
    categories: tuple[str, ...]
    minutes: int
    profile: str
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class SearchFoundNothing(Fact):
    """Somebody looked for something that the city does not offer, or not by that word.

    `text` is what was typed, at most 20 characters without a run of five digits and without anybody's name; else "".
    `asked_by` is "resident", "staff" or "anybody"; `community` the resident's home, "" where it is not known.
    """

    subject_kind: ClassVar[str] = "shell.search"
    subject_field: ClassVar[str] = "search_id"

    search_id: UUID
    text: str
    length: int
    asked_by: str
