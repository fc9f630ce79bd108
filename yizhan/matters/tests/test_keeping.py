"""What becomes of a case's papers: kept for the item's term from the day it was archived, then gone by two people."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from yizhan.documents import api as documents
from yizhan.documents.testing import approve_past_the_services, kept_things, propose_past_the_services
from yizhan.kernel.api import Subject, auditing, times
from yizhan.matters import api as matters
from yizhan.matters.models import CASE, Case, CaseMaterial
from yizhan.matters.rules.states import State
from yizhan.matters.testing import bring_to, draft, filing_town, make_town, photograph
from yizhan.people import testing as people

pytestmark = pytest.mark.django_db
NOW = times.utc_now()
THEN = datetime(1990, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def lead(town):
    return people.actor_for(people.make_staff("office_lead", town.office, name="覃科长"))


@pytest.fixture
def officer():
    return people.actor_for(people.make_staff("security_officer", people.make_organisation("city", name="南宁市")))


def archive(town, at):
    """A case that was archived at the moment; the item keeps its papers for thirty years."""
    case_id = bring_to(town, State.DELIVERED)
    matters.archive_case(actor=town.examiner, case_id=case_id, at=at)
    return case_id


def keeping_of(case_id):
    return documents.find_keeping(Subject(CASE, str(case_id)))


def keeping_id(lead):
    """Of the one case that is over."""
    (line,) = documents.disposal_lines(lead, on=times.local_day(NOW))
    return line.keeping_id


class TestKeeping:
    def test_begins_with_the_archiving_for_the_item_s_term(self, town, lead):
        kept = keeping_of(archive(town, THEN))
        assert (kept.years, kept.from_on, kept.until_on) == (30, date(1990, 3, 1), date(2020, 12, 31))
        assert keeping_id(lead)

    def test_a_case_that_is_not_archived_is_kept_without_an_end(self, town):
        assert documents.find_keeping(Subject(CASE, str(bring_to(town, State.DELIVERED)))) is None

    def test_the_database_knows_the_day_of_archiving(self, town):
        case_id = bring_to(town, State.DELIVERED)
        with pytest.raises(IntegrityError, match="archived"), transaction.atomic():
            documents.begin_keeping(
                subject=Subject(CASE, str(case_id)),
                organisation_id=town.office.id,
                years=10,
                from_on=date(1990, 1, 1),
                basis="",
                actor=town.examiner,
                at=NOW,
            )

    def test_the_applicant_reads_until_when(self, client, town):
        case_id = archive(town, NOW)
        client.force_login(people.make_account(resident=town.mother))
        page = client.get(f"/my/cases/{case_id}/").content.decode()
        assert f"保存到 {NOW.year + 30}年12月31日" in page


class TestDisposing:
    def test_empties_the_case_and_leaves_its_course(self, town, lead, officer):
        case_id = archive(town, THEN)
        papers = kept_things()["Document"]
        decision = next(one for one in documents.documents_of(Subject(CASE, str(case_id))) if "decision" in one.kind)
        asked = documents.propose_disposal(actor=lead, keeping_id=keeping_id(lead), at=NOW)
        gone = documents.answer_disposal(actor=officer, disposal_id=asked, is_approved=True, at=NOW)
        case = Case.objects.get(pk=case_id)
        assert gone == papers > 0
        assert (case.all_answers(), case.reference != "", case.steps.count() > 3) == ({}, True, True)
        assert documents.verify(decision.code).verdict is documents.Verdict.GENUINE
        while auditing.seal_batch():
            pass
        assert not auditing.verify_audit().problems

    @pytest.mark.parametrize("who", ["examiner", "signer"])
    def test_who_decided_proposes_nothing(self, town, who):
        archive(town, THEN)
        staff = people.staff_of(getattr(town, who))
        people.give_role(staff, "office_lead", town.office)
        actor = people.actor_for(staff)
        with pytest.raises(documents.DecidedByThisPerson):
            documents.propose_disposal(actor=actor, keeping_id=keeping_id(actor), at=NOW)

    def test_nor_does_the_database_let_him(self, town, lead):
        archive(town, THEN)
        kept = keeping_id(lead)
        with pytest.raises(IntegrityError, match="who decided"), transaction.atomic():
            propose_past_the_services(kept, town.signer.staff_id, NOW)
        disposal = propose_past_the_services(kept, lead.staff_id, NOW)
        with pytest.raises(IntegrityError, match="who decided"), transaction.atomic():
            approve_past_the_services(disposal, town.examiner.staff_id, NOW)


class TestDrafts:
    @pytest.fixture
    def town(self):
        return filing_town()

    def begun(self, town, at):
        case_id = draft(town, at=at)
        matters.add_draft_material(actor=town.as_daughter, case_id=case_id, material=photograph("identity_card"), at=at)
        return case_id

    def test_one_that_nobody_touched_for_thirty_days_goes_with_its_pictures(self, town):
        old = self.begun(town, NOW - timedelta(days=31))
        assert documents.sweep_kind(code="draft", at=NOW) == 1
        assert not Case.objects.filter(pk=old).exists()
        assert (kept_things()["StoredFile"], kept_things()["Erasure"]) == (0, 1)

    def test_one_that_was_touched_since_stays(self, town):
        young = self.begun(town, NOW - timedelta(days=29))
        assert documents.sweep_kind(code="draft", at=NOW) == 0
        assert CaseMaterial.objects.filter(case_id=young).exists()

    def test_the_pictures_of_one_that_was_thrown_away_go_the_day_after(self, town):
        case_id = self.begun(town, NOW - timedelta(days=3))
        matters.discard_draft(actor=town.as_daughter, case_id=case_id, at=NOW - timedelta(days=2))
        assert documents.sweep_kind(code="put_aside", at=NOW) == 1
        assert (kept_things()["FileContent"], kept_things()["Erasure"]) == (0, 1)
        assert Case.objects.get(pk=case_id).state == State.WITHDRAWN

    def test_the_database_lets_nothing_else_go_that_way(self, town):
        young = self.begun(town, NOW - timedelta(days=29))
        received = bring_to(town, State.RECEIVED, at=NOW - timedelta(days=60))
        for case_id, why in ((young, "not over"), (received, "not a draft")):
            with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT matters_erase_draft(%s)", [case_id])

    def test_the_days_are_those_of_the_table(self):
        (line,) = [one for one in documents.kind_lines(on=NOW.date()) if one.code == "draft"]
        assert line.term == f"{matters.DRAFT_DAYS} 天" == "30 天"
