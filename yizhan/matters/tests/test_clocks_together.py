"""The clocks of a case end, move and stand still together, and nothing is laid at a door where it does not belong."""

from datetime import UTC, date, datetime, timedelta

import pytest

from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, timers
from yizhan.matters import api as matters
from yizhan.matters.models import Case, Lapse
from yizhan.matters.rules.states import State
from yizhan.matters.testing import (
    ALL_SEEN,
    ANSWERS,
    ITEM,
    NOON,
    approve_extension,
    ask_extension,
    bring_to,
    change_item,
    headed_town,
    instant_town,
    late_notice_accepts,
    make_town,
    registers_know,
    seen,
    staged_in_the_district,
    staged_in_the_street,
    staged_town,
    take_in,
    take_in_instant,
)
from yizhan.people import testing as people
from yizhan.territory import api as territory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moments_are_kept")]
# 24:00 of Tuesday 1 December 2026, the fifth working day after NOON.
LATE = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)


def case_of(case_id):
    return Case.objects.get(pk=case_id)


def test_more_days_are_also_those_of_the_office_that_has_the_case():
    town, head = headed_town()
    case_id = staged_in_the_district(town)
    before = case_of(case_id).step_due_on
    approve_extension(head, ask_extension(town, case_id))
    assert case_of(case_id).step_due_on > before


def test_a_case_that_ends_stops_the_clock_of_its_step():
    town = staged_town()
    case_id = staged_in_the_street(town)
    step = case_of(case_id).turn_subject
    matters.terminate_case(actor=town.street_examiner, case_id=case_id, cause="death", reason="死亡证明已核", at=NOON)
    assert clocks.of(step).is_stopped
    assert case_of(case_id).step_due_on is None
    timers.fire_all(NOON + timedelta(days=60))
    assert not Lapse.objects.exists()


def test_a_case_that_is_withdrawn_stops_its_clock():
    town = make_town()
    case_id = bring_to(town, State.EXAMINING)
    matters.withdraw_case(actor=town.as_mother, case_id=case_id, at=NOON + timedelta(days=1))
    case = case_of(case_id)
    assert clocks.of(case.subject).is_stopped
    assert (case.due_on, case.closed_at) == (None, NOON + timedelta(days=1))


def test_before_acceptance_nothing_is_decided_as_it_is():
    change_item("when_late: deemed_withdrawn", "when_late: decided_as_it_is")
    town = make_town()
    matters.receive_visitor(actor=town.clerk, card=seen(town.mother), agent=None, at=NOON)
    matters.record_household(actor=town.clerk, division=people.WANLI, at=NOON)
    case_id = matters.take_in_case(actor=town.clerk, item_code=ITEM, answers=ANSWERS, materials=ALL_SEEN[:2], at=NOON)
    matters.request_papers(actor=town.clerk, case_id=case_id, note="还差一样", at=NOON)
    timers.fire_all(NOON + timedelta(days=40))
    assert case_of(case_id).state == State.DEEMED_WITHDRAWN


class TestLateNotice:
    @pytest.fixture(autouse=True)
    def _as_for_a_licence(self):
        late_notice_accepts()

    def test_a_fifth_day_that_became_a_day_off_is_not_the_fifth(self):
        case_id = take_in(make_town())
        festival = territory.Occasion(chinese="样例节", english="Sample festival")
        notice = territory.Notice(region="450000", year=2026, source="样例", days_off={date(2026, 12, 1): festival})
        territory.enter_notice(notice=notice, actor=Actor.system("tests"), at=NOON)
        timers.fire_all(LATE)
        case = case_of(case_id)
        assert (case.state, case.notice_due_on) == (State.RECEIVED, date(2026, 12, 2))
        assert not Lapse.objects.exists()
        timers.fire_all(LATE + timedelta(days=1))
        assert case_of(case_id).state == State.ACCEPTED

    def test_whose_registration_nobody_knows_goes_to_the_office_of_the_home_not_of_the_desk(self):
        town = make_town()
        stranger = people.make_resident("黄阿婆", hukou_division="", home_community=people.WANLI)
        matters.receive_visitor(actor=town.clerk, card=seen(stranger), agent=None, at=NOON)
        case_id = matters.take_in_case(actor=town.clerk, item_code=ITEM, answers=ANSWERS, materials=ALL_SEEN, at=NOON)
        timers.fire_all(LATE)
        case = case_of(case_id)
        assert case.desk_community == people.XINZHU
        assert (case.state, case.responsible_organisation_id) == (State.ACCEPTED, town.office.id)


def test_an_instant_matter_that_has_ended_leaves_no_lapse():
    town = instant_town()
    registers_know(town, source="desk:户口簿")
    case_id = take_in_instant(town)
    matters.terminate_case(actor=town.officer, case_id=case_id, cause="death", reason="死亡证明已核", at=NOON)
    timers.fire_all(NOON + timedelta(hours=2))
    assert not Lapse.objects.exists()
