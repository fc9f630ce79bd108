"""What reach hears: an outlet opened, changed, moved or closed; many were taken in; a site walks on another network."""

from yizhan.facts.places import OutletChanged, OutletClosed, OutletMoved, OutletOpened, OutletsImported, OutletVerified
from yizhan.facts.streets import NetworkSwitched
from yizhan.kernel.api import Actor, on
from yizhan.reach import api
from yizhan.streets import api as streets

LIVE_TABLE = Actor.system("reach.live")


@on(OutletOpened, name="reach.outlet_opened")
def take_in_opened(fact: OutletOpened) -> None:
    api.bring_up_to_date(site=fact.site, actor=LIVE_TABLE, at=fact.occurred_at)


@on(OutletMoved, name="reach.outlet_moved")
def take_in_moved(fact: OutletMoved) -> None:
    api.bring_up_to_date(site=fact.site, actor=LIVE_TABLE, at=fact.occurred_at)


@on(OutletChanged, name="reach.outlet_changed")
def take_in_changed(fact: OutletChanged) -> None:
    api.bring_up_to_date(site=fact.site, actor=LIVE_TABLE, at=fact.occurred_at)


@on(OutletClosed, name="reach.outlet_closed")
def take_in_closed(fact: OutletClosed) -> None:
    api.bring_up_to_date(site=fact.site, actor=LIVE_TABLE, at=fact.occurred_at)


@on(OutletVerified, name="reach.outlet_verified")
def take_in_verified(fact: OutletVerified) -> None:
    """An outlet that was closed may stand again."""
    api.bring_up_to_date(site=fact.site, actor=LIVE_TABLE, at=fact.occurred_at)


@on(OutletsImported, name="reach.outlets_imported")
def take_in_many(fact: OutletsImported) -> None:
    api.bring_up_to_date(site=fact.site, actor=LIVE_TABLE, at=fact.occurred_at)


@on(NetworkSwitched, name="reach.network_switched", lane="bulk")
def count_on_the_new_network(fact: NetworkSwitched) -> None:
    name = next((site.name for site in streets.sites() if site.id == fact.site_id), None)
    if name is not None:
        api.bring_up_to_date(site=name, actor=LIVE_TABLE, at=fact.occurred_at)
