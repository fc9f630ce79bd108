"""One outlet's page, for everybody; a resident says that it is closed, a merchant that it is his."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, Subject, access, subjects
from yizhan.look.api import LinkView, links
from yizhan.people import api as people
from yizhan.places import api
from yizhan.places.permissions import merchant_of
from yizhan.places.queries import lists
from yizhan.places.queries.categories import category, title_of
from yizhan.places.queries.lists import OutletDetail, SightingView
from yizhan.places.queries.words import SIGHTINGS, SOURCES, WHEELCHAIR
from yizhan.places.rules.duplicates import phone_digits
from yizhan.places.web.asking import actor_of, today
from yizhan.territory import api as territory

_DAY_WIDTH, _DAY_HEIGHT = 1440, 60


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A stretch of opening time in the picture of the week."""

    x: int
    y: int
    width: int


@dataclass(frozen=True, kw_only=True)
class SightingRow:
    kind: str
    word: str
    view: SightingView
    photo_url: str


@dataclass(frozen=True, kw_only=True)
class OutletPage:
    """What the page shows to this reader."""

    detail: OutletDetail
    category: str
    icon: str
    opening: api.OpeningWords
    week: api.Week | None
    bars: list[Bar]
    place: str
    wheelchair: str
    source: str
    sightings: list[SightingRow]
    claimant: str
    owner: str
    ways: list[LinkView]
    may_keep: bool
    may_verify: bool
    may_claim: bool
    may_report: bool

    @property
    def height(self) -> int:
        return len(self.week.rows) * _DAY_HEIGHT if self.week else 0

    @property
    def tel(self) -> str:
        return phone_digits(self.detail.phone)

    @property
    def facts(self) -> list[tuple[str, str]]:
        said = (
            (_("地址"), self.detail.address),
            (_("社区"), self.place),
            (_("轮椅"), self.wheelchair),
            (_("品牌"), self.outlet.chain),
            (_("认领的商户"), self.owner),
            (_("经纬度"), f"{self.outlet.entrance_lat:.5f}, {self.outlet.entrance_lon:.5f}"),
        )
        return [(label, value) for label, value in said if value]

    @property
    def outlet(self) -> api.OutletView:
        return self.detail.view


def page_of(detail: OutletDetail, actor: Actor, now: datetime) -> OutletPage:
    view = detail.view
    week = api.week_of(view.hours, keeps_office_hours=view.keeps_office_hours, on=today())
    may_verify = access.may(actor, "places.verify_outlet", view.community or None)
    is_free = detail.claimant_id is None and view.organisation_id is None
    is_standing = view.closed_on is None
    return OutletPage(
        detail=detail,
        category=title_of(view.category),
        icon=category(view.category).icon,
        opening=api.say_opening(view, now),
        week=week,
        bars=bars_of(week),
        place=territory.full_names([view.community]).get(view.community, "") if view.community else "",
        wheelchair=str(WHEELCHAIR[detail.wheelchair]) if detail.wheelchair else "",
        source=str(SOURCES.get(detail.source, detail.source)),
        sightings=_sightings(view.outlet_id) if may_verify else [],
        claimant=_name_of(detail.claimant_id) if may_verify or _is_claimant(actor, detail) else "",
        owner=_name_of(view.organisation_id),
        ways=links.at("outlet.ways", actor, str(view.outlet_id)),
        may_keep=access.may(actor, "places.keep_outlet", view),
        may_verify=may_verify,
        may_claim=is_free and is_standing and access.may(actor, "places.claim_outlet"),
        may_report=is_standing and not may_verify and (actor.is_anonymous or access.may(actor, "places.report_closed")),
    )


def bars_of(week: api.Week | None) -> list[Bar]:
    """One line a row of the week, a day wide; what passes midnight is cut off there."""
    found = []
    for number, row in enumerate(week.rows if week else ()):
        for begin, end in row.spans:
            width = min(end, _DAY_WIDTH) - begin
            found.append(Bar(x=begin, y=number * _DAY_HEIGHT, width=width))
    return found


def _sightings(outlet_id: UUID) -> list[SightingRow]:
    found = lists.sightings_of(outlet_id)
    photos = [Subject(documents.FILE, str(one.photo_id)) for one in found if one.photo_id]
    urls = subjects.urls(photos)
    return [
        SightingRow(
            kind=str(SIGHTINGS[one.kind]),
            word=_("在") if one.is_standing else _("关了"),
            view=one,
            photo_url=urls.get(Subject(documents.FILE, str(one.photo_id)), ""),
        )
        for one in found
    ]


def _is_claimant(actor: Actor, detail: OutletDetail) -> bool:
    return detail.claimant_id is not None and access.may(actor, "places.claim_outlet", detail.claimant_id)


def _name_of(organisation_id: UUID | None) -> str:
    return people.organisation(organisation_id=organisation_id).name if organisation_id else ""


@access.public
@never_cache
@require_safe
def outlet(request: HttpRequest, outlet_id: UUID) -> HttpResponse:
    detail = lists.outlet_detail(outlet_id, on=today())
    page = page_of(detail, actor_of(request), timezone.now())
    return render(request, "places/outlet.html", {"page": page, "outlet": detail.view})


@access.permission("places.report_closed")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closed(request: HttpRequest, outlet_id: UUID) -> HttpResponse:
    """First what one is about to say, then it is said."""
    detail = lists.outlet_detail(outlet_id, on=today())
    if request.method == "POST":
        api.report_closed(outlet_id=outlet_id, actor=actor_of(request), at=timezone.now())
        messages.success(request, _("谢谢，记下了。社区会去看，在那之前它标成“待核实”。"))
        return redirect("places:outlet", outlet_id)
    return render(request, "places/closed.html", {"outlet": detail.view, "category": title_of(detail.view.category)})


@access.permission("places.claim_outlet")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, outlet_id: UUID) -> HttpResponse:
    detail = lists.outlet_detail(outlet_id, on=today())
    if request.method == "POST":
        api.claim_outlet(outlet_id=outlet_id, actor=actor_of(request), at=timezone.now())
        messages.success(request, _("认领记下了。社区到现场核对后，您就可以自己改营业时间。"))
        return redirect("places:outlet", outlet_id)
    context = {"outlet": detail.view, "category": title_of(detail.view.category), "own": merchant_of(actor_of(request))}
    return render(request, "places/claim.html", context)
