from io import BytesIO

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from pypdf import PdfReader

from yizhan.documents import api as documents
from yizhan.documents.models import Document, SigningKey
from yizhan.documents.tests.conftest import AT, OFFICE
from yizhan.kernel.api import Actor, NotAllowed, NotFound, ids
from yizhan.kernel.testing import audit_lines

Verdict = documents.Verdict


@pytest.mark.django_db
class TestPrintDocument:
    def test_prints_the_code_that_verifies(self, print_letter, owner):
        view = print_letter()
        opened = documents.document_pdf(actor=owner, document_id=view.id)
        text = PdfReader(BytesIO(opened.content)).pages[0].extract_text()
        assert view.code in text
        assert documents.verify(view.code).verdict is Verdict.GENUINE

    def test_shows_the_public_what_it_may_know(self, print_letter):
        found = documents.verify(print_letter().code)
        assert (found.holder, found.public_fields) == ("韦**", (("事项", "高龄津贴"),))
        assert (found.issuer, found.issued_at) == ("南宁市青秀区民政局", AT)

    def test_signs_for_one_office_with_one_key_and_for_another_with_another(self, print_letter):
        kids = [documents.verify(print_letter().code).kid for _ in range(2)]
        other = documents.verify(print_letter(issuer_organisation_id=ids.new_id()).code).kid
        assert kids[0] == kids[1] != other

    def test_a_new_key_signs_and_the_old_one_still_verifies(self, print_letter, owner):
        old = print_letter().code
        documents.new_signing_key(organisation_id=OFFICE, issuer_name="南宁市青秀区民政局", actor=owner, at=AT)
        new = print_letter().code
        assert documents.verify(old).is_genuine
        assert documents.verify(new).is_genuine
        assert documents.verify(old).kid != documents.verify(new).kid

    def test_stops_at_a_character_that_no_font_has_and_keeps_nothing(self, print_letter):
        with pytest.raises(documents.CharactersNotPrintable), transaction.atomic():
            print_letter("韦𠮷英")
        assert not Document.objects.exists()
        assert not [line for line in audit_lines() if line.action.startswith("documents.")]

    def test_without_a_signature_says_so(self, print_letter):
        assert documents.verify(print_letter(signed=False).code).verdict is Verdict.UNSIGNED

    def test_the_private_key_is_not_readable_in_the_database(self, print_letter):
        print_letter()
        assert len(bytes(SigningKey.objects.get().private_key)) > 32 + 28

    def test_codes_are_never_twice_the_same(self, print_letter):
        assert len({print_letter(signed=False).code for _ in range(5)}) == 5

    def test_lists_the_documents_of_a_subject(self, print_letter, subject):
        first, second = print_letter(), print_letter()
        assert [view.id for view in documents.documents_of(subject)] == [first.id, second.id]

    def test_hides_the_pdf_from_a_stranger(self, print_letter, stranger):
        with pytest.raises(NotFound):
            documents.document_pdf(actor=stranger, document_id=print_letter().id)

    def test_the_public_page_never_opens_the_pdf(self, print_letter):
        view = print_letter()
        with pytest.raises(NotAllowed):
            documents.document_pdf(actor=Actor(), document_id=view.id)


@pytest.mark.django_db
class TestVerify:
    @pytest.mark.parametrize("typed", ["", "x", "7K4M2", "U" * 20, "<script>", "\x00", "9" * 400])
    def test_what_no_code_can_be_is_called_mistyped(self, typed):
        assert documents.verify(typed).verdict is Verdict.MISTYPED

    def test_a_code_that_was_never_issued_is_not_found(self, print_letter):
        print_letter()
        assert documents.verify("00000-00000-00000-00000").verdict is Verdict.NOT_FOUND

    def test_is_forgiving_about_how_a_code_is_typed(self, print_letter):
        code = print_letter().code
        assert documents.verify(code.lower().replace("-", " ")).is_genuine

    def test_knows_its_own_pdf_and_no_other(self, print_letter, owner):
        view = print_letter()
        pdf = documents.document_pdf(actor=owner, document_id=view.id).content
        changed = bytearray(pdf)
        changed[len(pdf) // 2] ^= 1
        assert documents.matches_original(code=view.code, content=pdf)
        assert not documents.matches_original(code=view.code, content=bytes(changed))
        assert not documents.matches_original(code=view.code, content=pdf + b"\n")
        assert not documents.matches_original(code="", content=pdf)


TAMPERINGS = {
    "a column of the payload": "UPDATE documents_document SET holder = '黄**'",
    "a public fact": """UPDATE documents_document SET public_fields = '[["事项", "别的"]]'""",
    "the moment": "UPDATE documents_document SET issued_at = issued_at + interval '1 microsecond'",
    "the issuer": "UPDATE documents_document SET issuer_name = '别的局'",
    "the sample mark": "UPDATE documents_document SET is_sample = NOT is_sample",
    "the sum of the PDF": "UPDATE documents_document SET sha256 = repeat('a', 64)",
    "a byte of the PDF": "UPDATE documents_document SET sealed = set_byte(sealed, 200, get_byte(sealed, 200) # 1)",
    "the PDF cut off": r"UPDATE documents_document SET sealed = '\x01'",
    "the signature": """UPDATE documents_document SET envelope = jsonb_set(envelope, '{sig}', '"AAAA"')""",
    "the envelope": "UPDATE documents_document SET envelope = '{}'",
    "the public key": "UPDATE documents_signingkey SET public_key = set_byte(public_key, 3, 7)",
    "the owner of the key": "UPDATE documents_signingkey SET organisation_id = gen_random_uuid()",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_with_the_database_shows(committed_db, owner_url, print_letter, what):
    code = print_letter().code
    assert documents.verify(code).is_genuine
    with psycopg.connect(owner_url) as owner:
        assert owner.execute(TAMPERINGS[what]).rowcount == 1
    found = documents.verify(code)
    assert found.verdict is Verdict.BROKEN
    assert not found.title


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["documents_document", "documents_signingkey"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET issuer_name = 'x'", "TRUNCATE {}"])
def test_the_application_cannot_change_evidence(print_letter, table, statement):
    print_letter()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
