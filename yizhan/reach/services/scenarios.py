"""A planner draws a scenario: opens, closes and moves outlets on paper."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, Conflict, Subject, access, audit, geo, ids, times
from yizhan.places import api as places
from yizhan.reach.models import Scenario, ScenarioChange
from yizhan.reach.permissions import PLAN
from yizhan.reach.queries.scenarios import ScenarioNotFound, ScenarioView, planner_of, view_of
from yizhan.reach.rules.scenarios import ChangeKind
from yizhan.streets import api as streets

SCENARIO = "reach.scenario"
MOST_CHANGES = 50


class PointOutsideSite(BadInput):
    code = "reach.point_outside_site"
    message = _("这个位置不在“{site}”的路网里，请在地图上重新点一个。")


class OutletChangedTwice(Conflict):
    code = "reach.outlet_changed_twice"
    message = _("方案里已经动过这个网点了，先把那一步去掉。")


class TooManyChanges(Conflict):
    code = "reach.too_many_changes"
    message = _("一个方案最多 {most} 步，请另开一个。")


class ScenarioNeedsName(BadInput):
    code = "reach.scenario_needs_name"
    message = _("请给方案起个名字。")


@transaction.atomic
def create_scenario(*, site: str, name: str, profile: str, actor: Actor, at: datetime) -> ScenarioView:
    """Raises streets.SiteNotFound, streets.UnknownProfile, ScenarioNeedsName."""
    access.require(actor, PLAN)
    network = streets.network_of(site)
    if not name.strip():
        raise ScenarioNeedsName
    made = Scenario.objects.create(
        id=ids.new_id(),
        site=site,
        name=name.strip()[:60],
        profile=network.profile(profile).name,
        staff_id=planner_of(actor),
        created_at=at,
    )
    audit(actor, "reach.scenario.created", _subject(made), site=site)
    return view_of(made)


@transaction.atomic
def open_on_paper(*, scenario_id: UUID, category: str, point: geo.Point, actor: Actor) -> ScenarioView:
    """An outlet that is not there yet. Raises ScenarioNotFound, PointOutsideSite, places.UnknownCategory."""
    scenario = _own(scenario_id, actor)
    kind = places.category(category)
    return _add(scenario, _step(ChangeKind.OPEN, kind.code, ids.new_id(), point=_inside(scenario, point)), actor)


@transaction.atomic
def close_on_paper(*, scenario_id: UUID, outlet_id: UUID, actor: Actor, at: datetime) -> ScenarioView:
    """Raises ScenarioNotFound, places.OutletNotFound, OutletChangedTwice."""
    scenario = _own(scenario_id, actor)
    outlet = _outlet(scenario, outlet_id, at)
    return _add(scenario, _step(ChangeKind.CLOSE, outlet.category, outlet_id, title=outlet.title), actor)


@transaction.atomic
def move_on_paper(*, scenario_id: UUID, outlet_id: UUID, point: geo.Point, actor: Actor, at: datetime) -> ScenarioView:
    """Raises ScenarioNotFound, places.OutletNotFound, PointOutsideSite, OutletChangedTwice."""
    scenario = _own(scenario_id, actor)
    outlet = _outlet(scenario, outlet_id, at)
    there = _inside(scenario, point)
    return _add(scenario, _step(ChangeKind.MOVE, outlet.category, outlet_id, title=outlet.title, point=there), actor)


@transaction.atomic
def take_back(*, scenario_id: UUID, change_id: int, actor: Actor) -> ScenarioView:
    """One step less; nothing happens where it is gone already."""
    scenario = _own(scenario_id, actor)
    ScenarioChange.objects.filter(scenario=scenario, pk=change_id).delete()
    audit(actor, "reach.scenario.changed", _subject(scenario), steps=scenario.changes.count())
    return view_of(scenario)


@transaction.atomic
def drop_scenario(*, scenario_id: UUID, actor: Actor) -> None:
    """Raises ScenarioNotFound."""
    scenario = _own(scenario_id, actor)
    audit(actor, "reach.scenario.dropped", _subject(scenario), site=scenario.site)
    scenario.delete()


def _own(scenario_id: UUID, actor: Actor) -> Scenario:
    found = Scenario.objects.select_for_update().filter(pk=scenario_id, staff_id=planner_of(actor)).first()
    if found is None:
        raise ScenarioNotFound
    access.require(actor, PLAN, found.staff_id)
    return found


def _outlet(scenario: Scenario, outlet_id: UUID, at: datetime) -> places.OutletView:
    outlet = places.outlet(outlet_id, on=times.local_day(at))
    if outlet.site != scenario.site or outlet.state == places.OutletState.CLOSED:
        raise places.OutletNotFound
    return outlet


def _inside(scenario: Scenario, point: geo.Point) -> geo.Point:
    here = point.wgs84
    if not streets.get_site(scenario.site).covers(here):
        raise PointOutsideSite(site=scenario.site)
    streets.network_of(scenario.site).snap(here, scenario.profile)  # refused in words where no street is near
    return here


def _add(scenario: Scenario, change: ScenarioChange, actor: Actor) -> ScenarioView:
    if scenario.changes.count() >= MOST_CHANGES:
        raise TooManyChanges(most=MOST_CHANGES)
    change.scenario = scenario
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError as twice:
        raise OutletChangedTwice from twice
    audit(actor, "reach.scenario.changed", _subject(scenario), steps=scenario.changes.count())
    return view_of(scenario)


def _step(
    kind: ChangeKind, category: str, outlet_id: UUID, *, title: str = "", point: geo.Point | None = None
) -> ScenarioChange:
    place = {"lon": point.lon, "lat": point.lat} if point else {}
    return ScenarioChange(kind=kind, category=category, outlet_id=outlet_id, title=title[:100], **place)


def _subject(scenario: Scenario) -> Subject:
    return Subject(SCENARIO, str(scenario.id))
