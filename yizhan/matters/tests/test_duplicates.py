"""The same matter filed twice: refused with a pointer to the first, in whatever community; and what looks alike."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from yizhan.look.testing import plain_static_files
from yizhan.matters import api as matters
from yizhan.matters.models import Case, CaseKey
from yizhan.matters.rules.duplicates import Likeness, by_likeness, likenesses, same_digits, same_person
from yizhan.matters.testing import (
    ALL_SEEN,
    ANSWERS,
    ITEM,
    NOON,
    bring_to,
    draft,
    filing_town,
    make_town,
    seen,
    take_in,
)
from yizhan.people import api as people_api
from yizhan.people import testing as people

State = matters.State
LATER = NOON + timedelta(days=1)

# ── the rule ──

digests = st.frozensets(st.sampled_from([b"a", b"b", b"c"]), max_size=2)
keys = st.fixed_dictionaries({}, optional=dict.fromkeys(Likeness, digests))


@given(keys, keys)
def test_likeness_against_its_sentence(mine, other):
    slow = [kind for kind in Likeness if any(one in other.get(kind, ()) for one in mine.get(kind, ()))]
    assert list(likenesses(mine, other)) == slow
    assert likenesses(mine, other) == likenesses(other, mine)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(list(Likeness))), max_size=8))
def test_cases_with_the_weightiest_likeness_come_first(pairs):
    found = by_likeness(pairs)
    assert set(found) == {case for case, _kind in pairs}
    weights = [list(Likeness).index(kinds[0]) for kinds in found.values()]
    assert weights == sorted(weights)


@pytest.mark.parametrize(
    "typed", ["6217 0000 0000 0000 019", "6217-0000-0000-0000-019", "６２１７００００００００００００019"]
)
def test_an_account_is_the_same_however_it_is_typed(typed):
    assert same_digits(typed) == "6217000000000000019"


@pytest.mark.parametrize("typed", ["", "-", "12345", "不知道"])
def test_what_is_no_number_is_compared_with_nothing(typed):
    assert same_digits(typed) == ""


def test_a_person_is_the_same_by_name_and_birthday_alone():
    assert same_person("热依汗·买买提", date(1950, 1, 2)) == same_person("热依汗买买提", date(1950, 1, 2))
    assert same_person("农秀珍", None) == same_person("", date(1950, 1, 2)) == ""
    assert same_person("农秀珍", date(1950, 1, 2)) != same_person("农秀珍", date(1950, 1, 3))


# ── the second case ──


@pytest.fixture
def town():
    return make_town()


@pytest.mark.django_db
class TestTheSecondCase:
    def refused(self, town, clerk) -> matters.CaseAlreadyOpen:
        with pytest.raises(matters.CaseAlreadyOpen) as caught, transaction.atomic():
            take_in(town, clerk=clerk, at=LATER)
        return caught.value

    def test_another_community_is_told_where_when_and_how_far_and_no_number(self, town):
        case_id = bring_to(town, State.EXAMINING)
        refusal = self.refused(town, town.other_clerk)
        reference = Case.objects.get(pk=case_id).reference
        assert refusal.facts == {
            "first_desk": "新竹社区综合窗口",
            "first_on": "2026-11-24",
            "first_state": "examining",
            "first_reference": "",
        }
        assert "新竹社区综合窗口 11月24日收的件，现在“审查”" in refusal.text
        assert reference[-5:] not in refusal.text

    def test_whoever_sees_the_first_is_told_its_number(self, town):
        case_id = bring_to(town, State.RECEIVED)
        refusal = self.refused(town, town.clerk)
        reference = Case.objects.get(pk=case_id).reference
        assert refusal.facts["first_reference"] == reference
        assert reference in refusal.text

    def test_nobody_is_named_in_it(self, town):
        bring_to(town, State.EXAMINING)
        refusal = self.refused(town, town.other_clerk)
        for hidden in ("农秀珍", town.mother.id_number, "6217000000000000019"):
            assert hidden not in refusal.text + str(refusal.facts)

    def test_the_filer_at_home_is_pointed_to_it(self):
        town = filing_town()
        case_id = bring_to(town, State.RECEIVED)
        with pytest.raises(matters.CaseAlreadyOpen) as caught:
            draft(town)
        assert caught.value.facts["first_reference"] == Case.objects.get(pk=case_id).reference

    def test_the_database_refuses_it_without_us(self, town):
        case_id = take_in(town)
        copied = [column.column for column in Case._meta.concrete_fields]
        changed = {
            "id": "gen_random_uuid()",
            "reference": "'X' || substr(reference, 2)",
            "pickup_index": "'\\x00'::bytea",
        }
        chosen = ", ".join(changed.get(column, f'"{column}"') for column in copied)
        names = ", ".join(f'"{column}"' for column in copied)
        statement = f"INSERT INTO matters_case ({names}) SELECT {chosen} FROM matters_case WHERE id = %s"
        with pytest.raises(IntegrityError, match="case_one_open_per_item"), transaction.atomic():
            connection.cursor().execute(statement, [case_id])


def test_of_two_desks_at_the_same_second_one_wins_and_the_other_is_told_which(committed_db, town):
    start = Barrier(2)
    clerks = {"新竹社区综合窗口": town.clerk, "万力社区综合窗口": town.other_clerk}
    for actor in clerks.values():
        matters.receive_visitor(actor=actor, card=seen(town.mother), agent=None, at=NOON)
        matters.record_household(actor=actor, division=people.WANLI, at=NOON)

    def file_at(desk: str) -> object:
        try:
            start.wait(10)
            return matters.take_in_case(
                actor=clerks[desk], item_code=ITEM, answers=ANSWERS, materials=ALL_SEEN, at=NOON
            )
        except matters.CaseAlreadyOpen as refusal:
            return refusal.facts["first_desk"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(clerks, pool.map(file_at, clerks), strict=True))
    (winner,) = [desk for desk, answer in found.items() if not isinstance(answer, str)]
    (loser,) = set(found) - {winner}
    assert found[loser] == winner
    assert Case.objects.count() == 1


# ── what looks alike ──


def neighbour_files(town, *, name="农秀梅", answers=None, at=LATER, **particulars):
    """Another old resident at the other desk, for the same item; with the same card unless told otherwise."""
    other = people.make_resident(name, hukou_division=people.WANLI, phone="13900000009", **particulars)
    matters.receive_visitor(actor=town.other_clerk, card=seen(other), agent=None, at=at)
    matters.record_household(actor=town.other_clerk, division=people.WANLI, at=at)
    return matters.take_in_case(
        actor=town.other_clerk, item_code=ITEM, answers=answers or ANSWERS, materials=ALL_SEEN, at=at
    )


OWN_CARD = {**ANSWERS, "card_number": "6217000000000000027"}


@pytest.mark.django_db
class TestWhatLooksAlike:
    def test_the_same_account_is_pointed_out_across_communities(self, town):
        bring_to(town, State.EXAMINING)
        (found,) = matters.possible_duplicates(town.other_clerk, neighbour_files(town))
        assert found.likenesses == (Likeness.ACCOUNT,)
        assert (found.desk, found.reference, found.case_id) == ("新竹社区综合窗口", "", None)

    def test_one_person_registered_twice_is_pointed_out(self, town):
        bring_to(town, State.EXAMINING)
        case_id = neighbour_files(town, name=town.mother.name, answers=OWN_CARD, born_on=town.mother.born_on)
        (found,) = matters.possible_duplicates(town.other_clerk, case_id)
        assert found.likenesses == (Likeness.PERSON,)

    def test_the_office_sees_number_and_way_to_the_other_case(self, town):
        first = bring_to(town, State.EXAMINING)
        second = neighbour_files(town)
        matters.accept_case(actor=town.other_clerk, case_id=second, at=LATER)
        (found,) = matters.possible_duplicates(town.examiner, second)
        assert found.case_id == first
        assert found.reference == Case.objects.get(pk=first).reference

    def test_different_people_with_different_cards_are_not_alike(self, town):
        bring_to(town, State.EXAMINING)
        assert matters.possible_duplicates(town.other_clerk, neighbour_files(town, answers=OWN_CARD)) == ()

    def test_a_case_that_was_withdrawn_is_not_pointed_to(self, town):
        first = take_in(town)
        matters.withdraw_case(actor=town.as_mother, case_id=first, at=NOON)
        assert matters.possible_duplicates(town.other_clerk, neighbour_files(town)) == ()

    def test_a_stranger_to_the_case_learns_nothing(self, town):
        bring_to(town, State.EXAMINING)
        second = neighbour_files(town)
        assert matters.possible_duplicates(town.clerk, second) == ()
        assert matters.possible_duplicates(town.as_daughter, second) == ()

    def test_what_is_kept_cannot_be_read(self, town):
        take_in(town)
        kept = list(CaseKey.objects.all())
        assert {one.kind for one in kept} == {"account", "person"}
        assert all(len(bytes(one.digest)) == 32 for one in kept)
        assert not any(b"6217" in bytes(one.digest) for one in kept)

    def test_a_case_filed_at_home_is_compared_too(self):
        town = filing_town()
        case_id = draft(town)
        assert not CaseKey.objects.filter(case_id=case_id).exists()

    def test_one_home_counts_where_a_household_is_told_of(self):
        kept = [people.make_resident(name, address=address) for name, address in HOMES]
        first, same, other = (people_api.home_key(resident_id=one.id) for one in kept)
        assert first == same != other
        assert people_api.home_key(resident_id=uuid4()) is None


HOMES = (("农秀珍", "新竹路 12 号 3 栋 501"), ("农小明", "新竹路12号3栋501"), ("黄秀兰", "新竹路12号3栋502"))


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def _now(self):
        with time_machine.travel(LATER, tick=False), plain_static_files():
            yield

    def as_(self, client, actor) -> None:
        account = people.Account.objects.get(pk=actor.account_id)
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")

    def test_the_desk_is_told_before_anything_is_typed(self, client, town):
        bring_to(town, State.EXAMINING)
        matters.receive_visitor(actor=town.other_clerk, card=seen(town.mother), agent=None, at=LATER)
        self.as_(client, town.other_clerk)
        page = client.get(f"/desk/intake/{ITEM}/").content.decode()
        assert "已经在办，不能再收" in page
        assert "新竹社区综合窗口 11月24日收的件" in page

    def test_the_desk_is_told_of_the_same_account_as_it_is_typed(self, client, town):
        bring_to(town, State.EXAMINING)
        other = people.make_resident("农秀梅", hukou_division=people.WANLI, phone="13900000009")
        matters.receive_visitor(actor=town.other_clerk, card=seen(other), agent=None, at=LATER)
        self.as_(client, town.other_clerk)
        typed = {"act": "refresh", **{f"a-{name}": value for name, value in ANSWERS.items()}}
        page = client.post(f"/desk/intake/{ITEM}/", typed).content.decode()
        assert "可能重复，请核对" in page
        assert "收款账号相同" in page

    def test_the_office_is_told_on_the_case_page(self, client, town):
        first = bring_to(town, State.EXAMINING)
        second = neighbour_files(town)
        matters.accept_case(actor=town.other_clerk, case_id=second, at=LATER)
        self.as_(client, town.examiner)
        page = client.get(f"/office/cases/{second}/").content.decode()
        assert "收款账号相同" in page
        assert f"/office/cases/{first}/" in page
