"""Who may do what with items. Guides are public; loading is for the machine that sets the city up."""

from typing import Any

from yizhan.kernel.api import Actor


def is_machine(actor: Actor, _obj: Any) -> bool:
    return bool(actor.machine)


PERMISSIONS = {"catalogue.load_items": [is_machine]}
