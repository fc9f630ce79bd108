"""出件 as a browser sees it: the code, the card, the paper, and then nothing more of the person."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yizhan.kernel.testing import carry_out_everything
from yizhan.look.testing import plain_static_files
from yizhan.matters.models import Case, Delivery
from yizhan.matters.rules.states import State
from yizhan.matters.testing import bring_to, make_town, pickup_code_of
from yizhan.notices import api as notices
from yizhan.people import api as people
from yizhan.people import testing as people_testing

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PICK_UP = reverse("matters:pick_up")
SEEN = {"is_original_seen": "on", "is_face_compared": "on"}


@pytest.fixture(autouse=True)
def _static():
    with plain_static_files():
        yield


@pytest.fixture
def town():
    return make_town()


def signed_in(actor):
    client = Client()
    client.force_login(people_testing.Account.objects.get(pk=actor.account_id), backend=BACKEND)
    return client


@pytest.fixture
def desk(town):
    """Not the desk that took the case in."""
    return signed_in(town.other_clerk)


@pytest.fixture
def decided(town):
    return bring_to(town, State.GRANTED, with_agent=True, at=timezone.now().replace(microsecond=0))


def come(client, code, resident, **more):
    return client.post(PICK_UP, {"code": code, "id_number": resident.id_number, **SEEN, **more})


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def deliver_page(case_id):
    return reverse("matters:deliver", args=[case_id])


class TestPickingUp:
    def test_the_applicant_at_any_desk(self, desk, town, decided):
        code = pickup_code_of(decided)
        response = come(desk, f" {code[:4].lower()} {code[4:]} ", town.mother)
        assert response.url == deliver_page(decided)
        page = text_of(desk.get(response.url))
        assert "农秀珍" in page
        assert "准予" in page
        assert town.mother.id_number not in page

        printed = desk.get(reverse("matters:desk_paper", args=[decided, "decision"]))
        assert printed.content.startswith(b"%PDF")

        done = desk.post(response.url, {"key": "d1"})
        again = desk.post(response.url, {"key": "d1"})
        assert done.url == again.url == reverse("matters:desk_done", args=[decided])
        assert Case.objects.get().state == State.DELIVERED
        assert Delivery.objects.count() == 1
        after = text_of(desk.get(done.url))
        assert "已送达" in after
        assert "农秀珍" not in after
        receipt = desk.get(reverse("matters:desk_paper", args=[decided, "delivery_receipt"]))
        assert receipt.content.startswith(b"%PDF")
        assert people.current_intake(actor=town.other_clerk, at=timezone.now()) is None

    def test_the_registered_daughter(self, desk, town, decided):
        response = come(desk, pickup_code_of(decided), town.daughter)
        page = text_of(desk.get(response.url))
        assert "确认已交给代办人" in page
        desk.post(response.url, {"key": "d1"})
        assert Delivery.objects.get().recipient_id == town.daughter.id

    def test_a_delivery_clerk_who_takes_nothing_in(self, town, decided):
        place = people_testing.make_organisation(name="统一出件窗口")
        clerk = signed_in(people_testing.actor_for(people_testing.make_staff("delivery_clerk", place, name="出件员")))
        assert clerk.get(reverse("matters:desk")).status_code == 403
        response = come(clerk, pickup_code_of(decided), town.mother)
        done = clerk.post(response.url, {"key": "d1"})
        assert clerk.get(done.url).status_code == 200
        assert Case.objects.get().state == State.DELIVERED


class TestRefusals:
    def test_a_wrong_code_is_told_and_kept(self, desk, town, decided):
        response = come(desk, "ZZZZ ZZZZ", town.mother)
        assert response.status_code == 422
        assert "没有这个取件码" in text_of(response)
        assert 'value="ZZZZ ZZZZ"' in text_of(response)

    def test_guessing_ends(self, desk, town, decided):
        for _ in range(10):
            come(desk, "ZZZZ ZZZZ", town.mother)
        assert come(desk, pickup_code_of(decided), town.mother).status_code == 429

    def test_a_stranger_with_the_code(self, desk, decided):
        stranger = people_testing.make_resident("陌生人")
        response = come(desk, pickup_code_of(decided), stranger)
        assert response.status_code == 422
        assert "不能领取" in text_of(response)
        assert desk.get(deliver_page(decided)).status_code == 409

    def test_a_bad_number_and_an_unseen_card(self, desk, town, decided):
        code = pickup_code_of(decided)
        page = text_of(desk.post(PICK_UP, {"code": code, "id_number": "45010719450603", **SEEN}))
        assert "应是18位" in page
        response = desk.post(PICK_UP, {"code": code, "id_number": town.mother.id_number})
        assert response.status_code == 422
        assert "没有核对身份证原件" in text_of(response)

    def test_nothing_is_handed_over_without_the_person(self, desk, decided):
        assert desk.post(deliver_page(decided), {"key": "d1"}).status_code == 409
        assert desk.get(reverse("matters:desk_paper", args=[decided, "decision"])).status_code == 404

    def test_what_is_not_decided_cannot_be_fetched(self, desk, town):
        case_id = bring_to(town, State.EXAMINING, at=timezone.now().replace(microsecond=0))
        assert come(desk, pickup_code_of(case_id), town.mother).url != deliver_page(case_id)
        assert desk.get(deliver_page(case_id)).status_code == 409
        assert desk.post(deliver_page(case_id), {"key": "d1"}).status_code == 409
        assert Case.objects.get().state == State.EXAMINING

    def test_a_look_that_has_ended(self, desk, town, decided):
        come(desk, pickup_code_of(decided), town.mother)
        desk.post(reverse("matters:desk_leave"))
        assert desk.get(deliver_page(decided)).status_code == 409
        assert desk.post(deliver_page(decided), {"key": "d1"}).status_code == 409


class TestTakingBack:
    """撤回 without a telephone: the code, the card, the written request."""

    @pytest.fixture
    def undecided(self, town):
        return bring_to(town, State.EXAMINING, with_agent=True, at=timezone.now().replace(microsecond=0))

    def test_in_writing_at_any_desk(self, desk, town, undecided):
        opened = come(desk, pickup_code_of(undecided), town.mother)
        assert opened.url == reverse("matters:desk_withdraw", args=[undecided])
        assert "还没有决定" in text_of(desk.get(opened.url))

        unwritten = desk.post(opened.url, {})
        assert unwritten.status_code == 422
        assert "请收下、核对后打勾" in text_of(unwritten)
        assert Case.objects.get().state == State.EXAMINING

        done = desk.post(opened.url, {"is_request_seen": "on"}, follow=True)
        assert "（尾号 " in text_of(done)
        assert "已撤回" in text_of(done)
        case = Case.objects.get()
        assert (case.state, case.due_on) == (State.WITHDRAWN, None)
        step = case.steps.get(action="withdraw")
        assert (step.staff_id, step.organisation_id) == (town.other_clerk.staff_id, desk_id(town.other_clerk))
        assert people.current_intake(actor=town.other_clerk, at=timezone.now()) is None
        assert desk.post(opened.url, {"is_request_seen": "on"}).status_code == 409

    def test_tells_the_applicant_that_it_was_taken_back(self, desk, town, undecided):
        desk.post(come(desk, pickup_code_of(undecided), town.mother).url, {"is_request_seen": "on"})
        carry_out_everything()
        for actor in (town.as_mother, town.as_daughter):
            told = {one.kind: one for one in notices.inbox(actor, page=1).object_list}["matters.withdrawn"]
            assert told.title == "高龄津贴已撤回"
            assert "请马上联系窗口" in told.body

    def test_by_the_daughter_who_filed_it(self, desk, town, undecided):
        opened = come(desk, pickup_code_of(undecided), town.daughter)
        desk.post(opened.url, {"is_request_seen": "on"})
        assert Case.objects.get().state == State.WITHDRAWN

    def test_a_stranger_with_the_code_takes_nothing_back(self, desk, town, undecided):
        stranger = people_testing.make_resident("别人")
        assert come(desk, pickup_code_of(undecided), stranger).status_code == 422
        assert desk.get(reverse("matters:desk_withdraw", args=[undecided])).status_code == 409

    def test_what_is_decided_is_fetched_and_not_taken_back(self, desk, town, decided):
        assert come(desk, pickup_code_of(decided), town.mother).url == deliver_page(decided)
        assert desk.get(reverse("matters:desk_withdraw", args=[decided])).status_code == 404


def desk_id(clerk):
    return next(iter(clerk.organisations("desk_clerk")))
