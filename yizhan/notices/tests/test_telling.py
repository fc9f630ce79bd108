from datetime import UTC, date, datetime

import pytest
from django.db import connection

from yizhan.kernel.api import Actor, NotFound, Subject, ids, outbox, subjects
from yizhan.kernel.testing import audit_lines
from yizhan.messaging import api as messaging
from yizhan.notices import api as notices
from yizhan.notices.models import Notice
from yizhan.notices.queries import kinds
from yizhan.people.testing import make_resident

AT = datetime(2026, 10, 9, 2, 48, tzinfo=UTC)
HOME = "450103001005"
PHONE = "13900010001"
CONTEXT = {"item": "高龄津贴", "due_on": date(2026, 10, 12)}
THING = "tests.told_thing"


class Things:
    def titles(self, ids):
        return dict.fromkeys(ids, "高龄津贴")

    def urls(self, ids):
        return {id_: f"/thing/{id_}/" for id_ in ids}

    def visible(self, actor, ids):
        return set(ids) if actor.name == "主人" else set()

    def states(self, ids):
        return {}


if THING not in subjects.kinds():
    subjects.register(THING, Things())


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    notices.register_kind(
        "tests.accepted",
        title="{item}已受理",
        body="您办的{item}已经受理，{due_on}前答复您。",
        sms="您办的{item}已受理，{due_on}前答复您。",
    )
    notices.register_kind("tests.quiet", title="{item}有进展", body="{item}")


def resident(phone=PHONE):
    return make_resident(phone=phone, home_community=None).id


def tell(*resident_ids, kind="tests.accepted", **changed):
    given = {"context": CONTEXT, "subject": Subject(THING, "1"), "community": HOME, "at": AT}
    return notices.tell(resident_ids=resident_ids, kind=kind, **{**given, **changed})


def reader(resident_id, name="主人"):
    return Actor(account_id=ids.new_id(), resident_id=resident_id, name=name)


@pytest.mark.django_db
class TestTell:
    def test_tells_in_the_inbox_and_by_text(self):
        person = resident()
        assert tell(person) == 1
        outbox.deliver_all()
        (notice,) = notices.inbox(reader(person)).object_list
        assert notice.title == "高龄津贴已受理"
        assert notice.body == "您办的高龄津贴已经受理，10月12日（周一）前答复您。"
        assert messaging.latest_for(PHONE).text == "您办的高龄津贴已受理，10月12日（周一）前答复您。"

    def test_tells_once_for_the_same_thing(self):
        person = resident()
        assert [tell(person), tell(person), tell(person, key="again")] == [1, 0, 1]
        assert Notice.objects.count() == 2

    def test_tells_each_resident_once_however_often_he_is_named(self):
        first, second = resident(), resident("13900010002")
        assert tell(first, second, first) == 2

    def test_without_a_phone_the_inbox_is_enough(self):
        person = resident("")
        tell(person)
        assert notices.unread_count(reader(person)) == 1
        assert audit_lines()[-1].facts["sms"] is False

    def test_a_quiet_kind_sends_no_text(self):
        tell(resident(), kind="tests.quiet")
        assert messaging.latest_for(PHONE) is None

    @pytest.mark.parametrize(
        ("changed", "fault"),
        [
            ({"kind": "tests.unknown"}, KeyError),
            ({"context": {"item": "x"}}, KeyError),
            ({"context": {**CONTEXT, "more": object()}}, TypeError),
        ],
    )
    def test_a_fault_of_the_caller_shows_at_once_and_leaves_nothing(self, changed, fault):
        with pytest.raises(fault):
            tell(resident(), **changed)
        assert not Notice.objects.exists()

    def test_what_it_says_is_not_readable_in_the_database(self):
        tell(resident())
        with connection.cursor() as cursor:
            cursor.execute("SELECT context FROM notices_notice")
            assert "高龄".encode() not in bytes(cursor.fetchone()[0])

    def test_placeholders_in_data_stay_what_they_are(self):
        person = resident()
        tell(person, context={"item": "{due_on}<b>𠮷", "due_on": date(2026, 10, 12)})
        assert notices.inbox(reader(person)).object_list[0].title == "{due_on}<b>𠮷已受理"


@pytest.mark.django_db
class TestInbox:
    def test_shows_unread_first_then_the_newest(self):
        person = resident()
        for key, hour in (("a", 1), ("b", 2), ("c", 3)):
            tell(person, key=key, at=AT.replace(hour=hour))
        newest = notices.inbox(reader(person)).object_list[0]
        notices.mark_read(notice_id=newest.id, actor=reader(person), at=AT)
        assert [view.created_at.hour for view in notices.inbox(reader(person)).object_list] == [2, 1, 3]
        assert notices.unread_count(reader(person)) == 2

    def test_is_nobody_elses(self):
        person, other = resident(), resident("13900010002")
        tell(person)
        view = notices.inbox(reader(person)).object_list[0]
        with pytest.raises(NotFound):
            notices.get_notice(reader(other), view.id)
        notices.mark_read(notice_id=view.id, actor=reader(other), at=AT)
        assert notices.unread_count(reader(person)) == 1
        assert notices.unread_count(Actor()) == notices.unread_count(reader(other)) == 0

    def test_leads_to_the_thing_only_for_whoever_may_see_it(self):
        person = resident()
        tell(person)
        assert notices.inbox(reader(person)).object_list[0].subject_url == "/thing/1/"
        assert notices.inbox(reader(person, "别人")).object_list[0].subject_url == ""

    def test_the_first_reading_counts(self):
        person = resident()
        tell(person)
        view = notices.inbox(reader(person)).object_list[0]
        for hour in (3, 4):
            notices.mark_read(notice_id=view.id, actor=reader(person), at=AT.replace(hour=hour))
        assert Notice.objects.get().read_at.hour == 3

    def test_pages(self):
        person = resident("")
        for number in range(25):
            tell(person, key=str(number))
        assert len(notices.inbox(reader(person), 2).object_list) == 5
        assert notices.inbox(reader(person), "x").number == 1
        assert notices.inbox(reader(person), 99).number == 2
        assert notices.mark_all_read(actor=reader(person), at=AT) == 25

    def test_asks_the_database_twice_for_a_page(self, django_assert_max_num_queries):
        person = resident("")
        for number in range(12):
            tell(person, key=str(number))
        with django_assert_max_num_queries(2):
            notices.inbox(reader(person))

    def test_an_old_kind_is_still_a_page(self):
        person = resident()
        tell(person)
        kinds._kinds.pop("tests.accepted")
        assert "停用" in notices.inbox(reader(person)).object_list[0].body
