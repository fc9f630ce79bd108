"""Which sites there are, and which network each of them walks on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, NotFound, geo
from yizhan.streets.models import NetworkVersion, Site

SITE = "streets.site"


class SiteNotFound(NotFound):
    code = "streets.site_not_found"
    message = _("没有叫“{name}”的站点。用 yizhan streets list 可以看到有哪些。")


class NoSiteHere(NotFound):
    code = "streets.no_site_here"
    message = _("这个位置不在任何一张步行路网里。")


@dataclass(frozen=True, kw_only=True)
class SiteView:
    """A site and its current network. The box is in degrees, WGS84: where its streets are complete.

    `title` is for people, `name` for commands and addresses; `attribution` says whose data it is, or that it is
    a sample.
    """

    id: UUID
    name: str
    title: str
    attribution: str
    is_sample: bool
    version_id: UUID
    version: int
    network_hash: str
    digest: str
    size: int
    profiles_from: date
    nodes: int
    edges: int
    components: int
    west: float
    south: float
    east: float
    north: float
    imported_at: datetime

    def covers(self, point: geo.Point) -> bool:
        here = point.wgs84
        return self.west <= here.lon <= self.east and self.south <= here.lat <= self.north


def sites() -> tuple[SiteView, ...]:
    """Sites with a network, the newest network first."""
    found = Site.objects.filter(current__isnull=False).select_related("current").order_by("-current__imported_at")
    return tuple(_view(site, site.current) for site in found if site.current)


def get_site(name: str) -> SiteView:
    """Raises SiteNotFound."""
    site = Site.objects.select_related("current").filter(name=name, current__isnull=False).first()
    if site is None or site.current is None:
        raise SiteNotFound(name=name[:40])
    return _view(site, site.current)


def site_covering(point: geo.Point) -> SiteView:
    """The site with the newest network among those that cover the point. Raises NoSiteHere."""
    here = point.wgs84
    version = (
        NetworkVersion.objects.filter(
            current_of__isnull=False, west__lte=here.lon, east__gte=here.lon, south__lte=here.lat, north__gte=here.lat
        )
        .select_related("site")
        .order_by("-imported_at")
        .first()
    )
    if version is None:
        raise NoSiteHere
    return _view(version.site, version)


def _view(site: Site, version: NetworkVersion) -> SiteView:
    return SiteView(
        id=site.id,
        name=site.name,
        title=site.title or site.name,
        attribution=_attribution(site),
        is_sample=site.is_sample,
        version_id=version.id,
        version=version.number,
        network_hash=version.network_hash,
        digest=version.digest,
        size=version.size,
        profiles_from=version.profiles_from,
        nodes=version.nodes,
        edges=version.edges,
        components=version.components,
        west=version.west,
        south=version.south,
        east=version.east,
        north=version.north,
        imported_at=version.imported_at,
    )


def _attribution(site: Site) -> str:
    """That it is a sample comes first; whose data it was drawn from is said all the same."""
    words = [str(_("样例街道，示意图，不是真实地图"))] if site.is_sample else []
    return " · ".join([*words, *filter(None, [site.attribution])])


class SiteSubjects:
    """Sites as subjects: everybody may know them; they have no page and no state."""

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        found = Site.objects.filter(id__in=ids).values_list("id", "title", "name")
        return {str(key): title or name for key, title, name in found}

    def urls(self, ids: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        return {}

    def visible(self, actor: Actor, ids: Collection[str]) -> set[str]:  # noqa: ARG002
        return set(self.titles(ids))

    def states(self, ids: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        return {}
