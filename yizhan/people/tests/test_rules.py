"""Numbers, names, ages, levels, acting and territories, by what they mean."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.people.rules import acting, ages, identity, levels, names, organisations, phones
from yizhan.people.rules.identity import IdentityFault, IdentityKind, Sex

TODAY = date(2026, 11, 24)


class TestIdentityNumbers:
    @pytest.mark.parametrize(
        ("number", "born_on", "sex", "kind"),
        [
            ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE, IdentityKind.CITIZEN),
            ("450103194001010013", date(1940, 1, 1), Sex.MALE, IdentityKind.CITIZEN),
            ("45010320150601002X", date(2015, 6, 1), Sex.FEMALE, IdentityKind.CITIZEN),
            ("450107193507180037", date(1935, 7, 18), Sex.MALE, IdentityKind.CITIZEN),
            ("83000019810715006X", date(1981, 7, 15), Sex.FEMALE, IdentityKind.RESIDENCE_PERMIT),
        ],
    )
    def test_good_numbers_tell_birth_and_sex(self, number, born_on, sex, kind):
        parsed = identity.parse_identity_number(number, today=TODAY)
        assert (parsed.number, parsed.born_on, parsed.sex, parsed.kind) == (number, born_on, sex, kind)

    @pytest.mark.parametrize(
        "text", ["11010519491231002x", " 110105 19491231 002x ", "１１０１０５１９４９１２３１００２ｘ"]
    )
    def test_other_ways_to_type_the_same_number(self, text):
        assert identity.parse_identity_number(text, today=TODAY).number == "11010519491231002X"

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("450103194602290014", IdentityFault.NO_SUCH_DAY),
            ("", IdentityFault.EMPTY),
            ("   ", IdentityFault.EMPTY),
            ("450103400101001", IdentityFault.OLD_FIFTEEN),
            ("4501031940010100", IdentityFault.LENGTH),
            ("45010319400101001A", IdentityFault.CHARACTERS),
            ("4501031940010100\x003", IdentityFault.CHARACTERS),
            ("990103194001010013", IdentityFault.REGION),
            ("450103194001010014", IdentityFault.CHECK_DIGIT),
            (identity.with_check_digit("45010320270101001"), IdentityFault.FUTURE),
            (identity.with_check_digit("45010318000101001"), IdentityFault.NO_SUCH_DAY),
            ("٤50103194001010013", IdentityFault.CHARACTERS),
        ],
    )
    def test_wrong_numbers_say_why(self, text, fault):
        with pytest.raises(identity.IdentityNumberWrong) as refused:
            identity.parse_identity_number(text, today=TODAY)
        assert refused.value.fault is fault

    def test_the_refusal_and_the_parsed_number_never_show_the_number(self):
        with pytest.raises(identity.IdentityNumberWrong) as refused:
            identity.parse_identity_number("450103194602290014", today=TODAY)
        assert "450103" not in str(refused.value)
        assert "450103" not in repr(identity.parse_identity_number("450103194001010013", today=TODAY))

    @given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
    def test_every_completed_number_is_read_back(self, born_on, sequence):
        number = identity.with_check_digit(f"450107{born_on:%Y%m%d}{sequence:03}")
        parsed = identity.parse_identity_number(number, today=TODAY)
        assert (parsed.born_on, parsed.sex) == (born_on, Sex.MALE if sequence % 2 else Sex.FEMALE)

    @given(st.text(max_size=30))
    def test_any_text_is_read_or_refused_and_nothing_else(self, text):
        with contextlib.suppress(identity.IdentityNumberWrong):
            identity.parse_identity_number(text, today=TODAY)

    def test_organisation_code(self):
        assert identity.parse_organisation_code(" 91350100m000100y43 ") == "91350100M000100Y43"
        with pytest.raises(identity.OrganisationCodeWrong):
            identity.parse_organisation_code("91350100M000100Y44")


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "农秀珍",
            "阿卜杜拉·买买提",
            "𠮷野",
            "O'Brien-de la Cruz",
            "名" * 50,
            "<b>韦</b>",
            "韦 海 燕",
            "\U000323af某",
            "mary Ann",
        ],
    )
    def test_names_are_kept_as_they_are(self, name):
        assert names.parse_name(f"  {name}\u3000") == name

    def test_other_dots_become_the_dot_of_names(self):
        assert names.parse_name("阿依古丽・吐尔逊") == "阿依古丽·吐尔逊"

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("", names.NameFault.EMPTY),
            (" \u3000\t", names.NameFault.EMPTY),
            ("\x00", names.NameFault.CHARACTERS),
            ("韦\x00海燕", names.NameFault.CHARACTERS),
            ("韦\u202e海燕", names.NameFault.CHARACTERS),
            ("韦\n海燕", names.NameFault.CHARACTERS),
            ("\ud800", names.NameFault.CHARACTERS),
            ("名" * 51, names.NameFault.TOO_LONG),
        ],
    )
    def test_what_is_no_name(self, text, fault):
        with pytest.raises(names.NameWrong) as refused:
            names.parse_name(text)
        assert refused.value.fault is fault

    def test_sort_key_is_pinyin(self):
        people = ["韦海燕", "农秀珍", "梁少芬", "莫小兰", "覃玉兰"]
        assert sorted(people, key=names.name_key) == ["梁少芬", "莫小兰", "农秀珍", "覃玉兰", "韦海燕"]
        assert names.name_key("单秀") == "shan4 xiu4"

    @given(st.text(max_size=60))
    def test_any_text_is_a_name_or_refused(self, text):
        try:
            name = names.parse_name(text)
        except names.NameWrong:
            return
        assert 1 <= len(name) <= 50
        assert "\x00" not in name
        assert names.parse_name(name) == name


class TestPhones:
    @pytest.mark.parametrize(
        "text", ["13900000001", "139 0000 0001", "+86 139-0000-0001", "008613900000001", "１３９００００" + "０００１"]
    )
    def test_ways_to_type_one(self, text):
        assert phones.parse_phone(text) == "13900000001"

    @pytest.mark.parametrize("text", ["", "12900000001", "1390000000", "139000000012", "0771-5501234", "1390000000a"])
    def test_what_is_none(self, text):
        with pytest.raises(phones.PhoneWrong):
            phones.parse_phone(text)


class TestAges:
    def test_the_age_is_reached_on_the_birthday(self):
        born = date(1947, 3, 2)
        assert ages.age_on(born, date(2027, 3, 1)) == 79
        assert ages.age_on(born, date(2027, 3, 2)) == 80

    def test_leap_day_births_reach_it_on_the_first_of_march(self):
        born = date(1944, 2, 29)
        assert ages.reaches_age_on(born, 81) == date(2025, 3, 1)
        assert ages.reaches_age_on(born, 80) == date(2024, 2, 29)
        assert ages.age_on(born, date(2025, 2, 28)) == 80

    @given(st.dates(date(1900, 1, 1), date(2026, 12, 31)), st.integers(0, 120))
    def test_reaching_and_counting_agree(self, born, age):
        day = ages.reaches_age_on(born, age)
        assert ages.age_on(born, day) == age
        assert age == 0 or ages.age_on(born, day - timedelta(days=1)) == age - 1

    def test_nobody_has_an_age_before_birth(self):
        with pytest.raises(ValueError):
            ages.age_on(date(2026, 1, 2), date(2026, 1, 1))


class TestLevels:
    @given(st.sampled_from(levels.Level), st.sampled_from(levels.CheckMethod))
    def test_a_check_never_lowers(self, level, method):
        assert levels.level_after(level, method) >= level

    def test_a_card_brought_by_somebody_else_is_not_a_desk_check(self):
        assert levels.level_after(levels.Level.NONE, levels.CheckMethod.DOCUMENT_BY_AGENT) == 2
        assert levels.level_after(levels.Level.PHONE, levels.CheckMethod.DOCUMENT_AT_DESK) == 3


class TestActing:
    def test_scopes(self):
        assert acting.covers({"all"}, "matters")
        assert acting.covers({"matters"}, "matters.old_age_allowance")
        assert not acting.covers({"matters.old_age_allowance"}, "matters")
        assert not acting.covers({"matters"}, "reads")
        assert not acting.covers((), "matters")

    def test_the_period_is_half_open(self):
        start, end = date(2026, 1, 1), date(2026, 2, 1)
        assert acting.holds_on(start, end, date(2026, 1, 31))
        assert not acting.holds_on(start, end, end)
        assert acting.holds_on(start, None, date(2099, 1, 1))


class TestTerritories:
    def test_the_smallest_office_that_holds_the_place_is_responsible(self):
        class Office:
            def __init__(self, territory):
                self.territory = territory

        city, district = Office("450100000000"), Office("450107")
        assert organisations.most_specific([city, district], "450107006010") is district
        assert organisations.most_specific([city, district], "450103001005") is city
        assert organisations.most_specific([district], "450103001005") is None
        assert organisations.most_specific([city, district], "440103001005") is None

    def test_prefixes(self):
        assert organisations.territory_prefix("450103001005") == "450103001005"
        assert organisations.territory_prefix("450103001000") == "450103001"
        assert organisations.territory_prefix("450110000000") == "450110"
