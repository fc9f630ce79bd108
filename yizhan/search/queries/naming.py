"""Names that are at hand already, looked through as the index would: characters, pinyin, initials, English, slips."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from yizhan.kernel.api import times
from yizhan.search.data import packaged_synonyms
from yizhan.search.rules.asking import question
from yizhan.search.rules.folding import tight
from yizhan.search.rules.matching import Band, Names, ranks
from yizhan.search.rules.tokens import initials_of, sound_of

SHORTEST = 2


def meeting(text: str, names: Sequence[str]) -> list[bool]:
    """For each name whether all of the question is in it. A single letter or character is too little to go by."""
    asked = question(text, packaged_synonyms(times.local_day(times.utc_now())))
    if len(asked.text.replace(" ", "")) < SHORTEST:
        return [False] * len(names)
    return [rank is not None and rank.band > Band.ALL for rank in ranks(asked, [_heard(name) for name in names])]


@lru_cache(maxsize=20_000)
def _heard(name: str) -> Names:
    plain = tight(name)
    return Names((plain,), (sound_of(plain),), (initials_of(plain),))
