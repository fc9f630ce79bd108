"""Reading outlets: plain views, one query each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import NotFound
from yizhan.places.models import Outlet, SiteVersion
from yizhan.places.queries.categories import title_of
from yizhan.places.rules.states import OutletState, is_to_verify

OUTLET = "places.outlet"
SITE = "places.site"
_NEAR_DEGREES = 0.008
_COLUMNS = (
    "id",
    "site",
    "name",
    "category",
    "lon",
    "lat",
    "entrance_lon",
    "entrance_lat",
    "hours",
    "keeps_office_hours",
    "state",
    "last_seen_on",
    "is_sample",
    "chain",
    "community",
    "closed_on",
    "organisation_id",
    "version",
)


class OutletNotFound(NotFound):
    code = "places.outlet_not_found"
    message = _("没有找到这个网点。")


@dataclass(frozen=True, kw_only=True, slots=True)
class OutletView:
    """An outlet. Degrees in WGS84; the entrance is the point to walk to, the position where no entrance is known.

    `is_to_verify` holds for the day that was asked for: doubted by somebody, or not seen for more than 90 days.
    `version` is the site's version at its last change.
    """

    outlet_id: UUID
    site: str
    name: str
    category: str
    lon: float
    lat: float
    entrance_lon: float
    entrance_lat: float
    hours: str
    keeps_office_hours: bool
    state: OutletState
    last_seen_on: date
    is_to_verify: bool
    is_sample: bool
    chain: str
    community: str
    closed_on: date | None = None
    organisation_id: UUID | None = None
    version: int = 0

    @property
    def title(self) -> str:
        """Its name, or what it is where nobody knows its name; in the reader's language."""
        return self.name or title_of(self.category)


def outlets_of(site: str, *, on: date) -> tuple[OutletView, ...]:
    """The outlets that stand on that day, those to be verified among them, by id: one query."""
    rows = Outlet.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on), site=site)
    return views_of(rows.order_by("id"), on)


def outlets(ids: Collection[UUID], *, on: date) -> tuple[OutletView, ...]:
    """Those of these ids that exist, closed ones too, by id."""
    return views_of(Outlet.objects.filter(pk__in=list(ids)).order_by("id"), on)


def outlet(outlet_id: UUID, *, on: date) -> OutletView:
    """Raises OutletNotFound."""
    for one in outlets([outlet_id], on=on):
        return one
    raise OutletNotFound


def outlets_near(site: str, *, lon: float, lat: float, on: date, most: int) -> tuple[OutletView, ...]:
    """Those within some 900 m that stand, at most so many, by id."""
    rows = Outlet.objects.filter(
        Q(closed_on=None) | Q(closed_on__gt=on),
        site=site,
        lat__range=(lat - _NEAR_DEGREES, lat + _NEAR_DEGREES),
        lon__range=(lon - _NEAR_DEGREES, lon + _NEAR_DEGREES),
    )
    return views_of(rows.order_by("id")[:most], on)


def site_version(site: str) -> int:
    """Grows with every commit that changes an outlet of the site; 0 where there never was one."""
    return SiteVersion.objects.filter(pk=site).values_list("number", flat=True).first() or 0


def changes_since(site: str, version: int, *, on: date) -> tuple[OutletView, ...]:
    """What changed after that version, closed outlets too, by id. Nothing is ever deleted."""
    return views_of(Outlet.objects.filter(site=site, version__gt=version).order_by("id"), on)


def sites_with_outlets() -> tuple[str, ...]:
    return tuple(SiteVersion.objects.order_by("site").values_list("site", flat=True))


def views_of(rows: QuerySet[Outlet], on: date) -> tuple[OutletView, ...]:
    return tuple(_view(row, on) for row in rows.values_list(*_COLUMNS))


def view_of(row: Outlet, on: date) -> OutletView:
    return _view([getattr(row, column) for column in _COLUMNS], on)


def _view(row: Iterable[Any], on: date) -> OutletView:
    (id_, site, name, category, lon, lat, door_lon, door_lat, hours, office, state, seen, *rest) = row
    is_sample, chain, community, closed_on, organisation_id, version = rest
    return OutletView(
        outlet_id=id_,
        site=site,
        name=name,
        category=category,
        lon=lon,
        lat=lat,
        entrance_lon=lon if door_lon is None else door_lon,
        entrance_lat=lat if door_lat is None else door_lat,
        hours=hours,
        keeps_office_hours=office,
        state=OutletState(state),
        last_seen_on=seen,
        is_to_verify=is_to_verify(state, seen, on),
        is_sample=is_sample,
        chain=chain,
        community=community,
        closed_on=closed_on,
        organisation_id=organisation_id,
        version=version,
    )
