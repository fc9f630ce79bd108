"""The table of nearest outlets: whatever opens, moves and closes, it says what an oracle finds by itself."""

import random
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yizhan.config.testing import run_command
from yizhan.kernel.api import Actor, geo
from yizhan.kernel.testing import audit_lines, carry_out_everything
from yizhan.places import api as places
from yizhan.places.testing import AT, KEEPER
from yizhan.reach import api as reach
from yizhan.reach.cli import reach as cli
from yizhan.reach.models import Home, NearestOutlet
from yizhan.reach.tests.oracle import FAR, Tables
from yizhan.streets import api as streets
from yizhan.streets.testing import bring_in, grid_city
from yizhan.territory.testing import add_dwellings, make_building, make_compound, pull_down

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PROFILES = ("adult", "elder", "wheels")
SITE, XINZHU, WANLI = "livetown", "450103001005", "450107006010"
CATEGORIES = ("pharmacy", "market", "breakfast")
LIMIT_DS = 36_000
US = Actor.system("reach.test")


def points(site: streets.SiteView, seed: int, number: int) -> list[geo.Point]:
    chance = random.Random(seed)
    sides = (site.west, site.east), (site.south, site.north)
    return [geo.Point(*(round(chance.uniform(*side), 7) for side in sides), geo.Datum.WGS84) for _ in range(number)]


def make_homes(site: streets.SiteView, number: int) -> list[UUID]:
    made = []
    for community, some in ((XINZHU, points(site, 1, number)), (WANLI, points(site, 2, number // 2))):
        compound = make_compound(community)
        made += [
            make_building(compound, f"{n}栋", doors=n + 1, lon=point.lon, lat=point.lat) for n, point in enumerate(some)
        ]
    return made


@dataclass
class Town:
    """A small town, and by the oracle's own reckoning how far every home walks to every node."""

    site: streets.SiteView
    tables: Tables
    numbers: count  # type: ignore[type-arg]
    buildings: list[UUID]

    def reckon(self) -> None:
        self.homes = list(Home.objects.filter(site=SITE).order_by("id"))
        self.from_home = {}
        for profile in PROFILES:
            for home in self.homes:
                snap = self.tables.snap(home.lon, home.lat, profile)
                if snap is not None:
                    starts = self.tables.leaving(snap, profile)
                    self.from_home[profile, home.pk] = snap, self.tables.from_point(starts, profile, LIMIT_DS)

    def expected(self, category: str, profile: str) -> set[tuple[int, UUID, int]]:
        """Home, the outlet nearest to it, deciseconds: every pair looked at, by the outlets that places names."""
        standing = [one for one in places.outlets_of(SITE, on=AT.date()) if one.category == category]
        snapped = [(one.outlet_id, self.tables.snap(one.entrance_lon, one.entrance_lat, profile)) for one in standing]
        found = set()
        for home in self.homes:
            here, ds = self.from_home.get((profile, home.pk), (None, None))
            if here is None or ds is None:
                continue
            ways = [
                (self._best(ds, here, there, profile), outlet_id) for outlet_id, there in snapped if there is not None
            ]
            best, outlet_id = min(ways, default=(FAR, UUID(int=0)))
            if best <= LIMIT_DS:
                found.add((home.pk, outlet_id, int(best)))
        return found

    def _best(self, ds: np.ndarray, here, there, profile: str) -> float:  # type: ignore[no-untyped-def, type-arg]
        ends = [ds[node] + rest for node, rest in self.tables.arriving(there, profile)]
        return min([*ends, self.tables.along_ds(here, there, profile)])

    def wrong(self) -> list[tuple[str, str]]:
        """Categories and profiles in which the table and the oracle differ."""
        return [
            (category, profile)
            for category in CATEGORIES
            for profile in PROFILES
            if table(category, profile) != self.expected(category, profile)
        ]

    def open(self, category: str, at: geo.Point) -> UUID:
        row = places.row_at(at, name=f"试验网点{next(self.numbers)}号", category=category)
        others = [one.outlet_id for one in places.outlets_of(SITE, on=AT.date())]
        return places.open_outlet(row=row, site=SITE, actor=KEEPER, at=AT, not_same_as=others).outlet_id


def table(category: str, profile: str) -> set[tuple[int, UUID, int]]:
    found = NearestOutlet.objects.filter(site=SITE, category=category, profile=profile)
    return set(found.values_list("home_id", "outlet_id", "ds"))


def make_town(folder: Path) -> Town:
    site = bring_in(grid_city(folder / "town.osm.pbf", 11, seed=5), SITE)
    buildings = make_homes(site, 24)
    reach.count_anew(site=SITE, actor=US, at=AT)
    reach.export_tables(SITE, folder, on=AT.date())
    made = Town(site, Tables(folder), count(1), buildings)
    made.reckon()
    return made


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def standing_ids() -> list[UUID]:
    return [one.outlet_id for one in places.outlets_of(SITE, on=AT.date())]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("open", "open", "close", "move", "change")),
        st.sampled_from(CATEGORIES),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=9,
)


def act(town: Town, what: str, category: str, seed: int) -> None:
    chance = random.Random(seed)
    [point] = points(town.site, seed, 1)
    known = standing_ids()
    if what == "open" or not known:
        town.open(category, point)
    elif what == "close":
        places.close_outlet(outlet_id=chance.choice(known), actor=KEEPER, at=AT)
    elif what == "move":
        places.move_outlet(outlet_id=chance.choice(known), point=point, actor=KEEPER, at=AT)
    else:
        places.change_outlet(outlet_id=chance.choice(known), category=category, actor=KEEPER, at=AT)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_opens_moves_closes_or_changes_the_table_is_what_the_oracle_finds(town: Town, acts) -> None:  # type: ignore[no-untyped-def]
    with transaction.atomic():
        for what, category, seed in acts:
            act(town, what, category, seed)
            carry_out_everything(AT)
            assert town.wrong() == []
        assert reach.disagreements(town.site) == ()
        transaction.set_rollback(True)


def test_many_changes_taken_in_at_once(town: Town) -> None:
    for number, point in enumerate(points(town.site, 77, 40)):
        town.open(CATEGORIES[number % 3], point)
    reach.bring_up_to_date(site=SITE, actor=US, at=AT)
    for outlet_id in standing_ids()[::3]:
        places.close_outlet(outlet_id=outlet_id, actor=KEEPER, at=AT)

    reach.bring_up_to_date(site=SITE, actor=US, at=AT)

    assert town.wrong() == []


def test_of_two_at_the_same_door_the_lower_id_counts_and_the_other_when_it_closes(town: Town) -> None:
    [door] = points(town.site, 5, 1)
    first, second = sorted(town.open("market", door) for _ in range(2))
    carry_out_everything(AT)
    assert {outlet for _home, outlet, _ds in table("market", "adult")} == {first}

    places.close_outlet(outlet_id=first, actor=KEEPER, at=AT)
    carry_out_everything(AT)

    assert {outlet for _home, outlet, _ds in table("market", "adult")} == {second}
    assert town.wrong() == []


def test_the_last_one_closes_and_nothing_is_near(town: Town) -> None:
    only = town.open("pharmacy", points(town.site, 9, 1)[0])
    carry_out_everything(AT)
    assert table("pharmacy", "adult")

    places.close_outlet(outlet_id=only, actor=KEEPER, at=AT)
    carry_out_everything(AT)

    assert not table("pharmacy", "adult")


def test_facts_that_come_twice_or_late_change_nothing(town: Town) -> None:
    outlet = town.open("market", points(town.site, 3, 1)[0])
    places.move_outlet(outlet_id=outlet, point=points(town.site, 4, 1)[0], actor=KEEPER, at=AT)
    carry_out_everything(AT)
    version, before = reach.live_version(SITE), table("market", "elder")

    reach.bring_up_to_date(site=SITE, actor=US, at=AT)

    assert (reach.live_version(SITE), table("market", "elder")) == (version, before)
    assert town.wrong() == []


def test_a_change_of_hours_touches_no_home(town: Town) -> None:
    outlet = town.open("market", points(town.site, 3, 1)[0])
    carry_out_everything(AT)
    version = reach.live_version(SITE)

    places.change_outlet(outlet_id=outlet, hours="Mo-Su 08:00-20:00", actor=KEEPER, at=AT)
    carry_out_everything(AT)

    assert reach.live_version(SITE) == version


def test_on_another_network_everything_is_counted_anew(town: Town, tmp_path: Path) -> None:
    town.open("pharmacy", points(town.site, 9, 1)[0])
    carry_out_everything(AT)

    town.site = bring_in(grid_city(tmp_path / "rebuilt.osm.pbf", 11, seed=6), SITE)
    carry_out_everything(AT)

    reach.export_tables(SITE, tmp_path, on=AT.date())
    town.tables = Tables(tmp_path)
    town.reckon()
    assert town.wrong() == []
    assert reach.disagreements(town.site) == ()


def test_homes_that_are_built_and_pulled_down_are_found_when_counted_anew(town: Town) -> None:
    town.open("market", points(town.site, 3, 1)[0])
    pull_down(town.buildings[0])
    add_dwellings(town.buildings[1], 5)

    reach.count_anew(site=SITE, actor=US, at=AT)
    town.reckon()

    assert len(town.homes) == 24 + 12 - 1
    assert town.wrong() == []
    assert any(line.action == "reach.table.counted" for line in audit_lines())


def test_a_table_that_says_something_else_is_found_out(town: Town) -> None:
    town.open("market", points(town.site, 3, 1)[0])
    carry_out_everything(AT)
    NearestOutlet.objects.filter(category="market", profile="elder")[:1].get().delete()

    [found] = reach.disagreements(town.site)

    assert (found.category, found.profile, found.rows) == ("market", "elder", 1)


def test_the_command_counts_anew(town: Town) -> None:
    town.open("market", points(town.site, 3, 1)[0])
    add_dwellings(town.buildings[1], 2)

    answer = run_command(cli, "count", SITE)

    assert answer.exit_code == 0
    assert answer.output.startswith(f"{SITE}：36 处住处，1 个网点，")
    assert table("market", "adult")
    assert run_command(cli, "count", "atlantis").exit_code == 1
