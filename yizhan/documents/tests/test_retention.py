"""How long what is kept, and the one way by which bytes leave."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from yizhan.documents import api as documents
from yizhan.documents.models import Disposal, DisposalAnswer, Document, Erasure, FileContent, Keeping, StoredFile
from yizhan.documents.queries.retention import retention_table
from yizhan.documents.rules.retention import End, TableBroken, in_force, is_over, last_day_kept, table_of
from yizhan.documents.services.keeping import when_night_comes
from yizhan.documents.testing import JPEG, PDF
from yizhan.kernel.api import Actor, Subject, idempotency, ids, timers, times
from yizhan.kernel.testing import audit_lines
from yizhan.people import testing as people

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
LONG_AGO = date(2010, 5, 4)
LONG_AGO_AT = datetime(2010, 5, 4, tzinfo=UTC)
SYSTEM = Actor.system("documents.tests")


class TestTheRule:
    @given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(1, 100))
    def test_counts_whole_years_from_the_january_after(self, from_on, years):
        day = date(from_on.year + 1, 1, 1)
        for _year in range(years):  # a year at a time, in days
            day += timedelta(days=366 if (day.year % 4 == 0 and (day.year % 100 or day.year % 400 == 0)) else 365)
        assert last_day_kept(from_on, years) == day - timedelta(days=1)

    def test_for_ever_is_never_over(self):
        assert last_day_kept(LONG_AGO, None) is None
        assert not is_over(None, date(2999, 1, 1))

    def test_the_last_day_still_counts(self):
        last = last_day_kept(LONG_AGO, 10)
        assert [is_over(last, last + timedelta(days=n)) for n in (-1, 0, 1)] == [False, False, True]


class TestTheTable:
    def test_names_who_deletes_each_kind_that_is_deleted(self):
        deleted = {one.code for one in retention_table(on=NOW.date()) if one.end is End.DELETED}
        assert deleted == documents.sweeps()

    def test_gives_a_ground_and_both_languages_for_each(self):
        for one in retention_table(on=NOW.date()):
            assert one.source
            assert one.zh != one.en
            assert one.from_zh != one.from_en

    def test_the_newest_row_that_has_begun_holds(self):
        row = {"code": "x", "zh": "甲", "en": "a", "from_zh": "乙", "from_en": "b", "source": "s", "trust": "own_rule"}
        rows = [
            {**row, "end": "deleted", "days": days, "valid_from": date(year, 1, 1)}
            for year, days in ((2028, 9), (2026, 30), (2027, 20))
        ]
        kinds = table_of(rows)
        assert [one.days for year in (2025, 2026, 2027, 2029) for one in in_force(kinds, date(year, 6, 1))] == [
            30,
            20,
            9,
        ]

    @pytest.mark.parametrize(
        "changed", [{"end": "burnt"}, {"days": None}, {"days": 0}, {"years": 3}, {"colour": "red"}]
    )
    def test_a_row_that_cannot_be_meant_is_named(self, changed):
        row = {"code": "x", "zh": "甲", "en": "a", "from_zh": "乙", "from_en": "b", "source": "s", "trust": "own_rule"}
        with pytest.raises(TableBroken, match="x"):
            table_of([{**row, "valid_from": date(2026, 1, 1), "end": "deleted", "days": 3, **changed}])


@pytest.fixture
def lead(office) -> Actor:
    return people.actor_for(people.make_staff("office_lead", office, name="覃科长"))


@pytest.fixture
def officer() -> Actor:
    return people.actor_for(people.make_staff("security_officer", people.make_organisation("city", name="南宁市")))


@pytest.fixture
def keep(subject, office):
    """Keep the subject's papers for so many years from that day."""

    def keep_it(years=10, from_on=LONG_AGO, of=subject):
        documents.begin_keeping(
            subject=of, organisation_id=office.id, years=years, from_on=from_on, basis="样例", actor=SYSTEM, at=NOW
        )
        return Keeping.objects.get(subject_id=of.id).pk

    return keep_it


@pytest.fixture
def dispose(lead, officer, keep):
    def dispose_it():
        asked = documents.propose_disposal(actor=lead, keeping_id=keep(), at=NOW)
        return documents.answer_disposal(actor=officer, disposal_id=asked, is_approved=True, at=NOW)

    return dispose_it


def hand_in(subject, owner, content=PDF):
    return documents.store(content=content, media_type="", name="身份证.pdf", subject=subject, actor=owner)


@pytest.mark.django_db
class TestDisposing:
    def test_erases_the_bytes_and_keeps_their_sums(self, subject, owner, letter, dispose):
        view = hand_in(subject, owner)
        assert dispose() == 2
        assert not StoredFile.objects.exists()
        assert not FileContent.objects.exists()
        assert bytes(Document.objects.get().sealed) == b""
        proofs = {one.what: one.sha256 for one in Erasure.objects.all()}
        assert proofs == {"file": view.sha256, "document": letter.sha256}
        assert {one.disposal.proposed_by.name for one in Erasure.objects.all()} == {"覃科长"}

    def test_is_audited_with_both_people(self, subject, dispose, lead, officer):
        dispose()
        said = {line.action: line.actor for line in audit_lines(subject)}
        assert said["documents.disposal.proposed"] == lead.key
        assert said["documents.disposal.carried_out"] == officer.key

    def test_leaves_the_same_bytes_to_whatever_else_has_them(self, subject, owner, dispose):
        other = Subject(subject.kind, str(ids.new_id()))
        hand_in(subject, owner)
        kept = hand_in(other, owner)
        dispose()
        assert documents.open_file(actor=owner, file_id=kept.id).content == PDF

    def test_the_same_bytes_may_be_handed_in_again(self, subject, owner, dispose):
        hand_in(subject, owner)
        dispose()
        again = hand_in(Subject(subject.kind, str(ids.new_id())), owner)
        assert documents.open_file(actor=owner, file_id=again.id).content == PDF

    def test_the_paper_in_somebody_s_hand_can_still_be_checked(self, client, subject, owner, letter, dispose):
        held = documents.document_pdf(actor=owner, document_id=letter.id).content
        dispose()
        assert documents.verify(letter.code).verdict is documents.Verdict.GENUINE
        assert documents.matches_original(code=letter.code, content=held)
        assert not documents.matches_original(code=letter.code, content=held + b" ")
        page = client.get(letter.verify_url).content.decode()
        assert "这份文书是真的" in page
        assert "保存期已满" in page
        (view,) = documents.documents_of(subject)
        assert (view.is_erased, view.url) == (True, letter.verify_url)
        with pytest.raises(documents.DocumentErased):
            documents.document_pdf(actor=owner, document_id=letter.id)

    def test_who_sees_what_is_over(self, keep, lead, officer):
        keep()
        elsewhere = people.make_staff(
            "office_lead", people.make_organisation("department", name="别处民政局", territory=people.XIXIANGTANG)
        )
        counts = [
            documents.disposal_lines(one, on=NOW.date()).paginator.count
            for one in (lead, officer, people.actor_for(elsewhere))
        ]
        assert counts == [1, 1, 0]

    @pytest.mark.parametrize("kept", [{"years": None}, {"years": 10, "from_on": date(2020, 1, 1)}])
    def test_what_is_kept_still_or_for_ever_is_not_listed_and_not_proposed(self, kept, keep, lead):
        keeping_id = keep(**kept)
        assert documents.disposal_lines(lead, on=NOW.date()).paginator.count == 0
        with pytest.raises(documents.StillKept):
            documents.propose_disposal(actor=lead, keeping_id=keeping_id, at=NOW)

    def test_one_person_with_both_roles_does_not_do_both(self, office, keep):
        both = people.make_staff("office_lead", office)
        people.give_role(both, "security_officer", office)
        actor = people.actor_for(both)
        asked = documents.propose_disposal(actor=actor, keeping_id=keep(), at=NOW)
        with pytest.raises(documents.ProposedByThisPerson):
            documents.answer_disposal(actor=actor, disposal_id=asked, is_approved=True, at=NOW)

    def test_another_office_s_lead_does_not_find_it(self, keep):
        elsewhere = people.make_staff(
            "office_lead", people.make_organisation("department", name="别处民政局", territory=people.XIXIANGTANG)
        )
        with pytest.raises(documents.KeepingNotFound):
            documents.propose_disposal(actor=people.actor_for(elsewhere), keeping_id=keep(), at=NOW)

    def test_what_is_not_approved_stays_and_may_be_proposed_again(self, subject, owner, keep, lead, officer):
        hand_in(subject, owner)
        keeping_id = keep()
        asked = documents.propose_disposal(actor=lead, keeping_id=keeping_id, at=NOW)
        with pytest.raises(documents.DenialReasonMissing):
            documents.answer_disposal(actor=officer, disposal_id=asked, is_approved=False, at=NOW)
        documents.answer_disposal(actor=officer, disposal_id=asked, is_approved=False, reason="有官司", at=NOW)
        assert StoredFile.objects.exists()
        (line,) = documents.disposal_lines(lead, on=NOW.date())
        assert (line.denial, line.may_propose) == ("有官司", True)
        documents.propose_disposal(actor=lead, keeping_id=keeping_id, at=NOW)
        with pytest.raises(documents.DisposalUnderWay):
            documents.propose_disposal(actor=lead, keeping_id=keeping_id, at=NOW)

    def test_the_list_costs_the_same_for_one_and_for_many(self, keep, lead, django_assert_max_num_queries):
        for _ in range(12):
            keep(of=Subject("tests.thing", str(ids.new_id())))
        with django_assert_max_num_queries(8):
            assert len(list(documents.disposal_lines(lead, on=NOW.date()))) == 12


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.django_db
class TestTheDatabaseRefuses:
    """Said in SQL, as the application's role, past all services."""

    def disposal(self, keeping_id, lead):
        return Disposal.objects.create(keeping_id=keeping_id, number=1, proposed_by_id=lead.staff_id, proposed_at=NOW)

    def approve(self, disposal, officer, **changed):
        given = {"is_approved": True, "answered_by_id": officer.staff_id, "answered_at": NOW, **changed}
        return DisposalAnswer.objects.create(disposal=disposal, **given)

    def test_a_proposal_before_the_end(self, keep, lead):
        with pytest.raises(IntegrityError, match="not over"), transaction.atomic():
            self.disposal(keep(from_on=date(2020, 1, 1)), lead)

    def test_a_proposal_for_what_is_kept_for_ever(self, keep, lead):
        with pytest.raises(IntegrityError, match="not over"), transaction.atomic():
            self.disposal(keep(years=None), lead)

    def test_an_end_that_was_not_counted(self, subject, office):
        with pytest.raises(IntegrityError, match="keeping_until_is_counted"), transaction.atomic():
            Keeping.objects.create(
                subject_kind=subject.kind,
                subject_id=subject.id,
                organisation_id=office.id,
                years=10,
                from_on=LONG_AGO,
                until_on=date(2015, 1, 1),
                recorded_at=NOW,
            )

    def test_a_second_and_shorter_time(self, subject, office, keep):
        keep(years=None)
        with pytest.raises(IntegrityError, match="keeping_once"), transaction.atomic():
            Keeping.objects.create(
                subject_kind=subject.kind,
                subject_id=subject.id,
                organisation_id=office.id,
                years=1,
                from_on=LONG_AGO,
                until_on=date(2011, 12, 31),
                recorded_at=NOW,
            )

    def test_an_erasing_that_nobody_approved(self, subject, owner, keep, lead, officer):
        hand_in(subject, owner)
        disposal = self.disposal(keep(), lead)
        with pytest.raises(DatabaseError, match="not approved"):
            run("SELECT documents_dispose(%s)", disposal.pk)
        self.approve(disposal, officer, is_approved=False, reason="不行")
        with pytest.raises(DatabaseError, match="not approved"):
            run("SELECT documents_dispose(%s)", disposal.pk)
        assert FileContent.objects.exists()

    def test_one_person_for_two(self, keep, lead):
        with pytest.raises(IntegrityError, match="who proposes"), transaction.atomic():
            self.approve(self.disposal(keep(), lead), lead)

    def test_the_owner_s_own_erasing(self, subject):
        with pytest.raises(DatabaseError, match="permission denied"):
            run("SELECT documents_erase(%s, %s, 'x', NULL)", subject.kind, subject.id)

    def test_a_made_up_proof(self, subject):
        with pytest.raises(DatabaseError, match="erasing alone"), transaction.atomic():
            Erasure.objects.create(
                what="file",
                of_id=ids.new_id(),
                subject_kind=subject.kind,
                subject_id=subject.id,
                sha256="0" * 64,
                size=1,
                media_type="image/png",
                kept_from=NOW,
                kind="draft",
                erased_at=NOW,
            )

    @pytest.mark.parametrize("table", ["keeping", "disposal", "disposalanswer", "erasure"])
    @pytest.mark.parametrize("statement", ["DELETE FROM documents_{}", "UPDATE documents_{} SET id = id"])
    def test_a_change_of_what_was_said(self, table, statement):
        with pytest.raises(DatabaseError, match="permission denied"):
            run(statement.format(table))


@pytest.mark.django_db
class TestEveryNight:
    def test_each_kind_has_its_timer_once(self):
        for _ in range(2):
            documents.watch_retention(at=NOW)
        assert all(
            timers.is_set("documents.retention", Subject("documents.retention", one)) for one in documents.sweeps()
        )

    def test_ended_sessions_go_and_the_count_stands_in_the_audit(self):
        for days in (-3, 1):
            Session.objects.create(session_key=f"key{days}", session_data="", expire_date=NOW + timedelta(days=days))
        assert documents.sweep_kind(code="session", at=NOW) == 1
        assert Session.objects.get().session_key == "key1"
        (line,) = [one for one in audit_lines() if one.action == "documents.retention.deleted"]
        assert line.facts == {"count": 1, "days": 1}

    def test_marks_against_acting_twice_go_after_thirty_days(self):
        idempotency.once(SYSTEM, "a", "x", dict)
        later = times.utc_now() + timedelta(days=29)
        assert documents.sweep_kind(code="idempotency", at=later) == 0
        assert documents.sweep_kind(code="idempotency", at=later + timedelta(days=2)) == 1

    def test_what_is_more_than_one_night_takes_comes_again_at_once(self):
        rows = [Session(session_key=f"k{n}", session_data="", expire_date=LONG_AGO_AT) for n in range(501)]
        Session.objects.bulk_create(rows)
        when_night_comes(Subject("documents.retention", "session"), NOW)
        assert Session.objects.count() == 1
        assert timers.next_due_at() < times.utc_now() + timedelta(minutes=2)

    def test_a_kind_that_the_table_does_not_delete_is_left_alone(self):
        assert documents.sweep_kind(code="case_file", at=NOW) == 0


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def sign_in(self, client):
        def as_(actor: Actor) -> None:
            client.force_login(people.account_of(actor))

        return as_

    def test_the_table_says_what_the_city_has_to_confirm(self, client, sign_in, officer):
        sign_in(officer)
        page = client.get("/admin/retention/").content.decode()
        for shown in ("待市里确认", "没交的草稿", "审计链", "30 天"):
            assert shown in page

    def test_propose_and_approve(self, client, sign_in, subject, owner, keep, lead, officer):
        hand_in(subject, owner, JPEG)
        keeping_id = keep()
        sign_in(lead)
        client.post("/admin/retention/propose/", {"keeping": [keeping_id]})
        disposal = Disposal.objects.get()
        sign_in(officer)
        assert "核准销毁" in client.get("/admin/retention/due/").content.decode()
        client.post(f"/admin/retention/{disposal.pk}/answer/", {"answer": "approve"})
        assert not StoredFile.objects.exists()
        assert "覃科长" in client.get("/admin/retention/due/?show=done").content.decode()
