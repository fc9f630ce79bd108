"""What stands behind a figure: the outlets that a community's residents walk to, and, for staff, the homes."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import F, FilteredRelation, Q, QuerySet, Sum

from yizhan.places import api as places
from yizhan.reach.models import Home, NearestOutlet
from yizhan.reach.rules.coverage import limit_ds

PAGE = 40


@dataclass(frozen=True, kw_only=True)
class Served:
    """An outlet, the dwellings of the community that have it nearest, and how far the farthest of them walks."""

    outlet: places.OutletView
    dwellings: int
    covered: int
    farthest_ds: int


@dataclass(frozen=True, kw_only=True)
class HomeRow:
    home_id: UUID
    title: str
    dwellings: int
    is_sample: bool
    ds: int | None
    outlet: places.OutletView | None


def serving(site: str, community: str, category: str, profile: str, *, minutes: Any, on: date) -> tuple[Served, ...]:
    """Those that most people have nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.outlet_id, sum(h.dwellings), COALESCE(sum(h.dwellings) FILTER (WHERE n.ds <= %s), 0), max(n.ds)
            FROM reach_home h JOIN reach_nearest n ON n.home_id = h.id AND n.category = %s AND n.profile = %s
            WHERE h.site = %s AND h.community = %s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 200
            """,
            [limit_ds(minutes), category, profile, site, community],
        )
        rows = cursor.fetchall()
    views = {one.outlet_id: one for one in places.outlets([row[0] for row in rows], on=on)}
    return tuple(
        Served(outlet=views[outlet], dwellings=int(dwellings), covered=int(covered), farthest_ds=farthest)
        for outlet, dwellings, covered, farthest in rows
        if outlet in views
    )


def homes_behind(
    site: str, community: str, category: str, profile: str, *, page: str, on: date
) -> tuple[Page[Any], tuple[HomeRow, ...]]:
    """The buildings of a community, those that walk farthest first, and those that reach nothing before them."""
    found = _homes(site, community, category, profile)
    shown = Paginator(found, PAGE).get_page(page)
    rows = list(shown.object_list)
    views = {one.outlet_id: one for one in places.outlets([row["outlet"] for row in rows if row["outlet"]], on=on)}
    return shown, tuple(
        HomeRow(
            home_id=row["home_id"],
            title=row["title"],
            dwellings=row["dwellings"],
            is_sample=row["is_sample"],
            ds=row["walk"],
            outlet=views.get(row["outlet"]),
        )
        for row in rows
    )


def _homes(site: str, community: str, category: str, profile: str) -> "QuerySet[Home, Any]":
    own = FilteredRelation("nearest", condition=Q(nearest__category=category, nearest__profile=profile))
    return (
        Home.objects.filter(site=site, community=community)
        .annotate(own=own)
        .annotate(walk=F("own__ds"), outlet=F("own__outlet_id"))
        .order_by(F("walk").desc(nulls_first=True), "id")
        .values("home_id", "title", "dwellings", "is_sample", "walk", "outlet")
    )


def to_verify_behind(site: str, community: str, profile: str, *, on: date) -> dict[str, int]:
    """Category → dwellings whose nearest outlet is one that somebody should look at again."""
    pairs = (
        NearestOutlet.objects.filter(site=site, profile=profile, home__community=community)
        .values_list("category", "outlet_id")
        .distinct()
    )
    doubted = {
        one.outlet_id for one in places.outlets({outlet for _category, outlet in pairs}, on=on) if one.is_to_verify
    }
    if not doubted:
        return {}
    found: dict[str, int] = {}
    rows = NearestOutlet.objects.filter(
        site=site, profile=profile, home__community=community, outlet_id__in=doubted
    ).values_list("category", "home__dwellings")
    for category, dwellings in rows:
        found[category] = found.get(category, 0) + dwellings
    return found


def middles_of(site: str) -> dict[str, tuple[float, float]]:
    """By community the middle of its homes, each weighed by its dwellings."""
    weight = Sum("dwellings")
    found = (
        Home.objects.filter(site=site)
        .values("community")
        .annotate(mid_lon=Sum(F("lon") * F("dwellings")) / weight, mid_lat=Sum(F("lat") * F("dwellings")) / weight)
        .order_by("community")
    )
    return {row["community"]: (row["mid_lon"], row["mid_lat"]) for row in found}
