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
