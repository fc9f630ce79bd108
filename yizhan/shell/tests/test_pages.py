"""Home for everybody, the machine room for those it belongs to."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from yizhan.kernel.api import Actor, Subject, times
from yizhan.kernel.testing import audit_lines, make_parked_delivery
from yizhan.matters.api import State
from yizhan.matters.testing import NOON, bring_to, make_town
from yizhan.people import testing as people
from yizhan.people.api import end_roles

pytestmark = pytest.mark.django_db


def client_of(account):
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_anybody_is_welcomed_with_ways_that_work():
    page = Client().get("/").content.decode()
    assert "手机号登录" in page
    assert "/items/" in page


def test_a_resident_is_greeted_by_name_and_place():
    account = people.make_account(resident=people.make_resident("农<b>秀·珍"))
    page = client_of(account).get("/").content.decode()
    assert "农&lt;b&gt;秀·珍" in page
    assert "新竹社区" in page


def test_home_leads_to_what_happens_in_a_life():
    resident = people.make_account(resident=people.make_resident())
    for client in (Client(), client_of(resident)):
        page = client.get("/").content.decode()
        assert "遇到什么事" in page
        assert "/items/?of=old_age" in page


def test_the_elder_home_has_few_and_large_ways():
    client = client_of(people.make_account(resident=people.make_resident()))
    client.cookies["yz_version"] = "elder"
    page = client.get("/").content.decode()
    for way in ("/items/", "/my/cases/", "/notices/"):
        assert f'class="yz-cat" href="{way}"' in page
    assert "/items/?of=" not in page


class TestUnderWay:
    """What home says of a case, in the words of the person who waits."""

    def mothers_home(self, town, at):
        with time_machine.travel(at, tick=False):
            return client_of(people.Account.objects.get(pk=town.as_mother.account_id)).get("/").content.decode()

    @pytest.mark.parametrize(
        ("state", "days", "told"),
        [
            (State.RECEIVED, 0, "窗口收到了，正在核对"),
            (State.ACCEPTED, 0, "最迟 "),
            (State.ACCEPTED, 60, "还没有答复您"),
            (State.GRANTED, 0, "已准予，请来领决定书"),
        ],
    )
    def test_a_case_is_told_as_it_stands(self, state, days, told):
        town = make_town()
        bring_to(town, state)
        assert told in self.mothers_home(town, NOON + timedelta(days=days, hours=5))

    def test_what_is_over_is_not_under_way(self):
        town = make_town()
        bring_to(town, State.DELIVERED)
        page = self.mothers_home(town, NOON + timedelta(hours=7))
        assert "现在没有在办的事" in page
        assert "全部 1 件" in page


def test_how_a_matter_goes_marks_no_step_as_the_readers_own():
    assert 'aria-current="step"' not in Client().get("/").content.decode()


def test_staff_go_to_their_work():
    account = people.make_account(staff=people.make_staff("examiner", people.make_organisation("department")))
    answer = client_of(account).get("/", follow=True)
    assert answer.redirect_chain[0][0] == "/work/"


def test_staff_without_a_role_today_are_told_what_to_do():
    staff = people.make_staff("desk_clerk")
    end_roles(actor=Actor.system("tests"), staff_id=staff.id, at=times.utc_now())
    answer = client_of(people.make_account(staff=staff)).get("/work/")
    assert "没有给您开的岗位" in answer.content.decode()


class TestMachineRoom:
    @pytest.fixture
    def administrator(self):
        return client_of(people.make_account(staff=people.make_staff("administrator")))

    @pytest.fixture
    def auditor(self):
        return client_of(people.make_account(staff=people.make_staff("auditor")))

    def test_the_three_administrators_are_kept_apart(self, administrator, auditor):
        assert administrator.get("/outbox/").status_code == 200
        assert administrator.get("/audit/").status_code == 403
        assert auditor.get("/audit/").status_code == 200
        assert auditor.get("/outbox/").status_code == 403

    def test_a_clerk_sees_neither(self):
        clerk = client_of(people.make_account(staff=people.make_staff("desk_clerk")))
        assert clerk.get("/outbox/").status_code == clerk.get("/audit/").status_code == 403

    @pytest.fixture
    def parked(self):
        case = Subject("matters.case", str(uuid4()))
        return make_parked_delivery(name="matters.CaseAccepted", handler="matters.tell_accepted", subject=case)

    def test_a_parked_delivery_is_seen_and_run_again(self, administrator, parked):
        assert "ValueError" in administrator.get("/outbox/").content.decode()
        administrator.post(f"/outbox/{parked.pk}/rerun/")
        parked.refresh_from_db()
        assert parked.state == "ready"
        assert audit_lines()[-1].action == "kernel.delivery.rerun"

    def test_skipping_needs_a_reason(self, administrator, parked):
        assert administrator.post(f"/outbox/{parked.pk}/skip/", {"reason": " "}).status_code == 400
        administrator.post(f"/outbox/{parked.pk}/skip/", {"reason": "样例"})
        parked.refresh_from_db()
        assert (parked.state, parked.reason) == ("skipped", "样例")

    def test_one_that_is_not_parked_is_refused(self, administrator):
        assert administrator.post("/outbox/999999/rerun/").status_code == 409
