"""Who may do what with outlets. Everybody may see them.

A route asks without an object, a service with one: a community code, an organisation, or an outlet.
"""

from typing import Protocol
from uuid import UUID

from yizhan.kernel.api import Actor, access
from yizhan.people import api as people

_worker = access.any_of(access.has_role(people.Role.DESK_CLERK), access.is_system)
_city = access.any_of(access.has_role(people.Role.ADMINISTRATOR, people.Role.DATA_STEWARD), access.is_system)


class Kept(Protocol):
    """What the question needs of an outlet."""

    @property
    def community(self) -> str: ...
    @property
    def organisation_id(self) -> UUID | None: ...


def works_there(actor: Actor, community: object) -> bool:
    """A community worker in the community that is asked about; an outlet of none is anybody's to look after."""
    if actor.machine or not community:
        return True
    return any(str(community).startswith(prefix) for prefix in actor.territories(people.Role.DESK_CLERK))


def is_member(actor: Actor, organisation_id: object) -> bool:
    """Employed by the merchant that is asked about; without one, by any merchant."""
    own = merchant_of(actor)
    return own is not None and organisation_id in (None, own.organisation_id)


def merchant_of(actor: Actor) -> people.OrganisationView | None:
    """The merchant that this member of staff works for."""
    card = people.staff_card(staff_id=actor.staff_id) if actor.staff_id else None
    if card is None:
        return None
    found = people.organisation(organisation_id=card.organisation_id)
    return found if found.kind == people.OrganisationKind.MERCHANT else None


def looks_after(actor: Actor, outlet: Kept | None) -> bool:
    """The community's worker, or the merchant whose outlet it is."""
    if _worker(actor, None):
        return outlet is None or works_there(actor, outlet.community)
    if outlet is None:
        return is_member(actor, None)
    return outlet.organisation_id is not None and is_member(actor, outlet.organisation_id)


def has_work_here(actor: Actor, _obj: object) -> bool:
    """Staff with a role today, a merchant's people, and machines of ours."""
    return bool(actor.roles) or bool(actor.machine) or is_member(actor, None)


PERMISSIONS: dict[str, list[access.Predicate]] = {
    "places.see_list": [has_work_here],
    "places.enter_outlet": [_worker, works_there],
    "places.verify_outlet": [_worker, works_there],
    "places.keep_outlet": [looks_after],
    "places.claim_outlet": [is_member],
    "places.report_closed": [access.is_signed_in, access.has_level(1)],
    "places.import_outlets": [access.any_of(_worker, _city)],
    "places.import_anywhere": [_city],
}
