from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from yizhan.documents import api as documents
from yizhan.documents.models import FileContent, SigningKey
from yizhan.documents.rules.revoking import are_whole
from yizhan.documents.testing import PDF
from yizhan.documents.tests.test_revoking import revoke


def in_threads(act, count=4):
    def run(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_first_documents_at_once_are_signed_with_one_key(committed_db, print_letter):
    views = in_threads(lambda _: print_letter())
    found = [documents.verify(view.code) for view in views]
    assert all(each.is_genuine for each in found)
    assert len({each.kid for each in found}) == 1
    assert SigningKey.objects.count() == 1


def test_the_same_bytes_handed_in_at_once_are_kept_once(committed_db, subject, owner):
    content = PDF + b"%" * 500_000 + b"\n%%EOF"
    in_threads(lambda n: documents.store(content=content, media_type="", name=str(n), subject=subject, actor=owner))
    assert len(documents.files_of(subject)) == 4
    assert FileContent.objects.count() == 1


def test_papers_revoked_at_once_are_numbered_one_after_the_other(committed_db, print_letter, office, signer):
    letters = [print_letter(issuer_organisation_id=office.id) for _ in range(4)]
    in_threads(lambda n: revoke(letters[n], signer))
    entries = documents.published_revocations()
    keys = {(str(office.id), key.kid): bytes(key.public_key) for key in SigningKey.objects.all()}
    assert [one["serial"] for one in entries] == [1, 2, 3, 4]
    assert are_whole(entries, keys)


def test_one_paper_revoked_twice_at_once_is_revoked_once(committed_db, letter, signer):
    def try_it(_number: int) -> str:
        try:
            revoke(letter, signer)
        except documents.AlreadyRevoked:
            return "refused"
        return "revoked"

    assert sorted(in_threads(try_it)) == ["refused", "refused", "refused", "revoked"]
