"""Outlets within reach as rows of a page: the minutes first, then whether they are open, then what they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from yizhan.look.api import PlaceView
from yizhan.places import api as places
from yizhan.reach.queries.circles import Within


def rows_of(found: Sequence[Within], at: datetime, urls: Mapping[int, str]) -> list[PlaceView]:
    """`urls` by the number of the outlet; the calendar is asked once for all."""
    said = places.say_openings((one.outlet for one in found), at)
    return [_row(one, said[one.outlet.outlet_id], urls[one.number]) for one in found]


def _row(one: Within, opening: places.OpeningWords, url: str) -> PlaceView:
    kind = places.title_of(one.outlet.category)
    is_known = opening.answer != places.OpenAnswer.UNKNOWN
    notes = [kind] if one.outlet.title != kind else []
    if not is_known:
        notes.append(opening.text)
    return PlaceView(
        name=one.outlet.title,
        minutes=one.minutes,
        open_word=opening.text if is_known else "",
        is_open=opening.answer != places.OpenAnswer.CLOSED,
        note=_("，").join(notes),
        url=url,
    )
