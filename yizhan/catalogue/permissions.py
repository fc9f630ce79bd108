"""Who may do what with items. Guides are public; the machine loads packaged files; administrators keep the rest."""

from typing import Any

from yizhan.kernel.api import Actor, access
from yizhan.people import api as people


def is_machine(actor: Actor, _obj: Any) -> bool:
    return bool(actor.machine)


PERMISSIONS: dict[str, list[access.Predicate]] = {
    "catalogue.load_items": [is_machine],
    "catalogue.manage_items": [access.has_role(people.Role.ADMINISTRATOR)],
}
