import pytest

from yizhan.notices import api as notices
from yizhan.notices.tests.test_telling import AT, CONTEXT, HOME, _kinds, reader  # noqa: F401
from yizhan.people.testing import make_account, make_resident


@pytest.fixture
def resident(client):
    person = make_resident(phone="13900010001", home_community=None)
    client.force_login(make_account(resident=person, phone="13900010001"))
    return person.id


def tell(*resident_ids, **changed):
    given = {"context": CONTEXT, "subject": None, "community": HOME, "at": AT}
    return notices.tell(resident_ids=resident_ids, kind="tests.accepted", **{**given, **changed})


@pytest.mark.django_db
class TestInboxPages:
    def test_lists_opens_and_marks_read(self, client, resident):
        tell(resident)
        (view,) = notices.inbox(reader(resident)).object_list
        assert "没看" in client.get("/notices/").content.decode()
        assert "10月12日（周一）" in client.get(view.url).content.decode()
        assert notices.unread_count(reader(resident)) == 1
        assert client.post(f"{view.url}read/", headers={"HX-Request": "true"}).status_code == 204
        assert notices.unread_count(reader(resident)) == 0
        assert "都看过了" in client.get("/notices/").content.decode()

    def test_anothers_notice_is_not_there(self, client, resident):
        other = make_resident(phone="13900010002", home_community=None).id
        tell(other)
        view = notices.inbox(reader(other)).object_list[0]
        assert client.get(view.url).status_code == 404
        client.post(f"{view.url}read/")
        assert notices.unread_count(reader(other)) == 1

    def test_marks_all_read(self, client, resident):
        tell(resident)
        tell(resident, key="2")
        assert client.post("/notices/read/").url == "/notices/"
        assert notices.unread_count(reader(resident)) == 0

    def test_reading_needs_a_post(self, client, resident):
        tell(resident)
        view = notices.inbox(reader(resident)).object_list[0]
        assert client.get(f"{view.url}read/").status_code == 405

    def test_a_visitor_is_sent_to_sign_in(self, client):
        assert client.get("/notices/").status_code == 302

    def test_names_with_markup_are_shown_as_text(self, client, resident):
        tell(resident, context={**CONTEXT, "item": "<b>𠮷"})
        assert "&lt;b&gt;𠮷已受理" in client.get("/notices/").content.decode()

    def test_elder_version_reads_aloud(self, client, resident):
        tell(resident)
        client.cookies["yz_version"] = "elder"
        assert "data-speak" in client.get(notices.inbox(reader(resident)).object_list[0].url).content.decode()
