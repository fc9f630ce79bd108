"""转办 by the office's lead, standing in during leave, and the list as a file."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from yizhan.kernel.api import NotAllowed, times
from yizhan.kernel.testing import audit_lines, facts_published
from yizhan.look.testing import plain_static_files
from yizhan.matters import api as matters
from yizhan.matters.models import Case, CaseStep
from yizhan.matters.rules.states import State
from yizhan.matters.testing import NOON, bring_to, find_everything, make_town
from yizhan.people import testing as people

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LATER = NOON + timedelta(days=1)
ASSIGN, EXPORT = "/office/assign/", "/office/export.csv"


@pytest.fixture(autouse=True)
def at():
    with time_machine.travel(LATER, tick=False), plain_static_files():
        yield LATER


@pytest.fixture
def town():
    return make_town()


def member(town, *roles, name):
    first, *others = roles
    return people.make_staff(first, town.office, name=name, also=[(role, town.office) for role in others])


@pytest.fixture
def lead(town):
    return people.actor_for(member(town, "office_lead", name="何科长"))


@pytest.fixture
def second(town):
    """Another examiner of the office."""
    return people.actor_for(member(town, "examiner", name="陆建国"))


def as_(client, actor):
    client.force_login(people.Account.objects.get(pk=actor.account_id), backend=BACKEND)
    return client


def again(actor):
    """The same person as he stands today."""
    return people.actor_of_staff(actor.staff_id, on=times.local_day(LATER))


class TestAssigning:
    def test_the_lead_sees_the_list_and_gives_a_case_to_an_examiner(self, client, town, lead, second):
        case_id = bring_to(town, State.ACCEPTED)
        page = as_(client, lead).get("/office/").content.decode()
        assert f'value="{case_id}"' in page
        assert f'value="{second.staff_id}"' in page
        answer = client.post(ASSIGN, {"case": [str(case_id)], "to": str(second.staff_id), "back": "?whose=free"})
        assert answer["Location"] == "/office/?whose=free"
        assert "1 件转给了陆建国" in client.get("/office/").content.decode()
        case = Case.objects.get(pk=case_id)
        assert (case.examiner_id, case.state) == (second.staff_id, State.EXAMINING)
        line = next(one for one in audit_lines(case.subject) if one.action == "matters.case.assign")
        assert line.actor_name == "何科长"
        assert facts_published("matters.CaseTakenUp")

    def test_what_stands_still_can_be_given_on_too(self, town, lead, second):
        case_id = bring_to(town, State.EXAMINING)
        matters.request_supplement(
            actor=town.examiner, case_id=case_id, materials=["identity_card"], note="照片反光，请重拍", at=LATER
        )
        matters.assign_case(actor=lead, case_id=case_id, examiner_id=second.staff_id, at=LATER)
        case = Case.objects.get(pk=case_id)
        assert (case.examiner_id, case.state) == (second.staff_id, State.AWAITING_SUPPLEMENT)

    def test_who_took_it_in_is_refused_case_by_case_with_a_list(self, client, town, lead, second):
        both = people.make_staff("desk_clerk", town.desk, name="陆两岗", also=[("examiner", town.office)])
        town.clerk = people.actor_for(both)
        own = bring_to(town, State.ACCEPTED)
        town.mother = people.make_resident("黄桂英", hukou_division=people.WANLI)
        town.clerk = people.actor_for(people.make_staff("desk_clerk", town.desk))
        other = bring_to(town, State.ACCEPTED)
        answer = as_(client, lead).post(ASSIGN, {"case": [str(own), str(other)], "to": str(both.id)})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "陆两岗收过或受理过这件" in page
        assert Case.objects.get(pk=own).reference in page
        assert "1 件转给了陆两岗" in page
        assert Case.objects.get(pk=own).examiner_id is None
        assert Case.objects.get(pk=other).examiner_id == both.id

    def test_a_decided_case_and_one_that_is_his_already_stay(self, client, town, lead, second):
        mine = bring_to(town, State.EXAMINING)
        answer = as_(client, lead).post(ASSIGN, {"case": [str(mine)], "to": str(town.examiner.staff_id)})
        assert "本来就是韦丽华经办" in answer.content.decode()
        find_everything(town, mine)
        matters.propose_decision(actor=town.examiner, case_id=mine, outcome="granted", reasons="", at=LATER)
        with pytest.raises(matters.CaseActionNotAllowed):
            matters.assign_case(actor=lead, case_id=mine, examiner_id=second.staff_id, at=LATER)

    def test_only_to_an_examiner_of_the_office(self, town, lead):
        case_id = bring_to(town, State.ACCEPTED)
        for nobody in (town.signer.staff_id, town.clerk.staff_id, uuid4()):
            with pytest.raises(matters.NotAnExaminerHere):
                matters.assign_case(actor=lead, case_id=case_id, examiner_id=nobody, at=LATER)

    @pytest.mark.parametrize("role", ["examiner", "signer", "desk_clerk"])
    def test_no_other_role_assigns(self, client, town, second, role):
        case_id = bring_to(town, State.ACCEPTED)
        actor = {"examiner": town.examiner, "signer": town.signer, "desk_clerk": town.clerk}[role]
        answer = as_(client, actor).post(ASSIGN, {"case": [str(case_id)], "to": str(second.staff_id)})
        assert answer.status_code == 403
        assert Case.objects.get(pk=case_id).examiner_id is None
        if role != "desk_clerk":
            assert 'name="case"' not in client.get("/office/").content.decode()

    def test_a_lead_neither_examines_nor_signs(self, client, town, lead):
        case_id = bring_to(town, State.ACCEPTED)
        assert as_(client, lead).get(reverse("matters:office_case", args=[case_id])).status_code == 200
        for route in ("office_take_up", "office_sign"):
            assert client.post(reverse(f"matters:{route}", args=[case_id])).status_code == 403

    def test_cases_of_another_office_are_not_there(self, client, town, second):
        case_id = bring_to(town, State.ACCEPTED)
        elsewhere = people.make_organisation("department", territory=people.QINGXIU)
        stranger = people.actor_for(people.make_staff("office_lead", elsewhere))
        assert str(case_id) not in as_(client, stranger).get("/office/").content.decode()
        client.post(ASSIGN, {"case": [str(case_id)], "to": str(second.staff_id)})
        assert Case.objects.get(pk=case_id).examiner_id is None
        with pytest.raises(matters.CaseNotFound):
            matters.assign_case(actor=stranger, case_id=case_id, examiner_id=second.staff_id, at=LATER)

    @pytest.mark.parametrize("sent", [{}, {"to": "x"}, {"case": "x"}, {"case": ["\x00"], "to": "\x00"}])
    def test_nothing_chosen_is_said(self, client, town, lead, sent):
        assert as_(client, lead).post(ASSIGN, sent).status_code == 422

    def test_not_more_than_a_hundred_at_once(self, town, lead, second):
        with pytest.raises(matters.TooManyAtOnce):
            matters.assign_cases(
                actor=lead, case_ids=[uuid4() for _ in range(101)], examiner_id=second.staff_id, at=LATER
            )


class TestStandingIn:
    def lend(self, from_actor, to_actor, role, office):
        people.make_delegation(from_actor.staff_id, to_actor.staff_id, role, office, on=times.local_day(LATER))
        return again(to_actor)

    def test_each_step_names_both(self, client, town, second):
        case_id = bring_to(town, State.PROPOSED)
        delegate = self.lend(town.signer, second, "signer", town.office)
        assert "您正在代梁少芬" in as_(client, delegate).get("/office/").content.decode()
        matters.sign_decision(actor=delegate, case_id=case_id, at=LATER)
        step = CaseStep.objects.get(case_id=case_id, action="grant")
        assert (step.staff_id, step.on_behalf_of_id) == (delegate.staff_id, town.signer.staff_id)
        line = next(
            one for one in audit_lines(Case.objects.get(pk=case_id).subject) if one.action == "matters.case.grant"
        )
        assert (line.actor_name, line.facts["on_behalf_of_name"]) == ("陆建国", "梁少芬")
        assert line.facts["on_behalf_of"] == str(town.signer.staff_id)

    def test_the_case_page_says_who_stood_in_for_whom(self, client, town, second):
        case_id = bring_to(town, State.PROPOSED)
        delegate = self.lend(town.signer, second, "signer", town.office)
        matters.return_proposal(actor=delegate, case_id=case_id, reason="请再查一次", at=LATER)
        page = as_(client, town.signer).get(reverse("matters:office_case", args=[case_id])).content.decode()
        assert "陆建国（代梁少芬）" in page

    def test_ones_own_steps_name_nobody_else(self, town, second):
        case_id = bring_to(town, State.ACCEPTED)
        delegate = self.lend(town.signer, second, "signer", town.office)
        matters.take_up_case(actor=delegate, case_id=case_id, at=LATER)
        assert CaseStep.objects.get(case_id=case_id, action="take_up").on_behalf_of_id is None

    def test_a_delegate_who_took_the_case_in_is_refused(self, client, town):
        case_id = bring_to(town, State.PROPOSED)
        clerk = self.lend(town.signer, town.clerk, "signer", town.office)
        assert clerk.has_role("signer", town.office.id)
        with pytest.raises(NotAllowed):
            matters.sign_decision(actor=clerk, case_id=case_id, at=LATER)
        proposed_at = Case.objects.get(pk=case_id).proposals.get().proposed_at.isoformat()
        url = reverse("matters:office_sign", args=[case_id])
        assert as_(client, clerk).post(url, {"proposed_at": proposed_at}).status_code == 403
        assert Case.objects.get(pk=case_id).state == State.PROPOSED

    def test_a_delegate_who_proposed_does_not_sign(self, town):
        case_id = bring_to(town, State.PROPOSED)
        examiner = self.lend(town.signer, town.examiner, "signer", town.office)
        with pytest.raises(NotAllowed):
            matters.sign_decision(actor=examiner, case_id=case_id, at=LATER)

    def test_nor_for_somebody_who_proposed(self, town, second):
        """Who proposed and may also sign cannot have his own proposal signed in his name."""
        proposer = people.actor_for(member(town, "examiner", "signer", name="双岗"))
        town.examiner = proposer
        case_id = bring_to(town, State.PROPOSED)
        delegate = self.lend(proposer, second, "signer", town.office)
        with pytest.raises(NotAllowed):
            matters.sign_decision(actor=delegate, case_id=case_id, at=LATER)

    def test_after_the_last_day_the_case_is_out_of_reach(self, town):
        case_id = bring_to(town, State.PROPOSED)
        outsider = people.actor_for(people.make_staff("delivery_clerk", town.office, name="外岗"))
        delegate = self.lend(town.signer, outsider, "signer", town.office)
        assert matters.get_office_case(delegate, case_id)
        with pytest.raises(matters.CaseNotFound):
            matters.get_office_case(
                people.actor_of_staff(outsider.staff_id, on=times.local_day(LATER) + timedelta(days=30)), case_id
            )

    def test_a_lead_on_leave_has_his_cases_assigned_by_the_one_who_stands_in(self, town, lead, second):
        case_id = bring_to(town, State.ACCEPTED)
        delegate = self.lend(lead, second, "office_lead", town.office)
        matters.assign_case(actor=delegate, case_id=case_id, examiner_id=town.examiner.staff_id, at=LATER)
        assert CaseStep.objects.get(case_id=case_id, action="assign").on_behalf_of_id == lead.staff_id


class TestExport:
    def rows(self, answer):
        text = b"".join(answer.streaming_content).decode()
        assert text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    def test_the_list_as_it_is_filtered_without_personal_data(self, client, town):
        case_id = bring_to(town, State.ACCEPTED)
        answer = as_(client, town.examiner).get(EXPORT)
        assert answer["Content-Disposition"] == 'attachment; filename="office-2026-11-25.csv"'
        heads, row = self.rows(answer)
        assert heads[:3] == ["办件编号", "事项", "申请人"]
        assert row[0] == Case.objects.get(pk=case_id).reference
        assert row[2] == "农*珍"
        assert row[5] == "2026-12-08"
        assert town.mother.id_number not in str(row)
        assert len(self.rows(client.get(EXPORT, {"light": "red"}))) == 1

    @pytest.mark.parametrize("name", ["=1+1", "+86", "-2", "@SUM(A1)", "＝1+1", "\t=1"])
    def test_nothing_is_carried_out_by_a_spreadsheet(self, client, town, name):
        bring_to(town, State.ACCEPTED)
        people.Organisation.objects.filter(pk=town.desk.id).update(name=name)
        _heads, row = self.rows(as_(client, town.examiner).get(EXPORT))
        assert row[6] == f"'{name}"

    def test_another_office_gets_an_empty_list_and_others_none(self, client, town):
        bring_to(town, State.ACCEPTED)
        elsewhere = people.make_organisation("department", territory=people.QINGXIU)
        stranger = people.actor_for(people.make_staff("examiner", elsewhere))
        assert len(self.rows(as_(client, stranger).get(EXPORT))) == 1
        assert as_(client, town.clerk).get(EXPORT).status_code == 403

    def test_it_is_in_the_readers_language(self, client, town):
        bring_to(town, State.ACCEPTED)
        client.cookies["yz_language"] = "en"
        heads, *_rows = self.rows(as_(client, town.examiner).get(EXPORT))
        assert heads != ["办件编号", "事项", "申请人"]
