"""The sample homes: many, marked as samples, found by place."""

import pytest
from django.db import IntegrityError, transaction

from yizhan.territory import api as territory
from yizhan.territory import demo
from yizhan.territory.models import Compound

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    city = {}
    demo.build(city)
    return city


def test_the_pilots_have_homes_and_all_are_samples(city):
    for code, dwelling_ids in city["dwellings"].items():
        found = territory.dwellings(dwelling_ids)
        assert len(found) == len(dwelling_ids) == 144
        assert all(home.is_sample and home.community == code for home in found.values())


def test_a_door_has_a_label(city):
    compound = territory.compounds(under="450103001005")[0]
    door = territory.dwellings_in(compound_id=compound.compound_id)[0]

    assert door.label == f"{compound.name} 1栋 1单元 101"


def test_many_doors_are_one_query(city, django_assert_num_queries):
    with django_assert_num_queries(1):
        territory.dwellings(city["dwellings"]["450103001005"])


def test_a_compound_lies_in_a_community():
    with pytest.raises(IntegrityError), transaction.atomic():
        Compound.objects.create(community_id="450103001000", name="错放的小区")


def test_the_homes_of_a_place_stand_at_the_doors_of_their_buildings(city, django_assert_num_queries):
    with django_assert_num_queries(1):
        homes = territory.homes_of("450103")

    assert sum(home.dwellings for home in homes) == 3 * 144
    assert all(home.is_sample for home in homes)
    assert len({(home.lon, home.lat) for home in homes}) == len(homes) == 18


def test_a_building_without_a_position_stands_at_its_compound_s(city):
    compound = Compound.objects.filter(community="450107006010").first()
    compound.buildings.update(lon=None, lat=None)

    there = [home for home in territory.homes_of("450107006010") if home.compound_id == compound.id]

    assert {(home.lon, home.lat) for home in there} == {(compound.lon, compound.lat)}


def test_homes_come_in_pages_and_by_box(city):
    first = territory.homes_of("4501", limit=5)
    second = territory.homes_of("4501", limit=5, after=first[-1].home_id)
    box = (first[0].lon - 1e-5, first[0].lat - 1e-5, first[0].lon + 1e-5, first[0].lat + 1e-5)

    assert [home.home_id for home in (*first, *second)] == [home.home_id for home in territory.homes_of("4501")][:10]
    assert territory.homes_of("4501", box=box) == first[:1]
