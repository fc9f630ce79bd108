"""A planner's scenarios, and what one would change: figures before and after, without touching the live table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, NotFound
from yizhan.reach.models import Scenario, ScenarioChange
from yizhan.reach.queries.coverage import Figures, figures_of_times
from yizhan.reach.queries.homes import Homes, homes_of
from yizhan.reach.queries.nearest import held, nearest_of
from yizhan.reach.queries.standards import BASIC, standards
from yizhan.reach.rules.coverage import limit_ds
from yizhan.reach.rules.live import Held
from yizhan.reach.rules.scenarios import Change, ChangeKind, Walks, applied, walks
from yizhan.streets import api as streets


class ScenarioNotFound(NotFound):
    code = "reach.scenario_not_found"
    message = _("没有这个方案，或者不是您的。")


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    change_id: int
    kind: ChangeKind
    category: str
    outlet_id: UUID
    title: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, kw_only=True)
class ScenarioView:
    scenario_id: UUID
    site: str
    name: str
    profile: str
    created_at: datetime
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What the scenario does to one category: the figures of each community before and after."""

    category: str
    minutes: Decimal
    before: Figures
    after: Figures
    walks: Walks


def planner_of(actor: Actor) -> UUID:
    """Raises ScenarioNotFound for who is no member of staff."""
    if actor.staff_id is None:
        raise ScenarioNotFound
    return actor.staff_id


def own_scenarios(actor: Actor) -> tuple[ScenarioView, ...]:
    """The planner's own, newest first."""
    found = Scenario.objects.filter(staff_id=planner_of(actor)).order_by("-created_at").prefetch_related("changes")
    return tuple(view_of(one) for one in found[:100])


def get_scenario(scenario_id: UUID, *, actor: Actor) -> ScenarioView:
    """Raises ScenarioNotFound; somebody else's is not there."""
    found = Scenario.objects.filter(pk=scenario_id, staff_id=planner_of(actor)).prefetch_related("changes").first()
    if found is None:
        raise ScenarioNotFound
    return view_of(found)


def view_of(one: Scenario) -> ScenarioView:
    return ScenarioView(
        scenario_id=one.id,
        site=one.site,
        name=one.name,
        profile=one.profile,
        created_at=one.created_at,
        changes=tuple(_change_view(change) for change in sorted(one.changes.all(), key=lambda row: row.pk)),
    )


def _change_view(row: ScenarioChange) -> ChangeView:
    return ChangeView(
        change_id=row.pk,
        kind=ChangeKind(row.kind),
        category=row.category,
        outlet_id=row.outlet_id,
        title=row.title,
        lon=row.lon,
        lat=row.lat,
    )


def effects(scenario: ScenarioView) -> tuple[Effect, ...]:
    """Category by category, those that the scenario touches."""
    site = streets.get_site(scenario.site)
    homes = homes_of(site, scenario.profile)
    return tuple(
        _effect(site, homes, category, [one for one in scenario.changes if one.category == category])
        for category in sorted({one.category for one in scenario.changes})
    )


def _effect(site: streets.SiteView, homes: Homes, category: str, changes: Iterable[ChangeView]) -> Effect:
    now = held(site.name, category)
    steps = [
        Change(kind=one.kind, category=category, outlet_id=one.outlet_id, lon=one.lon, lat=one.lat) for one in changes
    ]
    before, after = (_times(site, homes, outlets) for outlets in (now, applied(now, steps)))
    minutes = minutes_of(category)
    return Effect(
        category=category,
        minutes=minutes,
        before=figures_of_times(site, homes, {category: before}, {category: minutes}),
        after=figures_of_times(site, homes, {category: after}, {category: minutes}),
        walks=walks(
            (
                (dwellings, None if old < 0 else old, None if new < 0 else new)
                for dwellings, old, new in zip(homes.dwellings.tolist(), before.tolist(), after.tolist(), strict=True)
            ),
            limit_ds(minutes),
        ),
    )


def _times(site: streets.SiteView, homes: Homes, outlets: tuple[Held, ...]) -> npt.NDArray[np.int32]:
    """Deciseconds of each home, -1 where none is within the hour."""
    rows = nearest_of(streets.network(site), outlets, homes)
    ds = np.full(len(homes), -1, dtype=np.int32)
    ds[homes.numbers_of(rows.home_ids)] = rows.ds
    return ds


def minutes_of(category: str) -> Decimal:
    """What the first list that has the category asks for, the basic one before the others; else fifteen."""
    lists = sorted(standards().lists, key=lambda one: one.code != BASIC)
    return next((one.minutes[category] for one in lists if category in one.minutes), Decimal(15))
