"""Where a circle is asked from: somebody's home, a compound, a community, a site's middle, a point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from uuid import UUID

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yizhan.kernel.api import Actor, NotFound, geo
from yizhan.people import api as people
from yizhan.streets import api as streets
from yizhan.territory import api as territory

CITY = "4501"
KEPT_POINT = "reach_point"
UNITS = 10_000_000  # of the network's degrees
_SAMPLE = "（样例）"


class NoSuchStart(NotFound):
    code = "reach.no_such_start"
    message = gettext_lazy("没有这个出发点，请重新选一个。")


class HomeNotOnMap(NotFound):
    code = "reach.home_not_on_map"
    message = gettext_lazy("您家的位置还没有在地图上标出来，请选一个离家近的小区。")


@dataclass(frozen=True, kw_only=True)
class Start:
    """`key` stands in addresses: "home", a community, community.compound, or "site:name"; never a point."""

    key: str
    title: str
    point: geo.Point
    note: str = ""
    community: str = ""


@dataclass(frozen=True, kw_only=True)
class StartGroup:
    """A community or a site with what one may start from."""

    title: str
    starts: tuple[Start, ...]


def start_of(key: str, *, actor: Actor, at: datetime) -> Start:
    """Raises NoSuchStart, HomeNotOnMap."""
    if key == "home":
        return home_of(actor, at)
    kind, _colon, rest = key.partition(":")
    if kind == "site":
        return _middle_of(streets.get_site(rest))
    code, _dot, compound = key.partition(".")
    if not (code.isascii() and code.isdigit() and len(code) == 12):
        raise NoSuchStart
    return _of_compound(code, compound) if compound else _of_community(code)


def find_start(key: str, *, actor: Actor, kept: Sequence[float] | None, at: datetime) -> Start | None:
    """What `key` says; without one the point that the session keeps (KEPT_POINT), else home; None: he has to say.

    Raises NoSuchStart, and HomeNotOnMap where home itself was asked for.
    """
    if kept and key in ("", "here"):
        lon, lat = kept
        return Start(key="here", title=_("您选的位置"), point=geo.Point(lon, lat, geo.Datum.WGS84))
    if key == "here":
        return None
    if key:
        return start_of(key, actor=actor, at=at)
    try:
        return home_of(actor, at)
    except HomeNotOnMap:
        return None


def home_of(actor: Actor, at: datetime) -> Start:
    """The reader's own home: his compound where its name begins his address, else the middle of his community.

    Reading one's own record is no look; the purpose is named all the same. Raises HomeNotOnMap.
    """
    if actor.resident_id is None:
        raise HomeNotOnMap
    asked = {"actor": actor, "resident_id": actor.resident_id, "purpose": people.Purpose.ACTING, "at": at}
    card = people.person_card(**asked)  # type: ignore[arg-type]
    placed = _placed(territory.compounds(under=card.home_community)) if card.home_community else []
    if not placed:
        raise HomeNotOnMap
    address = people.address_of(**asked)  # type: ignore[arg-type]
    own = [one for one in placed if address.startswith(bare_name(one.name))]
    if own:
        chosen = max(own, key=lambda one: len(bare_name(one.name)))
        return Start(
            key="home",
            title=_("我家（{compound}）").format(compound=bare_name(chosen.name)),
            point=_point(chosen),
            community=chosen.community,
        )
    community = territory.division(card.home_community)
    note = _("您的小区还没标在地图上，先从社区中间算起。")
    title = _("{community}中间").format(community=community.name)
    return Start(key="home", title=title, point=_middle(placed), note=note, community=community.code)


def start_groups() -> tuple[StartGroup, ...]:
    """What anybody may choose: the compounds that are on the map, by community, and the sites that have none."""
    placed = _placed(territory.compounds(under=CITY))
    names = territory.full_names({one.community for one in placed})
    communities = sorted({one.community for one in placed})
    groups = [
        StartGroup(
            title=names.get(code, code),
            starts=tuple(_start(one) for one in placed if one.community == code),
        )
        for code in communities
    ]
    points = [_point(one) for one in placed]
    others = [site for site in streets.sites() if not any(site.covers(point) for point in points)]
    if others:
        groups.append(StartGroup(title=_("别的站点"), starts=tuple(_middle_of(site) for site in others)))
    return tuple(groups)


def starts_address() -> str:
    """The page on which one says where to start."""
    return reverse("reach:starts")


def bare_name(name: str) -> str:
    """Without the mark of a sample."""
    return name.removesuffix(_SAMPLE)


def _of_compound(code: str, text: str) -> Start:
    try:
        wanted = UUID(text)
    except ValueError:
        raise NoSuchStart from None
    for one in _placed(territory.compounds(under=code)):
        if one.compound_id == wanted:
            return _start(one)
    raise NoSuchStart


def _of_community(code: str) -> Start:
    placed = _placed(territory.compounds(under=code))
    if not placed:
        raise NoSuchStart
    title = _("{community}中间").format(community=territory.division(code).name)
    return Start(key=code, title=title, point=_middle(placed), community=code)


def _middle_of(site: streets.SiteView) -> Start:
    """The crossing nearest to the middle, of the streets that hang together."""
    arrays = streets.network(site).arrays
    lon, lat = (site.west + site.east) / 2, (site.south + site.north) / 2
    off = np.hypot((arrays["lon"] / UNITS - lon) * cos(radians(lat)), arrays["lat"] / UNITS - lat)
    node = int(np.where(arrays["component"] == 0, off, np.inf).argmin())
    middle = geo.Point(int(arrays["lon"][node]) / UNITS, int(arrays["lat"][node]) / UNITS, geo.Datum.WGS84)
    return Start(key=f"site:{site.name}", title=_("{site}，中间").format(site=site.title), point=middle)


def _start(one: territory.CompoundView) -> Start:
    return Start(key=f"{one.community}.{one.compound_id}", title=one.name, point=_point(one), community=one.community)


def _placed(found: Iterable[territory.CompoundView]) -> list[territory.CompoundView]:
    return [one for one in found if one.lon is not None and one.lat is not None]


def _point(one: territory.CompoundView) -> geo.Point:
    assert one.lon is not None
    assert one.lat is not None
    return geo.Point(one.lon, one.lat, geo.Datum.WGS84)


def _middle(placed: list[territory.CompoundView]) -> geo.Point:
    points = [_point(one) for one in placed]
    count = len(points)
    return geo.Point(sum(p.lon for p in points) / count, sum(p.lat for p in points) / count, geo.Datum.WGS84)
