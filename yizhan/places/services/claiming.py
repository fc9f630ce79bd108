"""A merchant says that an outlet is its own; a community worker who was there agrees or not."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.facts.places import OutletClaimed
from yizhan.kernel.api import Actor, Conflict, NotAllowed, access, times
from yizhan.places.permissions import merchant_of
from yizhan.places.queries.outlets import OutletView, view_of
from yizhan.places.rules.states import OutletState
from yizhan.places.services.entering import OutletActionNotAllowed
from yizhan.places.services.recording import locked_outlet, note, save, tell, write_down


class OutletClaimedAlready(Conflict):
    code = "places.outlet_claimed_already"
    message = _("这个网点已经有商户认领。确实是您家的，请联系所在社区核对。")


@transaction.atomic
def claim_outlet(*, outlet_id: UUID, actor: Actor, at: datetime) -> OutletView:
    """The claim waits for a community worker's visit. Claiming again what one has claimed changes nothing."""
    access.require(actor, "places.claim_outlet")
    own = merchant_of(actor)
    if own is None:
        raise NotAllowed
    outlet = locked_outlet(outlet_id)
    if outlet.state == OutletState.CLOSED:
        raise OutletActionNotAllowed
    holder = outlet.organisation_id or outlet.claimant_id
    if holder not in (None, own.organisation_id):
        raise OutletClaimedAlready
    if holder is None:
        outlet.claimant_id = own.organisation_id
        save(outlet, ["claimant_id"])
        note(outlet, "claim", is_standing=True, seen_on=times.local_day(at), actor=actor, at=at)
        write_down("claimed", outlet, actor, organisation_id=own.organisation_id)
        tell(OutletClaimed, outlet, actor, at, organisation_id=own.organisation_id)
    return view_of(outlet, times.local_day(at))
