"""The pages of the wider course: the office's acts, the desk's warnings and papers, and how the resident is told."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from yizhan.clocks import api as clocks
from yizhan.kernel.api import timers
from yizhan.look.testing import plain_static_files
from yizhan.matters import api as matters
from yizhan.matters.models import Case
from yizhan.matters.rules.states import State
from yizhan.matters.testing import (
    ANSWERS,
    NOON,
    ask_extension,
    bring_to,
    headed_town,
    instant_town,
    late_notice_accepts,
    make_town,
    pickup_code_of,
    registers_know,
    seen,
    staged_in_the_district,
    staged_in_the_street,
    staged_town,
    take_in,
    take_in_instant,
)
from yizhan.people import testing as people

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LATER = NOON + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _plain():
    with plain_static_files():
        yield


@pytest.fixture(autouse=True)
def at():
    with time_machine.travel(LATER, tick=False):
        yield LATER


def as_(client, actor):
    client.force_login(people.Account.objects.get(pk=actor.account_id), backend=BACKEND)
    return client


def as_resident(client, resident):
    account = people.Account.objects.filter(resident=resident).first() or people.make_account(resident=resident)
    client.force_login(account, backend=BACKEND)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def page(client, case_id, name="office_case"):
    return text_of(client.get(reverse(f"matters:{name}", args=[case_id])))


def act(client, case_id, name, **data):
    return client.post(reverse("matters:office_act", args=[case_id, name]), data)


def state_of(case_id):
    return Case.objects.get(pk=case_id).state


class TestOffices:
    def test_the_first_office_gives_its_opinion_and_the_next_reads_it(self, client):
        town = staged_town()
        case_id = staged_in_the_street(town)
        street = as_(client, town.street_examiner)
        shown = page(street, case_id)
        assert "送下一单位：区里确认" in shown
        assert "拟定决定" not in shown
        assert act(street, case_id, "hand_on", opinion="yes", text="").status_code == 422
        answer = act(street, case_id, "hand_on", opinion="yes", text="入户查过，情况属实")
        assert answer.headers["Location"] == reverse("matters:office")
        shown = page(street, case_id)
        assert "已送西乡塘区民政局" in shown
        assert "农秀珍" not in shown
        assert "送下一单位：" not in shown
        assert act(street, case_id, "hand_on", opinion="yes", text="再来一次").status_code == 404
        assert reverse("matters:office_case", args=[case_id]) in text_of(
            street.get(reverse("matters:office_done"), {"kind": "passed"})
        )
        shown = page(as_(client, town.examiner), case_id)
        assert "新阳街道民政办：同意" in shown
        assert "入户查过，情况属实" in shown

    def test_the_queue_is_orange_where_only_the_step_is_late(self, client):
        town = staged_town()
        staged_in_the_street(town)
        with time_machine.travel(NOON + timedelta(days=22), tick=False):
            assert "环节超时" in text_of(as_(client, town.street_examiner).get(reverse("matters:office")))

    def test_another_office_does_nothing(self, client):
        town = staged_town()
        case_id = staged_in_the_street(town)
        stranger = as_(client, people.actor_for(people.make_staff("examiner", people.make_organisation("department"))))
        assert act(stranger, case_id, "hand_on", opinion="yes", text="好").status_code == 404
        assert act(as_(client, town.street_examiner), case_id, "unknown").status_code == 404


class TestSpecialProcedure:
    def test_begun_told_in_one_sentence_and_ended(self, client):
        town = staged_town()
        case_id = staged_in_the_street(town)
        street = as_(client, town.street_examiner)
        wrong = act(street, case_id, "suspend", procedure="hearing", planned_end="2027-03-01", reason="邻里有异议")
        assert wrong.status_code == 422
        assert "计划结束日要在明天到12月1日之间" in text_of(wrong)
        act(street, case_id, "suspend", procedure="hearing", planned_end="2026-12-01", reason="邻里有异议")
        assert "停算，计划 12月1日结束" in page(street, case_id)
        shown = page(as_resident(client, town.mother), case_id, "my_case")
        assert "停算：等民主评议，计划 12月1日回来" in shown
        assert "特别程序告知书" in shown
        act(as_(client, town.street_examiner), case_id, "resume", note="评议结束")
        assert state_of(case_id) == State.EXAMINING


class TestTheRest:
    def test_published(self, client):
        town = staged_town()
        case_id = staged_in_the_district(town)
        office = as_(client, town.examiner)
        assert "开始公示" in page(office, case_id)
        act(office, case_id, "publish")
        assert "公示到 12月1日" in page(office, case_id)
        assert "公示到 12月1日" in page(as_resident(client, town.mother), case_id, "my_case")

    def test_an_extension_is_asked_for_on_one_page_and_approved_on_another(self, client):
        town, head = headed_town()
        case_id = staged_in_the_district(town)
        office = as_(client, town.examiner)
        assert "报区民政局负责人批" in page(office, case_id)
        assert act(office, case_id, "ask_extension", days="50", reason="情况复杂").status_code == 422
        act(office, case_id, "ask_extension", days="5", reason="要到外市核对财产")
        assert "等区民政局负责人答复" in page(office, case_id)
        assert office.get(reverse("matters:extensions")).status_code == 403
        listed = text_of(as_(client, head).get(reverse("matters:extensions")))
        assert "1 件等答复" in listed
        assert "农秀珍" not in listed
        url = reverse("matters:extension", args=[matters.extension_requests(head)[0].request_id])
        shown = text_of(client.get(url))
        assert "要到外市核对财产" in shown
        assert "农秀珍" not in shown
        too_many = client.post(url, {"answer": "approve", "days": "6", "reason": "财产太复杂"})
        assert too_many.status_code == 422
        assert "最多只能延长 5 天" in text_of(too_many)
        assert "财产太复杂" in text_of(too_many)
        assert client.post(url, {"answer": "approve", "days": "4", "reason": "财产复杂"}).status_code == 302
        assert Case.objects.get(pk=case_id).extension.days == 4
        assert "已经批准" in text_of(client.get(url))
        assert "延期告知书" in page(as_resident(client, town.mother), case_id, "my_case")

    def test_an_examiner_draws_what_chance_did_not(self, client, monkeypatch):
        monkeypatch.setattr("yizhan.matters.services.instant.secrets.randbelow", lambda _n: 99)
        town = instant_town()
        registers_know(town)
        case_id = take_in_instant(town)
        officer = as_(client, town.officer)
        assert "列入抽查" in page(officer, case_id)
        act(officer, case_id, "draw")
        assert Case.objects.get(pk=case_id).reference[-5:] in text_of(officer.get(reverse("matters:office_checks")))
        assert act(officer, case_id, "draw").status_code == 409

    def test_an_extension_is_denied_and_the_office_reads_why(self, client):
        town, head = headed_town()
        case_id = staged_in_the_district(town)
        asked = ask_extension(town, case_id)
        url = reverse("matters:extension", args=[asked])
        assert as_(client, town.signer).get(url).status_code == 404
        assert as_(client, head).post(url, {"answer": "deny", "why": ""}).status_code == 422
        client.post(url, {"answer": "deny", "why": "可以按期办完"})
        assert "没有批准" in text_of(client.get(reverse("matters:extensions")))
        shown = page(as_(client, town.examiner), case_id)
        assert "延期没有批准" in shown
        assert "可以按期办完" in shown

    def test_terminated(self, client):
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        act(as_(client, town.examiner), case_id, "terminate", cause="death", reason="死亡证明已核")
        assert state_of(case_id) == State.TERMINATED
        ended = page(client, case_id)
        assert "已终止，通知书已发给申请人" in ended
        assert "不再计时" in ended
        assert "还剩 " not in ended
        shown = page(as_resident(client, town.mother), case_id, "my_case")
        assert "已终止办理" in shown
        assert "终止办理通知书" in shown

    def test_the_electronic_decision_is_received_without_coming(self, client, monkeypatch):
        monkeypatch.setitem(ANSWERS, "delivery", "online")
        town = make_town()
        case_id = bring_to(town, State.GRANTED)
        mother = as_resident(client, town.mother)
        assert "电子决定书出来了" in page(mother, case_id, "my_case")
        received = reverse("matters:my_received", args=[case_id])
        assert as_(client, town.clerk).post(received).status_code in (403, 404)
        assert as_resident(client, town.mother).post(received).status_code == 302
        assert state_of(case_id) == State.DELIVERED
        assert "收到电子决定书" in page(client, case_id, "my_case")
        assert client.post(received).status_code == 409
        assert not clocks.find(Case.objects.get(pk=case_id).delivery_subject).is_running

    def test_paper_is_fetched_at_a_desk(self, client):
        town = make_town()
        case_id = bring_to(town, State.GRANTED)
        refused = as_resident(client, town.mother).post(reverse("matters:my_received", args=[case_id]))
        assert refused.status_code == 409
        assert state_of(case_id) == State.GRANTED

    def test_a_late_delivery_lies_at_the_door_of_the_office(self, client):
        town = make_town()
        case_id = bring_to(town, State.GRANTED)
        assert "前送到申请人手里" in page(as_(client, town.examiner), case_id)
        timers.fire_all(NOON + timedelta(days=13))
        assert not Case.objects.get(pk=case_id).lapses.exists()
        timers.fire_all(NOON + timedelta(days=16))
        assert [one.kind for one in Case.objects.get(pk=case_id).lapses.all()] == ["delivery"]
        with time_machine.travel(NOON + timedelta(days=16), tick=False):
            assert "逾期没有送达" in text_of(as_(client, town.examiner).get(reverse("matters:office_checks")))

    def test_archived(self, client):
        town = make_town()
        case_id = bring_to(town, State.DELIVERED)
        act(as_(client, town.examiner), case_id, "archive")
        assert state_of(case_id) == State.ARCHIVED
        assert "已办结" in page(as_resident(client, town.mother), case_id, "my_case")

    def test_a_sample_is_looked_at(self, client, monkeypatch):
        monkeypatch.setattr("yizhan.matters.services.instant.secrets.randbelow", lambda _n: 0)
        town = instant_town()
        registers_know(town)
        case_id = take_in_instant(town)
        officer = as_(client, town.officer)
        assert Case.objects.get(pk=case_id).reference[-5:] in text_of(officer.get(reverse("matters:office_checks")))
        shown = page(officer, case_id)
        assert "按部门的规则自动准予" in shown
        act(officer, case_id, "review", result="yes", note="")
        assert "准予是对的" in page(officer, case_id)
        assert "没有等抽查的件" in text_of(officer.get(reverse("matters:office_checks")))

    def test_the_queue_of_decisions_says_by_when_to_deliver(self, client):
        town = make_town()
        bring_to(town, State.GRANTED)
        assert "前送达" in text_of(as_(client, town.examiner).get(reverse("matters:office_done")))


class TestDesk:
    def test_a_missed_notice_lies_at_its_door(self, client):
        late_notice_accepts()
        town = make_town()
        take_in(town)
        clerk = as_(client, town.clerk)
        assert "12月1日前要告知或受理" in text_of(clerk.get(reverse("matters:desk_cases")))
        timers.fire_all(NOON + timedelta(days=8))
        shown = text_of(clerk.get(reverse("matters:desk_cases")))
        assert "没有按时告知的" in shown
        assert "莫小兰" in shown
        assert "没有按时告知的" not in text_of(as_(client, town.other_clerk).get(reverse("matters:desk_cases")))

    def test_papers_after_acceptance_at_any_desk_by_the_code(self, client):
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        matters.request_supplement(
            actor=town.examiner, case_id=case_id, materials=["identity_card"], note="照片看不清", at=LATER
        )
        desk = as_(client, town.other_clerk)
        card = {"id_number": town.mother.id_number, "is_original_seen": "on", "is_face_compared": "on"}
        opened = desk.post(reverse("matters:pick_up"), {"code": pickup_code_of(case_id), **card})
        assert opened.headers["Location"] == reverse("matters:desk_supplement", args=[case_id])
        assert "照片看不清" in text_of(desk.get(opened.headers["Location"]))
        assert desk.post(opened.headers["Location"], {}).status_code == 422
        desk.post(opened.headers["Location"], {"materials": "identity_card"})
        assert state_of(case_id) == State.EXAMINING
        assert desk.get(opened.headers["Location"]).status_code != 200  # the look has ended

    def test_a_stranger_with_the_code_brings_nothing(self, client):
        town = make_town()
        case_id = bring_to(town, State.EXAMINING)
        matters.request_supplement(
            actor=town.examiner, case_id=case_id, materials=["identity_card"], note="照片看不清", at=LATER
        )
        stranger = people.make_resident("陌生人")
        with pytest.raises(matters.NotTheRecipient):
            matters.open_supplement(
                actor=town.other_clerk, pickup_code=pickup_code_of(case_id), card=seen(stranger), at=LATER
            )

    def test_what_is_not_accepted_is_printed_with_its_reason(self, client):
        town = make_town()
        case_id = take_in(town, at=LATER)
        matters.refuse_to_accept(actor=town.clerk, case_id=case_id, reason="不属于本市", at=LATER)
        clerk = as_(client, town.clerk)
        assert "打印不予受理通知书" in text_of(clerk.get(reverse("matters:desk_done", args=[case_id])))
        printed = clerk.get(reverse("matters:desk_paper", args=[case_id, "not_accepted"]))
        assert b"".join(printed.streaming_content if printed.streaming else [printed.content])[:5] == b"%PDF-"
