"""What people type, and what they find first."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yizhan.kernel.api import Actor, Subject, times
from yizhan.search import api as search
from yizhan.search import services
from yizhan.search.tests.things import ITEMS, NUMBERED, THING, clerk, entry, names, numbered, things

pytestmark = pytest.mark.django_db
ANYBODY = Actor()
KINDS = (THING, NUMBERED)


@pytest.fixture
def items():
    search.put(ITEMS)


def find(text: str, actor: Actor = ANYBODY, **more) -> search.Results:
    return search.find(text, actor=actor, kinds=KINDS, **more)


@pytest.mark.usefixtures("items")
class TestWhatComesFirst:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("高龄津贴", "高龄津贴"),
            ("高齡津貼", "高龄津贴"),
            ("高龄津帖", "高龄津贴"),
            ("gaolingjintie", "高龄津贴"),
            ("GaoLing JinTie", "高龄津贴"),
            ("gaolinjintie", "高龄津贴"),
            ("gaolingjintei", "高龄津贴"),
            ("gljt", "高龄津贴"),
            ("80岁补贴", "高龄津贴"),
            ("８０歲補貼", "高龄津贴"),
            ("八十岁补贴", "高龄津贴"),
            ("80 岁 补贴", "高龄津贴"),
            ("老年津贴怎么办理", "高龄津贴"),
            ("长寿金", "高龄津贴"),
            ("津贴", "高龄津贴"),
            ("old age allowance", "高龄津贴"),
            ("old age alowance", "高龄津贴"),
            ("allowances for old age", "高龄津贴"),
            ("身份证丢了", "居民身份证补领"),
            ("我的身份证不见了怎么办", "居民身份证补领"),
            ("身份证遗失", "居民身份证补领"),
            ("身份证过期", "居民身份证到期换领"),
            ("shenfenzheng bu ling", "居民身份证补领"),
            ("lost identity card", "居民身份证补领"),
            ("社保卡丢了", "社会保障卡补领"),
            ("低保", "最低生活保障"),
            ("zuidi", "最低生活保障"),
            ("老年证", "老年人优待证"),
            ("优待", "老年人优待证"),
            ("上户口", "新生儿出生登记"),
            ("免费律师", "法律援助"),
            ("mai cai", "买菜"),
            ("maicai", "买菜"),
            ("lf", "理发"),
            ("理", "理发"),
        ],
    )
    def test_first(self, typed: str, first: str) -> None:
        assert names(find(typed))[:1] == [first]

    @pytest.mark.parametrize("typed", ["宠物美容", "xyzabcq", "核酸检测", "qqqq", "99999", "zebra", "lingqu"])
    def test_nothing(self, typed: str) -> None:
        assert find(typed).hits == ()

    def test_the_title_itself_comes_before_titles_that_begin_with_it(self) -> None:
        search.put([entry("身份证"), entry("身份证明"), entry("办身份证的地方")])
        assert names(find("身份证"))[:3] == ["身份证", "身份证明", "居民身份证补领"] or names(find("身份证"))[:2] == [
            "身份证",
            "身份证明",
        ]

    def test_all_words_come_before_most_words(self) -> None:
        found = find("身份证丢了")
        assert names(found)[0] == "居民身份证补领"
        assert [hit.is_whole for hit in found.hits] == [True, *[False] * (len(found.hits) - 1)]
        assert "社会保障卡补领" not in names(found)

    def test_rare_words_count_more(self) -> None:
        search.put([entry(f"临时工岗位登记{number}") for number in range(30)] + [entry("救助站")])
        assert names(find("临时救助", limit=3))[0] == "临时救助"
        assert "救助站" in names(find("救助登记", limit=5))[:2]

    def test_weight_decides_among_equals(self) -> None:
        search.put([entry("图书馆甲", weight=50), entry("图书馆乙", weight=200), entry("图书馆丙")])
        assert names(find("图书馆")) == ["图书馆乙", "图书馆丙", "图书馆甲"]

    def test_what_was_found_is_marked(self) -> None:
        assert [part.text for part in find("jintie").hits[0].title if part.is_found] == ["津贴"]

    def test_english_readers_see_english(self) -> None:
        with translation.override("en"):
            hit = find("80岁补贴").hits[0]
        assert hit.name == "Old-age allowance"
        assert "".join(part.text for part in hit.subtitle).startswith("A monthly")

    def test_a_hit_leads_to_its_page(self) -> None:
        hit = find("法律援助").hits[0]
        assert hit.url == f"/things/{hit.subject.id}/"

    @pytest.mark.parametrize(
        "text", ["", " ", "%", "_", "%_'", "'", '"', "\\", "\x00", "'; DELETE FROM search_searchentry; --", "长" * 9999]
    )
    def test_any_text_may_be_asked(self, text: str) -> None:
        assert find(text).total == 0 or "DELETE" in text
        assert find("法律援助").total

    @given(st.text(max_size=80))
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_nothing_that_is_typed_breaks_it(self, text: str) -> None:
        find(text, clerk(uuid4()))

    def test_kinds_can_be_chosen(self) -> None:
        assert search.find("法律援助", actor=ANYBODY, kinds=["tests.other"]).total == 0


class TestPages:
    def test_pages(self) -> None:
        search.put([entry(f"便民服务点第{number}号") for number in range(45)])
        first, last = find("便民服务点"), find("便民服务点", page=3)
        assert (first.total, first.pages, len(first.hits), len(last.hits)) == (45, 3, 20, 5)
        assert not {hit.subject for hit in first.hits} & {hit.subject for hit in last.hits}
        assert find("便民服务点", page=99).page == 3
        assert find("便民服务点", page=-1).page == 1

    def test_a_question_that_is_too_wide_says_so(self) -> None:
        search.put([entry(f"便民服务点第{number}号") for number in range(130)])
        assert find("便民服务点").is_cut
        assert find("便民服务点").total == 100


class TestKeeping:
    def test_handing_in_again_changes_it_and_adds_nothing(self) -> None:
        one = entry("旧名字")
        search.put([one, one])
        search.put([search.Entry(kind=one.kind, subject_id=one.subject_id, title="新名字")])
        assert names(find("名字")) == ["新名字"]

    def test_what_was_true_later_stays(self) -> None:
        now = times.utc_now()
        one = entry("新名字")
        search.put([one], at=now)
        search.put(
            [search.Entry(kind=one.kind, subject_id=one.subject_id, title="旧名字")], at=now - timedelta(hours=1)
        )
        assert names(find("名字")) == ["新名字"]

    def test_one_statement_for_a_thousand(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            services._write(services.SearchEntry, [services._entry_row(one, times.utc_now()) for one in ITEMS])

    def test_removing(self, items) -> None:
        search.remove([Subject(THING, ITEMS[0].subject_id), Subject(THING, "never there")])
        assert "高龄津贴" not in names(find("高龄津贴"))

    def test_building_anew_drops_what_is_no_more(self, items, monkeypatch) -> None:
        monkeypatch.setitem(services._kinds, THING, lambda: iter(ITEMS[:3]))
        assert search.rebuild(THING) == 3
        assert find("法律援助").total == 0
        assert find("高龄津贴").total

    def test_filling_leaves_alone_what_is_there(self, monkeypatch) -> None:
        monkeypatch.setattr(services, "_kinds", {THING: lambda: iter(ITEMS[:1])})
        search.fill()
        search.put([entry("法律援助")])
        monkeypatch.setattr(services, "_kinds", {THING: lambda: iter(ITEMS[1:2])})
        search.fill()
        assert find("高龄津贴").total
        assert not find("身份证").total

    def test_a_kind_is_registered_once(self, monkeypatch) -> None:
        monkeypatch.setattr(services, "_kinds", {})
        search.register(THING, list)
        with pytest.raises(ValueError, match="twice"):
            search.register(THING, list)

    def test_an_entry_is_shown_in_its_time(self) -> None:
        search.put([entry("第一版", shown_until=date(2027, 1, 1)), entry("第二版", shown_from=date(2027, 1, 1))])
        assert names(find("版", on=date(2026, 12, 31))) == ["第一版"]
        assert names(find("版", on=date(2027, 1, 1))) == ["第二版"]


class TestWhoSeesWhat:
    def test_staff_entries_are_for_their_organisation(self) -> None:
        office, other = uuid4(), uuid4()
        search.put([entry("内部办事规程", audience=[search.audience_of_organisation(office)])])
        assert find("内部办事规程").total == 0
        assert find("内部办事规程", clerk(other)).total == 0
        assert find("内部办事规程", clerk(other, office)).total == 1

    def test_entries_for_all_staff(self) -> None:
        search.put([entry("工作手册", audience=[search.STAFF])])
        assert find("工作手册").total == 0
        assert find("工作手册", Actor(account_id=uuid4(), staff_id=uuid4())).total == 0
        assert find("工作手册", clerk(uuid4())).total == 1

    def test_the_owner_has_the_last_word(self, monkeypatch) -> None:
        one = entry("看不见的事")
        search.put([one])
        monkeypatch.setattr(things, "hidden", {one.subject_id})
        assert find("看不见的事").total == 0

    @given(st.lists(st.sampled_from(["public", "staff", "a", "b", "c"]), min_size=1, max_size=3), st.booleans())
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_nobody_finds_what_is_for_others(self, audience: list[str], is_staff: bool) -> None:
        offices = {"a": uuid4(), "b": uuid4(), "c": uuid4()}
        shown = [search.audience_of_organisation(offices[one]) if one in offices else one for one in audience]
        one = entry("某某专用条目", audience=shown)
        search.put([one])
        reader = clerk(offices["a"]) if is_staff else ANYBODY
        may = {"public", "staff", "a"} if is_staff else {"public"}
        found = {hit.subject.id for hit in find("专用条目", reader, limit=100).hits}
        assert (one.subject_id in found) == bool(may & set(audience))


class TestNumbers:
    NUMBER = "450103MZ05202611240000123K"

    @pytest.fixture
    def office(self):
        office = uuid4()
        search.put([numbered(self.NUMBER, office), numbered("450103MZ05202611250000456X", office)])
        search.put([numbered("450107MZ05202611240000123K", uuid4())])
        return office

    @pytest.mark.parametrize(
        "typed", [NUMBER, NUMBER.lower(), "450103mz0520261124", "0123K", "00123k", "450103 MZ05 20261124"]
    )
    def test_staff_find_a_case_by_either_end(self, office, typed: str) -> None:
        hits = find(typed, clerk(office)).hits
        assert ["".join(part.text for part in hit.number) for hit in hits] == [self.NUMBER]

    def test_a_wide_beginning_gives_the_newest_first(self, office) -> None:
        hits = find("450103", clerk(office)).hits
        assert [part.text for part in hits[0].number] == ["450103", "MZ05202611250000456X"]
        assert len(hits) == 2

    def test_the_end_is_marked(self, office) -> None:
        assert [(p.text, p.is_found) for p in find("0456X", clerk(office)).hits[0].number][1] == ("0456X", True)

    def test_residents_find_no_numbers(self, office) -> None:
        assert find(self.NUMBER).total == 0
        assert find(self.NUMBER, Actor(account_id=uuid4(), resident_id=uuid4())).total == 0

    def test_other_offices_find_no_numbers(self, office) -> None:
        assert find(self.NUMBER, clerk(uuid4())).total == 0

    def test_a_case_that_moves_is_found_by_its_new_office(self, office) -> None:
        new = uuid4()
        one = numbered("450103MZ05202611240000999A", office)
        search.put([one])
        search.put([search.NumberEntry(**{**vars(one), "audience": [search.audience_of_organisation(new)]})])
        assert find("0999A", clerk(office)).total == 0
        assert find("0999A", clerk(new)).total == 1

    def test_a_case_of_several_offices_is_found_once_by_each(self, office) -> None:
        one, new = numbered("450103MZ05202611240000999A", office), uuid4()
        both = [search.audience_of_organisation(where) for where in (office, new, new)]
        search.put([one])
        search.put([search.NumberEntry(**{**vars(one), "audience": both})])
        assert [find("0999A", clerk(*who)).total for who in ((office,), (new,), (office, new), (uuid4(),))] == [
            1,
            1,
            1,
            0,
        ]

    @pytest.mark.parametrize("typed", ["4501%", "____", "0_23K", "%23K"])
    def test_patterns_are_no_patterns(self, office, typed: str) -> None:
        assert find(typed, clerk(office)).total in {0, 2}
        assert find("____", clerk(office)).total == 0


@pytest.mark.usefixtures("items")
class TestAlso:
    def test_the_other_name_is_told_where_the_title_shows_nothing(self) -> None:
        hit = find("changshou").hits[0]
        assert (hit.name, "".join(part.text for part in hit.also)) == ("高龄津贴", "长寿金")
        assert find("津贴").hits[0].also == ()
