"""My fifteen minutes: the circle's page, the way to an outlet, where to start, and what the map draws."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yizhan.kernel.api import NotFound, Subject, access, subjects
from yizhan.places import api as places
from yizhan.reach.queries.backdrop import backdrop_mark, labels_in
from yizhan.reach.queries.circles import Circle, circle_from
from yizhan.reach.queries.drawing import LARGEST_ZOOM, SMALLEST_ZOOM, bands_of, mark_of, tile_of
from yizhan.reach.queries.starts import NoSuchStart, Start, start_groups
from yizhan.reach.web.asking import Asked, asked_in, keep_point, start_in
from yizhan.reach.web.forms import PointForm
from yizhan.reach.web.presenting import CirclePage, chosen, points_of
from yizhan.reach.web.ways import WayPage
from yizhan.streets import api as streets


@access.public
@never_cache
@require_safe
def circle(request: HttpRequest) -> HttpResponse:
    """The list by walking minutes; the map comes by itself and is never needed."""
    asked = asked_in(request)
    start = start_in(request, asked)
    if start is None:
        return _ask_for_start(asked)
    page = CirclePage(_circle(asked, start), start, asked, request.GET.get("page", "1"))
    return render(request, "reach/circle.html", {"page": page, "asked": asked})


@access.public
@never_cache
@require_safe
def way(request: HttpRequest, outlet_id: UUID) -> HttpResponse:
    """The way to one outlet in words."""
    asked = asked_in(request)
    start = start_in(request, asked)
    if start is None:
        return _ask_for_start(asked)
    outlet = places.outlet(outlet_id, on=timezone.localdate())
    page = WayPage(_circle(asked, start), start, outlet, asked, _url_of(outlet))
    return render(request, "reach/way.html", {"page": page, "asked": asked})


@access.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def starts(request: HttpRequest) -> HttpResponse:
    """Choosing where to start: a compound, or a point that stays in the session."""
    asked = asked_in(request)
    form = PointForm(request.POST or None, initial={"datum": "wgs84"})
    if request.method == "POST" and form.is_valid():
        point = form.point()
        streets.network(streets.site_covering(point)).snap(point, "adult")  # refused here rather than on the next page
        keep_point(request, point)
        return redirect(f"{reverse('reach:circle')}?{asked.query(start='here')}")
    status = 422 if request.method == "POST" else 200
    rest = asked.query(start="")
    return render(request, "reach/starts.html", {"groups": start_groups(), "form": form, "rest": rest}, status=status)


@access.public
@never_cache
@require_safe
def map_data(request: HttpRequest) -> HttpResponse:
    """What map.js draws for the circle of this address."""
    asked = asked_in(request)
    start = start_in(request, asked)
    if start is None:
        raise NoSuchStart
    found = _circle(asked, start)
    outlet_id = request.GET.get("to", "")
    shown = chosen(found, asked)
    data: dict[str, object] = {
        "tiles": _tiles(found.site),
        "outline": found.outline,
        "origin": [found.walk.origin.lon, found.walk.origin.lat],
        "bands": bands_of(found.walk, asked.minutes),
        "points": points_of(found, start, shown, asked),
    }
    if outlet_id:
        data = WayPage.of(found, start, outlet_id, asked).drawing(str(data["tiles"]))
    else:
        box = data["bounds"] = _bounds(found)
        data["labels"] = labels_in(found.site.name, backdrop_mark(found.site.name), box)
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


@access.public
@cache_control(public=True, max_age=31_536_000, immutable=True)
@require_safe
def tile(request: HttpRequest, name: str, mark: str, **place: int) -> HttpResponse:  # noqa: ARG001
    """Streets as a vector tile; `mark` is the network's, so that a tile may be kept for ever."""
    site = streets.get_site(name)
    is_known = mark == mark_of(site)
    side = 2 ** place["z"] if SMALLEST_ZOOM <= place["z"] <= LARGEST_ZOOM else 0
    if not is_known or max(place["x"], place["y"]) >= side:
        raise NotFound
    return HttpResponse(tile_of(site, mark, **place), content_type="application/vnd.mapbox-vector-tile")


def _ask_for_start(asked: Asked) -> HttpResponse:
    """What else was asked for is kept."""
    rest = asked.query(start="")
    return redirect(reverse("reach:starts") + (f"?{rest}" if rest else ""))


def _circle(asked: Asked, start: Start) -> Circle:
    now = timezone.now()
    return circle_from(
        start.point, minutes=asked.minutes, profile=asked.profile, at=asked.moment(now), on=timezone.localdate(now)
    )


def tiles_of(name: str) -> str | None:
    """Where the tiles of a site are, for the maps of other rooms; None without a network."""
    site = next((one for one in streets.sites() if one.name == name), None)
    return _tiles(site) if site else None


def _tiles(site: streets.SiteView) -> str:
    root = reverse("reach:tile", args=[site.name, mark_of(site), 0, 0, 0])
    return root.removesuffix("0/0/0/") + "{z}/{x}/{y}/"


def _bounds(found: Circle) -> tuple[float, float, float, float]:
    corners = found.outline["coordinates"][0]
    lons, lats = [c[0] for c in corners], [c[1] for c in corners]
    return min(lons), min(lats), max(lons), max(lats)


def _url_of(outlet: places.OutletView) -> str:
    subject = Subject(places.OUTLET, str(outlet.outlet_id))
    return subjects.urls([subject]).get(subject, "")
