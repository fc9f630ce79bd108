"""A new key, a lost key, and what becomes of papers that were signed with them."""

from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from yizhan.documents import api as documents
from yizhan.documents.models import KeyEvent, SigningKey
from yizhan.documents.tests.conftest import AT
from yizhan.kernel.api import Actor, NotAllowed, auditing, ids
from yizhan.kernel.testing import audit_lines
from yizhan.people import testing as people

Verdict = documents.Verdict
LATER = AT + timedelta(days=1)


@pytest.fixture
def officer() -> Actor:
    city = people.make_organisation("city", name="南宁市数据局")
    return people.actor_for(people.make_staff("security_officer", city, name="蓝天明"))


def kid_of(view: documents.DocumentView) -> str:
    return documents.verify(view.code).kid


@pytest.mark.django_db
class TestRotateKey:
    def test_a_new_key_signs_and_the_old_papers_still_verify(self, print_letter, officer):
        old = print_letter()
        new_kid = documents.rotate_key(kid=kid_of(old), reason="到了年头", actor=officer, at=LATER)
        new = print_letter()
        assert documents.verify(old.code).is_genuine
        assert kid_of(new) == new_kid != kid_of(old)

    def test_says_what_became_of_the_key_and_why(self, print_letter, officer):
        old = kid_of(print_letter())
        new = documents.rotate_key(kid=old, reason="到了年头", actor=officer, at=LATER)
        lines = {line.key.kid: line for line in documents.key_lines()}
        assert (lines[old].papers, lines[old].key.until, lines[old].reasons) == (1, LATER, ("到了年头",))
        assert (lines[new].papers, lines[new].key.serial, lines[new].signs) == (0, 2, True)

    def test_is_audited_with_the_name_of_the_new_key(self, print_letter, officer):
        old = kid_of(print_letter())
        new = documents.rotate_key(kid=old, reason="到了年头", actor=officer, at=LATER)
        (line,) = [one for one in audit_lines() if one.action == "documents.signing_key.replaced"]
        assert (line.subject_id, line.facts) == (old, {"by": new})

    def test_a_key_that_signs_no_more_is_not_changed_again(self, print_letter, officer):
        old = kid_of(print_letter())
        documents.rotate_key(kid=old, reason="到了年头", actor=officer, at=LATER)
        with pytest.raises(documents.KeyNotFound):
            documents.rotate_key(kid=old, reason="到了年头", actor=officer, at=LATER)

    @pytest.mark.parametrize("role", ["administrator", "auditor", "supervisor"])
    def test_is_the_security_officer_s_alone(self, print_letter, role):
        kid = kid_of(print_letter())
        somebody = people.actor_for(people.make_staff(role, people.make_organisation("city", name="南宁市")))
        with pytest.raises(NotAllowed):
            documents.rotate_key(kid=kid, reason="到了年头", actor=somebody, at=LATER)

    def test_wants_a_reason_and_a_key(self, print_letter, officer):
        with pytest.raises(documents.KeyReasonMissing):
            documents.rotate_key(kid=kid_of(print_letter()), reason=" ", actor=officer, at=LATER)
        with pytest.raises(documents.KeyNotFound):
            documents.rotate_key(kid="ed25519-0000000000000000", reason="x", actor=officer, at=LATER)


@pytest.mark.django_db
class TestDeclareLost:
    def test_a_paper_that_no_chain_had_before_proves_nothing_any_more(self, print_letter, officer):
        view = print_letter()
        documents.declare_lost(kid=kid_of(view), from_at=AT, reason="钥匙丢了", actor=officer, at=timezone.now())
        found = documents.verify(view.code)
        assert found.verdict is Verdict.UNPROVEN
        assert not found.title

    def test_a_paper_that_the_chain_had_before_stays_good_and_says_so(self, print_letter, officer):
        view = print_letter()
        auditing.seal_all()
        moment = timezone.now()
        documents.declare_lost(kid=kid_of(view), from_at=moment, reason="钥匙丢了", actor=officer, at=timezone.now())
        found = documents.verify(view.code)
        assert (found.verdict, found.key_lost_from) == (Verdict.GENUINE, moment)

    def test_a_paper_sealed_after_that_moment_proves_nothing(self, print_letter, officer):
        view, moment = print_letter(), timezone.now()
        auditing.seal_all()
        documents.declare_lost(kid=kid_of(view), from_at=moment, reason="钥匙丢了", actor=officer, at=timezone.now())
        assert documents.verify(view.code).verdict is Verdict.UNPROVEN

    def test_another_key_signs_at_once(self, print_letter, officer):
        lost = kid_of(print_letter())
        signing = documents.declare_lost(kid=lost, from_at=AT, reason="钥匙丢了", actor=officer, at=LATER)
        assert kid_of(print_letter(at=LATER)) == signing != lost

    def test_an_earlier_key_is_declared_lost_and_the_signing_one_stays(self, print_letter, officer):
        old = kid_of(print_letter())
        new = documents.rotate_key(kid=old, reason="到了年头", actor=officer, at=LATER)
        at = LATER + timedelta(days=1)
        assert documents.declare_lost(kid=old, from_at=AT, reason="钥匙丢了", actor=officer, at=at) == new
        assert SigningKey.objects.count() == 2

    def test_the_moment_is_told_once_and_lies_between_first_use_and_now(self, print_letter, officer):
        kid = kid_of(print_letter())
        for wrong in (AT - timedelta(seconds=1), LATER + timedelta(seconds=1)):
            with pytest.raises(documents.LostMomentRefused):
                documents.declare_lost(kid=kid, from_at=wrong, reason="钥匙丢了", actor=officer, at=LATER)
        documents.declare_lost(kid=kid, from_at=AT, reason="钥匙丢了", actor=officer, at=LATER)
        with pytest.raises(documents.KeyAlreadyLost):
            documents.declare_lost(kid=kid, from_at=LATER, reason="没丢", actor=officer, at=LATER)

    def test_is_published_with_the_key(self, client, print_letter, officer):
        kid = kid_of(print_letter())
        documents.declare_lost(kid=kid, from_at=AT, reason="钥匙丢了", actor=officer, at=LATER)
        published = {one["kid"]: one for one in client.get("/verify/keys.json").json()["keys"]}
        assert published[kid]["lost_from"] == AT.isoformat()
        assert "钥匙丢了" not in str(published)


@pytest.mark.django_db
class TestTheEvidence:
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET recorded_by = 'x'", "TRUNCATE {}"])
    def test_what_became_of_a_key_is_never_rewritten(self, print_letter, officer, statement):
        documents.rotate_key(kid=kid_of(print_letter()), reason="到了年头", actor=officer, at=LATER)
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format("documents_keyevent"))

    def test_a_key_is_not_declared_lost_for_the_future_or_twice(self, print_letter):
        key = SigningKey.objects.get(kid=kid_of(print_letter()))
        common = {"key": key, "kind": "lost", "reason": "x", "recorded_at": AT, "recorded_by": "x"}
        with pytest.raises(IntegrityError, match="key_event_not_ahead"), transaction.atomic():
            KeyEvent.objects.create(from_at=LATER, **common)
        KeyEvent.objects.create(from_at=AT, **common)
        with pytest.raises(IntegrityError, match="key_event_once"), transaction.atomic():
            KeyEvent.objects.create(from_at=AT, **common)

    def test_the_list_asks_as_often_for_one_key_as_for_many(self, print_letter, django_assert_num_queries):
        for _ in range(6):
            print_letter(issuer_organisation_id=ids.new_id())
        with django_assert_num_queries(4):
            assert len(documents.key_lines().object_list) == 6


CHAIN_TAMPERINGS = {
    "the moment of the seal": "UPDATE kernel_auditseal SET sealed_at = sealed_at - interval '1 day'",
    "the hash of the seal": "UPDATE kernel_auditseal SET hash = set_byte(hash, 3, 255 - get_byte(hash, 3))",
    "the line": "UPDATE kernel_auditline SET at = at - interval '1 day'",
    "the link": "UPDATE kernel_auditseal SET previous_hash = decode(repeat('ab', 32), 'hex')",
}


@pytest.mark.parametrize("what", CHAIN_TAMPERINGS)
def test_a_chain_that_was_tampered_with_vouches_for_nothing(committed_db, owner_url, print_letter, officer, what):
    view = print_letter()
    auditing.seal_all()
    documents.declare_lost(
        kid=kid_of(view), from_at=timezone.now(), reason="钥匙丢了", actor=officer, at=timezone.now()
    )
    assert documents.verify(view.code).is_genuine
    with psycopg.connect(owner_url) as owner:
        owner.execute(CHAIN_TAMPERINGS[what])
    assert documents.verify(view.code).verdict is Verdict.UNPROVEN


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def sign_in(self, client):
        def as_(role: str) -> None:
            staff = people.make_staff(role, people.make_organisation("city", name="南宁市数据局"))
            client.force_login(people.make_account(staff=staff, phone="13900008888"))

        return as_

    def test_the_officer_changes_a_key(self, client, sign_in, print_letter):
        kid = kid_of(print_letter())
        sign_in("security_officer")
        page = client.get("/admin/keys/").content.decode()
        assert kid in page
        assert "换新密钥" in page
        assert client.post(f"/admin/keys/{kid}/rotate/", {"reason": ""}).status_code == 422
        assert client.post(f"/admin/keys/{kid}/rotate/", {"reason": "到了年头"}).status_code == 302
        assert "到了年头" in client.get("/admin/keys/").content.decode()

    def test_the_officer_declares_a_key_lost(self, client, sign_in, print_letter):
        view = print_letter()
        kid = kid_of(view)
        sign_in("security_officer")
        early = {"from_at": "2000-01-01T00:00", "reason": "丢了"}
        assert "启用以后" in client.post(f"/admin/keys/{kid}/lost/", early).content.decode()
        good = {"from_at": "2026-10-09T11:00", "reason": "丢了"}
        assert client.post(f"/admin/keys/{kid}/lost/", good).status_code == 302
        assert "不能证明" in client.get(view.verify_url).content.decode()

    def test_the_auditor_reads_and_changes_nothing(self, client, sign_in, print_letter):
        kid = kid_of(print_letter())
        sign_in("auditor")
        assert "换新密钥" not in client.get("/admin/keys/").content.decode()
        assert client.get(f"/admin/keys/{kid}/rotate/").status_code == 403

    def test_the_system_administrator_has_no_hand_in_it(self, client, sign_in):
        sign_in("administrator")
        assert client.get("/admin/keys/").status_code == 403
