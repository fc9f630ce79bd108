"""The staff list: which outlets there are, which wait for a look, and the same as a table to take away."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from yizhan.kernel.api import NotFound, access
from yizhan.places import api
from yizhan.places.permissions import merchant_of
from yizhan.places.queries import lists
from yizhan.places.queries.categories import categories, find_category, title_of
from yizhan.places.queries.ground import tiles_of
from yizhan.places.queries.lists import OutletDetail, OutletFilter
from yizhan.places.queries.words import COLUMNS, SOURCES, STATES
from yizhan.places.rules.sheets import csv_cell
from yizhan.places.web.asking import actor_of, today, words_of
from yizhan.streets import api as streets
from yizhan.territory import api as territory

_EXPORTED = (
    "name", "category", "lon", "lat", "entrance_lon", "entrance_lat", "hours", "keeps_office_hours", "chain", "phone",
    "address", "wheelchair", "community", "last_seen_on",
)  # fmt: skip
_POINTS = 400


@dataclass(frozen=True, kw_only=True)
class Facet:
    label: str
    query: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line as it is shown; `verify_url` is "" for who may not."""

    title: str
    url: str
    verify_url: str
    category: str
    community: str
    opening: str
    seen_on: date
    state: str
    tone: str
    is_claimed: bool
    is_sample: bool


@access.permission("places.see_list")
@never_cache
@require_safe
def outlets(request: HttpRequest) -> HttpResponse:
    actor, asked, now = actor_of(request), words_of(request), timezone.now()
    merchant = merchant_of(actor)
    wanted = lists.filter_of(asked, actor, merchant.organisation_id if merchant else None)
    page, details = lists.outlet_page(wanted, on=today(), page=asked.get("page", "1"))
    may_enter = access.may(actor, "places.enter_outlet")
    context = {
        "page": page,
        "rows": _rows(details, now, may_enter=may_enter),
        "wanted": wanted,
        "shown": _shown(asked, wanted),
        "branches": _branches(asked, wanted),
        "wheres": _wheres(asked, is_worker=bool(actor.territories("desk_clerk")), is_merchant=merchant is not None),
        "sites": _sites(asked, wanted),
        "columns": _columns(asked, wanted),
        "query": f"?{urlencode({key: value for key, value in asked.items() if key != 'page'})}",
        "is_filtered": bool(wanted.site or wanted.category or wanted.asked or wanted.shown != "all"),
        "may_enter": may_enter,
        "may_import": access.may(actor, "places.import_outlets"),
    }
    return render(request, "places/outlets.html", context)


def _rows(details: Iterable[OutletDetail], now: datetime, *, may_enter: bool) -> list[Row]:
    details = list(details)
    openings = api.say_openings([one.view for one in details], now)
    names = territory.full_names({one.view.community for one in details if one.view.community})
    return [
        Row(
            title=one.view.title,
            url=reverse("places:outlet", args=[one.view.outlet_id]),
            verify_url=reverse("places:verify", args=[one.view.outlet_id]) if may_enter else "",
            category=str(title_of(one.view.category)),
            community=names.get(one.view.community, "").split(" ")[-1],
            opening=str(openings[one.view.outlet_id].text),
            seen_on=one.view.last_seen_on,
            state=str(STATES[api.OutletState.DOUBTED] if one.view.is_to_verify else STATES[one.view.state]),
            tone="wait" if one.view.is_to_verify else "line" if one.view.closed_on else "ok",
            is_claimed=one.claimant_id is not None,
            is_sample=one.view.is_sample,
        )
        for one in details
    ]


def _query(asked: dict[str, str], **changed: str) -> str:
    kept = {key: value for key, value in (asked | changed).items() if value and key != "page"}
    return f"?{urlencode(kept)}"


def _shown(asked: dict[str, str], wanted: OutletFilter) -> list[Facet]:
    words = {
        "all": _("没有关的"),
        "to_verify": _("待核实"),
        "doubted": _("有人说关了"),
        "claimed": _("商户认领待核对"),
        "closed": _("已关闭"),
    }
    counts = lists.counts(wanted, on=today())
    return [
        Facet(label=words[one], query=_query(asked, shown=one), count=counts[one], chosen=one == wanted.shown)
        for one in lists.SHOWN
    ]


def _branches(asked: dict[str, str], wanted: OutletFilter) -> list[Facet]:
    chosen = find_category(wanted.category)
    found = [Facet(label=_("全部类别"), query=_query(asked, category=""), count=None, chosen=chosen is None)]
    for one in categories():
        if one.is_leaf and (chosen is None or one.parent not in (chosen.code, chosen.parent)):
            continue
        is_it = one.code == wanted.category
        label = f"　{title_of(one.code)}" if one.is_leaf else title_of(one.code)
        found.append(Facet(label=label, query=_query(asked, category=one.code), count=None, chosen=is_it))
    return found


def _sites(asked: dict[str, str], wanted: OutletFilter) -> list[Facet]:
    """Where there is more than one."""
    sites = api.sites_with_outlets()
    if len(sites) < 2:
        return []
    titles = {one.name: one.title for one in streets.sites()}
    found = [Facet(label=_("全部站点"), query=_query(asked, site=""), count=None, chosen=not wanted.site)]
    return found + [
        Facet(label=titles.get(one, one), query=_query(asked, site=one), count=None, chosen=one == wanted.site)
        for one in sites
    ]


def _wheres(asked: dict[str, str], *, is_worker: bool, is_merchant: bool) -> list[Facet]:
    if is_worker:
        words = {"": _("我管的社区"), "loose": _("还没归社区的"), "all": _("全部")}
    elif is_merchant:
        words = {"": _("我家的"), "all": _("全部，找自己的店认领")}
    else:
        return []
    where = asked.get("where", "") if asked.get("where") in words else ""
    return [Facet(label=words[one], query=_query(asked, where=one), count=None, chosen=one == where) for one in words]


def _columns(asked: dict[str, str], wanted: OutletFilter) -> dict[str, dict[str, str]]:
    found = {}
    for sort in lists.SORTS:
        is_now = sort == wanted.sort
        turned = f"-{sort}" if is_now and not wanted.is_descending else sort
        direction = ("descending" if wanted.is_descending else "ascending") if is_now else ""
        found[sort] = {"query": _query(asked, sort=turned), "direction": direction}
    return found


# ── to take away ──


@access.permission("places.see_list")
@never_cache
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """The list as it is narrowed, as CSV or Excel; the columns are those that an import understands."""
    wanted = lists.filter_of(words_of(request), actor_of(request))
    rows = lists.exported_outlets(wanted, on=today())
    name = f"outlets-{today():%Y%m%d}"
    if form == "csv":
        answer: HttpResponse | StreamingHttpResponse = StreamingHttpResponse(
            _csv_lines(rows), content_type="text/csv; charset=utf-8"
        )
    elif form == "xlsx":
        answer = HttpResponse(_excel(rows), content_type=_XLSX)
    else:
        raise NotFound
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _heads() -> list[str]:
    return [*(str(COLUMNS[field]) for field in _EXPORTED), _("状态"), _("来源"), _("网点编号")]


def _cells(one: OutletDetail) -> list[object]:
    view = one.view
    said: dict[str, object] = {
        "category": title_of(view.category),
        "entrance_lon": view.entrance_lon if one.has_entrance else "",
        "entrance_lat": view.entrance_lat if one.has_entrance else "",
        "keeps_office_hours": _("是") if view.keeps_office_hours else "",
        "phone": one.phone,
        "address": one.address,
        "wheelchair": one.wheelchair,
        "last_seen_on": view.last_seen_on.isoformat(),
    }
    values = [said[field] if field in said else getattr(view, field) for field in _EXPORTED]
    state = STATES[api.OutletState.DOUBTED] if view.is_to_verify else STATES[view.state]
    return [*values, str(state), str(SOURCES.get(one.source, one.source)), str(view.outlet_id)]


def csv_text(table: Iterable[Iterable[object]]) -> str:
    """A small table as CSV that Excel opens as UTF-8."""
    return "\ufeff" + "".join(_line(cells) for cells in table)


def _csv_lines(rows: Iterable[OutletDetail]) -> Iterator[str]:
    yield "\ufeff" + _line(_heads())
    for one in rows:
        yield _line(_cells(one))


def _line(cells: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([csv_cell(cell) for cell in cells])
    return buffer.getvalue()


def _excel(rows: Iterable[OutletDetail]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("网点"))
    sheet.append(_heads())
    for one in rows:
        sheet.append([cell if isinstance(cell, float) else csv_cell(cell) for cell in _cells(one)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# ── the map of the forms ──


@access.permission("places.keep_outlet")
@never_cache
@require_safe
def map_data(request: HttpRequest) -> HttpResponse:
    """What map.js draws round a point of a site: streets, and the outlets that are near."""
    site = streets.get_site(request.GET.get("site", "")[:40])
    lon, lat = _middle(request, site)
    half = 0.004
    bounds = [lon - half, lat - half, lon + half, lat + half]
    near = api.outlets_near(site.name, lon=lon, lat=lat, on=today(), most=_POINTS)
    points = [
        {
            "lon": one.lon,
            "lat": one.lat,
            "icon": getattr(find_category(one.category), "icon", "shop"),
            "label": one.title,
            "url": reverse("places:outlet", args=[one.outlet_id]),
        }
        for one in near
    ]
    return JsonResponse({"bounds": bounds, "tiles": tiles_of(site.name), "points": points})


def _middle(request: HttpRequest, site: streets.SiteView) -> tuple[float, float]:
    """The point of the address if it lies in the site, else the site's middle."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        lon = lat = 0.0
    if site.west <= lon <= site.east and site.south <= lat <= site.north:
        return lon, lat
    return (site.west + site.east) / 2, (site.south + site.north) / 2
