"""Three administrators kept apart: one keeps accounts, one grants rights, one reads what both did."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yizhan.kernel.api import NotAllowed, times
from yizhan.kernel.testing import audit_lines
from yizhan.messaging import api as messaging
from yizhan.people import api as people
from yizhan.people.models import Account, Organisation, RoleAssignment, Staff
from yizhan.people.services import organising
from yizhan.people.services.accounts import change_sign_in_phone
from yizhan.people.testing import actor_for, make_account, make_organisation, make_resident, make_staff

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LISTS = ("organisations", "staff", "roles")


def today():
    return times.local_day(timezone.now())


@pytest.fixture
def city():
    return make_organisation("city", name="南宁市一站运行中心", territory="4501")


@pytest.fixture
def office():
    return make_organisation("department", name="西乡塘区民政局", territory="450107")


def browser_of(staff):
    browser = Client()
    account = Account.objects.filter(staff=staff).first() or make_account(staff=staff)
    browser.force_login(account, backend=BACKEND)
    return browser


@pytest.fixture
def keeper(city):
    """The administrator."""
    return make_staff("administrator", city, name="何平")


@pytest.fixture
def officer(city):
    return make_staff("security_officer", city, name="蓝天")


@pytest.fixture
def auditor(city):
    return make_staff("auditor", city, name="宁静")


@pytest.fixture
def clerk(office):
    return make_staff("examiner", office, name="韦丽华")


def changes(staff, office):
    """Every page that changes something, with what it wants."""
    role = RoleAssignment.objects.filter(staff=staff).first()
    return {
        "manage": [
            (reverse("people:add_organisation"), {}),
            (reverse("people:stop_organisation", args=[office.id]), {}),
            (reverse("people:add_staff"), {}),
            (reverse("people:change_phone", args=[staff.id]), {"phone": "13900009999"}),
            (reverse("people:leave", args=[staff.id]), {}),
            (reverse("people:clear_app", args=[staff.id]), {}),
        ],
        "grant": [
            (reverse("people:grant", args=[staff.id, office.id]), {"role": "signer", "first": today().isoformat()}),
            (reverse("people:end_role", args=[role.id]), {}),
        ],
    }


class TestWhoMay:
    def test_all_three_read_and_each_changes_his_own(self, keeper, officer, auditor, clerk, office):
        for staff, may in ((keeper, {"manage"}), (officer, {"grant"}), (auditor, set())):
            browser = browser_of(staff)
            for name in LISTS:
                assert browser.get(reverse(f"people:{name}")).status_code == 200
            assert browser.get(reverse("people:person", args=[clerk.id])).status_code == 200
            for kind, wanted in changes(clerk, office).items():
                if kind not in may:
                    assert {browser.post(url, sent).status_code for url, sent in wanted} == {403}
        assert RoleAssignment.objects.filter(staff=clerk, valid_until=None).count() == 1

    @pytest.mark.parametrize(
        "role", ["desk_clerk", "examiner", "signer", "office_lead", "delivery_clerk", "supervisor"]
    )
    def test_nobody_else_sees_the_house(self, role, clerk, office):
        browser = browser_of(make_staff(role, office))
        assert {browser.get(reverse(f"people:{name}")).status_code for name in LISTS} == {403}
        for wanted in changes(clerk, office).values():
            assert {browser.post(url, sent).status_code for url, sent in wanted} == {403}

    def test_residents_and_strangers_do_not_either(self, client):
        assert client.get(reverse("people:staff")).status_code == 302
        client.force_login(make_account(resident=make_resident()), backend=BACKEND)
        assert client.get(reverse("people:staff")).status_code == 403


class TestOrganisations:
    WANTED = {"kind": "desk", "name": "万力社区综合窗口", "territory": "450107006010"}

    def test_one_is_opened_found_and_stopped(self, keeper):
        browser = browser_of(keeper)
        assert browser.post(reverse("people:add_organisation"), self.WANTED).status_code == 302
        made = Organisation.objects.get(name="万力社区综合窗口")
        assert "万力社区综合窗口" in browser.get(reverse("people:organisations"), {"q": "万力"}).content.decode()
        url = reverse("people:stop_organisation", args=[made.id])
        assert browser.post(url, {"reason": " "}).status_code == 422
        assert browser.post(url, {"reason": "机构合并"}).status_code == 302
        made.refresh_from_db()
        assert not made.is_active
        assert browser.get(url).status_code == 404
        line = next(one for one in audit_lines() if one.action == "people.organisation.stopped")
        assert (line.actor_name, line.facts["name"], line.facts["reason"]) == ("何平", "万力社区综合窗口", "机构合并")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"territory": "450199"},
            {"territory": "45"},
            {"name": ""},
            {"kind": "department"},
            {"department": "justice"},
            {"kind": "merchant"},
            {"credit_code": "123"},
            {"territory": "４５０１\x00"},
        ],
    )
    def test_bad_input_is_refused_in_words(self, keeper, wrong):
        answer = browser_of(keeper).post(reverse("people:add_organisation"), self.WANTED | wrong)
        assert answer.status_code == 422
        assert "yz-errors" in answer.content.decode()

    def test_a_department_has_one_office_in_a_place(self, keeper, office):
        wanted = {"kind": "department", "name": "又一个", "department": "civil_affairs", "territory": "450107"}
        answer = browser_of(keeper).post(reverse("people:add_organisation"), wanted)
        assert answer.status_code == 422
        assert "已经有一个办公室" in answer.content.decode()

    def test_the_list_names_the_place_beside_its_code(self, keeper, office):
        page = browser_of(keeper).get(reverse("people:organisations")).content.decode()

        assert '西乡塘区 <span class="yz-sub yz-num">450107</span>' in page

    def test_with_parts_it_stays(self, keeper, office):
        make_organisation("department", territory="450107001", parent=office)
        answer = browser_of(keeper).post(reverse("people:stop_organisation", args=[office.id]), {"reason": "合并"})
        assert answer.status_code == 422
        office.refresh_from_db()
        assert office.is_active

    def test_stopping_ends_every_right_in_it(self, keeper, clerk, office):
        browser_of(keeper).post(reverse("people:stop_organisation", args=[office.id]), {"reason": "合并"})
        assert actor_for(clerk, on=today()).roles == ()


class TestStaff:
    def wanted(self, office, **changed):
        return {
            "organisation": str(office.id),
            "name": "黄晓明",
            "employee_number": "QX9",
            "phone": "13900008888",
        } | changed

    def test_a_person_is_added_with_a_way_in_and_no_rights(self, keeper, office):
        answer = browser_of(keeper).post(reverse("people:add_staff"), self.wanted(office))
        assert answer.status_code == 302
        staff = Staff.objects.get(name="黄晓明")
        assert Account.objects.get(staff=staff).phone == "13900008888"
        assert actor_for(staff, on=today()).roles == ()
        line = [one for one in audit_lines() if one.action == "people.staff.employed"][-1]
        assert (line.actor_name, line.facts["staff"]) == ("何平", "黄晓明")
        assert "13900008888" not in str([one.facts for one in audit_lines()])

    @pytest.mark.parametrize("field", ["name", "employee_number", "phone", "organisation"])
    def test_nothing_is_left_when_something_is_wrong(self, keeper, office, field):
        answer = browser_of(keeper).post(reverse("people:add_staff"), self.wanted(office, **{field: ""}))
        assert answer.status_code == 422
        assert not Staff.objects.filter(name="黄晓明").exists()

    def test_a_phone_or_number_that_somebody_has_is_refused(self, keeper, office, clerk):
        make_account(resident=make_resident(), phone="13900008888")
        browser = browser_of(keeper)
        assert "已经有账号" in browser.post(reverse("people:add_staff"), self.wanted(office)).content.decode()
        taken = self.wanted(office, phone="13900008887", employee_number=clerk.employee_number)
        assert "已经有这个工号" in browser.post(reverse("people:add_staff"), taken).content.decode()
        assert not Staff.objects.filter(name="黄晓明").exists()

    def test_people_are_found_by_name_pinyin_number_and_employer(self, keeper, clerk):
        browser = browser_of(keeper)
        for asked in ("韦丽华", "wei2", clerk.employee_number, "西乡塘"):
            assert "韦丽华" in browser.get(reverse("people:staff"), {"q": asked}).content.decode()
        assert "韦丽华" not in browser.get(reverse("people:staff"), {"q": "没有这个人"}).content.decode()
        for odd in ("\x00", "%", "x" * 500):
            assert browser.get(reverse("people:staff"), {"q": odd, "page": "²"}).status_code == 200

    def test_a_new_phone_ends_the_sessions_and_both_phones_are_told(self, keeper, clerk):
        make_account(staff=clerk, phone="13900007777")
        theirs = Client()
        theirs.force_login(Account.objects.get(staff=clerk), backend=BACKEND)
        assert theirs.get(reverse("people:workplace")).status_code == 200
        url = reverse("people:change_phone", args=[clerk.id])
        browser = browser_of(keeper)
        assert browser.post(url, {"phone": "12"}).status_code == 422
        assert browser.post(url, {"phone": "13900007778"}).status_code == 302
        assert theirs.get(reverse("people:workplace")).status_code == 302
        assert messaging.latest_for("13900007777")
        assert messaging.latest_for("13900007778")

    def test_who_leaves_has_no_right_the_same_day(self, keeper, clerk):
        theirs = browser_of(clerk)
        RoleAssignment.objects.create(
            id=uuid4(),
            staff=clerk,
            role="signer",
            organisation=clerk.organisation,
            valid_from=today() + timedelta(days=9),
        )
        browser_of(keeper).post(reverse("people:leave", args=[clerk.id]))
        assert theirs.get(reverse("people:workplace")).wsgi_request.actor.roles == ()
        assert not RoleAssignment.objects.not_over_on(today() + timedelta(days=9)).filter(staff=clerk).exists()

    def test_before_somebody_leaves_it_is_said_what_comes_of_it(self, keeper, clerk):
        page = browser_of(keeper).get(reverse("people:person", args=[clerk.id])).content.decode()

        assert f"{clerk.name}的 1 个岗位今天就结束，不能撤回" in page
        assert page.index("<summary") < page.index("确定，全部收回")

    def test_before_one_role_ends_it_is_said_what_comes_of_it(self, officer, clerk):
        page = browser_of(officer).get(reverse("people:person", args=[clerk.id])).content.decode()

        asked = page[page.index("<summary") : page.index("确定收回")]
        assert "这个岗位今天就结束，不能撤回" in asked

    def test_the_administrator_has_no_hand_in_the_other_two(self, keeper, officer, auditor):
        browser = browser_of(keeper)
        for other in (officer, auditor):
            page = browser.get(reverse("people:person", args=[other.id])).content.decode()
            assert reverse("people:leave", args=[other.id]) not in page
            for name, sent in (("change_phone", {"phone": "13900006666"}), ("leave", {}), ("clear_app", {})):
                assert browser.post(reverse(f"people:{name}", args=[other.id]), sent).status_code == 409
        assert RoleAssignment.objects.filter(valid_until=None).count() == 3

    def test_nobody_changes_his_own_account(self, keeper):
        browser = browser_of(keeper)
        for name in ("change_phone", "leave", "clear_app"):
            assert (
                browser.post(reverse(f"people:{name}", args=[keeper.id]), {"phone": "13900006666"}).status_code == 403
            )
        with pytest.raises(NotAllowed):
            change_sign_in_phone(actor=actor_for(keeper), staff_id=keeper.id, phone="13900006666", at=timezone.now())

    def test_who_is_not_there_is_not_found(self, keeper, officer):
        assert browser_of(keeper).get(reverse("people:person", args=[uuid4()])).status_code == 404
        assert browser_of(officer).get(reverse("people:grant_where", args=[uuid4()])).status_code == 404


class TestRoles:
    def grant(self, browser, staff, where, role, **more):
        sent = {"role": role, "first": today().isoformat()} | more
        return browser.post(reverse("people:grant", args=[staff.id, where.id]), sent)

    def test_a_role_is_granted_and_ended_and_both_parties_are_in_the_audit(self, officer, clerk, office):
        browser = browser_of(officer)
        where = browser.get(reverse("people:grant_where", args=[clerk.id])).content.decode()
        assert reverse("people:grant", args=[clerk.id, office.id]) in where
        assert browser.get(reverse("people:grant", args=[clerk.id, office.id])).status_code == 200
        last = today() + timedelta(days=30)
        assert self.grant(browser, clerk, office, "signer", last_day=last.isoformat()).status_code == 302
        made = RoleAssignment.objects.get(staff=clerk, role="signer")
        assert made.valid_until == last + timedelta(days=1)
        assert actor_for(clerk, on=today()).has_role("signer", office.id)
        browser.post(reverse("people:end_role", args=[made.id]))
        assert not actor_for(clerk, on=today()).has_role("signer")
        lines = [one for one in audit_lines() if one.action.startswith("people.role.")]
        assert [one.action for one in lines] == ["people.role.assigned", "people.role.ended"]
        for line in lines:
            assert (line.actor_name, line.facts["staff"], line.subject_id) == ("蓝天", "韦丽华", str(clerk.id))

    def test_nobody_grants_himself(self, officer, city):
        browser = browser_of(officer)
        assert browser.get(reverse("people:grant_where", args=[officer.id])).status_code == 403
        assert self.grant(browser, officer, city, "supervisor").status_code == 403
        own = RoleAssignment.objects.get(staff=officer)
        assert browser.post(reverse("people:end_role", args=[own.id])).status_code == 403
        with pytest.raises(NotAllowed):
            people.assign_role(
                actor=actor_for(officer),
                staff_id=officer.id,
                role=people.Role.SUPERVISOR,
                organisation_id=city.id,
                valid_from=today(),
            )

    @pytest.mark.parametrize("role", ["administrator", "security_officer"])
    def test_the_three_are_never_one(self, officer, auditor, city, role):
        answer = self.grant(browser_of(officer), auditor, city, role)
        assert answer.status_code == 422
        assert "不能是同一个人" in answer.content.decode()
        assert RoleAssignment.objects.filter(staff=auditor).count() == 1

    def test_not_even_one_after_the_other_without_an_end(self, officer, auditor, city):
        later = (today() + timedelta(days=400)).isoformat()
        assert self.grant(browser_of(officer), auditor, city, "administrator", first=later).status_code == 422

    def test_a_desk_has_no_examiner(self, officer, clerk):
        desk = make_organisation()
        assert self.grant(browser_of(officer), clerk, desk, "examiner").status_code == 422
        assert self.grant(browser_of(officer), clerk, desk, "administrator").status_code == 422

    @pytest.mark.parametrize(
        "wrong",
        [{"first": "2020-01-01"}, {"first": "x"}, {"last_day": "2020-01-01"}, {"role": ""}, {"first": "9999-12-31"}],
    )
    def test_bad_days_are_refused_in_words(self, officer, clerk, office, wrong):
        answer = self.grant(browser_of(officer), clerk, office, **({"role": "signer"} | wrong))
        assert answer.status_code == 422
        assert "yz-errors" in answer.content.decode()

    def test_what_is_held_is_not_given_twice(self, officer, clerk, office):
        assert self.grant(browser_of(officer), clerk, office, "examiner").status_code == 422

    def test_a_role_that_is_over_is_not_found(self, officer, clerk):
        browser, role = browser_of(officer), RoleAssignment.objects.get(staff=clerk)
        browser.post(reverse("people:end_role", args=[role.id]))
        assert browser.post(reverse("people:end_role", args=[role.id])).status_code == 404
        assert browser.post(reverse("people:end_role", args=[uuid4()])).status_code == 404


def test_an_organisation_that_is_no_more_takes_nobody(officer, office):
    Organisation.objects.filter(pk=office.id).update(is_active=False)
    with pytest.raises(organising.OrganisationStopped):
        organising.employ_staff(
            actor=actor_for(make_staff("administrator", make_organisation("city", territory="4501"))),
            organisation_id=office.id,
            name="甲某",
            employee_number="1",
        )
