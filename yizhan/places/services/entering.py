"""One outlet: entered on the map, changed, moved, closed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.facts.places import OutletChanged, OutletClosed, OutletMoved, OutletOpened
from yizhan.kernel.api import Actor, BadInput, Conflict, access, geo, ids, times
from yizhan.places.models import Outlet
from yizhan.places.queries.outlets import OutletView, view_of
from yizhan.places.queries.words import say_fault
from yizhan.places.rules.duplicates import Described, Neighbourhood
from yizhan.places.rules.rows import Fault, OutletRow, RowTrouble
from yizhan.places.rules.states import OutletAction, OutletState, next_state
from yizhan.places.services.checking import Checks, box_of
from yizhan.places.services.recording import lock_site, locked_outlet, note, save, tell, write_down

_DEGREES_FAR = 0.005  # of latitude, more than 500 m: a coarse box round a point


class OutletRefused(BadInput):
    code = "places.outlet_refused"
    message = _("{reason}。")

    def __init__(self, fault: Fault) -> None:
        super().__init__(reason=say_fault(fault), column=fault.column)
        self.fault = fault


class OutletKnownAlready(Conflict):
    """Another outlet nearby has this name or phone; who has looked says which one it is not."""

    code = "places.outlet_known_already"
    message = _("附近已经有“{name}”，看起来是同一家。确实是另一家的话，请勾选后再交一次。")

    def __init__(self, known: Outlet) -> None:
        super().__init__(name=known.name)
        self.known_id = known.id


class OutletActionNotAllowed(Conflict):
    code = "places.outlet_action_not_allowed"
    message = _("这个网点已经关闭。又开门的话，请社区到现场核实。")


def row_at(point: geo.Point, *, entrance: geo.Point | None = None, **described: object) -> OutletRow:
    """A row at a point of any datum."""
    here, door = point.wgs84, entrance and entrance.wgs84
    return OutletRow(
        lon=here.lon,
        lat=here.lat,
        entrance_lon=door.lon if door else None,
        entrance_lat=door.lat if door else None,
        **described,  # type: ignore[arg-type]
    )


@transaction.atomic
def open_outlet(
    *,
    row: OutletRow,
    site: str,
    actor: Actor,
    at: datetime,
    not_same_as: Collection[UUID] = (),
    is_sample: bool = False,
) -> OutletView:
    """Enter one outlet that somebody stands in front of. Raises OutletRefused, OutletKnownAlready, SiteNotFound.

    `not_same_as` names outlets that the actor has looked at: it is not one of them.
    """
    access.require(actor, "places.enter_outlet", row.community)
    day = times.local_day(at)
    row = replace(row, last_seen_on=day)
    if not row.name.strip():
        raise OutletRefused(Fault(trouble=RowTrouble.NAME_MISSING, column="name"))
    _refuse_fault(row, site, actor, at)
    lock_site(site)
    _refuse_known(row, site, not_same_as)
    outlet = Outlet(
        id=ids.new_id(),
        site=site,
        **{name: getattr(row, name) for name in _WORDS},
        lon=row.lon,
        lat=row.lat,
        entrance_lon=row.entrance_lon,
        entrance_lat=row.entrance_lat,
        community=row.community,
        last_seen_on=day,
        source="map",
        is_kept_by_hand=True,
        is_sample=is_sample,
        entered_at=at,
        version=0,
    )
    outlet.save(force_insert=True)
    save(outlet, [])
    note(outlet, "entry", is_standing=True, seen_on=day, actor=actor, at=at)
    write_down("opened", outlet, actor)
    tell(OutletOpened, outlet, actor, at)
    return view_of(outlet, day)


_WORDS = ("name", "category", "hours", "keeps_office_hours", "chain", "phone", "address", "wheelchair")


@transaction.atomic
def change_outlet(
    *,
    outlet_id: UUID,
    actor: Actor,
    at: datetime,
    name: str | None = None,
    category: str | None = None,
    hours: str | None = None,
    keeps_office_hours: bool | None = None,
    chain: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    wheelchair: str | None = None,
) -> OutletView:
    """What is None stays as it is. Raises OutletRefused, OutletNotFound, NotAllowed."""
    outlet = _kept_by(outlet_id, actor)
    said = {
        "name": name,
        "category": category,
        "hours": hours,
        "keeps_office_hours": keeps_office_hours,
        "chain": chain,
        "phone": phone,
        "address": address,
        "wheelchair": wheelchair,
    }
    fresh = {field: value for field, value in said.items() if value is not None and value != getattr(outlet, field)}
    if not fresh:
        return view_of(outlet, times.local_day(at))
    for field, value in fresh.items():
        setattr(outlet, field, value)
    _refuse_fault(_row_of(outlet), outlet.site, actor, at)
    outlet.is_kept_by_hand = True
    save(outlet, [*fresh, "is_kept_by_hand"])
    write_down("changed", outlet, actor, fields=sorted(fresh))
    tell(OutletChanged, outlet, actor, at, fields=tuple(sorted(fresh)))
    return view_of(outlet, times.local_day(at))


@transaction.atomic
def move_outlet(
    *, outlet_id: UUID, point: geo.Point, entrance: geo.Point | None = None, actor: Actor, at: datetime
) -> OutletView:
    """Put it elsewhere; without an entrance one walks to the point itself. Raises OutletRefused, OutletNotFound."""
    outlet = _kept_by(outlet_id, actor)
    here, door = point.wgs84, entrance and entrance.wgs84
    outlet.lon, outlet.lat = here.lon, here.lat
    outlet.entrance_lon, outlet.entrance_lat = (door.lon, door.lat) if door else (None, None)
    _refuse_fault(_row_of(outlet), outlet.site, actor, at)
    outlet.is_kept_by_hand = True
    save(outlet, ["lon", "lat", "entrance_lon", "entrance_lat", "is_kept_by_hand"])
    write_down("moved", outlet, actor)
    tell(OutletMoved, outlet, actor, at)
    return view_of(outlet, times.local_day(at))


@transaction.atomic
def close_outlet(*, outlet_id: UUID, actor: Actor, at: datetime, words: str = "") -> OutletView:
    """Closed for good. Raises OutletActionNotAllowed where it is closed already."""
    outlet = _kept_by(outlet_id, actor)
    close(outlet, actor, at)
    note(outlet, "visit", is_standing=False, seen_on=times.local_day(at), actor=actor, at=at, words=words)
    return view_of(outlet, times.local_day(at))


def close(outlet: Outlet, actor: Actor, at: datetime) -> None:
    state = next_state(OutletState(outlet.state), OutletAction.CLOSE)
    if state is None:
        raise OutletActionNotAllowed
    outlet.state, outlet.closed_on = state, times.local_day(at)
    save(outlet, ["state", "closed_on"])
    write_down("closed", outlet, actor)
    tell(OutletClosed, outlet, actor, at)


def _kept_by(outlet_id: UUID, actor: Actor) -> Outlet:
    outlet = locked_outlet(outlet_id)
    access.require(actor, "places.keep_outlet", outlet)
    return outlet


def _row_of(outlet: Outlet) -> OutletRow:
    return OutletRow(
        **{name: getattr(outlet, name) for name in _WORDS},
        lon=outlet.lon,
        lat=outlet.lat,
        entrance_lon=outlet.entrance_lon,
        entrance_lat=outlet.entrance_lat,
    )


def _refuse_fault(row: OutletRow, site: str, actor: Actor, at: datetime) -> None:
    fault = Checks(box_of(site), actor, times.local_day(at)).fault_of(row)
    if fault:
        raise OutletRefused(fault)


def _refuse_known(row: OutletRow, site: str, not_same_as: Collection[UUID]) -> None:
    near = Outlet.objects.filter(
        site=site,
        lat__range=(row.lat - _DEGREES_FAR, row.lat + _DEGREES_FAR),
        lon__range=(row.lon - 2 * _DEGREES_FAR, row.lon + 2 * _DEGREES_FAR),
    ).exclude(pk__in=list(not_same_as))
    candidates = {one.id: one for one in near if one.state != OutletState.CLOSED}
    around = Neighbourhood(
        Described(key=one.id, name=one.name, category=one.category, lon=one.lon, lat=one.lat, phone=one.phone)
        for one in candidates.values()
    )
    new = Described(key=None, name=row.name, category=row.category, lon=row.lon, lat=row.lat, phone=row.phone)
    found = around.duplicate_of(new)
    if found:
        raise OutletKnownAlready(next(one for one in candidates.values() if one.id == found.key))
