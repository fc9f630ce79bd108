"""Where the rest of the house leads into matters."""

from importlib import import_module
from importlib.util import find_spec

from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor
from yizhan.look.api import Link, links
from yizhan.matters import api as matters


def register() -> None:
    """Fill the link places; see urls.py for the routes."""
    links.register("desk.nav", Link(label=_("接件"), route="matters:desk", permission="matters.desk", order=10))
    links.register("desk.nav", Link(label=_("出件"), route="matters:pick_up", permission="matters.deliver", order=20))
    links.register(
        "desk.nav",
        Link(label=_("我收的办件"), route="matters:desk_cases", permission="matters.desk", order=30, count=_waiting),
    )
    # The office's and the resident's ways in, beside ours.
    if find_spec("yizhan.matters.web.ways_in_office"):
        import_module("yizhan.matters.web.ways_in_office").register()


def _waiting(actor: Actor) -> int:
    return len(matters.desk_waiting(actor))
