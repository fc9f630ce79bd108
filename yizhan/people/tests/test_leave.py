"""Leave: a role handed over for some days, ended by either side, never passed on."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yizhan.kernel.api import times
from yizhan.kernel.testing import audit_lines
from yizhan.people.models import Account, Delegation, Organisation, RoleAssignment
from yizhan.people.services import delegating
from yizhan.people.testing import actor_for, make_account, make_organisation, make_staff

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def today():
    return times.local_day(timezone.now())


def in_days(number):
    return today() + timedelta(days=number)


@pytest.fixture
def office():
    return make_organisation("department", name="西乡塘区民政局", territory="450107")


@pytest.fixture
def signer(office):
    return make_staff("signer", office, name="梁少芬")


@pytest.fixture
def colleague(office):
    return make_staff("examiner", office, name="韦丽华")


def browser_of(staff):
    browser = Client()
    account = Account.objects.filter(staff=staff).first() or make_account(staff=staff)
    browser.force_login(account, backend=BACKEND)
    return browser


def wish(to, office, *, role="signer", first=0, last=6, reason="年休假"):
    return {
        "what": f"{role}:{office.id}",
        "to_staff": str(to.id),
        "first": in_days(first).isoformat(),
        "last_day": in_days(last).isoformat(),
        "reason": reason,
    }


def hand_over(from_staff, to, office, **more):
    return browser_of(from_staff).post(reverse("people:hand_over"), wish(to, office, **more))


class TestHandingOver:
    def test_the_colleague_has_the_role_on_those_days_and_no_longer(self, signer, colleague, office):
        assert hand_over(signer, colleague, office, first=2, last=6).status_code == 302
        for day, holds in ((0, False), (1, False), (2, True), (6, True), (7, False)):
            assert actor_for(colleague, on=in_days(day)).has_role("signer", office.id) is holds
        actor = actor_for(colleague, on=in_days(3))
        lent = actor.on_behalf_of(office.id, "signer")
        assert (lent.staff_id, lent.name) == (signer.id, "梁少芬")
        assert actor.on_behalf_of(office.id, "examiner") is None
        assert actor.on_behalf_of(office.id, "examiner", "signer") is None

    def test_both_pages_say_it_and_the_audit_names_both(self, signer, colleague, office):
        hand_over(signer, colleague, office)
        for who in (signer, colleague):
            assert "韦丽华代梁少芬：签发人" in browser_of(who).get(reverse("people:workplace")).content.decode()
        line = next(one for one in audit_lines() if one.action == "people.role.handed_over")
        assert (line.subject_id, line.facts["to"], line.facts["staff"]) == (str(signer.id), str(colleague.id), "韦丽华")

    def test_ones_own_role_comes_first(self, office, signer):
        other = make_staff("signer", office, name="黄晓明")
        hand_over(signer, other, office)
        assert actor_for(other, on=today()).on_behalf_of(office.id, "signer") is None

    def test_it_ends_with_the_role_of_who_handed_it_over(self, signer, colleague, office):
        hand_over(signer, colleague, office)
        RoleAssignment.objects.filter(staff=signer).update(valid_until=in_days(2))
        assert actor_for(colleague, on=in_days(1)).has_role("signer")
        assert not actor_for(colleague, on=in_days(2)).has_role("signer")

    def test_it_rests_with_the_organisation(self, signer, colleague, office):
        hand_over(signer, colleague, office)
        Organisation.objects.filter(pk=office.id).update(is_active=False)
        assert actor_for(colleague, on=today()).roles == ()

    def test_either_side_ends_it_at_once_and_nobody_else(self, signer, colleague, office):
        stranger = make_staff("examiner", office)
        for who in (signer, colleague):
            hand_over(signer, colleague, office)
            row = Delegation.objects.not_ended().get()
            url = reverse("people:take_back", args=[row.id])
            assert browser_of(stranger).post(url).status_code == 404
            assert browser_of(who).post(url).status_code == 302
            assert not actor_for(colleague, on=today()).has_role("signer")
            assert browser_of(who).post(url).status_code == 404

    def test_a_security_officer_ends_it(self, signer, colleague, office):
        hand_over(signer, colleague, office)
        officer = make_staff("security_officer", make_organisation("city", territory="4501"))
        row = Delegation.objects.get()
        assert browser_of(officer).post(reverse("people:end_delegation", args=[row.id])).status_code == 302
        assert not actor_for(colleague, on=today()).has_role("signer")

    def test_what_was_handed_over_cannot_be_rewritten(self, signer, colleague, office):
        hand_over(signer, colleague, office)
        for change in (
            lambda: Delegation.objects.update(valid_until=date(2099, 1, 1)),
            lambda: Delegation.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


class TestRefused:
    def assert_refused(self, answer, words):
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_what_one_does_not_hold(self, colleague, signer, office):
        self.assert_refused(hand_over(colleague, signer, office, role="signer"), "没有这一项")
        with pytest.raises(delegating.RoleNotOwn):
            self.by_hand(colleague, signer, office, "signer")

    def by_hand(self, from_staff, to, office, role):
        wanted = delegating.HandOver(
            to_staff_id=to.id,
            role=role,
            organisation_id=office.id,
            first=today(),
            until=in_days(3),
            reason="休假",
        )
        delegating.hand_over(actor=actor_for(from_staff, on=today()), wanted=wanted, at=timezone.now())

    def test_what_one_holds_for_another(self, signer, colleague, office):
        hand_over(signer, colleague, office)
        third = make_staff("examiner", office, name="陆建国")
        page = browser_of(colleague).get(reverse("people:hand_over")).content.decode()
        assert f"signer:{office.id}" not in page
        with pytest.raises(delegating.RoleNotOwn):
            self.by_hand(colleague, third, office, "signer")

    def test_to_a_colleague_who_is_away_himself(self, signer, colleague, office):
        third = make_staff("examiner", office, name="陆建国")
        hand_over(colleague, third, office, role="examiner")
        self.assert_refused(hand_over(signer, colleague, office), "自己也把岗位交给别人代")

    @pytest.mark.parametrize("role", ["administrator", "security_officer", "auditor", "supervisor"])
    def test_the_machine_room_is_not_handed_over(self, role):
        city = make_organisation("city", territory="4501")
        keeper, other = make_staff(role, city), make_staff("supervisor", city)
        assert "没有可以交出去的岗位" in browser_of(keeper).get(reverse("people:hand_over")).content.decode()
        with pytest.raises(delegating.RoleNotOwn):
            self.by_hand(keeper, other, city, role)

    def test_to_oneself_or_to_another_house(self, signer, office):
        elsewhere = make_staff("examiner", make_organisation("department", territory="450103"))
        for to in (signer, elsewhere):
            assert hand_over(signer, to, office).status_code == 422
            with pytest.raises(delegating.DelegateUnfit):
                self.by_hand(signer, to, office, "signer")

    def test_twice_for_the_same_days(self, signer, colleague, office):
        third = make_staff("examiner", office)
        hand_over(signer, colleague, office, first=0, last=6)
        self.assert_refused(hand_over(signer, third, office, first=6, last=9), "已经有人代了")
        assert hand_over(signer, third, office, first=7, last=9).status_code == 302

    @pytest.mark.parametrize(
        ("first", "last"),
        [(-1, 3), (3, 2), (0, 400)],
    )
    def test_days_that_make_no_sense(self, signer, colleague, office, first, last):
        answer = hand_over(signer, colleague, office, first=first, last=last)
        assert answer.status_code == 422
        assert "yz-errors" in answer.content.decode()

    @pytest.mark.parametrize("field", ["what", "to_staff", "first", "last_day", "reason"])
    def test_what_is_left_out(self, signer, colleague, office, field):
        sent = wish(colleague, office) | {field: " "}
        assert browser_of(signer).post(reverse("people:hand_over"), sent).status_code == 422
        assert not Delegation.objects.exists()
