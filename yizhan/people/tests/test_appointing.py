"""The console of a new city: three people, one for each of the three roles, and what it refuses."""

import pytest
from django.utils import timezone

from yizhan.config.testing import run_command
from yizhan.kernel.api import Actor, NotAllowed
from yizhan.kernel.testing import audit_lines, carry_out_everything
from yizhan.messaging import api as messaging
from yizhan.people import api as people
from yizhan.people.cli import people as commands
from yizhan.people.models import Account, Organisation, RoleAssignment, Staff
from yizhan.people.testing import actor_for, make_staff

pytestmark = pytest.mark.django_db
THREE = (
    ("security-officer", "蓝天明", "AQ0001", "13900000044"),
    ("administrator", "何平", "GL0001", "13900000042"),
    ("auditor", "宁静", "SJ0001", "13900000043"),
)


def run(*words):
    return run_command(commands, *words)


def appoint(role, name, number, phone):
    return run("appoint", role, "--name", name, "--number", number, "--phone", phone, "--city", "市一站运行中心")


def lines(action):
    return [one for one in audit_lines() if one.action == action]


@pytest.fixture
def three():
    assert [appoint(*one).exit_code for one in THREE] == [0, 0, 0]


class TestANewCity:
    def test_three_people_keep_it(self, three):
        assert Organisation.objects.get().kind == "city"
        assert [line.split("\t")[:2] for line in run("keepers").output.splitlines()] == [
            ["administrator", "何平"],
            ["security_officer", "蓝天明"],
            ["auditor", "宁静"],
        ]
        officer = Account.objects.find_by_phone("13900000044")
        assert actor_for(officer, on=timezone.localdate()).has_role("security_officer")
        assert [line.facts["role"] for line in lines("people.role.assigned")] == [
            "security_officer", "administrator", "auditor",
        ]  # fmt: skip

    def test_nobody_is_two_of_them(self, three):
        RoleAssignment.objects.filter(role="auditor").delete()
        refused = appoint("auditor", "何平", "GL0001", "13900000042")
        assert refused.exit_code == 1
        assert "不能是同一个人" in refused.output
        assert not RoleAssignment.objects.filter(role="auditor").exists()

    def test_whoever_is_known_by_number_alone_is_the_same_person(self, three):
        RoleAssignment.objects.filter(role="auditor").delete()
        assert "不能是同一个人" in appoint("auditor", "何平", "GL0001", "13900000099").output
        assert Staff.objects.count() == 3

    def test_the_next_one_is_for_the_pages(self, three):
        refused = appoint("security-officer", "别人", "AQ0002", "13900000055")
        assert refused.exit_code == 1
        assert "已经有人：蓝天明" in refused.output

    def test_other_roles_are_not_for_the_console(self):
        assert run("appoint", "examiner", "--name", "某", "--number", "1", "--phone", "13900000055").exit_code == 2
        assert not Staff.objects.exists()

    def test_a_bad_phone_leaves_no_trace(self):
        assert appoint("auditor", "宁静", "SJ0001", "12345").exit_code == 1
        assert not Organisation.objects.exists()

    def test_a_city_has_a_name(self):
        refused = run("appoint", "auditor", "--name", "宁静", "--number", "SJ0001", "--phone", "13900000043")
        assert "--city" in refused.output
        assert not Organisation.objects.exists()

    def test_no_page_may(self):
        keeper = actor_for(make_staff("administrator"))
        wanted = people.Appointment(
            role="auditor", name="宁静", employee_number="1", phone="13900000055", city="市", territory="4501"
        )
        for actor in (keeper, Actor()):
            with pytest.raises(NotAllowed):
                people.appoint(actor=actor, appointment=wanted, at=timezone.now())


class TestANewPhone:
    def test_with_the_other_two_present(self, three):
        done = run("phone", "AQ0001", "--to", "13900000077", "--witness", "GL0001", "--witness", "SJ0001")
        assert done.exit_code == 0
        assert Account.objects.find_by_phone("13900000077").staff.name == "蓝天明"
        assert Account.objects.find_by_phone("13900000044") is None
        (line,) = lines("people.keeper.phone_changed")
        assert line.facts["witnesses"] == "何平、宁静"
        carry_out_everything()
        assert messaging.latest_for("13900000044")

    @pytest.mark.parametrize("witnesses", [(), ("GL0001",), ("GL0001", "AQ0001"), ("GL0001", "XX0001")])
    def test_not_without_them(self, three, witnesses):
        words = [word for one in witnesses for word in ("--witness", one)]
        refused = run("phone", "AQ0001", "--to", "13900000077", *words)
        assert refused.exit_code == 1
        assert "另外两员都要在场" in refused.output
        assert Account.objects.find_by_phone("13900000044") is not None

    def test_of_nobody_else(self, three):
        make_staff("examiner")
        assert "没有找到工号" in run("phone", "T00001", "--to", "13900000077").output
