"""A paper that its office takes back: said online, published signed, told offline."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from yizhan.documents import api as documents
from yizhan.documents.models import Revocation
from yizhan.documents.rules import offline
from yizhan.documents.rules.offline import Answer
from yizhan.documents.tests.conftest import AT
from yizhan.kernel.api import Actor, NotAllowed, ids
from yizhan.kernel.testing import audit_lines
from yizhan.people import testing as people

Verdict = documents.Verdict
LATER = AT + timedelta(days=3)
REASON = "申请时户籍已迁出，材料与事实不符"


def revoke(view: documents.DocumentView, actor: Actor, **changed) -> None:
    given = {"document_id": view.id, "ground": "not_entitled", "reason": REASON, "actor": actor, "at": LATER}
    documents.revoke_document(**{**given, **changed})


@pytest.mark.django_db
class TestRevokeDocument:
    def test_the_public_page_says_when_and_on_what_ground(self, client, letter, signer):
        revoke(letter, signer)
        page = client.get(letter.verify_url).content.decode()
        for shown in ("这份文书已撤销", "2026年10月12日", "不具备申请资格或者不符合法定条件", letter.number):
            assert shown in page
        assert "这份文书是真的" not in page
        assert REASON not in page

    def test_the_page_says_it_in_english(self, client, letter, signer):
        revoke(letter, signer)
        client.cookies["yz_language"] = "en"
        assert "the conditions were not met" in client.get(letter.verify_url).content.decode()

    def test_lists_of_documents_say_it(self, letter, signer, subject):
        revoke(letter, signer)
        assert [one.revoked_at for one in documents.documents_of(subject)] == [LATER]

    def test_is_audited_without_the_reason(self, letter, signer):
        revoke(letter, signer)
        (line,) = [one for one in audit_lines() if one.action == "documents.document.revoked"]
        assert line.facts["ground"] == "not_entitled"
        assert REASON not in str(line.facts)

    def test_is_a_signer_s_of_the_issuing_office(self, letter, office):
        other = people.make_organisation("department", name="西乡塘区民政局", territory=people.XIXIANGTANG)
        for role, where in (("signer", other), ("examiner", office)):
            with pytest.raises(NotAllowed):
                revoke(letter, people.actor_for(people.make_staff(role, where)))

    def test_happens_once(self, letter, signer):
        revoke(letter, signer)
        with pytest.raises(documents.AlreadyRevoked):
            revoke(letter, signer)

    @pytest.mark.parametrize("changed", [{"reason": "  "}, {"ground": ""}, {"ground": "no_such"}])
    def test_wants_a_ground_and_a_reason(self, letter, signer, changed):
        with pytest.raises(documents.RevocationGroundMissing):
            revoke(letter, signer, **changed)

    def test_what_has_no_signature_has_nothing_to_revoke(self, print_letter, office, signer):
        with pytest.raises(documents.DocumentNotRevocable):
            revoke(print_letter(issuer_organisation_id=office.id, signed=False), signer)
        with pytest.raises(documents.DocumentNotRevocable):
            revoke(print_letter(), signer, document_id=ids.new_id())


@pytest.mark.django_db
class TestTheList:
    def published(self, client):
        keys = offline.read_keys(client.get("/verify/keys.json").json())
        return keys, offline.read_revoked(client.get("/verify/revoked.json").json())

    def test_is_what_the_offline_check_believes(self, client, print_letter, office, signer, owner):
        letters = [print_letter(issuer_organisation_id=office.id) for _ in range(3)]
        for one in letters[:2]:
            revoke(one, signer)
        keys, revoked = self.published(client)
        pdfs = [documents.document_pdf(actor=owner, document_id=one.id).content for one in letters]
        answers = [offline.check(pdf, keys, revoked).answer for pdf in pdfs]
        assert answers == [Answer.REVOKED, Answer.REVOKED, Answer.GENUINE]
        assert [one["serial"] for one in revoked] == [1, 2]

    def test_holds_across_a_new_key_and_two_offices(self, client, print_letter, office, signer):
        second = people.make_organisation("department", name="西乡塘区民政局", territory=people.XIXIANGTANG)
        other = people.actor_for(people.make_staff("signer", second))
        officer = people.actor_for(
            people.make_staff("security_officer", people.make_organisation("city", name="南宁市"))
        )
        first = print_letter(issuer_organisation_id=office.id)
        revoke(first, signer)
        documents.rotate_key(kid=documents.verify(first.code).kid, reason="到了年头", actor=officer, at=LATER)
        revoke(print_letter(issuer_organisation_id=office.id), signer)
        revoke(print_letter(issuer_organisation_id=second.id), other)
        keys, revoked = self.published(client)
        assert offline.check(b"", keys, revoked).answer is Answer.NOT_OURS
        assert len(revoked) == 3

    def test_names_nobody(self, client, letter, signer):
        revoke(letter, signer)
        text = client.get("/verify/revoked.json").content.decode()
        for hidden in ("韦", REASON, "梁少芬", str(signer.staff_id)):
            assert hidden not in text

    def test_is_read_with_one_question(self, client, print_letter, office, signer, django_assert_num_queries):
        for _ in range(3):
            revoke(print_letter(issuer_organisation_id=office.id), signer)
        with django_assert_num_queries(1):
            assert len(documents.published_revocations()) == 3

    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET ground = 'abuse'", "TRUNCATE {}"])
    def test_a_revocation_is_never_rewritten(self, letter, signer, statement):
        revoke(letter, signer)
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format("documents_revocation"))

    def test_the_reason_is_not_readable_in_the_database(self, letter, signer):
        revoke(letter, signer)
        with connection.cursor() as cursor:
            cursor.execute("SELECT reason FROM documents_revocation")
            assert REASON.encode() not in bytes(cursor.fetchone()[0])
        assert Revocation.objects.get().reason == REASON
