"""Divisions as data: found by code, through time, and called as people call them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from yizhan.kernel.api import NotFound
from yizhan.territory import api as territory
from yizhan.territory.models import Division
from yizhan.territory.rules.divisions import is_statistical

pytestmark = pytest.mark.django_db

XINZHU = "450103001005"


class TestDivision:
    def test_the_four_pilots_are_there(self):
        codes = (XINZHU, "450103004003", "450103400002", "450107006010")
        names = territory.full_names(codes)

        assert [names[code] for code in codes] == [
            "青秀区 新竹街道 新竹社区",
            "青秀区 南湖街道 凤岭北社区",
            "青秀区 仙葫经济开发区 蓉茉社区",
            "西乡塘区 新阳街道 万力社区",
        ]

    @pytest.mark.parametrize(
        ("code", "name"),
        [("450103000000", "青秀区"), ("450103001000", "青秀区 新竹街道"), ("450100000000", "南宁市")],
    )
    def test_full_names_of_higher_levels(self, code, name):
        assert territory.full_name(code) == name

    @pytest.mark.parametrize("code", ["", "450103001999", "no code", "45010300100\x00"])
    def test_an_unknown_code_is_not_found(self, code):
        with pytest.raises(NotFound):
            territory.division(code)
        with pytest.raises(NotFound):
            territory.full_name(code)

    def test_a_code_that_ended_leads_to_its_successor(self):
        assert territory.division("450127000000").name == "横县"
        assert territory.division("450127000000", on=date(2020, 1, 1)).name == "横县"
        assert territory.division("450127000000", on=date(2021, 2, 3)).code == "450181000000"

    def test_one_that_was_divided_has_no_single_successor(self):
        with pytest.raises(NotFound):
            territory.division("450121000000", on=date(2026, 1, 1))


class TestLists:
    def test_twelve_districts_and_counties(self):
        assert len(territory.districts()) == 12
        assert "横县" in {one.name for one in territory.districts(on=date(2020, 1, 1))}

    def test_communities_of_a_sub_district(self):
        found = territory.communities(under="450103001000")

        assert len(found) == 12
        assert found[0].short_name == "新竹社区"
        assert found == territory.communities(under="450103001")

    def test_statistical_rows_are_kept_but_marked(self):
        everything = territory.communities(under="4501", with_statistical=True)
        real = territory.communities(under="4501")

        assert len(everything) == 1856
        assert {one.name for one in everything} - {one.name for one in real} >= {"青秀山虚拟社区", "里建农场生活区"}

    def test_sub_districts(self):
        assert "新竹街道" in {one.name for one in territory.subdistricts(under="450103")}


class TestRules:
    @pytest.mark.parametrize(
        ("prefix", "inside"),
        [("4501", True), ("450100", True), ("450103000000", True), ("450103001", True), ("450107", False), ("", True)],
    )
    def test_is_within(self, prefix, inside):
        assert territory.is_within(XINZHU, prefix) is inside

    def test_short_names(self):
        names = ["新竹社区居委会", "葛麻村委会", "青秀区", "居委会"]

        assert [territory.short_name(name) for name in names] == ["新竹社区", "葛麻村", "青秀区", "居委会"]

    def test_statistical_names(self):
        assert [is_statistical(name) for name in ("青秀山虚拟社区", "廖平农场虚拟生活区", "新竹社区居委会")] == [
            True,
            True,
            False,
        ]


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"code": "45010300100"},
            {"code": "45010300100x"},
            {"parent_id": "450103001999"},
            {"valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 1)},
            {"succeeded_by_id": XINZHU},
        ],
    )
    def test_a_division_that_cannot_be(self, wrong):
        row = {"code": "450103001999", "level": "community", "kind": "community", "name": "新社区"} | wrong

        with pytest.raises(IntegrityError), transaction.atomic():
            Division.objects.create(**row)


def test_loading_again_changes_nothing():
    Division.objects.filter(pk=XINZHU).update(name="新竹社区改名居委会")

    territory.load_reference_data()

    assert Division.objects.count() == 2011
    assert territory.division(XINZHU).name == "新竹社区改名居委会"
