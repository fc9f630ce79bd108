"""A notice as an administrator types it: what is wrong is said, what is right comes out as it was meant."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yizhan.kernel.api import Actor
from yizhan.territory import api as territory
from yizhan.territory.rules.drafts import DraftFault, DraftWrong, notice_of

D = date.fromisoformat


def draft(*periods, make_up=(), region="000000", year=2027):
    rows = [territory.Period(name=name, first=D(first), last=D(last)) for name, first, last in periods]
    return territory.NoticeDraft(
        region=region, year=year, title="样例", source="样例", periods=rows, make_up=[D(day) for day in make_up]
    )


SPRING = ("春节", "2027-02-05", "2027-02-11")


class TestWhatIsRight:
    def test_periods_become_days_and_each_day_made_up_belongs_to_the_nearest(self):
        notice = notice_of(draft(("元旦", "2026-12-31", "2027-01-03"), SPRING, make_up=("2027-01-10", "2027-02-20")))

        assert notice.days_off[D("2027-02-11")] == territory.Occasion("春节", "Spring Festival")
        assert D("2026-12-31") in notice.days_off
        assert {day: one.chinese for day, one in notice.make_up.items()} == {
            D("2027-01-10"): "元旦",
            D("2027-02-20"): "春节",
        }

    @given(st.dates(date(2027, 1, 1), date(2027, 12, 1)), st.integers(1, 15))
    def test_a_period_is_as_long_as_it_says(self, first, days):
        last = first + timedelta(days=days - 1)
        notice = notice_of(draft(("长假", first.isoformat(), last.isoformat())))
        assert sorted(notice.days_off) == [first + timedelta(days=n) for n in range(days)]


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (draft(), DraftFault.EMPTY),
        (draft(SPRING, region="440000"), DraftFault.REGION),
        (draft(("春节", "2027-02-11", "2027-02-05")), DraftFault.BACKWARDS),
        (draft(("春节", "2027-02-05", "2027-02-21")), DraftFault.TOO_LONG),
        (draft(("春节", "2026-02-05", "2026-02-11")), DraftFault.OTHER_YEAR),
        (draft(("元旦", "2027-12-31", "2028-01-02")), DraftFault.OTHER_YEAR),
        (draft(SPRING, ("又一个", "2027-02-11", "2027-02-12")), DraftFault.TWICE),
        (draft(SPRING, make_up=("2027-02-06",)), DraftFault.OFF_AND_MADE_UP),
        (draft(SPRING, make_up=("2027-02-20", "2027-02-20")), DraftFault.TWICE),
        (draft(SPRING, make_up=("2027-02-16",)), DraftFault.MAKE_UP_WORKS_ANYWAY),
        (draft(SPRING, make_up=("2028-02-19",)), DraftFault.OTHER_YEAR),
    ],
)
def test_what_is_wrong_has_a_name(wrong, fault):
    with pytest.raises(DraftWrong) as refused:
        notice_of(wrong)
    assert refused.value.fault is fault


@pytest.mark.django_db
class TestAnnouncing:
    def announce(self, wanted, *, based_on=None):
        from yizhan.kernel.api import times

        version = territory.calendar("450100").version if based_on is None else based_on
        return territory.announce_notice(
            draft=wanted, based_on=version, actor=Actor.system("tests"), at=times.utc_now()
        )

    def test_is_in_force_at_once_and_stands_in_the_list(self):
        notice_id = self.announce(draft(SPRING, make_up=("2027-02-20",)))

        assert territory.calendar("450100").day(D("2027-02-20")).counts
        view = territory.find_notice(notice_id)
        assert (view.days_off, view.make_up, view.is_in_force) == (7, 1, True)

    def test_the_same_again_is_refused(self):
        self.announce(draft(SPRING))
        with pytest.raises(territory.NoticeUnchanged):
            self.announce(draft(SPRING))

    def test_what_was_looked_at_must_still_be_so(self):
        seen = territory.calendar("450100").version
        self.announce(draft(SPRING), based_on=seen)
        with pytest.raises(territory.CalendarMovedOn):
            self.announce(draft(("春节", "2027-02-05", "2027-02-12")), based_on=seen)

    def test_a_later_one_takes_its_place_and_the_older_stays_as_evidence(self):
        first = self.announce(draft(SPRING))
        second = self.announce(draft(("春节", "2027-02-05", "2027-02-12")))
        assert {one.notice_id: one.is_in_force for one in territory.notices(year=2027)} == {first: False, second: True}

    def test_every_fault_has_words(self):
        from yizhan.territory.services import DRAFT_FAULTS, NoticeRefused

        for fault in DraftFault:
            assert NoticeRefused(fault=fault, day=D("2027-02-05"), name="春节").text
        assert set(DRAFT_FAULTS) == set(DraftFault)
