"""Figures count people: from the table, at an hour, and home by home they are the same."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from yizhan.kernel.testing import carry_out_everything
from yizhan.places import api as places
from yizhan.places.testing import AT, KEEPER
from yizhan.reach.models import Home, NearestOutlet
from yizhan.reach.queries import coverage
from yizhan.reach.queries.counted import Counted
from yizhan.reach.queries.standards import standards
from yizhan.reach.rules.coverage import MARKS, HomeTime, figure_of, gaps, limit_ds, read_standards
from yizhan.reach.rules.grading import conditions_of, grading
from yizhan.reach.tests.shops import shops, town_with_shops
from yizhan.reach.tests.test_live import SITE, WANLI, XINZHU

__all__ = ["shops", "town_with_shops"]

LIMITS = {"pharmacy": Decimal(15), "market": Decimal("12.5"), "breakfast": Decimal(5)}
homes = st.lists(
    st.builds(
        HomeTime,
        dwellings=st.integers(1, 300),
        is_sample=st.booleans(),
        ds=st.none() | st.integers(0, 36_000) | st.sampled_from([3000, 3001, 9000, 9001]),
    ),
    max_size=30,
)
limits = st.sampled_from([Decimal(5), Decimal("6.25"), Decimal(15), Decimal(30)])


class TestFigures:
    @given(one=homes, other=homes, limit=limits)
    def test_of_two_places_are_the_sums(self, one, other, limit):
        assert figure_of(one, limit) + figure_of(other, limit) == figure_of([*one, *other], limit)

    @given(some=homes, limit=limits)
    def test_everybody_is_covered_late_or_never(self, some, limit):
        figure = figure_of(some, limit)
        assert figure.covered + figure.beyond + figure.never == figure.dwellings == sum(h.dwellings for h in some)
        assert figure.lacking == sum(h.dwellings for h in some if h.ds is None or h.ds > limit_ds(limit))
        assert figure.sample <= figure.dwellings
        assert sorted(figure.within.values()) == [figure.within[mark] for mark in MARKS]

    @given(some=homes, limit=limits)
    def test_the_mean_walk_is_that_of_every_dwelling(self, some, limit):
        walked = [h.ds for h in some if h.ds is not None for _ in range(h.dwellings)]
        figure = figure_of(some, limit)
        assert figure.mean_minutes == (Fraction(sum(walked), 600 * len(walked)) if walked else None)
        late = [ds for ds in walked if ds > limit_ds(limit)]
        assert figure.mean_minutes_beyond == (Fraction(sum(late), 600 * len(late)) if late else None)

    def test_where_nobody_lives_there_is_no_share(self):
        assert figure_of([], Decimal(15)).share is None

    def test_gaps_begin_with_what_most_people_lack(self):
        near, far = HomeTime(10, True, 100), HomeTime(3, True, None)
        found = gaps(
            {
                "market": figure_of([near, far], Decimal(15)),
                "pharmacy": figure_of([HomeTime(10, True, 9001), far], Decimal(15)),
                "repair": figure_of([near], Decimal(15)),
            }
        )
        assert [(gap.category, gap.figure.lacking, gap.is_total) for gap in found] == [
            ("pharmacy", 13, True),
            ("market", 3, False),
        ]


class TestStandards:
    def test_every_category_of_the_file_is_one_of_places(self):
        for one in standards().lists:
            for category in one.categories:
                assert places.category(category).is_leaf, f"{one.code}: {category}"

    def test_the_basic_list_is_the_basic_twelve(self):
        wanted = standards().find_list("basic_twelve")
        assert set(wanted.categories) == set(places.BASIC_TWELVE)
        assert {wanted.limit_of(category) for category in wanted.categories} == {9000}

    def test_residents_are_rounded_once(self):
        assert standards().residents(144) == 377  # 377.28
        assert standards().residents(25) == 66  # 65.5

    def test_the_version_of_a_day_is_in_force(self):
        version = {
            "residents_per_dwelling": "2.5",
            "residents_source": "",
            "residents_source_en": "",
            "lists": [],
            "grades": [],
        }
        data = {"versions": [{"from": date(2026, 1, 1), **version}, {"from": date(2027, 1, 1), **version}]}
        assert read_standards(data, date(2026, 12, 31)).begins == date(2026, 1, 1)
        assert read_standards(data, date(2027, 1, 1)).begins == date(2027, 1, 1)


class TestGrades:
    GRADES = standards().grades

    def graded(self, *, joint, elder, kinds):
        single = {f"kind{n}": Fraction(1, 1) if n < kinds else Fraction(0) for n in range(14)}
        return grading(
            self.GRADES,
            joint={("basic_twelve", "adult"): joint, ("basic_twelve", "elder"): elder},
            single={("quality", "adult"): single},
        )

    @pytest.mark.parametrize(
        ("joint", "elder", "kinds", "code"),
        [
            (Fraction(79, 100), Fraction(1), 14, None),
            (Fraction(80, 100), Fraction(0), 0, "basic"),
            (Fraction(90, 100), Fraction(0), 4, "basic"),
            (Fraction(90, 100), Fraction(0), 5, "improved"),
            (Fraction(95, 100), Fraction(79, 100), 8, "improved"),
            (Fraction(95, 100), Fraction(80, 100), 8, "quality"),
            (None, None, 14, None),
        ],
    )
    def test_follow_the_stated_conditions(self, joint, elder, kinds, code):
        grade = self.graded(joint=joint, elder=elder, kinds=kinds).grade
        assert (grade and grade.code) == code

    def test_say_what_the_next_one_asks(self):
        found = self.graded(joint=Fraction(90, 100), elder=Fraction(0), kinds=4)
        assert found.next.code == "improved"
        assert [(one.holds, one.found) for one in found.next.answers] == [(True, Fraction(9, 10)), (False, 4)]

    def test_a_condition_asks_for_one_thing(self):
        with pytest.raises(ValueError, match="every_of or kinds_of"):
            conditions_of({"conditions": [{"profile": "adult", "share": 80}]})


def by_hand(community: str, category: str, profile: str):
    """From the rows, home by home."""
    ds = dict(NearestOutlet.objects.filter(category=category, profile=profile).values_list("home_id", "ds"))
    found = Home.objects.filter(site=SITE, community=community)
    return [HomeTime(home.dwellings, home.is_sample, ds.get(home.pk)) for home in found]


class TestFiguresOfASite:
    @pytest.mark.parametrize("profile", ["adult", "elder", "wheels"])
    def test_are_those_counted_home_by_home(self, shops, profile):
        found = coverage.figures(shops.site, profile=profile, limits=LIMITS)
        assert set(found) == {XINZHU, WANLI}
        for community, by_category in found.items():
            for category, figure in by_category.items():
                assert figure == figure_of(by_hand(community, category, profile), LIMITS[category])

    def test_of_one_community_are_the_same(self, shops):
        whole = coverage.figures(shops.site, profile="elder", limits=LIMITS)
        assert coverage.figures(shops.site, profile="elder", limits=LIMITS, community=WANLI) == {WANLI: whole[WANLI]}

    def test_reaching_all_is_counted_home_by_home(self, shops):
        found = coverage.reaching_all(shops.site, profile="elder", limits=LIMITS)
        for community in (XINZHU, WANLI):
            columns = [by_hand(community, category, "elder") for category in LIMITS]
            reaching = sum(
                row[0].dwellings
                for row in zip(*columns, strict=True)
                if all(
                    home.ds is not None and home.ds <= limit_ds(minutes)
                    for home, minutes in zip(row, LIMITS.values(), strict=True)
                )
            )
            assert found[community] == reaching
        assert any(found.values())

    def test_at_an_hour_when_all_are_open_are_those_of_all_whose_hours_are_known(self, shops):
        for one in places.outlets_of(SITE, on=AT.date()):
            places.change_outlet(outlet_id=one.outlet_id, hours="24/7", actor=KEEPER, at=AT)
        carry_out_everything(AT)
        for profile in ("adult", "wheels"):
            asked = {"profile": profile, "limits": LIMITS}
            assert coverage.figures(shops.site, **asked, at=AT) == coverage.figures(shops.site, **asked)
            assert coverage.reaching_all(shops.site, **asked, at=AT) == coverage.reaching_all(shops.site, **asked)

    def test_at_an_hour_count_only_what_is_surely_open_then(self, shops):
        night = AT.replace(hour=15)  # 23:00 in Nanning
        found = coverage.figures(shops.site, profile="adult", limits=LIMITS, at=night)
        assert all(figure.covered == 0 for one in found.values() for figure in one.values())
        noon = coverage.figures(shops.site, profile="adult", limits=LIMITS, at=AT)
        assert noon[XINZHU]["pharmacy"].covered > 0

    def test_do_not_count_what_nobody_has_seen_for_long_as_open(self, shops):
        later = AT + timedelta(days=91)
        found = coverage.figures(shops.site, profile="adult", limits=LIMITS, at=later)
        assert all(figure.covered == 0 for one in found.values() for figure in one.values())
        assert coverage.figures(shops.site, profile="adult", limits=LIMITS)[XINZHU]["pharmacy"].covered > 0

    def test_take_few_queries(self, shops, django_assert_num_queries):
        with django_assert_num_queries(2):
            coverage.figures(shops.site, profile="adult", limits=LIMITS)

    def test_every_community_has_its_grade(self, shops):
        found = Counted(shops.site).gradings()
        assert set(found) == {XINZHU, WANLI}
        assert found[XINZHU].grade is None
        assert [step.code for step in found[XINZHU].steps] == ["basic", "improved", "quality"]


def close_nearest(category: str) -> None:
    """One that somebody walks to."""
    nearest = NearestOutlet.objects.filter(site=SITE, category=category, profile="adult").order_by("ds").first()
    assert nearest is not None
    places.close_outlet(outlet_id=nearest.outlet_id, actor=KEEPER, at=AT)


class TestFiguresThatAreRemembered:
    """What pages show is counted once, and again as soon as anything behind it is another."""

    ASKED: ClassVar[dict[str, Any]] = {"profile": "adult", "limits": LIMITS}

    def test_follow_what_opens_closes_and_is_undone(self, shops):
        before = Counted(shops.site).figures(**self.ASKED)
        undone = transaction.savepoint()
        close_nearest("pharmacy")
        carry_out_everything(AT)
        assert Counted(shops.site).figures(**self.ASKED) == coverage.figures(shops.site, **self.ASKED) != before
        transaction.savepoint_rollback(undone)
        assert Counted(shops.site).figures(**self.ASKED) == before
        close_nearest("market")  # the same number of the table's version as what was undone
        carry_out_everything(AT)
        found = Counted(shops.site)
        assert found.figures(**self.ASKED) == coverage.figures(shops.site, **self.ASKED)
        assert found.reaching_all(**self.ASKED) == coverage.reaching_all(shops.site, **self.ASKED)

    def test_at_an_hour_follow_the_hours(self, shops):
        before = Counted(shops.site).figures(**self.ASKED, at=AT, community=XINZHU)
        for one in places.outlets_of(SITE, on=AT.date()):
            places.change_outlet(outlet_id=one.outlet_id, hours="Mo-Su 01:00-02:00", actor=KEEPER, at=AT)
        found = Counted(shops.site).figures(**self.ASKED, at=AT, community=XINZHU)
        assert found == coverage.figures(shops.site, **self.ASKED, at=AT, community=XINZHU) != before

    def test_cost_two_statements_to_trust(self, shops, django_assert_num_queries):
        Counted(shops.site).figures(**self.ASKED, at=AT)
        with django_assert_num_queries(2):
            Counted(shops.site).figures(**self.ASKED, at=AT)
