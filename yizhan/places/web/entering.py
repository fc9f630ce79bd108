"""Entering an outlet that one stands in front of, and keeping what is said about it right."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yizhan.kernel.api import Actor, NotAllowed, NotFound, Refusal, access, geo
from yizhan.look.api import MapView
from yizhan.people import api as people
from yizhan.places import api
from yizhan.places.queries import lists
from yizhan.places.web.asking import actor_of, posted, today
from yizhan.places.web.forms import OutletForm
from yizhan.streets import api as streets
from yizhan.territory import api as territory


@access.permission("places.enter_outlet")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = OutletForm(*posted(request), actor=actor, initial={"category": request.GET.get("category", "")})
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            opened = _opened(form, actor)
        except api.OutletKnownAlready as refusal:
            known = lists.outlet_detail(refusal.known_id, on=today()).view
            form.ask_about([*form.another(), refusal.known_id])
            form.add_error("is_another", refusal.text)
        else:
            if opened is not None:
                messages.success(request, _("网点录好了。"))
                return redirect("places:outlet", opened.outlet_id)
    context = {"form": form, "known": known, "map": _map(form, _home_of(actor))}
    return render(request, "places/new.html", context, status=_status(form))


def _opened(form: OutletForm, actor: Actor) -> api.OutletView | None:
    """None where it was refused: then the form says why."""
    try:
        return api.open_outlet(
            row=form.row(),
            site=streets.site_covering(form.point()).name,
            actor=actor,
            at=timezone.now(),
            not_same_as=form.another(),
        )
    except api.OutletKnownAlready:
        raise
    except Refusal as refusal:
        _explain(form, refusal)
    return None


@access.permission("places.keep_outlet")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, outlet_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    detail = lists.outlet_detail(outlet_id, on=today())
    if not access.may(actor, "places.keep_outlet", detail.view):
        raise NotAllowed
    form = OutletForm(*posted(request), actor=actor, initial=OutletForm.initial_of(detail))
    if request.method == "POST" and form.is_valid():
        try:
            _change(detail, form, actor)
        except Refusal as refusal:
            _explain(form, refusal)
        else:
            messages.success(request, _("改好了。"))
            return redirect("places:outlet", outlet_id)
    here = geo.Point(detail.view.lon, detail.view.lat, geo.Datum.WGS84)
    context = {"form": form, "outlet": detail.view, "map": _map(form, here)}
    return render(request, "places/change.html", context, status=_status(form))


def _change(detail: lists.OutletDetail, form: OutletForm, actor: Actor) -> None:
    """What was typed again as it was is left alone, so that six digits of a position move nothing."""
    now, before, outlet_id = timezone.now(), OutletForm.initial_of(detail), detail.view.outlet_id
    where = ("lon", "lat", "datum", "entrance_lon", "entrance_lat")
    api.change_outlet(outlet_id=outlet_id, actor=actor, at=now, **form.described())
    if any(form.cleaned_data[name] != before[name] for name in where):
        api.move_outlet(outlet_id=outlet_id, point=form.point(), entrance=form.entrance(), actor=actor, at=now)


def _explain(form: OutletForm, refusal: Refusal) -> None:
    column = str(refusal.facts.get("column", ""))
    form.add_error(column if column in form.fields else None, refusal.text)


def _home_of(actor: Actor) -> geo.Point | None:
    """Where the worker's community is, as far as its compounds say; else the middle of the newest site."""
    for prefix in actor.territories(people.Role.DESK_CLERK):
        for one in territory.compounds(under=prefix) if len(prefix) == 12 else ():
            if one.lon is not None and one.lat is not None:
                return geo.Point(one.lon, one.lat, geo.Datum.WGS84)
    for site in streets.sites():
        return geo.Point((site.west + site.east) / 2, (site.south + site.north) / 2, geo.Datum.WGS84)
    return None


def _map(form: OutletForm, middle: geo.Point | None) -> MapView | None:
    """A map to put the marker on, where there are streets."""
    typed = _typed(form)
    point = typed or middle
    if point is None:
        return None
    try:
        site = streets.site_covering(point)
    except NotFound:
        return None
    near = {"site": site.name, "lon": f"{point.lon:.6f}", "lat": f"{point.lat:.6f}"}
    return MapView(
        src=f"{reverse('places:map')}?{urlencode(near)}",
        label=_("网点的位置"),
        alternative=_("在地图上点一下，或拖动标记，经度和纬度就填好了。不用地图也可以直接写。"),
        attribution=site.attribution,
        pick_lon="#id_lon",
        pick_lat="#id_lat",
        pick_datum="#id_datum",
    )


def _typed(form: OutletForm) -> geo.Point | None:
    """The point that stands in the form, where it is one."""
    try:
        lon, lat = float(form["lon"].value() or ""), float(form["lat"].value() or "")
        return geo.Point(lon, lat, geo.read_datum(str(form["datum"].value() or ""))).wgs84
    except (ValueError, TypeError, Refusal):
        return None


def _status(form: OutletForm) -> int:
    return 422 if form.is_bound and form.errors else 200
