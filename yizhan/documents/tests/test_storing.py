import pytest
from django.db import ProgrammingError, connection, transaction

from yizhan.documents import api as documents
from yizhan.documents.models import FileContent, StoredFile
from yizhan.documents.testing import JPEG, PDF, png
from yizhan.kernel.api import NotFound, Subject
from yizhan.kernel.testing import audit_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(subject, owner):
    def store_it(content=PDF, name="身份证.pdf", media_type="application/pdf"):
        return documents.store(content=content, media_type=media_type, name=name, subject=subject, actor=owner)

    return store_it


class TestStore:
    def test_gives_back_what_was_handed_in(self, store, owner):
        view = store(JPEG, "IMG_1.JPG", "image/jpeg")
        opened = documents.open_file(actor=owner, file_id=view.id)
        assert (opened.content, opened.media_type, opened.name) == (JPEG, "image/jpeg", "IMG_1.jpg")

    def test_believes_the_bytes_and_not_the_name(self, store):
        view = store(png(), "合同.pdf", "application/pdf")
        assert (view.media_type, view.name) == ("image/png", "合同.png")

    def test_keeps_the_same_bytes_once(self, store, subject):
        assert store().sha256 == store().sha256
        assert FileContent.objects.count() == 1
        assert len(documents.files_of(subject)) == 2

    def test_keeps_nothing_readable_in_the_database(self, store):
        store(PDF, "韦桂英身份证.pdf")
        with connection.cursor() as cursor:
            cursor.execute("SELECT sealed FROM documents_filecontent")
            assert PDF[:8] not in bytes(cursor.fetchone()[0])
            cursor.execute("SELECT name FROM documents_storedfile")
            assert "韦桂英".encode() not in bytes(cursor.fetchone()[0])

    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            (b"", documents.FileEmpty),
            (b"<svg/>", documents.FileTypeNotTaken),
            (b"PK\x03\x04", documents.FileTypeNotTaken),
            (PDF[:-7], documents.FileDamaged),
            (png(60_000, 60_000), documents.PictureTooLarge),
            (png(trailer=b"PK\x03\x04"), documents.FileCarriesMore),
        ],
    )
    def test_refuses_and_leaves_no_trace(self, store, content, refusal):
        with pytest.raises(refusal) as refused:
            store(content)
        assert refused.value.text
        assert not StoredFile.objects.exists()
        assert not [line for line in audit_lines() if line.action.startswith("documents.")]

    def test_refuses_a_file_over_the_limit(self, store, settings):
        settings.MAX_UPLOAD_BYTES = 1024 * 1024
        with pytest.raises(documents.FileTooLarge) as refused:
            store(PDF + b"\x00" * 1024 * 1024)
        assert "1 MB" in refused.value.text

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Users\\x\\户口簿.PDF", "户口簿.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
            ("\x00 .", "file.pdf"),
            ("字" * 300 + ".pdf", "字" * 120 + ".pdf"),
        ],
    )
    def test_keeps_a_proper_name(self, store, name, kept):
        assert store(name=name).name == kept


class TestOpenFile:
    def test_hides_it_from_whoever_does_not_see_the_subject(self, store, stranger):
        with pytest.raises(NotFound):
            documents.open_file(actor=stranger, file_id=store().id)

    def test_leaves_an_audit_line(self, store, owner):
        view = store()
        documents.open_file(actor=owner, file_id=view.id)
        lines = audit_lines(Subject(documents.FILE, str(view.id)))
        assert [line.action for line in lines] == ["documents.file.stored", "documents.file.opened"]


@pytest.mark.parametrize("table", ["documents_storedfile", "documents_filecontent"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_database_refuses_to_change_a_file(store, table, statement):
    store()
    column = "media_type" if table == "documents_storedfile" else "size"
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))
