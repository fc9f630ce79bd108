"""The whole city: coverage by residents, what each community lacks, what stands behind a figure, the map by minutes."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from yizhan.kernel.api import NotFound, Subject, access, subjects
from yizhan.places import api as places
from yizhan.reach.permissions import SEE_HOMES
from yizhan.reach.queries.behind import HomeRow, homes_behind, serving
from yizhan.reach.queries.borders import borders_of
from yizhan.reach.queries.drawing import LARGEST_ZOOM
from yizhan.reach.queries.nearest import live_version
from yizhan.reach.queries.standards import standards
from yizhan.reach.queries.timing import WIDEST_ZOOM, minutes_tile
from yizhan.reach.rules import tiles
from yizhan.reach.rules.coverage import limit_ds
from yizhan.reach.services.live import LIVE
from yizhan.reach.web.asking import Asked
from yizhan.reach.web.planning_asking import city_asked_in
from yizhan.reach.web.planning_presenting import CityPage, CommunityPage, Share, names_of, residents
from yizhan.streets import api as streets

MOST_NAMES = 40  # on the map


@access.public
@never_cache
@require_safe
def city(request: HttpRequest) -> HttpResponse:
    """Every community by a list, or by one category of it."""
    asked = city_asked_in(request)
    context = {"page": CityPage(asked), "asked": asked, "live": f"{LIVE}:{asked.site.name}", "standards": standards()}
    return render(request, "reach/city.html", context)


@access.public
@never_cache
@require_safe
def community(request: HttpRequest, code: str) -> HttpResponse:
    """What one community has and lacks, for adults, elders and wheels."""
    asked = city_asked_in(request)
    page = CommunityPage(asked, code)
    context = {"page": page, "asked": asked, "live": f"{LIVE}:{asked.site.name}", "standards": standards()}
    return render(request, "reach/community.html", context)


@access.public
@never_cache
@require_safe
def behind(request: HttpRequest, code: str, category: str) -> HttpResponse:
    """The outlets behind a figure; the homes too, for staff who plan."""
    asked = city_asked_in(request)
    page, kind, on = CommunityPage(asked, code), places.category(category), timezone.localdate()
    minutes = asked.list.minutes.get(kind.code, asked.minutes)
    where = (asked.site.name, code, kind.code, asked.profile)
    outlets = [
        {
            "title": one.outlet.title,
            "url": _url_of(one.outlet),
            "residents": residents(one.dwellings),
            "covered": residents(one.covered),
            "farthest": max(1, -(-one.farthest_ds // 600)),
            "is_to_verify": one.outlet.is_to_verify,
            "is_sample": one.outlet.is_sample,
        }
        for one in serving(*where, minutes=minutes, on=on)
    ]
    context: dict[str, Any] = {
        "page": page,
        "asked": asked,
        "kind": places.title_of(kind.code),
        "minutes": f"{minutes.normalize():f}",
    }
    context |= {"outlets": outlets, "figure": page.figures.get(kind.code), "may_see_homes": False}
    if access.may(request.actor, SEE_HOMES):  # type: ignore[attr-defined]
        shown, rows = homes_behind(*where, page=request.GET.get("page", "1"), on=on)
        context |= {"may_see_homes": True, "homes": shown, "rows": [_home_row(row, minutes) for row in rows]}
    if context["figure"]:
        context["share"] = Share(context["figure"].share)
    return render(request, "reach/behind.html", context)


def _home_row(row: HomeRow, minutes: Decimal) -> dict[str, object]:
    return {
        "home": row,
        "residents": residents(row.dwellings),
        "minutes": "—" if row.ds is None else max(1, -(-row.ds // 600)),
        "is_late": row.ds is None or row.ds > limit_ds(minutes),
    }


def _url_of(outlet: places.OutletView) -> str:
    subject = Subject(places.OUTLET, str(outlet.outlet_id))
    return subjects.urls([subject]).get(subject, "")


# ── the map ──


@access.public
@never_cache
@require_safe
def city_map(request: HttpRequest) -> HttpResponse:
    """What map.js draws: streets coloured by the minutes to the nearest outlet of the category."""
    asked = city_asked_in(request)
    site, mark = asked.site, f"{asked.site.network_hash[:12]}-{live_version(asked.site.name)}"
    root = reverse("reach:city_tile", args=[site.name, mark, 0, 0, 0])
    wanted = {"kind": asked.kind, "profile": asked.profile, "when": asked.when}
    tiles = reverse("reach:tile", args=[site.name, site.network_hash[:12], 0, 0, 0])
    return JsonResponse(
        {
            "tiles": tiles.removesuffix("0/0/0/") + "{z}/{x}/{y}/",
            "minutes": root.removesuffix("0/0/0/") + "{z}/{x}/{y}/?" + urlencode(wanted),
            "bounds": [site.west, site.south, site.east, site.north],
            **_borders(site),
        }
    )


def _borders(site: streets.SiteView) -> dict[str, Any]:
    """Lines round the communities, and their names where there are not too many of them."""
    found = borders_of(site)
    features = [{"type": "Feature", "properties": {"kind": one.kind}, "geometry": one.drawn} for one in found.values()]
    names = names_of(found) if len(found) <= MOST_NAMES else {}
    labels = [
        {"lon": found[code].middle[0], "lat": found[code].middle[1], "text": name.split()[-1], "kind": "border"}
        for code, name in names.items()
    ]
    return {"borders": {"type": "FeatureCollection", "features": features}, "labels": labels}


@access.public
@cache_control(public=True, max_age=60)
@require_safe
def city_tile(request: HttpRequest, name: str, mark: str, **at: int) -> HttpResponse:  # noqa: ARG001
    """Streets as a vector tile, by the minutes from each stretch to the nearest outlet."""
    tile = tiles.Tile(at["z"], at["x"], at["y"])
    if not WIDEST_ZOOM <= tile.z <= LARGEST_ZOOM:
        raise NotFound
    asked = Asked(when=request.GET.get("when", "")[:20])
    found = minutes_tile(
        streets.get_site(name),
        tile,
        category=places.category(request.GET.get("kind", "")).code,
        profile=request.GET.get("profile", "adult"),
        at=asked.moment(timezone.now()) if asked.when else None,
    )
    return HttpResponse(found, content_type="application/vnd.mapbox-vector-tile")
