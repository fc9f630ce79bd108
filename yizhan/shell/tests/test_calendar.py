"""The calendar through its pages: read by three, changed by one, who sees the effect first."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, Subject, ids, times
from yizhan.kernel.testing import audit_lines, carry_out_everything
from yizhan.people.testing import make_account, make_organisation, make_resident, make_staff
from yizhan.territory import api as territory

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NEW = "/admin/calendar/new/"
PAPER = {
    "region": "000000",
    "year": "2027",
    "title": "国务院办公厅关于2027年部分节假日安排的通知（样例）",
    "source": "样例文号",
    "name_0": "元旦",
    "first_0": "2027-01-01",
    "last_0": "2027-01-03",
    "name_1": "春节",
    "first_1": "2027-02-05",
    "last_1": "2027-02-11",
    "make_up": "2027-02-20\n2027-02-28",
}


def browser_of(role, organisation=None):
    staff = make_staff(role, organisation or make_organisation("city", territory="4501"), name="何平")
    browser = Client()
    browser.force_login(make_account(staff=staff), backend=BACKEND)
    return browser


@pytest.fixture
def keeper():
    return browser_of("administrator")


@pytest.fixture
def open_case():
    carry_out_everything()
    subject = Subject("matters.case", str(ids.new_id()))
    limits = clocks.Limits(unit=clocks.LimitUnit.WORKING, promise_days=5, legal_days=20)
    day, actor = date(2027, 2, 2), Actor.system("tests")
    clocks.start(
        subject=subject, limits=limits, region="450107006010", from_day=day, actor=actor, at=times.day_start(day)
    )
    return subject


def hidden(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


class TestWhoMay:
    def test_three_read_and_one_changes(self):
        for role, may in (("administrator", 200), ("security_officer", 403), ("auditor", 403)):
            browser = browser_of(role)
            assert browser.get("/admin/calendar/").status_code == 200
            assert browser.get(NEW).status_code == may
            assert browser.post(NEW, PAPER | {"step": "preview"}).status_code == may

    @pytest.mark.parametrize(
        "role", ["desk_clerk", "examiner", "signer", "office_lead", "supervisor", "delivery_clerk"]
    )
    def test_nobody_else(self, role):
        browser = browser_of(role)
        for url in ("/admin/calendar/", NEW, "/admin/calendar/1/"):
            assert browser.get(url).status_code == 403
        assert browser.post(NEW, PAPER | {"step": "enter"}).status_code == 403
        assert not territory.notices(year=2027)

    def test_residents_and_strangers(self, client):
        assert client.get("/admin/calendar/").status_code == 302
        client.force_login(make_account(resident=make_resident()), backend=BACKEND)
        assert client.get("/admin/calendar/").status_code == 403


class TestReading:
    def test_a_year_shows_days_off_made_up_and_computed_ones(self, keeper):
        page = keeper.get("/admin/calendar/?year=2026").content.decode()
        assert "国务院办公厅关于2026年部分节假日安排的通知" in page
        assert page.count("is-make_up") == 6
        assert re.search(r'class="is-regional_holiday is-provisional[^>]*title="自治区节假日：[^"]*（待公布）"', page)
        assert "随系统带来" in page

    def test_a_calendar_that_came_with_the_system_names_its_source_in_words(self, keeper):
        page = keeper.get("/admin/calendar/?year=2025").content.decode()
        assert "开源工作日表 chinesecalendar 1.11.0" in page
        assert "PyPI" not in page

    def test_a_year_without_a_notice_says_so(self, keeper):
        page = keeper.get("/admin/calendar/?year=2028").content.decode()
        assert "还没有公布" in page
        assert "is-working is-provisional" in page

    @pytest.mark.parametrize("year", ["", "x", "0001", "9999", "²", "20260"])
    def test_odd_years_are_answered(self, keeper, year):
        assert keeper.get("/admin/calendar/", {"year": year}).status_code == 200

    def test_a_notice_that_is_not_there(self, keeper):
        assert keeper.get("/admin/calendar/999999/").status_code == 404


class TestEntering:
    def test_effect_first_then_confirmation_then_the_list_of_moved_cases(self, keeper, open_case):
        before = clocks.of(open_case)
        seen = keeper.post(NEW, PAPER | {"step": "preview"})
        page = seen.content.decode()
        assert seen.status_code == 200
        assert "其中 1 个要动" in page.replace("<b>", "")
        assert not territory.notices(year=2027)
        assert clocks.of(open_case) == before

        entered = keeper.post(NEW, hidden(page) | {"step": "enter"})
        notice = territory.notices(year=2027)[0]
        assert entered["Location"] == reverse("shell:calendar_moves", args=[notice.notice_id])
        waiting = keeper.get(entered["Location"]).content.decode()
        assert "后台马上开始重算" in waiting
        assert 'hx-trigger="load delay:2s"' in waiting

        carry_out_everything()
        after = clocks.of(open_case)
        done = keeper.get(entered["Location"]).content.decode()
        assert "动了 1 个" in done
        assert f"{after.promise.due_on.month}月{after.promise.due_on.day}日" in done
        assert after.promise.due_on != before.promise.due_on
        assert "hx-trigger" not in keeper.get(entered["Location"], headers={"HX-Request": "true"}).content.decode()
        line = next(
            one
            for one in audit_lines()
            if one.action == "territory.calendar.notice_entered" and one.facts.get("notice") == notice.notice_id
        )
        assert (line.actor_name, line.facts["source"]) == ("何平", "样例文号")
        assert "何平" in keeper.get("/admin/calendar/?year=2027").content.decode()

    def test_the_regions_own_notice_makes_its_computed_days_certain(self, keeper):
        own = {"region": "450000", "year": "2027", "title": "三月三（样例）", "source": "样例"}
        own |= {"name_0": "三月三", "first_0": "2027-04-09", "last_0": "2027-04-10"}
        page = keeper.post(NEW, own | {"step": "preview"}).content.decode()
        keeper.post(NEW, hidden(page) | {"step": "enter"})
        day = territory.calendar("450100").day(date(2027, 4, 9))
        assert (day.counts, day.computed) == (False, False)

    def test_going_back_keeps_what_was_typed(self, keeper):
        page = keeper.post(NEW, PAPER | {"step": "preview"}).content.decode()
        back = keeper.post(NEW, hidden(page) | {"step": "mend"})
        assert back.status_code == 200
        assert 'value="2027-02-05"' in back.content.decode()
        assert not territory.notices(year=2027)

    def test_twice_the_same_is_entered_once(self, keeper):
        sent = hidden(keeper.post(NEW, PAPER | {"step": "preview"}).content.decode()) | {"step": "enter"}
        assert keeper.post(NEW, sent).status_code == 302
        again = keeper.post(NEW, sent)
        assert again.status_code == 422
        assert "一模一样" in again.content.decode()
        assert len(territory.notices(year=2027)) == 1

    def test_nothing_is_entered_without_having_been_looked_at(self, keeper):
        answer = keeper.post(NEW, PAPER | {"step": "enter"})
        assert answer.status_code == 422
        assert "重新看一遍" in answer.content.decode()
        assert not territory.notices(year=2027)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"first_0": "", "last_0": "", "first_1": "", "last_1": ""}, "一天放假都没有写"),
            ({"first_1": "2026-02-05", "last_1": "2026-02-11"}, "不在这一年里"),
            ({"first_1": "2027-01-03", "last_1": "2027-01-05"}, "写了两次"),
            ({"make_up": "2027-02-16"}, "本来就上班"),
            ({"make_up": "2027-02-06"}, "又放假又上班"),
            ({"make_up": "二月二十"}, "不是一天"),
            ({"make_up": "2027-02-30"}, "不是一天"),
            ({"first_1": "2027-02-11", "last_1": "2027-02-05"}, "在第一天以前"),
            ({"first_1": "2027-02-05", "last_1": "2027-08-11"}, "放得太长"),
            ({"last_1": ""}, "第一天和最后一天都要写"),
            ({"name_1": ""}, "请写是什么节"),
            ({"title": " "}, "文件名称"),
            ({"source": ""}, "文号或网址"),
            ({"year": "3000"}, "哪一年"),
            ({"region": "440000"}, "没有这一项"),
            ({"first_0": "\x00"}, "没有这一天"),
        ],
    )
    def test_bad_input_is_refused_in_words(self, keeper, wrong, words):
        answer = keeper.post(NEW, PAPER | wrong | {"step": "preview"})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not territory.notices(year=2027)
