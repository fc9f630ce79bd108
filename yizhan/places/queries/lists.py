"""Lists of outlets for staff, and what one outlet's page shows besides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from yizhan.kernel.api import Actor, times
from yizhan.people import api as people
from yizhan.places.models import Outlet, Sighting
from yizhan.places.queries.categories import categories, find_category
from yizhan.places.queries.outlets import OutletNotFound, OutletView, view_of
from yizhan.places.rules.states import SEEN_LASTS, OutletState

PER_PAGE = 50
MOST_EXPORTED = 50_000
LONGEST_QUESTION = 40
SHOWN = ("all", "to_verify", "doubted", "claimed", "closed")
SORTS = {"name": ("name", "id"), "category": ("category", "name", "id"), "seen": ("last_seen_on", "id")}


@dataclass(frozen=True, kw_only=True)
class OutletFilter:
    """What a list is narrowed to. `territories` are division-code prefixes, one of which it lies in; `is_loose`: those
    of no community yet.
    """

    site: str = ""
    shown: str = "all"
    category: str = ""
    asked: str = ""
    sort: str = "name"
    is_descending: bool = False
    territories: tuple[str, ...] = ()
    is_loose: bool = False
    # A merchant's own: claimed and confirmed, or waiting for the answer.
    merchant_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class OutletDetail:
    """An outlet with what its page shows besides. The claimant is a merchant who waits for an answer."""

    view: OutletView
    phone: str
    address: str
    wheelchair: str
    source: str
    claimant_id: UUID | None
    reports: int
    has_entrance: bool


@dataclass(frozen=True, kw_only=True)
class SightingView:
    """One look. Whoever looked is named by his role alone; reports carry nothing of the person."""

    kind: str
    is_standing: bool
    seen_on: date
    note: str
    photo_id: UUID | None
    noted_at: datetime


def outlet_page(wanted: OutletFilter, *, on: date, page: str | int) -> tuple[Page[Any], list[OutletDetail]]:
    """The page and its outlets: two queries."""
    found = Paginator(_sorted(_narrowed(wanted, on), wanted), PER_PAGE).get_page(page)
    return found, [_detail(row, on) for row in found.object_list]


def exported_outlets(wanted: OutletFilter, *, on: date) -> Iterator[OutletDetail]:
    """All of the list, at most 50,000, read piece by piece."""
    rows = _sorted(_narrowed(wanted, on), wanted)[:MOST_EXPORTED]
    return (_detail(row, on) for row in rows.iterator(chunk_size=2000))


def counts(wanted: OutletFilter, *, on: date) -> dict[str, int]:
    """How many there are of each kind of list, within everything else that was asked: one query."""
    rows = _within(wanted)
    stale = _stale(on)
    return rows.aggregate(
        all=Count("id", filter=~Q(state=OutletState.CLOSED)),
        to_verify=Count("id", filter=stale),
        doubted=Count("id", filter=Q(state=OutletState.DOUBTED)),
        claimed=Count("id", filter=Q(claimant_id__isnull=False)),
        closed=Count("id", filter=Q(state=OutletState.CLOSED)),
    )


def _stale(on: date) -> Q:
    return Q(state=OutletState.DOUBTED) | Q(state=OutletState.STANDING, last_seen_on__lt=on - SEEN_LASTS)


def _narrowed(wanted: OutletFilter, on: date) -> "QuerySet[Outlet]":
    shown = {
        "to_verify": _stale(on),
        "doubted": Q(state=OutletState.DOUBTED),
        "claimed": Q(claimant_id__isnull=False),
        "closed": Q(state=OutletState.CLOSED),
    }
    return _within(wanted).filter(shown.get(wanted.shown, ~Q(state=OutletState.CLOSED)))


def _within(wanted: OutletFilter) -> "QuerySet[Outlet]":
    rows = Outlet.objects.all()
    if wanted.site:
        rows = rows.filter(site=wanted.site)
    if wanted.category:
        rows = rows.filter(category__in=_codes(wanted.category))
    if wanted.asked:
        rows = rows.filter(Q(name__icontains=wanted.asked) | Q(address__icontains=wanted.asked))
    if wanted.merchant_id:
        rows = rows.filter(Q(organisation_id=wanted.merchant_id) | Q(claimant_id=wanted.merchant_id))
    if wanted.is_loose:
        rows = rows.filter(community="")
    elif wanted.territories:
        inside = Q(pk__in=[])
        for prefix in wanted.territories:
            inside |= Q(community__startswith=prefix)
        rows = rows.filter(inside)
    return rows


def _codes(category: str) -> list[str]:
    """A branch holds its leaves."""
    return [one.code for one in categories() if category in (one.code, one.parent) and one.is_leaf]


def _sorted(rows: "QuerySet[Outlet]", wanted: OutletFilter) -> "QuerySet[Outlet]":
    keys = SORTS.get(wanted.sort, SORTS["name"])
    return rows.order_by(*(f"-{keys[0]}" if wanted.is_descending else keys[0], *keys[1:]))


def filter_of(asked: dict[str, str], actor: Actor, merchant_id: UUID | None = None) -> OutletFilter:
    """What was asked for in an address; what makes no sense is left out.

    Without a word about where: a worker's communities, a merchant's own outlets.
    """
    sort = asked.get("sort", "")
    where = asked.get("where", "")
    own = () if where in ("all", "loose") else actor.territories(people.Role.DESK_CLERK)
    return OutletFilter(
        site=asked.get("site", "")[:40].replace("\x00", ""),
        shown=asked.get("shown", "all") if asked.get("shown") in SHOWN else "all",
        category=asked.get("category", "") if find_category(asked.get("category", "")) else "",
        asked=asked.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION],
        sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "name",
        is_descending=sort.startswith("-"),
        territories=own,
        is_loose=where == "loose",
        merchant_id=None if where in ("all", "loose") else merchant_id,
    )


# ── one outlet ──


def outlet_detail(outlet_id: UUID, *, on: date) -> OutletDetail:
    """Raises OutletNotFound."""
    row = Outlet.objects.filter(pk=outlet_id).first()
    if row is None:
        raise OutletNotFound
    return _detail(row, on, reports=_open_reports(row))


def _open_reports(row: Outlet) -> int:
    """How many people said so since somebody last looked."""
    if row.state != OutletState.DOUBTED:
        return 0
    newest = row.sightings.filter(kind__in=["visit", "entry"]).order_by("-id").values_list("id", flat=True).first()
    return row.sightings.filter(kind="report", id__gt=newest or 0).values("noted_by").distinct().count()


def _detail(row: Outlet, on: date, reports: int = 0) -> OutletDetail:
    return OutletDetail(
        view=view_of(row, on),
        phone=row.phone,
        address=row.address,
        wheelchair=row.wheelchair,
        source=row.source,
        claimant_id=row.claimant_id,
        reports=reports,
        has_entrance=row.entrance_lon is not None,
    )


def sightings_of(outlet_id: UUID, limit: int = 20) -> list[SightingView]:
    """The newest first."""
    rows = Sighting.objects.filter(outlet_id=outlet_id).order_by("-id")[:limit]
    return [
        SightingView(
            kind=row.kind,
            is_standing=row.is_standing,
            seen_on=row.seen_on,
            note=row.note,
            photo_id=row.photo_id,
            noted_at=row.noted_at,
        )
        for row in rows
    ]


def waiting_for(actor: Actor) -> int:
    """How many outlets of his communities wait for this community worker to look at them."""
    own = actor.territories(people.Role.DESK_CLERK)
    if not own:
        return 0
    today = times.local_day(times.utc_now())
    return _within(OutletFilter(territories=own)).filter(_stale(today)).count()
