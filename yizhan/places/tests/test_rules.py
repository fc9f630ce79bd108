"""Duplicates, categories, tags, hours as people write them, cells of tables: what is true on paper."""

from datetime import date
from itertools import product
from math import cos, radians
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from yizhan.places.queries import categories as known
from yizhan.places.rules.categories import BASIC_TWELVE, read_categories
from yizhan.places.rules.duplicates import Described, Neighbourhood, is_duplicate, name_parts, phone_digits, similarity
from yizhan.places.rules.opening import check_hours
from yizhan.places.rules.osm_tags import address_of, name_of, phone_of
from yizhan.places.rules.plain_hours import from_plain_words
from yizhan.places.rules.sheets import csv_cell, plain_cell
from yizhan.places.rules.states import (
    FINAL,
    ON_THE_MAP,
    TRANSITIONS,
    OutletAction,
    OutletState,
    is_to_verify,
    next_state,
)
from yizhan.places.services.reading_osm import tag_rules

LON, LAT = 108.3665, 22.8170
METRE = 1 / 111_195.08


def shop(
    name: str, north: float = 0, east: float = 0, category: str = "convenience_store", phone: str = ""
) -> Described:
    lon = LON + east * METRE / cos(radians(LAT))
    return Described(
        key=(name, north, east), name=name, category=category, lon=lon, lat=LAT + north * METRE, phone=phone
    )


class TestDuplicates:
    @pytest.mark.parametrize(
        ("a", "b", "same"),
        [
            (shop("竹溪便利店"), shop("竹溪便利店", 149), True),
            (shop("竹溪便利店"), shop("竹溪便利店", 151), False),
            (shop("竹溪便利店"), shop("竹溪 便利店（样例）", 100), True),
            (shop("竹溪便利店"), shop("新竹溪便利店", 49), True),
            (shop("竹溪便利店"), shop("新竹溪便利店", 51), False),
            (shop("竹溪便利店"), shop("万力便利店", 10), False),
            (shop("美宜佳（新竹店）"), shop("美宜佳（竹溪店）", 20), False),
            (shop("美宜佳（新竹店）"), shop("美宜佳(新竹店)", 20), True),
            (shop("美宜佳（新竹店）"), shop("美宜佳", 20), True),
            (shop("竹溪便利店", phone="0771-2801234"), shop("阿莲小卖部", 150, phone="+86 771 2801234"), True),
            (shop("竹溪便利店", phone="0771-2801234"), shop("阿莲小卖部", 201, phone="07712801234"), False),
            (
                shop("竹溪便利店", phone="0771-2801234"),
                shop("大药房", 20, category="pharmacy", phone="07712801234"),
                False,
            ),
            (shop("竹溪便利店", phone="110"), shop("阿莲小卖部", 20, phone="110"), False),
            (shop("同济"), shop("同济", 40, category="pharmacy"), True),
            (shop("同济"), shop("同济", 60, category="pharmacy"), False),
            (shop(""), shop("", 14), True),
            (shop(""), shop("", 16), False),
            (shop(""), shop("", 5, category="pharmacy"), False),
            (shop(""), shop("竹溪便利店", 5), False),
            (shop("7-ELEVEn"), shop("7-eleven", 100), True),
        ],
    )
    def test_by_name_distance_and_phone(self, a: Described, b: Described, same: bool) -> None:
        assert is_duplicate(a, b) is same
        assert is_duplicate(b, a) is same

    def test_the_neighbourhood_finds_what_a_look_at_everything_finds(self) -> None:
        names = ("竹溪便利店", "竹溪便利店（样例）", "大药房", "")
        grid = product(names, range(-450, 451, 150), range(-450, 451, 150))
        known_ones = [shop(name, north + 3 * len(name), east) for name, north, east in grid]
        around = Neighbourhood(known_ones)
        for name, north, east in product(names, (-400, 0, 77, 221, 600), (-222, 0, 130, 444)):
            new = shop(name, north, east)
            found = around.duplicate_of(new)
            everything = [one for one in known_ones if is_duplicate(one, new)]
            assert (found is None) == (not everything)
            assert found is None or found in everything

    @settings(deadline=None)
    @given(a=st.text("竹溪便利店ab ", max_size=8), b=st.text("竹溪便利店ab ", max_size=8))
    def test_likeness_is_the_share_of_pieces_in_common(self, a: str, b: str) -> None:
        assert similarity(a, b) == similarity(b, a)
        assert 0 <= similarity(a, b) <= 1
        if len(a) > 1 and len(b) > 1:
            rest = [b[n : n + 2] for n in range(len(b) - 1)]
            shared = sum(1 for n in range(len(a) - 1) if a[n : n + 2] in rest and not rest.remove(a[n : n + 2]))
            assert similarity(a, b) == pytest.approx(2 * shared / (len(a) + len(b) - 2))

    def test_parts_and_digits(self) -> None:
        assert name_parts("美宜佳（新竹店）") == ("美宜佳", "新竹店")
        assert name_parts("竹溪 便利店") == ("竹溪便利店", "")
        written = ("+86 771-280 1234", "0771 2801234", "１３９００００００２１", "+86 13900000021")
        read = ["07712801234", "07712801234", "13900000021", "13900000021"]
        assert [phone_digits(one) for one in written] == read


class TestCategories:
    def test_the_twelve_are_leaves_of_the_basic_branch(self) -> None:
        assert [known.category(code).parent for code in BASIC_TWELVE] == ["basic"] * 12
        assert {one.code for one in known.leaves() if one.parent == "basic"} == set(BASIC_TWELVE)

    def test_every_branch_has_leaves_and_both_titles(self) -> None:
        branches = [one for one in known.categories() if not one.is_leaf]
        assert len(branches) == 8
        for one in known.categories():
            assert one.title
            assert one.title_en
        for branch in branches:
            assert any(one.parent == branch.code for one in known.leaves())

    def test_a_code_or_a_title_names_a_leaf(self) -> None:
        for text in ("pharmacy", "药店", " Pharmacy "):
            assert known.code_of_title(text) == "pharmacy"
        assert known.code_of_title("基本保障") is None

    @pytest.mark.parametrize(
        ("said", "code"), [("理发", "hairdresser"), ("餐饮", "restaurant"), ("农贸市场", "market")]
    )
    def test_the_words_of_lists_name_a_leaf_too(self, said, code) -> None:
        assert known.code_of_title(said) == code
        assert said in {word for _, leaves in known.what_to_write() for _, words in leaves for word in words}

    @pytest.mark.parametrize(
        ("also", "fault"),
        [({"a": ["乙"]}, "two leaves"), ({"a": ["丙", "丙"]}, "two leaves"), ({"c": ["丙"]}, "no leaf")],
    )
    def test_a_word_for_two_leaves_or_for_none_is_refused(self, also, fault) -> None:
        leaves = {"a": ["甲", "A", "shop"], "b": ["乙", "B", "shop"]}
        branch = {"code": "x", "title": "种", "title_en": "X", "icon": "shop", "leaves": leaves}
        version = {"from": date(2026, 1, 1), "also_called": also, "branches": [branch]}
        with pytest.raises(ValueError, match=fault):
            read_categories({"versions": [version]}, date(2026, 1, 1))

    def test_a_category_twice_is_refused(self) -> None:
        branch = {"code": "a", "title": "甲", "title_en": "A", "icon": "shop", "leaves": {"a": ["甲", "A", "shop"]}}
        with pytest.raises(ValueError, match="twice"):
            read_categories({"versions": [{"from": date(2026, 1, 1), "branches": [branch]}]}, date(2026, 1, 1))

    def test_later_versions_hold_from_their_day(self) -> None:
        branch = {"code": "a", "title": "甲", "title_en": "A", "icon": "shop", "leaves": {"b": ["乙", "B", "shop"]}}
        versions = {"versions": [
            {"from": date(2026, 1, 1), "branches": [branch]},
            {"from": date(2027, 1, 1), "branches": [branch | {"title": "丙"}]},
        ]}  # fmt: skip
        assert read_categories(versions, date(2026, 12, 31))[0].title == "甲"
        assert read_categories(versions, date(2027, 1, 1))[0].title == "丙"

    def test_every_icon_is_drawn(self) -> None:

        icons = (Path(known.__file__).resolve().parents[2] / "look/static/look/icons.svg").read_text(encoding="utf-8")
        assert all(f'id="i-{one.icon}"' in icons for one in known.categories())


class TestTags:
    @pytest.mark.parametrize(
        ("tags", "category"),
        [
            ({"shop": "convenience"}, "convenience_store"),
            ({"shop": "supermarket", "name": "家家乐"}, "supermarket"),
            ({"amenity": "marketplace"}, "market"),
            ({"shop": "pet;convenience"}, "pet_service"),
            ({"shop": "whatever"}, "general_shop"),
            ({"shop": "vacant"}, None),
            ({"shop": "convenience", "access": "private"}, None),
            ({"amenity": "fast_food", "name": "老王包子铺"}, "breakfast"),
            ({"amenity": "clinic", "name": "新竹社区卫生服务站"}, "health_centre"),
            ({"amenity": "pharmacy", "healthcare": "pharmacy"}, "pharmacy"),
            ({"amenity": "social_facility", "social_facility": "nursing_home"}, "care_home"),
            ({"amenity": "bench"}, None),
            ({"highway": "residential"}, None),
        ],
    )
    def test_which_category(self, tags: dict[str, str], category: str | None) -> None:
        assert tag_rules().category_of(tags) == category

    def test_every_category_of_the_tags_is_known_and_every_basic_one_has_tags(self) -> None:
        rules = tag_rules()
        named = set(rules.by_tag.values()) | {one[0] for one in rules.by_name} | set(rules.other.values())
        assert named <= {one.code for one in known.leaves()}
        assert set(BASIC_TWELVE) <= named

    def test_name_phone_and_address(self) -> None:
        assert name_of({"name": "Shop", "name:zh": " 竹溪  便利店 "}) == "竹溪 便利店"
        assert phone_of({"phone": "0771-1; 0771-2"}) == "0771-1"
        assert address_of({"addr:street": "竹溪大道", "addr:housenumber": "1号"}) == "竹溪大道1号"
        assert address_of({"addr:street": "Kaisaniementie", "addr:housenumber": "5"}) == "Kaisaniementie 5"


class TestPlainHours:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("周一至周五 8:00-12:00、14:30-18:00；节假日休息", "Mo-Fr 08:00-12:00,14:30-18:00; PH off"),
            ("每天8点到22点", "Mo-Su 08:00-22:00"),
            ("8点30分到20点", "08:30-20:00"),
            ("24小时", "24/7"),
            ("全天24小时营业", "24/7"),
            ("8:00～22:00", "08:00-22:00"),
            ("Mo-Fr 8:00-18:00", "Mo-Fr 08:00-18:00"),
            ("工作日 9:00-17:00", "Mo-Fr 09:00-17:00"),
            ("周一、三、五 9:00-12:00", "Mo,We,Fr 09:00-12:00"),
            ("周一至五9点-17点", "Mo-Fr 09:00-17:00"),
            ("周一至周六 07:30–21:00，周日休息", "Mo-Sa 07:30-21:00; Su off"),
            ("18:00-次日2:00", "18:00-02:00"),
            ("星期一至星期五9:00-17:00;周末10:00-16:00", "Mo-Fr 09:00-17:00; Sa,Su 10:00-16:00"),
            ("Mo-Fr 10:00-12:00, We 14:00-16:00", "Mo-Fr 10:00-12:00, We 14:00-16:00"),
        ],
    )
    def test_as_the_sign_says_it(self, written: str, read: str) -> None:
        assert from_plain_words(written) == read
        check_hours(read)

    def test_what_is_not_understood_is_left_for_the_check(self) -> None:
        assert "早上" in from_plain_words("早上八点开门")

    @settings(deadline=None)
    @given(text=st.text("周一二五至到、，；节假日休息0189:.-点每天 ", max_size=30))
    def test_reading_twice_changes_nothing_more(self, text: str) -> None:
        once = from_plain_words(text)
        assert from_plain_words(once) == from_plain_words(from_plain_words(once))


class TestCells:
    @pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "\r=1"])
    def test_formulas_go_out_as_text(self, text: str) -> None:
        assert csv_cell(text) == f"'{text}"
        assert plain_cell(csv_cell(text)) == text

    def test_numbers_and_plain_texts_stay(self) -> None:
        assert [csv_cell(one) for one in (-1.5, 3, None, "竹溪", "'quoted")] == ["-1.5", "3", "", "竹溪", "'quoted"]
        assert plain_cell("'quoted") == "'quoted"


class TestStates:
    def test_every_state_is_reached_and_no_path_leaves_the_table(self) -> None:
        reached, fresh = {OutletState.STANDING}, {OutletState.STANDING}
        while fresh:
            fresh = {after for (before, _a), after in TRANSITIONS.items() if before in fresh} - reached
            reached |= fresh
        assert reached == set(OutletState)
        assert all(
            next_state(state, action) in {*OutletState, None} for state in OutletState for action in OutletAction
        )
        assert not FINAL

    def test_what_is_closed_is_only_seen_again(self) -> None:
        taken = {action for action in OutletAction if next_state(OutletState.CLOSED, action)}
        assert taken == {OutletAction.SEE}
        assert OutletState.CLOSED not in ON_THE_MAP

    @pytest.mark.parametrize(("days", "expected"), [(0, False), (90, False), (91, True)])
    def test_ninety_days(self, days: int, expected: bool) -> None:
        seen = date.fromordinal(date(2026, 11, 24).toordinal() - days)
        assert is_to_verify(OutletState.STANDING, seen, date(2026, 11, 24)) is expected
        assert is_to_verify(OutletState.DOUBTED, seen, date(2026, 11, 24))
        assert not is_to_verify(OutletState.CLOSED, seen, date(2026, 11, 24))


def test_the_data_files_say_where_they_are_from() -> None:

    data = Path(known.__file__).resolve().parents[1] / "data"
    assert yaml.safe_load((data / "osm_tags.yaml").read_text(encoding="utf-8"))["source"]
    assert all(
        one["source"] for one in yaml.safe_load((data / "categories.yaml").read_text(encoding="utf-8"))["versions"]
    )
