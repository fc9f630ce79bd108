"""The door of the look: parts that components show, link places, masks, the base form, refusal pages.

For machines, in place of pages: `machines` (problems, entity tags, keys that make a repeat harmless, cursors).

Templates use `{% load yz %}` and extend `look/resident.html`, `look/desk.html`, `look/office.html` or
`look/public.html`; see README.md for the tags and blocks.
"""

from yizhan.look.queries.links import Link, LinkView, UnknownPlace, links
from yizhan.look.queries.wording import day_and_weekday, day_words, moment_words
from yizhan.look.queries.workplaces import workplace
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
    MapView,
    Paper,
    PersonView,
    PlaceView,
    Receipt,
    Stop,
    Strip,
)
from yizhan.look.rules.versions import is_elder
from yizhan.look.services import machines
from yizhan.look.services.forms import AccessibleForm

__all__ = [
    "AccessibleForm",
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
    "MapView",
    "Paper",
    "PersonView",
    "PlaceView",
    "Receipt",
    "Stop",
    "Strip",
    "UnknownPlace",
    "day_and_weekday",
    "day_words",
    "is_elder",
    "links",
    "machines",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "moment_words",
    "workplace",
]
