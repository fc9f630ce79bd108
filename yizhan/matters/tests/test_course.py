"""From another community's desk to a signed decision and its delivery."""

from datetime import date, timedelta

import pytest

from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.kernel.api import ids, times
from yizhan.kernel.testing import carry_out_everything, facts_published, no_facts_published
from yizhan.matters import api as matters
from yizhan.matters.models import Case
from yizhan.matters.rules.references import is_case_reference, parts_of
from yizhan.matters.rules.states import State
from yizhan.matters.testing import (
    ALL_SEEN,
    ANSWERS,
    ITEM,
    NOON,
    bring_to,
    deliver,
    make_town,
    pickup_code_of,
    seen,
    take_in,
    verdicts,
)
from yizhan.notices import api as notices
from yizhan.people import api as people
from yizhan.people import testing as people_testing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moments_are_kept")]


@pytest.fixture
def town():
    return make_town()


class TestTakingIn:
    def test_a_desk_of_another_district_takes_it_in(self, town):
        case = Case.objects.get(pk=take_in(town))

        assert case.state == State.RECEIVED
        assert case.desk_community == "450103001005"
        assert is_case_reference(case.reference, is_checked=ids.is_checked)
        whose, day, serial = parts_of(case.reference)
        assert (whose + day + serial, day) == (case.reference, f"{times.local_day(case.created_at):%Y%m%d}")
        assert [f.name for f in facts_published("matters.CaseReceived")] == ["matters.CaseReceived"]

    def test_the_daughter_files_for_her_mother(self, town):
        case = Case.objects.get(pk=take_in(town, with_agent=True))
        assert case.agent_id == town.daughter.id
        assert case.agent_relation == "daughter"
        assert case.all_answers()["agent_name"] == "韦海燕"
        assert "agent_name" not in case.answers  # personal answers are encrypted

    def test_nobody_at_the_desk(self, town):
        with pytest.raises(matters.NobodyAtTheDesk):
            matters.take_in_case(actor=town.clerk, item_code=ITEM, answers=ANSWERS, materials=ALL_SEEN, at=NOON)
        assert no_facts_published("matters")

    def test_a_card_that_was_not_seen(self, town):
        card = matters.SeenCard(id_number=town.mother.id_number, is_original_seen=False)
        with pytest.raises(matters.CardNotSeen):
            matters.receive_visitor(actor=town.clerk, card=card, agent=None, at=NOON)

    def test_the_same_matter_twice_in_the_city(self, town):
        take_in(town)
        with pytest.raises(matters.CaseAlreadyOpen):
            take_in(town, clerk=town.other_clerk)
        assert Case.objects.count() == 1


class TestAccepting:
    def test_routes_by_household_registration_and_starts_the_clocks(self, town):
        case_id = bring_to(town, State.ACCEPTED)

        case = matters.get_case(town.examiner, case_id)
        clock = clocks.of(case.subject)
        assert case.office == "西乡塘区民政局"
        assert clock.promise.due_on == date(2026, 12, 8)
        assert clock.legal.due_on == date(2026, 12, 22)
        assert [d.title for d in case.documents] == ["受理通知书"]

    def test_the_desk_loses_sight(self, town):
        case_id = bring_to(town, State.ACCEPTED)
        assert matters.find_case(town.clerk, case_id) is None
        assert people.current_intake(actor=town.clerk, at=NOON + timedelta(hours=2)) is None
        with pytest.raises(people.ResidentNotFound):
            people.person_card(
                actor=town.clerk,
                resident_id=town.mother.id,
                purpose=people.Purpose.INTAKE,
                at=NOON + timedelta(hours=2),
            )

    def test_missing_papers_are_named(self, town):
        matters.receive_visitor(actor=town.clerk, card=seen(town.mother), agent=None, at=NOON)
        case_id = matters.take_in_case(
            actor=town.clerk, item_code=ITEM, answers=ANSWERS, materials=ALL_SEEN[:2], at=NOON
        )
        with pytest.raises(matters.MaterialsMissing) as refused:
            matters.accept_case(actor=town.clerk, case_id=case_id, at=NOON)
        assert "户口簿" in refused.value.text
        assert Case.objects.get().state == State.RECEIVED

    def test_an_unknown_registration_is_never_guessed(self, town):
        town.mother = people_testing.make_resident("黄阿婆", hukou_division="")
        matters.receive_visitor(actor=town.clerk, card=seen(town.mother), agent=None, at=NOON)
        case_id = matters.take_in_case(actor=town.clerk, item_code=ITEM, answers=ANSWERS, materials=ALL_SEEN, at=NOON)
        with pytest.raises(matters.HukouUnknown):
            matters.accept_case(actor=town.clerk, case_id=case_id, at=NOON)


class TestDeciding:
    def test_a_clause_that_no_source_answers_does_not_pass(self, town):
        case_id = bring_to(town, State.EXAMINING, with_agent=True)
        found = matters.assess_for(actor=town.examiner, case_id=case_id, purpose=people.Purpose.EXAMINATION, at=NOON)
        assert verdicts(found) == {"age": "met", "hukou": "met", "alive": "not_known", "no_other": "not_known"}
        with pytest.raises(matters.ClausesNotMet):
            matters.propose_decision(actor=town.examiner, case_id=case_id, outcome="granted", reasons="", at=NOON)

    def test_two_officials_and_a_signed_paper(self, town):
        case_id = bring_to(town, State.GRANTED)

        case = matters.get_case(town.as_mother, case_id)
        decision = next(d for d in case.documents if d.kind == "matters.decision")
        assert case.outcome == "granted"
        assert decision.is_signed
        assert documents.verify(decision.code).verdict == documents.Verdict.GENUINE
        assert clocks.of(case.subject).is_stopped

    def test_a_refusal_needs_its_reasons(self, town):
        case_id = bring_to(town, State.EXAMINING)
        with pytest.raises(matters.ReasonMissing):
            matters.propose_decision(actor=town.examiner, case_id=case_id, outcome="refused", reasons=" ", at=NOON)

    def test_what_changed_since_the_proposal_stops_the_signature(self, town):
        case_id = bring_to(town, State.PROPOSED)
        people.record_attribute(
            actor=town.examiner,
            resident_id=town.mother.id,
            name="alive",
            value=False,
            source="register:户籍登记",
            at=NOON + timedelta(hours=9),
            level=3,
        )
        with pytest.raises(matters.ClausesNotMet):
            matters.sign_decision(actor=town.signer, case_id=case_id, at=NOON + timedelta(hours=10))
        assert Case.objects.get().state == State.PROPOSED

    def test_a_returned_proposal_goes_back_with_a_reason(self, town):
        case_id = bring_to(town, State.PROPOSED)
        matters.return_proposal(actor=town.signer, case_id=case_id, reason="名册查的是上月的", at=NOON)
        assert matters.get_case(town.examiner, case_id).state == State.EXAMINING

    def test_a_decided_case_takes_no_further_step(self, town):
        case_id = bring_to(town, State.GRANTED)
        with pytest.raises(matters.CaseActionNotAllowed):
            matters.take_up_case(actor=town.examiner, case_id=case_id, at=NOON)


class TestSupplement:
    def test_asked_once_and_the_clock_stands_still(self, town):
        case_id = bring_to(town, State.EXAMINING)
        asked, came = NOON + timedelta(days=2), NOON + timedelta(days=6)

        matters.request_supplement(
            actor=town.examiner, case_id=case_id, materials=["social_security_card"], note="照片反光，请重拍", at=asked
        )
        matters.supplement_case(
            actor=town.as_mother,
            case_id=case_id,
            materials=[matters.HandedIn(material_id="social_security_card", status="seen")],
            at=came,
        )

        # 26 Nov to 30 Nov: 27 and 30 are working days, so the promise moves by two.
        assert matters.get_case(town.examiner, case_id).due_on == date(2026, 12, 10)
        with pytest.raises(matters.AlreadyAskedOnce):
            matters.request_supplement(
                actor=town.examiner, case_id=case_id, materials=["identity_card"], note="再要", at=came
            )


class TestDelivery:
    def test_any_desk_with_the_code_and_the_person(self, town):
        case_id = bring_to(town, State.GRANTED)
        deliver(town, case_id, clerk=town.other_clerk, at=NOON + timedelta(days=1))

        case = matters.get_case(town.as_mother, case_id)
        assert case.state == State.DELIVERED
        assert {d.title for d in case.documents} >= {"送达回证"}
        fact = facts_published("matters.CaseDelivered")[0]
        assert (fact.community, fact.done_at) == ("450103001005", "450107006010")

    def test_the_registered_daughter_may_receive_it(self, town):
        case_id = bring_to(town, State.GRANTED, with_agent=True)
        matters.open_delivery(
            actor=town.other_clerk, pickup_code=pickup_code_of(case_id), card=seen(town.daughter), at=NOON
        )
        matters.deliver_case(actor=town.other_clerk, case_id=case_id, at=NOON)
        assert Case.objects.get().state == State.DELIVERED

    def test_a_stranger_with_the_code_may_not(self, town):
        case_id = bring_to(town, State.GRANTED)
        stranger = people_testing.make_resident("陌生人")
        with pytest.raises(matters.NotTheRecipient):
            matters.open_delivery(
                actor=town.other_clerk, pickup_code=pickup_code_of(case_id), card=seen(stranger), at=NOON
            )

    def test_a_wrong_code_opens_nothing_and_guessing_ends(self, town):
        bring_to(town, State.GRANTED)
        for _ in range(10):
            with pytest.raises(matters.PickupCodeUnknown):
                matters.open_delivery(actor=town.other_clerk, pickup_code="ZZZZ ZZZZ", card=seen(town.mother), at=NOON)
            matters.note_wrong_code(actor=town.other_clerk)
        from yizhan.kernel.api import times

        with pytest.raises(matters.TooManyWrongCodes):
            matters.refuse_guessing(actor=town.other_clerk, at=times.utc_now())


class TestWhoIsToldAndWhoLooked:
    def test_mother_and_daughter_are_told_at_each_turn(self, town):
        bring_to(town, State.DELIVERED, with_agent=True)
        carry_out_everything()

        for person in (town.as_mother, town.as_daughter):
            told = [n.title for n in notices.inbox(person, page=1).object_list]
            assert any("已受理" in t for t in told)
            assert any("取件码" in t for t in told)
            assert any("有结果了" in t for t in told)
        carry_out_everything()
        assert notices.unread_count(town.as_mother) == 4

    def test_the_resident_sees_who_looked_when_and_for_which_case(self, town):
        case_id = bring_to(town, State.DELIVERED)
        reads = people.reads_of(actor=town.as_mother, resident_id=town.mother.id, on=NOON.date()).reads
        of_case = {(str(r.purpose), r.reader_name, r.organisation_name) for r in reads if r.case_id == case_id}
        assert of_case >= {
            ("intake", "莫小兰", "新竹社区综合窗口"),
            ("examination", "韦丽华", "西乡塘区民政局"),
            ("decision", "梁少芬", "西乡塘区民政局"),
            ("delivery", "李小月", "万力社区综合窗口"),
        }
        # Before there is a case only the desk at which she stands may look.
        assert {r.reader_name for r in reads if r.case_id is None} == {"莫小兰"}


class TestHiddenAndAbsentLookTheSame:
    def test_another_resident(self, town):
        stranger = people_testing.actor_for(people_testing.make_resident("陌生人"))
        case_id = bring_to(town, State.ACCEPTED)
        assert matters.find_case(stranger, case_id) is None
        with pytest.raises(matters.CaseNotFound):
            matters.withdraw_case(actor=stranger, case_id=case_id, at=NOON)

    def test_the_applicant_may_withdraw_before_the_decision(self, town):
        case_id = bring_to(town, State.EXAMINING)
        matters.withdraw_case(actor=town.as_mother, case_id=case_id, at=NOON + timedelta(days=1))
        assert Case.objects.get().state == State.WITHDRAWN
