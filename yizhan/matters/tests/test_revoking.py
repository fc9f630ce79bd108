"""撤销: what was granted is taken back by the office that granted it, in writing, and everybody who asks is told."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import IntegrityError, transaction

from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.kernel.api import NotAllowed, ids
from yizhan.kernel.testing import audit_lines, carry_out_everything, facts_published
from yizhan.look.testing import plain_static_files
from yizhan.matters import api as matters
from yizhan.matters.models import Case, CaseStep
from yizhan.matters.testing import NOON, bring_to, deliver, make_town, take_in
from yizhan.notices import api as notices
from yizhan.people import testing as people

State = matters.State
LATER = NOON + timedelta(days=4)
GIVEN = {
    "ground": "not_entitled",
    "reason": "津贴发放名册显示已在别的城区领取",
    "heard": "11月26日告知，本人没有意见",
}

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moments_are_kept")]


@pytest.fixture
def town():
    return make_town()


def revoke(town, case_id, *, actor=None, **changed):
    matters.revoke_decision(actor=actor or town.signer, case_id=case_id, at=LATER, **{**GIVEN, **changed})


def documents_of(case_id) -> dict[str, documents.DocumentView]:
    subject = Case.objects.get(pk=case_id).subject
    return {one.kind: one for one in documents.documents_of(subject)}


class TestRevokeDecision:
    @pytest.mark.parametrize("state", [State.GRANTED, State.DELIVERED])
    def test_ends_the_case_and_the_paper(self, town, state):
        case_id = bring_to(town, state)
        revoke(town, case_id)
        papers = documents_of(case_id)
        assert Case.objects.get(pk=case_id).state == State.REVOKED
        assert documents.verify(papers["matters.decision"].code).verdict is documents.Verdict.REVOKED
        assert documents.verify(papers["matters.revocation"].code).is_genuine

    def test_tells_the_holder_with_the_reason(self, town):
        case_id = bring_to(town, State.GRANTED)
        carry_out_everything()
        revoke(town, case_id)
        carry_out_everything()
        titles = [one.title for one in notices.inbox(town.as_mother, page=1).object_list]
        assert "高龄津贴的决定已撤销" in titles

    def test_publishes_the_ground_and_no_word_about_the_person(self, town):
        case_id = bring_to(town, State.GRANTED)
        revoke(town, case_id)
        (fact,) = facts_published("matters.CaseRevoked")
        assert fact.payload["ground"] == "not_entitled"
        assert GIVEN["reason"] not in str(fact.payload)

    def test_ends_the_clock_of_delivery_and_the_wait_for_the_archive(self, town):
        case_id = bring_to(town, State.GRANTED)
        revoke(town, case_id)
        delivery = clocks.find(Case.objects.get(pk=case_id).delivery_subject)
        assert delivery is not None
        assert delivery.stopped_at == LATER

    def test_lets_the_person_file_anew(self, town):
        case_id = bring_to(town, State.GRANTED)
        revoke(town, case_id)
        assert take_in(town, clerk=town.other_clerk, at=LATER) != case_id

    def test_nothing_is_collected_any_more(self, town):
        case_id = bring_to(town, State.GRANTED)
        revoke(town, case_id)
        with pytest.raises(matters.PickupCodeUnknown):
            deliver(town, case_id, at=LATER)

    @pytest.mark.parametrize("missing", [{"reason": " "}, {"heard": ""}])
    def test_wants_reason_and_hearing(self, town, missing):
        case_id = bring_to(town, State.GRANTED)
        with pytest.raises(matters.ReasonMissing):
            revoke(town, case_id, **missing)
        assert Case.objects.get(pk=case_id).state == State.GRANTED

    def test_wants_a_ground_of_the_law(self, town):
        case_id = bring_to(town, State.GRANTED)
        with pytest.raises(documents.RevocationGroundMissing), transaction.atomic():
            revoke(town, case_id, ground="because")

    def test_a_refusal_is_not_revoked(self, town):
        case_id = bring_to(town, State.REFUSED, outcome="refused")
        with pytest.raises(matters.CaseActionNotAllowed):
            revoke(town, case_id)

    def test_a_delivered_refusal_is_not_revoked(self, town):
        case_id = bring_to(town, State.DELIVERED, outcome="refused")
        with pytest.raises(matters.CaseActionNotAllowed):
            revoke(town, case_id)

    def test_happens_once(self, town):
        case_id = bring_to(town, State.GRANTED)
        revoke(town, case_id)
        with pytest.raises(matters.CaseActionNotAllowed):
            revoke(town, case_id)

    def test_leaves_a_line_in_the_audit(self, town):
        case_id = bring_to(town, State.GRANTED)
        revoke(town, case_id)
        actions = [line.action for line in audit_lines()]
        assert {"matters.case.revoke", "documents.document.revoked"} <= set(actions)


class TestWhoRevokes:
    def test_an_examiner_does_not(self, town):
        with pytest.raises(NotAllowed):
            revoke(town, bring_to(town, State.GRANTED), actor=town.examiner)

    def test_a_signer_of_another_office_does_not_see_it(self, town):
        other = people.make_organisation("department", name="青秀区民政局")
        stranger = people.actor_for(people.make_staff("signer", other))
        with pytest.raises(matters.CaseNotFound):
            revoke(town, bring_to(town, State.GRANTED), actor=stranger)

    def test_who_took_the_case_in_does_not_even_as_a_signer_of_the_office(self, town):
        staff = people.make_staff("desk_clerk", town.desk, name="双岗", also=[("signer", town.office)])
        town.clerk = people.actor_for(staff)
        case_id = bring_to(town, State.GRANTED)
        with pytest.raises(NotAllowed):
            revoke(town, case_id, actor=town.clerk)

    def test_the_database_refuses_a_step_by_who_took_it_in(self, town):
        case_id = bring_to(town, State.GRANTED)
        step = {"case_id": case_id, "action": "revoke", "from_state": "granted", "to_state": "revoked", "at": LATER}
        with pytest.raises(IntegrityError, match="does not revoke"), transaction.atomic():
            CaseStep.objects.create(id=ids.new_id(), staff_id=town.clerk.staff_id, note="", **step)


def as_(client, actor) -> None:
    client.force_login(people.Account.objects.get(pk=actor.account_id), backend=BACKEND)


class TestPages:
    @pytest.fixture(autouse=True)
    def _now(self):
        with time_machine.travel(LATER, tick=False), plain_static_files():
            yield

    def page(self, client, address: str) -> str:
        return unescape(client.get(address).content.decode())

    def test_the_office_revokes_on_the_case_page(self, client, town):
        case_id = bring_to(town, State.GRANTED)
        as_(client, town.signer)
        address = f"/office/cases/{case_id}/"
        assert "撤销决定" in self.page(client, address)
        wrong = client.post(f"{address}course/revoke/", {**GIVEN, "heard": ""})
        assert wrong.status_code == 422
        assert client.post(f"{address}course/revoke/", GIVEN).status_code == 302
        shown = self.page(client, address)
        assert "准予已撤销" in shown
        assert "撤销决定书" in shown
        assert "撤销并告知" not in shown

    def test_the_holder_s_page_says_it(self, client, town):
        case_id = bring_to(town, State.DELIVERED)
        revoke(town, case_id)
        as_(client, town.as_mother)
        shown = self.page(client, f"/my/cases/{case_id}/")
        assert "准予的决定已撤销" in shown
        assert GIVEN["reason"] in shown
        assert "撤销决定书" in shown
