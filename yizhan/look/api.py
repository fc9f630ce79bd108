"""The door of the look: parts that components show, link places, masks, the base form, refusal pages.

Templates use `{% load yz %}` and extend `look/resident.html`, `look/desk.html`, `look/office.html` or
`look/public.html`; see README.md for the tags and blocks.
"""

from yizhan.look.queries.links import Link, LinkView, UnknownPlace, links
from yizhan.look.rules.masks import mask_id_number, mask_name, mask_phone
from yizhan.look.rules.parts import (
    Action,
    Advice,
    BarPart,
    Choice,
    DayCell,
    DayKind,
    LightColour,
    LightView,
    Paper,
    PersonView,
    PlaceView,
    Receipt,
    Stop,
    Strip,
)

__all__ = [
    "Action",
    "Advice",
    "BarPart",
    "Choice",
    "DayCell",
    "DayKind",
    "LightColour",
    "LightView",
    "Link",
    "LinkView",
    "Paper",
    "PersonView",
    "PlaceView",
    "Receipt",
    "Stop",
    "Strip",
    "UnknownPlace",
    "links",
    "mask_id_number",
    "mask_name",
    "mask_phone",
]
