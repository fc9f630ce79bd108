"""A community worker was there: what he saw, with a photo where he took one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.documents import api as documents
from yizhan.facts.places import OutletClaimed, OutletOpened, OutletVerified
from yizhan.kernel.api import Actor, BadInput, Subject, access, times
from yizhan.places.models import Outlet
from yizhan.places.queries.outlets import OUTLET, OutletView, view_of
from yizhan.places.rules.rows import is_printable
from yizhan.places.rules.states import OutletAction, OutletState, next_state
from yizhan.places.services.checking import community_fault
from yizhan.places.services.entering import OutletActionNotAllowed, OutletRefused, close
from yizhan.places.services.recording import locked_outlet, note, save, tell, write_down

_LONGEST_NOTE = 200


class PhotoNotOfOutlet(BadInput):
    code = "places.photo_not_of_outlet"
    message = _("照片不是这个网点的，请重新拍照上传。")


class NoteRefused(BadInput):
    code = "places.note_refused"
    message = _("备注最多 200 个字，不能有控制字符。")


@transaction.atomic
def verify_outlet(
    *,
    outlet_id: UUID,
    is_standing: bool,
    actor: Actor,
    at: datetime,
    photo_id: UUID | None = None,
    words: str = "",
    community: str = "",
    agrees_with_claim: bool | None = None,
) -> OutletView:
    """Found standing, or found closed. An outlet of no community yet comes to `community`.

    `agrees_with_claim` answers a merchant's claim; None leaves it open. Raises PhotoNotOfOutlet, NoteRefused.
    """
    outlet = locked_outlet(outlet_id)
    access.require(actor, "places.verify_outlet", outlet.community)
    if len(words) > _LONGEST_NOTE or not is_printable(words):
        raise NoteRefused
    _refuse_foreign_photo(outlet, photo_id)
    _take_into(outlet, community, actor)
    _settle_claim(outlet, agrees_with_claim, actor, at)
    day = times.local_day(at)
    note(outlet, "visit", is_standing=is_standing, seen_on=day, actor=actor, at=at, photo_id=photo_id, words=words)
    if is_standing:
        _see(outlet, actor, at, has_photo=photo_id is not None)
    else:
        close(outlet, actor, at)
    return view_of(outlet, day)


def _refuse_foreign_photo(outlet: Outlet, photo_id: UUID | None) -> None:
    if photo_id and photo_id not in {one.id for one in documents.files_of(Subject(OUTLET, str(outlet.id)))}:
        raise PhotoNotOfOutlet


def _take_into(outlet: Outlet, community: str, actor: Actor) -> None:
    if not community or outlet.community:
        return
    fault = community_fault(community, actor)
    if fault:
        raise OutletRefused(fault)
    outlet.community = community
    outlet.save(update_fields=["community"])


def _settle_claim(outlet: Outlet, agrees: bool | None, actor: Actor, at: datetime) -> None:
    if agrees is None or outlet.claimant_id is None:
        return
    claimant, outlet.claimant_id = outlet.claimant_id, None
    if agrees:
        outlet.organisation_id = claimant
    outlet.save(update_fields=["claimant_id", "organisation_id"])
    write_down("claim_confirmed" if agrees else "claim_declined", outlet, actor, organisation_id=claimant)
    if agrees:
        tell(OutletClaimed, outlet, actor, at, organisation_id=claimant, is_confirmed=True)


def _see(outlet: Outlet, actor: Actor, at: datetime, *, has_photo: bool) -> None:
    before = OutletState(outlet.state)
    state = next_state(before, OutletAction.SEE)
    if state is None:
        raise OutletActionNotAllowed
    outlet.state, outlet.closed_on, outlet.last_seen_on = state, None, times.local_day(at)
    save(outlet, ["state", "closed_on", "last_seen_on"])
    write_down("verified", outlet, actor, has_photo=has_photo)
    if before == OutletState.CLOSED:
        tell(OutletOpened, outlet, actor, at)
    tell(OutletVerified, outlet, actor, at, has_photo=has_photo)
