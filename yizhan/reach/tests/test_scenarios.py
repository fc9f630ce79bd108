"""A scenario opens, closes and moves outlets on paper: figures before and after, and nothing live is touched."""

import json
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yizhan.kernel.api import NotAllowed
from yizhan.kernel.testing import audit_lines, carry_out_everything
from yizhan.people import testing as people
from yizhan.people.api import Role
from yizhan.places import api as places
from yizhan.places.testing import AT, KEEPER
from yizhan.reach import api as reach
from yizhan.reach.models import NearestOutlet
from yizhan.reach.queries import coverage, scenarios
from yizhan.reach.rules.live import Held
from yizhan.reach.rules.scenarios import Change, ChangeKind, applied, walks
from yizhan.reach.services import scenarios as services
from yizhan.reach.tests.shops import shops, town_with_shops
from yizhan.reach.tests.test_city_pages import text
from yizhan.reach.tests.test_live import SITE, Town, points, standing_ids

__all__ = ["shops", "town_with_shops"]

times = st.none() | st.integers(0, 36_000)


class TestRules:
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(st.integers(1, 99), times, times), max_size=20), st.integers(0, 36_000))
    def test_who_gains_and_loses_is_the_difference_of_who_is_covered(self, homes, limit):
        found = walks(homes, limit)
        before = sum(dwellings for dwellings, ds, _ in homes if ds is not None and ds <= limit)
        after = sum(dwellings for dwellings, _, ds in homes if ds is not None and ds <= limit)
        assert after - before == found.gained - found.lost
        assert found.gained <= found.shorter
        assert found.lost <= found.longer

    def test_steps_are_taken_in_their_order(self):
        one, two, new = (UUID(int=n) for n in (1, 2, 3))
        held = [Held(one, "market", 1.0, 1.0), Held(two, "market", 2.0, 2.0)]
        steps = [
            Change(kind=ChangeKind.CLOSE, category="market", outlet_id=one, lon=None, lat=None),
            Change(kind=ChangeKind.MOVE, category="market", outlet_id=two, lon=5.0, lat=6.0),
            Change(kind=ChangeKind.OPEN, category="market", outlet_id=new, lon=7.0, lat=8.0),
            Change(kind=ChangeKind.CLOSE, category="market", outlet_id=UUID(int=9), lon=None, lat=None),
        ]
        assert applied(held, steps) == (Held(two, "market", 5.0, 6.0), Held(new, "market", 7.0, 8.0))


def planner(role: Role = Role.SUPERVISOR):
    return people.actor_for(people.make_account(staff=people.make_staff(role=role)))


@pytest.fixture
def plan(shops: Town):
    actor = planner()
    made = services.create_scenario(site=SITE, name="多一个菜市场", profile="elder", actor=actor, at=AT)
    return shops, actor, made.scenario_id


def table() -> set:
    return set(NearestOutlet.objects.values_list("home_id", "category", "profile", "outlet_id", "ds"))


class TestScenario:
    def test_its_figures_are_those_that_the_real_thing_brings(self, plan):
        city, actor, scenario_id = plan
        live, [point, elsewhere] = table(), points(city.site, 99, 2)
        markets = [one for one in places.outlets_of(SITE, on=AT.date()) if one.category == "market"]
        services.open_on_paper(scenario_id=scenario_id, category="market", point=point, actor=actor)
        services.close_on_paper(scenario_id=scenario_id, outlet_id=markets[0].outlet_id, actor=actor, at=AT)
        made = services.move_on_paper(
            scenario_id=scenario_id, outlet_id=markets[1].outlet_id, point=elsewhere, actor=actor, at=AT
        )

        [effect] = scenarios.effects(made)

        assert table() == live
        limits = {"market": effect.minutes}
        assert effect.before == coverage.figures(city.site, profile="elder", limits=limits)
        city.open("market", point)
        places.close_outlet(outlet_id=markets[0].outlet_id, actor=KEEPER, at=AT)
        places.move_outlet(outlet_id=markets[1].outlet_id, point=elsewhere, actor=KEEPER, at=AT)
        carry_out_everything(AT)
        assert effect.after == coverage.figures(city.site, profile="elder", limits=limits)
        assert effect.after != effect.before

    def test_a_step_can_be_taken_back(self, plan):
        city, actor, scenario_id = plan
        made = services.open_on_paper(
            scenario_id=scenario_id, category="laundry", point=points(city.site, 98, 1)[0], actor=actor
        )
        left = services.take_back(scenario_id=scenario_id, change_id=made.changes[0].change_id, actor=actor)
        assert left.changes == ()
        assert scenarios.effects(left) == ()

    def test_an_outlet_is_changed_once(self, plan):
        _city, actor, scenario_id = plan
        outlet_id = standing_ids()[0]
        services.close_on_paper(scenario_id=scenario_id, outlet_id=outlet_id, actor=actor, at=AT)
        with pytest.raises(services.OutletChangedTwice):
            services.close_on_paper(scenario_id=scenario_id, outlet_id=outlet_id, actor=actor, at=AT)

    def test_a_point_outside_the_site_is_refused(self, plan):
        from yizhan.kernel.api import geo

        _city, actor, scenario_id = plan
        away = geo.Point(120.0, 30.0, geo.Datum.WGS84)
        with pytest.raises(services.PointOutsideSite):
            services.open_on_paper(scenario_id=scenario_id, category="market", point=away, actor=actor)

    def test_it_is_its_planner_s_alone(self, plan):
        _city, _actor, scenario_id = plan
        other = planner(Role.DESK_CLERK)
        assert scenarios.own_scenarios(other) == ()
        with pytest.raises(scenarios.ScenarioNotFound):
            scenarios.get_scenario(scenario_id, actor=other)
        with pytest.raises(scenarios.ScenarioNotFound):
            services.drop_scenario(scenario_id=scenario_id, actor=other)

    def test_others_draw_none(self, shops):
        with pytest.raises(NotAllowed):
            services.create_scenario(site=SITE, name="x", profile="adult", actor=planner(Role.SECURITY_OFFICER), at=AT)

    def test_it_can_be_dropped_and_leaves_a_line(self, plan):
        _city, actor, scenario_id = plan
        services.drop_scenario(scenario_id=scenario_id, actor=actor)
        assert scenarios.own_scenarios(actor) == ()
        assert any(line.action == "reach.scenario.dropped" for line in audit_lines())


class TestPages:
    def test_a_scenario_from_its_name_to_before_and_after(self, shops):
        client = Client()
        account = people.make_account(staff=people.make_staff(role=Role.SUPERVISOR))
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post("/reach/scenarios/", {"name": "多一家洗衣店", "profile": "adult", "site": SITE})
        assert answer.status_code == 302
        [point] = points(shops.site, 97, 1)
        at = {"lon": f"{point.lon:.6f}", "lat": f"{point.lat:.6f}", "datum": "wgs84"}
        assert client.post(answer.url, {"category": "laundry", **at}).status_code == 302

        page = text(client.get(answer.url))

        assert "新开一家洗染店" in page
        assert "之前平均走" in page
        assert "多一家洗衣店" in text(client.get("/reach/scenarios/"))
        found = text(client.get(answer.url, {"q": "试验网点"}))
        outlet = standing_ids()[0]
        assert "关掉" in found
        assert client.post(f"{answer.url}close/{outlet}/").status_code == 302
        assert client.post(answer.url, {"category": "laundry", **at, "outlet": str(outlet)}).status_code == 422
        away = client.post(answer.url, {"category": "laundry", "lon": "1", "lat": "1", "datum": "wgs84"})
        assert away.status_code == 422
        assert "不在" in away.content.decode()
        assert client.post(f"{answer.url}drop/").status_code == 302
        assert client.get(answer.url).status_code == 404

    def test_residents_see_none(self, shops):
        client = Client()
        account = people.make_account(resident=people.make_resident())
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get("/reach/scenarios/").status_code in (403, 404)
        assert json.loads(text(Client().get("/reach/city/map/", {"kind": "market"})))["bounds"]
        assert reach.live_version(SITE) > 0
