"""The audit speaks in words: every action that any room writes has its own, and no line tells whose number it was."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

import yizhan
from yizhan.kernel.api import Actor, Subject, audit, outbox
from yizhan.kernel.testing import audit_lines, make_parked_delivery
from yizhan.matters.api import Action
from yizhan.people import testing as people
from yizhan.shell.rules import NotADay, days_in
from yizhan.shell.web import audit_words as words

ROOT = Path(yizhan.__file__).parent
# Functions whose second argument is an action, and one whose first is the end of one.
WRITERS = {"audit", "audit_each", "_note", "_told", "_counted", "_each"}
WITH_ENDS = {
    "matters.case.": {str(action) for action in Action},
    "people.": {"intake.opened", "delivery.opened"},
}


def written_actions():
    """Every action that stands in the code, with the ends of those that are put together."""
    found, ends = set(), set()
    for path in ROOT.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            name = getattr(call.func, "id", "")
            if name == "write_down" and isinstance(call.args[0], ast.Constant):
                ends.add(call.args[0].value)
            if name in WRITERS and len(call.args) > 1:
                found |= whole(call.args[1]) | whole(call.args[2] if len(call.args) > 2 else None)
    return found | {f"places.outlet.{end}" for end in ends}


def whole(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value} if node.value.count(".") else set()
    if isinstance(node, ast.JoinedStr):
        start = node.values[0].value
        return {start + end for end in WITH_ENDS.get(start, set())} if start != "places.outlet." else set()
    return set()


def test_every_action_in_the_code_has_its_words():
    found = written_actions()
    assert len(found) > 90
    assert found - words.ACTIONS.keys() == set()


def test_every_fact_that_somebody_waits_for_has_its_words():
    awaited = {name for name in outbox.fact_types() if outbox.handlers_of(name) and not name.startswith("tests.")}
    awaited = {name for name in awaited if outbox.fact_types()[name].__module__.startswith("yizhan.facts")}
    assert awaited - words.FACT_NAMES.keys() == set()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2月14日", [date(2027, 2, 14)]),
        ("2027-02-14", [date(2027, 2, 14)]),
        ("2月14日（星期日）、2月28日（周日）", [date(2027, 2, 14), date(2027, 2, 28)]),
        ("2026年12月31日\n２月３号", [date(2026, 12, 31), date(2027, 2, 3)]),
        ("2027/2/4；2027.2.5", [date(2027, 2, 4), date(2027, 2, 5)]),
        (" ", []),
    ],
)
def test_days_are_read_as_a_paper_or_a_machine_writes_them(text, days):
    assert days_in(text, 2027) == days


@pytest.mark.parametrize("text", ["2月30日", "春节", "2027-13-01", "0000-01-01", "14日"])
def test_what_is_no_day_is_named(text):
    with pytest.raises(NotADay, match=text):
        days_in(text, 2027)


def test_a_day_without_its_year_needs_one():
    with pytest.raises(NotADay):
        days_in("2月14日", None)


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def auditor(self):
        browser = Client()
        staff = people.make_staff("auditor", people.make_organisation("city"), name="宁静")
        browser.force_login(
            people.make_account(staff=staff), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return browser

    @pytest.fixture
    def officer(self):
        return people.make_staff("security_officer", people.make_organisation("city", name="运行中心"), name="蓝天")

    @pytest.fixture
    def acted(self, officer):
        account = people.make_account(staff=officer)
        actor = Actor(account_id=account.id, staff_id=officer.id, name=officer.name, channel="desk")
        audit(actor, "people.role.ended", Subject("people.staff", str(officer.id)), role="signer", phone="13900000043")
        audit(Actor.system("tests"), "people.account.opened", Subject("people.account", str(account.id)), by="139-")
        audit(Actor.system("tests"), "reach.table.counted", Subject("streets.site", "1"), reason="打 13900000043")
        return audit_lines()[-3]

    def test_a_line_says_who_did_what_from_where_in_words(self, auditor, acted):
        page = re.sub(r"</?span[^>]*>", "", auditor.get("/audit/").content.decode())
        for told in ("蓝天（运行中心）", "收回岗位", "窗口", "people.role.ended", "岗位：签发人"):
            assert told in page
        assert f"account:{acted.actor.partition(':')[2]}" not in page

    def test_no_number_of_anybody_is_shown(self, auditor, acted):
        assert "13900000043" not in auditor.get("/audit/").content.decode()

    def test_a_resident_is_not_named(self, auditor):
        resident = people.make_resident("农秀珍")
        audit(Actor.system("tests"), "people.identity.checked", Subject("people.resident", str(resident.id)))
        page = auditor.get("/audit/").content.decode()
        assert "一位居民" in page
        assert "农秀珍" not in page

    def test_it_is_asked_by_number_by_day_and_by_thing(self, auditor, acted, officer):
        mine = auditor.get("/audit/", {"number": officer.employee_number}).content.decode()
        assert "收回岗位</" not in mine
        assert "收回岗位<br>" in mine
        assert "重算可达情况<br>" not in mine
        assert "没有这个工号" in auditor.get("/audit/", {"number": "没有"}).content.decode()
        assert "没有这样的记录" in auditor.get("/audit/", {"day": "2001-01-01"}).content.decode()
        assert auditor.get("/audit/", {"day": "2月"}).status_code == 422
        about = auditor.get("/audit/", {"kind": "people.staff", "id": str(officer.id)}).content.decode()
        assert "收回岗位<br>" in about
        assert "开通账号<br>" not in about

    def test_older_lines_follow_without_counting_all(self, auditor, acted):
        for _number in range(31):
            audit(Actor.system("tests"), "people.account.opened", Subject("people.account", "x"))
        first = auditor.get("/audit/").content.decode()
        assert "更早的" in first
        assert "收回岗位<br>" not in first
        older = auditor.get("/audit/", {"before": audit_lines()[-30].pk}).content.decode()
        assert "收回岗位<br>" in older
        assert "回到最新的" in older

    @pytest.mark.parametrize("asked", [{"before": "x"}, {"before": "9" * 30}, {"kind": "a\x00", "id": "b"}])
    def test_odd_questions_are_answered(self, auditor, asked):
        assert auditor.get("/audit/", asked).status_code == 200


@pytest.mark.django_db
def test_running_a_delivery_again_says_that_it_was_done():
    browser = Client()
    account = people.make_account(staff=people.make_staff("administrator"))
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    case = Subject("matters.case", "01890000-0000-7000-8000-000000000000")
    parked = make_parked_delivery(name="matters.CaseAccepted", handler="matters.tell_accepted", subject=case)
    assert "一件受理了" in browser.get("/outbox/").content.decode()
    assert "重新投了" in browser.post(f"/outbox/{parked.pk}/rerun/", follow=True).content.decode()
