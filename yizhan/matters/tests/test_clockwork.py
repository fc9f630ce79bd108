"""The system acts by itself: late notices, late supplements, special procedures, public notices, archive."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, NotAllowed, timers, times
from yizhan.kernel.testing import carry_out_everything, facts_published, no_facts_published
from yizhan.matters import api as matters
from yizhan.matters.models import Case, CaseExtension, CaseStep, ExtensionRequest, Lapse
from yizhan.matters.rules.states import State
from yizhan.matters.testing import (
    ALL_SEEN,
    ANSWERS,
    INSTANT,
    INSTANT_ANSWERS,
    ITEM,
    NOON,
    STAGED_PAPERS,
    approve_extension,
    ask_extension,
    bring_to,
    change_item,
    deliver,
    draft,
    filing_town,
    fill_draft,
    find_everything,
    headed_town,
    instant_town,
    late_notice_accepts,
    make_town,
    registers_know,
    seen,
    staged_in_the_district,
    staged_in_the_street,
    staged_town,
    submit,
    take_in,
    take_in_instant,
    take_in_staged,
)
from yizhan.notices import api as notices
from yizhan.people import testing as people
from yizhan.territory import api as territory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moments_are_kept")]

# NOON is Tuesday 24 November 2026; five working days after it end on Tuesday 1 December.
LATE = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


def case_of(case_id):
    return Case.objects.get(pk=case_id)


def days_off(*days):
    """The region gives these days of December off, in a notice that nobody expected."""
    festival = territory.Occasion(chinese="样例节", english="Sample festival")
    named = {date(2026, 12, day): festival for day in days}
    notice = territory.Notice(region="450000", year=2026, source="样例通知", days_off=named)
    territory.enter_notice(notice=notice, actor=Actor.system("tests"), at=NOON)


def fire(at):
    """What the worker does at that moment."""
    timers.fire_all(at)


class TestNoticeWithinFiveDays:
    @pytest.fixture(autouse=True)
    def _as_for_a_licence(self):
        late_notice_accepts()

    def test_nothing_happens_before_the_fifth_day_is_over(self):
        town = make_town()
        case_id = take_in(town)
        assert case_of(case_id).notice_due_on == date(2026, 12, 1)
        fire(LATE - timedelta(seconds=1))
        assert case_of(case_id).state == State.RECEIVED

    def test_a_late_notice_has_accepted_on_the_day_of_receipt(self):
        town = make_town()
        case_id = take_in(town)
        fire(LATE)
        case = case_of(case_id)
        assert (case.state, case.accepted_by, case.deemed_accepted) == (State.ACCEPTED, None, True)
        assert case.accepted_at == NOON
        assert case.due_on == date(2026, 12, 8)  # as if it had been accepted on the day of receipt
        assert case.responsible_organisation_id == town.office.id
        step = CaseStep.objects.get(case=case, action="deem_accepted")
        assert (step.staff, step.organisation_id) == (None, town.desk.id)
        assert "没有在12月1日前告知" in step.note
        lapse = Lapse.objects.get(case=case)
        assert (lapse.kind, lapse.organisation_id, lapse.staff_id) == ("notice", town.desk.id, town.clerk.staff_id)
        assert [one.name for one in facts_published("matters.LimitMissed")] == ["matters.LimitMissed"]
        assert {one.kind for one in matters.get_case(town.examiner, case_id).documents} == {"matters.acceptance_notice"}

    def test_who_was_late_still_may_not_examine(self):
        town = make_town()
        case_id = take_in(town)
        fire(LATE)
        matters.take_up_case(actor=town.examiner, case_id=case_id, at=LATE)
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case_id).update(examiner_id=town.clerk.staff_id)

    def test_the_law_asks_nothing_of_an_answer_in_time(self):
        town = make_town()
        case_id = bring_to(town, State.ACCEPTED)
        fire(LATE)
        assert not Lapse.objects.filter(case_id=case_id).exists()
        assert case_of(case_id).accepted_by_id == town.clerk.staff_id

    def test_a_case_filed_online_waits_no_longer(self):
        town = filing_town()
        case_id = submit(town, fill_draft(town, draft(town)))
        fire(LATE)
        case = case_of(case_id)
        assert (case.state, case.deemed_accepted, case.taken_in_by) == (State.ACCEPTED, True, None)
        assert Lapse.objects.get(case=case).staff is None

    def test_told_in_time_and_completed_the_days_begin_anew(self):
        town = make_town()
        matters.receive_visitor(actor=town.clerk, card=seen(town.mother), agent=None, at=NOON)
        matters.record_household(actor=town.clerk, division=people.WANLI, at=NOON)
        some = [one for one in ALL_SEEN if one.material_id != "social_security_card"]
        case_id = matters.take_in_case(actor=town.clerk, item_code=ITEM, answers=ANSWERS, materials=some, at=NOON)
        matters.request_papers(actor=town.clerk, case_id=case_id, note="还差社保卡", at=NOON)
        fire(LATE)
        assert case_of(case_id).state == State.AWAITING_PAPERS
        later = NOON + timedelta(days=9)
        matters.receive_for_case(actor=town.clerk, case_id=case_id, card=seen(town.mother), agent=None, at=later)
        missing = matters.HandedIn(material_id="social_security_card", status="seen")
        matters.add_papers(actor=town.clerk, case_id=case_id, materials=[missing], at=later)
        assert case_of(case_id).notice_due_on == date(2026, 12, 10)
        fire(datetime(2026, 12, 10, 16, 0, tzinfo=UTC))
        assert case_of(case_id).accepted_at == later

    def test_an_item_without_that_consequence_is_left_alone(self):
        town = instant_town()
        matters.receive_visitor(actor=town.clerk, card=seen(town.newcomer), agent=None, at=NOON)
        case_id = matters.take_in_case(
            actor=town.clerk, item_code=INSTANT, answers=INSTANT_ANSWERS, materials=[], at=NOON
        )
        fire(LATE + timedelta(days=30))
        assert case_of(case_id).state == State.RECEIVED
        assert not Lapse.objects.exists()


class TestSupplementDeadline:
    def test_nothing_came_before_acceptance(self):
        town = staged_town()
        case_id = take_in_staged(town, papers=STAGED_PAPERS[:-1])
        matters.request_papers(actor=town.clerk, case_id=case_id, note="还差声明", at=NOON)
        assert case_of(case_id).supplement.due_on == date(2026, 12, 24)
        fire(datetime(2026, 12, 24, 16, 0, tzinfo=UTC))
        case = case_of(case_id)
        assert (case.state, case.closed_at) == (State.DEEMED_WITHDRAWN, datetime(2026, 12, 24, 16, 0, tzinfo=UTC))
        carry_out_everything()
        assert "视为撤回" in notices.inbox(town.as_mother, page=1).object_list[0].title
        take_in_staged(town, at=datetime(2026, 12, 26, 3, 0, tzinfo=UTC))  # one may apply again

    def test_nothing_came_after_acceptance(self):
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        matters.request_supplement(
            actor=town.examiner, case_id=case_id, materials=["identity_card"], note="照片看不清", at=NOON
        )
        due_on = case_of(case_id).supplement.due_on
        fire(datetime.combine(due_on, datetime.min.time(), tzinfo=UTC) + timedelta(hours=16))
        case = case_of(case_id)
        assert case.state == State.DEEMED_WITHDRAWN
        assert clocks.of(case.subject).is_stopped
        assert {"matters.supplement_notice", "matters.deemed_withdrawn"} <= _papers(town, case_id)

    def test_an_item_that_is_decided_as_it_is(self):
        change_item("when_late: deemed_withdrawn", "when_late: decided_as_it_is")
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        matters.request_supplement(
            actor=town.examiner, case_id=case_id, materials=["identity_card"], note="照片看不清", at=NOON
        )
        fire(NOON + timedelta(days=40))
        case = case_of(case_id)
        assert (case.state, case.due_on) == (State.EXAMINING, clocks.of(case.subject).promise.due_on)

    def test_a_clock_that_the_item_does_not_stop(self):
        change_item("when_late: deemed_withdrawn", "when_late: deemed_withdrawn, stops_clock: false")
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        due_on = case_of(case_id).due_on
        ask = {"actor": town.examiner, "case_id": case_id, "materials": ["identity_card"], "note": "看不清"}
        matters.request_supplement(**ask, at=NOON)
        assert case_of(case_id).due_on == due_on
        paper = matters.HandedIn(material_id="identity_card", status="seen")
        matters.supplement_case(actor=town.examiner, case_id=case_id, materials=[paper], at=NOON)
        assert case_of(case_id).due_on == due_on

    def test_an_item_that_asks_nothing_after_acceptance(self):
        change_item("when_late: deemed_withdrawn", "when_late: deemed_withdrawn, after_acceptance: false")
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        with pytest.raises(matters.SupplementNotForeseen):
            matters.request_supplement(
                actor=town.examiner, case_id=case_id, materials=["identity_card"], note="看不清", at=NOON
            )

    def test_a_last_day_that_became_a_day_off_is_not_the_last(self):
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        matters.request_supplement(
            actor=town.examiner, case_id=case_id, materials=["identity_card"], note="照片看不清", at=NOON
        )
        assert case_of(case_id).supplement.due_on == date(2026, 12, 24)
        days_off(24, 25)
        for day in (24, 25, 27):
            fire(datetime(2026, 12, day, 16, 0, tzinfo=UTC))
            assert case_of(case_id).state == State.AWAITING_SUPPLEMENT
        fire(datetime(2026, 12, 28, 16, 0, tzinfo=UTC))
        assert case_of(case_id).state == State.DEEMED_WITHDRAWN

    def test_what_came_in_time_stops_the_timer(self):
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        matters.request_supplement(
            actor=town.examiner, case_id=case_id, materials=["identity_card"], note="照片看不清", at=NOON
        )
        paper = matters.HandedIn(material_id="identity_card", status="seen")
        matters.supplement_case(actor=town.examiner, case_id=case_id, materials=[paper], at=NOON)
        fire(NOON + timedelta(days=90))
        assert case_of(case_id).state == State.EXAMINING


def _papers(town, case_id):
    from yizhan.documents import api as documents

    return {one.kind for one in documents.documents_of(case_of(case_id).subject)}


class TestSpecialProcedure:
    def begin(self, town, case_id, *, planned_end=date(2026, 12, 3), procedure="hearing", reason="邻里有异议"):
        matters.begin_special_procedure(
            actor=town.street_examiner,
            case_id=case_id,
            procedure=procedure,
            reason=reason,
            planned_end=planned_end,
            at=NOON,
        )

    def test_the_clock_stands_still_and_comes_back_by_itself(self):
        town = staged_town()
        case_id = staged_in_the_street(town)
        before = case_of(case_id)
        self.begin(town, case_id, planned_end=date(2026, 12, 1))
        case = case_of(case_id)
        assert (case.state, case.due_on, case.step_due_on) == (State.SUSPENDED, None, None)
        assert "matters.special_procedure" in _papers(town, case_id)
        fire(datetime(2026, 12, 1, 15, 59, tzinfo=UTC))
        assert case_of(case_id).state == State.SUSPENDED
        fire(datetime(2026, 12, 1, 16, 0, tzinfo=UTC))
        case = case_of(case_id)
        assert case.state == State.EXAMINING
        # Five working days, 25 November to 1 December, are taken out.
        assert case.due_on == before.due_on + timedelta(days=7)
        assert case.step_due_on == before.step_due_on + timedelta(days=7)
        assert CaseStep.objects.get(case=case, action="resume").staff is None
        carry_out_everything()
        assert any("停算" in one.title for one in notices.inbox(town.as_mother, page=1).object_list)

    def test_it_may_end_early(self):
        town = staged_town()
        case_id = staged_in_the_street(town)
        self.begin(town, case_id, planned_end=date(2026, 12, 1))
        matters.end_special_procedure(
            actor=town.street_examiner, case_id=case_id, note="评议结束", at=NOON + timedelta(days=1)
        )
        case = case_of(case_id)
        assert (case.state, case.due_on) == (State.EXAMINING, clocks.of(case.subject).promise.due_on)
        fire(NOON + timedelta(days=30))
        assert CaseStep.objects.filter(case=case, action="resume").count() == 1

    def test_only_what_the_item_foresees_as_long_as_it_foresees_with_a_reason_and_once(self):
        town = staged_town()
        case_id = staged_in_the_street(town)
        with pytest.raises(matters.NoSuchProcedure):
            self.begin(town, case_id, procedure="testing")
        for day in (date(2026, 11, 24), date(2026, 12, 2)):
            with pytest.raises(matters.PlannedEndRefused):
                self.begin(town, case_id, planned_end=day)
        with pytest.raises(matters.ReasonMissing):
            self.begin(town, case_id, reason=" ")
        assert case_of(case_id).state == State.EXAMINING
        self.begin(town, case_id, planned_end=date(2026, 12, 1))
        matters.end_special_procedure(actor=town.street_examiner, case_id=case_id, note="", at=NOON)
        with pytest.raises(matters.ProcedureUsed):
            self.begin(town, case_id, planned_end=date(2026, 12, 1))

    def test_not_in_an_office_whose_step_it_is_not(self):
        town = staged_town()
        case_id = staged_in_the_district(town)
        with pytest.raises(matters.NoSuchProcedure):
            matters.begin_special_procedure(
                actor=town.examiner,
                case_id=case_id,
                procedure="hearing",
                reason="邻里有异议",
                planned_end=date(2026, 12, 1),
                at=NOON,
            )


class TestPapersThatMayWait:
    """必要, 非必要, 容缺后补: what may come later holds nothing up but the grant."""

    def relief(self, town, *papers):
        matters.receive_visitor(actor=town.clerk, card=seen(town.mother), agent=None, at=NOON)
        answers = {"cause": "illness", "urgent": "true", "description": "看病", "card_number": "6217000000000000019"}
        return matters.take_in_case(
            actor=town.clerk,
            item_code="temporary_relief",
            answers=answers | {"delivery": "desk"},
            materials=[matters.HandedIn(material_id=one, status="seen") for one in papers],
            at=NOON,
        )

    def test_what_may_come_later_does_not_hold_up_acceptance(self):
        town = staged_town()
        people.make_organisation("department", name="新竹街道民政办", territory=people.XINZHU[:9])
        people.make_organisation("department", name="青秀区民政局", territory=people.QINGXIU)
        case_id = self.relief(town, "identity_card", "cause_proof", "consent_to_check")
        matters.accept_case(actor=town.clerk, case_id=case_id, at=NOON)
        assert case_of(case_id).state == State.ACCEPTED

    def test_what_is_required_does(self):
        town = staged_town()
        case_id = self.relief(town, "identity_card", "expense_bills")
        with pytest.raises(matters.MaterialsMissing):
            matters.accept_case(actor=town.clerk, case_id=case_id, at=NOON)
        matters.request_papers(actor=town.clerk, case_id=case_id, note="补两样", at=NOON)
        assert set(case_of(case_id).supplement.materials) == {"cause_proof", "consent_to_check"}

    def test_nothing_is_granted_before_it_has_come(self):
        town = make_town()
        change_item("necessity: required", "necessity: later")  # the first paper: the social security card
        matters.receive_visitor(actor=town.clerk, card=seen(town.mother), agent=None, at=NOON)
        matters.record_household(actor=town.clerk, division=people.WANLI, at=NOON)
        papers = [one for one in ALL_SEEN if one.material_id != "social_security_card"]
        case_id = matters.take_in_case(actor=town.clerk, item_code=ITEM, answers=ANSWERS, materials=papers, at=NOON)
        matters.accept_case(actor=town.clerk, case_id=case_id, at=NOON)
        matters.take_up_case(actor=town.examiner, case_id=case_id, at=NOON)
        find_everything(town, case_id)
        with pytest.raises(matters.LaterPapersMissing) as refused:
            matters.propose_decision(actor=town.examiner, case_id=case_id, outcome="granted", reasons="", at=NOON)
        assert "社会保障卡" in refused.value.text


class TestExtension:
    def test_asked_by_the_office_and_approved_by_its_head_once(self):
        town, head = headed_town()
        case_id = staged_in_the_district(town)
        before = case_of(case_id).due_on
        with pytest.raises(matters.ExtensionTooLong):
            ask_extension(town, case_id, days=16)
        with pytest.raises(matters.ReasonMissing):
            ask_extension(town, case_id, reason=" ")
        asked = ask_extension(town, case_id)
        assert case_of(case_id).due_on == before
        with pytest.raises(matters.ExtensionAlreadyAsked):
            ask_extension(town, case_id)
        with pytest.raises(matters.ExtensionTooLong):
            approve_extension(head, asked, days=6)
        approve_extension(head, asked)
        assert case_of(case_id).due_on > before
        assert "matters.extension" in _papers(town, case_id)
        with pytest.raises(matters.ExtensionRequestNotFound):
            approve_extension(head, asked)
        with pytest.raises(matters.NoExtension):
            ask_extension(town, case_id)

    def test_the_signer_approves_nothing_that_the_law_leaves_to_the_head(self):
        town, _head = headed_town()
        asked = ask_extension(town, staged_in_the_district(town))
        other = people.actor_for(people.make_staff("office_head", people.make_organisation("department")))
        for actor in (town.signer, town.examiner, town.clerk, other):
            assert matters.find_extension_request(actor, asked) is None
            with pytest.raises(matters.ExtensionRequestNotFound):
                approve_extension(actor, asked)

    def test_who_asks_does_not_approve(self):
        town, _head = headed_town()
        both = people.make_staff("examiner", town.office, also=[("office_head", town.office)])
        town.examiner = people.actor_for(both)
        asked = ask_extension(town, staged_in_the_district(town))
        with pytest.raises(NotAllowed):
            approve_extension(town.examiner, asked)

    def test_who_took_the_case_in_does_not_approve(self):
        town, _head = headed_town()
        town.clerk = people.actor_for(people.make_staff("desk_clerk", town.desk, also=[("office_head", town.office)]))
        asked = ask_extension(town, staged_in_the_district(town))
        with pytest.raises(NotAllowed):
            approve_extension(town.clerk, asked)

    def test_not_even_by_hand_in_the_database(self):
        town, head = headed_town()
        asked = ExtensionRequest.objects.get(pk=ask_extension(town, staged_in_the_district(town)))
        values = {"case": asked.case, "days": 5, "reason": "忙", "approved_by_words": "", "granted_at": NOON}
        for wrong in (
            {"request": asked, "granted_by_id": asked.asked_by_id},
            {"request": None, "granted_by_id": head.staff_id},
            {"request": asked, "granted_by_id": None},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                CaseExtension.objects.create(**values | wrong)

    def test_denied_with_a_reason_and_asked_again(self):
        town, head = headed_town()
        case_id = staged_in_the_district(town)
        before = case_of(case_id).due_on
        asked = ask_extension(town, case_id)
        matters.deny_extension(actor=head, request_id=asked, reason="可以按期办完", at=NOON)
        assert case_of(case_id).due_on == before
        assert matters.course_of_case(town.examiner, case_id).extension_asked.denied_because == "可以按期办完"
        again = ask_extension(town, case_id, days=3)
        assert [one.request_id for one in matters.extension_requests(head)] == [again]
        assert matters.extensions_waiting(head) == 1
        assert [one.answer for one in matters.extensions_answered(head, page=1)[0]] == ["denied"]

    def test_where_nobody_is_head_the_office_is_told_so(self):
        town = staged_town()
        with pytest.raises(matters.NobodyToApprove) as refused:
            ask_extension(town, staged_in_the_district(town))
        assert "区民政局负责人" in refused.value.text

    def test_a_joint_matter_goes_to_the_head_of_the_government(self):
        town, head = headed_town()
        change_item("approver: head", "approver: government_head", code="minimum_living_allowance", after=1)
        city = people.make_organisation("government", name="南宁市人民政府", territory="4501")
        mayor = people.actor_for(people.make_staff("government_head", city))
        asked = ask_extension(town, staged_in_the_district(town))
        assert matters.find_extension_request(head, asked) is None
        approve_extension(mayor, asked)
        assert facts_published("matters.CaseExtended")

    def test_not_once_the_promise_is_over(self):
        town, head = headed_town()
        case_id = staged_in_the_district(town)
        after = NOON + timedelta(days=120)
        with pytest.raises(clocks.ExtensionTooLate):
            ask_extension(town, case_id, at=after)
        asked = ask_extension(town, case_id)
        with pytest.raises(clocks.ExtensionTooLate):
            approve_extension(head, asked, at=after)
        assert not facts_published("matters.CaseExtended")

    def test_what_was_decided_in_the_meantime_needs_no_answer(self):
        town, head = headed_town()
        case_id = staged_in_the_district(town)
        asked = ask_extension(town, case_id)
        matters.terminate_case(actor=town.examiner, case_id=case_id, cause="death", reason="死亡证明已核", at=NOON)
        assert matters.extension_requests(head) == ()
        assert matters.find_extension_request(head, asked).is_lapsed
        with pytest.raises(matters.ExtensionRequestNotFound):
            approve_extension(head, asked)

    def test_an_item_that_knows_none(self):
        town = instant_town()
        registers_know(town, source="desk:户口簿")
        case_id = take_in_instant(town)
        matters.take_up_case(actor=town.officer, case_id=case_id, at=NOON)
        with pytest.raises(matters.NoExtension):
            matters.request_extension(actor=town.officer, case_id=case_id, days=1, reason="忙", at=NOON)


class TestPublicNotice:
    def test_nothing_is_granted_before_it_is_over(self):
        town = staged_town()
        case_id = staged_in_the_district(town)
        grant = {"actor": town.examiner, "case_id": case_id, "outcome": "granted", "reasons": ""}
        with pytest.raises(matters.NoticeNotOver):
            matters.propose_decision(**grant, at=NOON)
        matters.begin_public_notice(actor=town.examiner, case_id=case_id, at=NOON)
        case = case_of(case_id)
        assert (case.state, case.due_on) == (State.PUBLISHING, None)  # its days are not counted
        assert case.notice_period.last_day == date(2026, 12, 1)
        with pytest.raises(matters.CaseActionNotAllowed):
            matters.propose_decision(**grant, at=NOON)
        fire(datetime(2026, 12, 1, 16, 0, tzinfo=UTC))
        assert case_of(case_id).state == State.EXAMINING
        matters.propose_decision(**grant, at=LATE)
        matters.sign_decision(actor=town.signer, case_id=case_id, at=LATE)
        assert case_of(case_id).state == State.GRANTED

    def test_it_is_shown_for_all_its_days_though_one_became_a_day_off(self):
        town = staged_town()
        case_id = staged_in_the_district(town)
        before = case_of(case_id).due_on
        matters.begin_public_notice(actor=town.examiner, case_id=case_id, at=NOON)
        assert case_of(case_id).notice_period.last_day == date(2026, 12, 1)
        days_off(1, 2)
        fire(datetime(2026, 12, 2, 15, 59, tzinfo=UTC))
        assert case_of(case_id).state == State.PUBLISHING
        fire(datetime(2026, 12, 3, 16, 0, tzinfo=UTC) + timedelta(days=4))
        case = case_of(case_id)
        assert case.state == State.EXAMINING
        assert times.local_day(CaseStep.objects.get(case=case, action="end_notice").at) == date(2026, 12, 3)
        assert case.due_on > before

    def test_a_refusal_needs_none(self):
        town = staged_town()
        case_id = staged_in_the_district(town)
        matters.propose_decision(actor=town.examiner, case_id=case_id, outcome="refused", reasons="收入超过", at=NOON)

    def test_once(self):
        town = staged_town()
        case_id = staged_in_the_district(town)
        matters.begin_public_notice(actor=town.examiner, case_id=case_id, at=NOON)
        fire(LATE)
        with pytest.raises(matters.NoPublicNotice):
            matters.begin_public_notice(actor=town.examiner, case_id=case_id, at=LATE)


class TestOfficesInTurn:
    def test_one_case_two_offices_one_hand_over(self):
        town = staged_town()
        case_id = staged_in_the_street(town)
        case = case_of(case_id)
        assert case.responsible_organisation_id == town.street.id
        assert case.step_due_on == date(2026, 12, 15)  # 15 working days of the sub-district
        with pytest.raises(matters.NotTheLastOffice):
            matters.propose_decision(
                actor=town.street_examiner, case_id=case_id, outcome="refused", reasons="不符合", at=NOON
            )
        with pytest.raises(matters.ReasonMissing):
            matters.hand_on(actor=town.street_examiner, case_id=case_id, is_in_favour=True, text="", at=NOON)
        later = NOON + timedelta(days=3)
        matters.hand_on(actor=town.street_examiner, case_id=case_id, is_in_favour=True, text="情况属实", at=later)
        case = case_of(case_id)
        assert (case.state, case.responsible_organisation_id) == (State.ACCEPTED, town.office.id)
        assert case.examiner is None
        assert case.step_due_on == date(2026, 12, 11)
        assert [one.organisation_id for one in case.turns.order_by("number")] == [town.street.id, town.office.id]
        with pytest.raises(matters.CaseNotFound):
            matters.take_up_case(actor=town.street_examiner, case_id=case_id, at=later)
        matters.take_up_case(actor=town.examiner, case_id=case_id, at=later)
        with pytest.raises(matters.NoNextOffice):
            matters.hand_on(actor=town.examiner, case_id=case_id, is_in_favour=True, text="再送", at=later)
        assert [one.name for one in facts_published("matters.CaseHandedOn")] == ["matters.CaseHandedOn"]

    def test_a_late_step_is_written_down_though_the_promise_holds(self):
        town = staged_town()
        case_id = staged_in_the_street(town)
        fire(datetime(2026, 12, 15, 16, 0, tzinfo=UTC))
        lapse = Lapse.objects.get(case_id=case_id)
        assert (lapse.kind, lapse.organisation_id, lapse.staff_id) == (
            "step",
            town.street.id,
            town.street_examiner.staff_id,
        )
        assert case_of(case_id).due_on > date(2026, 12, 15)

    def test_who_gave_the_opinion_does_not_sign(self):
        town = staged_town()
        staff = people.make_staff("examiner", town.street, also=[("signer", town.office)])
        town.street_examiner = people.actor_for(staff)
        case_id = staged_in_the_district(town)
        matters.propose_decision(actor=town.examiner, case_id=case_id, outcome="refused", reasons="收入超过", at=NOON)
        assert matters.turn_of(town.street_examiner, case_id).bar is matters.Bar.HEARD
        with pytest.raises(NotAllowed):
            matters.sign_decision(actor=town.street_examiner, case_id=case_id, at=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case_id).update(
                state="refused", signed_by_id=town.street_examiner.staff_id, decided_at=NOON
            )


class TestInstant:
    def test_granted_by_rule_at_once_signed_with_the_departments_key(self):
        town = instant_town()
        registers_know(town)
        case_id = take_in_instant(town)
        case = case_of(case_id)
        assert (case.state, case.decided_automatically) == (State.GRANTED, True)
        assert (case.examiner, case.decided_by, case.signed_by) == (None, None, None)
        paper = next(p for p in matters.get_case(town.officer, case_id).documents if p.kind == "matters.decision")
        assert paper.issuer_name == "新竹派出所"
        step = CaseStep.objects.get(case=case, action="grant_by_rule")
        assert (step.staff, step.organisation_id) == (None, town.police.id)

    def test_what_the_clerk_alone_says_goes_to_a_person_with_a_clock_in_minutes(self):
        town = instant_town()
        registers_know(town, source="desk:户口簿")
        case_id = take_in_instant(town)
        case = case_of(case_id)
        assert (case.state, case.instant_due_at) == (State.ACCEPTED, NOON + timedelta(minutes=30))
        fire(NOON + timedelta(minutes=30))
        assert Lapse.objects.get(case_id=case_id).kind == "instant"

    def test_a_refusal_is_never_automatic(self):
        town = instant_town()
        registers_know(town, hukou="450103001005")
        case_id = take_in_instant(town)
        assert case_of(case_id).state == State.ACCEPTED
        assert no_facts_published("matters.CaseDecided")

    def test_sampled_and_looked_at_afterwards(self, monkeypatch):
        monkeypatch.setattr("yizhan.matters.services.instant.secrets.randbelow", lambda _n: 0)
        town = instant_town()
        registers_know(town)
        case_id = take_in_instant(town)
        assert [one.case_id for one in matters.samples_waiting(town.officer)] == [case_id]
        with pytest.raises(matters.ReasonMissing):
            matters.review_sample(actor=town.officer, case_id=case_id, is_right=False, note="", at=NOON)
        matters.review_sample(actor=town.officer, case_id=case_id, is_right=True, note="", at=NOON)
        assert matters.samples_waiting(town.officer) == ()
        with pytest.raises(matters.SampleAlreadyReviewed):
            matters.review_sample(actor=town.officer, case_id=case_id, is_right=True, note="", at=NOON)

    def test_the_database_knows_what_rules_may_do(self):
        town = instant_town()
        registers_know(town, source="desk:户口簿")
        case_id = take_in_instant(town)
        for change in (
            {"state": "refused", "decided_automatically": True, "decided_at": NOON},
            {"is_instant": False},
            {"deemed_accepted": True},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Case.objects.filter(pk=case_id).update(**change)
        plain = bring_to(town, State.ACCEPTED)
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=plain).update(state="granted", decided_automatically=True, decided_at=NOON)


class TestTheEnd:
    def test_terminated_with_its_cause(self):
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        with pytest.raises(matters.UnknownCause):
            matters.terminate_case(actor=town.examiner, case_id=case_id, cause="lazy", reason="不想办", at=NOON)
        matters.terminate_case(actor=town.examiner, case_id=case_id, cause="death", reason="死亡证明已核", at=NOON)
        case = case_of(case_id)
        assert (case.state, case.due_on) == (State.TERMINATED, None)
        assert clocks.of(case.subject).is_stopped
        assert "matters.termination" in _papers(town, case_id)

    def test_the_clerk_does_not_terminate(self):
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        with pytest.raises(matters.CaseNotFound):
            matters.terminate_case(actor=town.clerk, case_id=case_id, cause="death", reason="去世", at=NOON)

    def test_the_delivery_clock_runs_from_the_decision_to_the_hand_over(self):
        town = make_town()
        case_id = bring_to(town, State.GRANTED)
        delivery = clocks.of(case_of(case_id).delivery_subject)
        assert (delivery.promise.days, delivery.is_running) == (10, True)
        deliver(town, case_id, at=NOON + timedelta(days=1))
        assert clocks.of(case_of(case_id).delivery_subject).is_stopped

    def test_archived_by_the_clock_or_by_an_act(self):
        town = make_town()
        case_id = bring_to(town, State.DELIVERED)
        fire(NOON + timedelta(days=29))
        assert case_of(case_id).state == State.DELIVERED
        matters.archive_case(actor=town.examiner, case_id=case_id, at=NOON + timedelta(days=29))
        assert case_of(case_id).state == State.ARCHIVED
        fire(NOON + timedelta(days=60))
        assert CaseStep.objects.filter(case_id=case_id, action="archive").count() == 1

    def test_archived_by_itself(self):
        town = make_town()
        case_id = bring_to(town, State.DELIVERED)
        fire(NOON + timedelta(days=31))
        assert CaseStep.objects.get(case_id=case_id, action="archive").staff is None


@pytest.mark.parametrize(
    "table", ["officeturn", "opinion", "suspension", "caseextension", "noticeperiod", "lapse", "sample", "samplereview"]
)
def test_the_evidence_cannot_be_edited(table):
    for statement in (f"DELETE FROM matters_{table}", f"UPDATE matters_{table} SET id = id"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
