"""The door of search: one index over all that people may look for, in Chinese, pinyin, initials and English.

A module names a kind, says how its whole index is made, and hands in what has changed:

    search.register(ITEM_VERSION, all_entries)            in apps.py; all_entries() gives Entry or NumberEntry
    search.put([Entry(kind=…, subject_id=…, title=…)])    in a service or handler; idempotent, later moments win
    search.remove([subject])

    find(text, actor=actor) → Results(hits, total, page, pages, is_cut)

    meeting(text, names) → [True, False, …]               the same for names that are at hand and stand in no index

Hits are what the reader may see: first by the entry's audience, then by the owner's `subjects.visible`. Any text may be
asked: empty, endless or garbage finds nothing. Nothing here is refused, and what was typed is kept nowhere.
"""

from collections.abc import Iterable
from datetime import datetime

from yizhan.kernel.api import Subject
from yizhan.search import services
from yizhan.search.queries.finding import PAGE, Hit, Results, find
from yizhan.search.queries.naming import meeting
from yizhan.search.rules.entries import PUBLIC, STAFF, Entry, NumberEntry, audience_of_organisation
from yizhan.search.rules.marking import Part
from yizhan.search.services import Anything, fill, kinds, rebuild, register


def put(entries: Iterable[Anything], *, at: datetime | None = None) -> int:
    """Index these, in place of what was there. `at`: when they were true, now if left out; a later one stays."""
    return services.put(entries=entries, at=at)


def remove(subjects: Iterable[Subject]) -> None:
    """No longer to be found; what is not there is passed over."""
    services.remove(subjects=subjects)


__all__ = [
    "PAGE",
    "PUBLIC",
    "STAFF",
    "Anything",
    "Entry",
    "Hit",
    "NumberEntry",
    "Part",
    "Results",
    "audience_of_organisation",
    "fill",
    "find",
    "kinds",
    "meeting",
    "put",
    "rebuild",
    "register",
    "remove",
]
