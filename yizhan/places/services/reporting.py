"""A resident says that an outlet is closed: until somebody has looked it does not count as open."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yizhan.facts.places import OutletReportedClosed
from yizhan.kernel.api import Actor, access, times
from yizhan.places.queries.outlets import OutletView, view_of
from yizhan.places.rules.states import OutletAction, OutletState, next_state
from yizhan.places.services.entering import OutletActionNotAllowed
from yizhan.places.services.recording import locked_outlet, note, save, tell, write_down

_ONE_REPORT = timedelta(days=1)


@transaction.atomic
def report_closed(*, outlet_id: UUID, actor: Actor, at: datetime) -> OutletView:
    """The same person's second report within a day changes nothing. Raises OutletActionNotAllowed, OutletNotFound."""
    access.require(actor, "places.report_closed")
    outlet = locked_outlet(outlet_id)
    state = next_state(OutletState(outlet.state), OutletAction.REPORT)
    if state is None:
        raise OutletActionNotAllowed
    recent = outlet.sightings.filter(kind="report", noted_by=actor.key, noted_at__gt=at - _ONE_REPORT)
    if not recent.exists():
        outlet.state = state
        save(outlet, ["state"])
        note(outlet, "report", is_standing=False, seen_on=times.local_day(at), actor=actor, at=at)
        write_down("reported_closed", outlet, actor)
        tell(OutletReportedClosed, outlet, actor, at)
    return view_of(outlet, times.local_day(at))
