import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from yizhan.kernel import auditing
from yizhan.kernel.actors import Actor
from yizhan.kernel.auditing import audit, seal_all, verify_audit
from yizhan.kernel.models import AuditLine, AuditPending, AuditSeal
from yizhan.kernel.subjects import Subject
from yizhan.kernel.tests.conftest import in_thread

pytestmark = pytest.mark.django_db
CLERK = Actor.system("tests.clerk")
CASE = Subject("tests.case", "1")


def write(count=1):
    with transaction.atomic():
        for i in range(count):
            audit(CLERK, "tests.done", CASE, step=i, word="收件")


def tamper(owner_url, statement):
    with psycopg.connect(owner_url) as owner:
        owner.execute(statement)


def codes():
    return {p.code for p in verify_audit().problems}


def test_lines_are_sealed_into_a_chain():
    seal_all()  # what reference data left
    before = verify_audit()
    write(5)
    assert verify_audit().pending_lines == 5
    assert seal_all() == 5
    write(3)
    seal_all()

    report = verify_audit()
    added = report.seals - before.seals, report.sealed_lines - before.sealed_lines
    assert (added, report.pending_lines) == ((2, 8), 0)
    assert report.holds


def test_a_batch_is_bounded(monkeypatch):
    seal_all()
    write(7)
    assert auditing.seal_batch(limit=3) == 3
    assert AuditPending.objects.count() == 4


@pytest.mark.parametrize("table", ["kernel_auditline", "kernel_auditseal", "kernel_auditsealmember"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_cannot_touch_the_evidence(table, verb):
    column = {
        "kernel_auditline": "action = 'x'",
        "kernel_auditseal": "lines = 1",
        "kernel_auditsealmember": "position = 9",
    }
    write()
    seal_all()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table, column[table]))


class TestVerifyFinds:
    @pytest.fixture(autouse=True)
    def _sealed(self, committed_db):
        for _ in range(3):
            write(2)
            seal_all()
        write(2)

    def test_nothing_where_nothing_was_touched(self):
        assert codes() == set()

    def test_an_altered_sealed_line(self, owner_url):
        tamper(
            owner_url,
            "UPDATE kernel_auditline SET actor = 'account:other' WHERE id = (SELECT min(id) FROM kernel_auditline)",
        )
        assert codes() == {"line_altered"}

    def test_an_altered_pending_line(self, owner_url):
        tamper(owner_url, "UPDATE kernel_auditline SET facts = '{}' WHERE id = (SELECT max(id) FROM kernel_auditline)")
        assert codes() == {"line_altered"}

    def test_a_line_altered_together_with_its_hash(self, owner_url):
        line = AuditLine.objects.order_by("id").first()
        line.action = "tests.never"
        forged = auditing.hash_of_line(line).hex()
        tamper(
            owner_url,
            f"UPDATE kernel_auditline SET action='tests.never', content_hash='\\x{forged}' WHERE id={line.id}",
        )
        assert codes() == {"seal_altered"}

    def test_a_removed_line(self, owner_url):
        first = AuditLine.objects.order_by("id").first().id
        tamper(
            owner_url,
            f"DELETE FROM kernel_auditsealmember WHERE line_id={first}; DELETE FROM kernel_auditline WHERE id={first}",
        )
        assert "line_missing" in codes()

    def test_a_line_taken_out_of_the_pending(self, owner_url):
        tamper(owner_url, "DELETE FROM kernel_auditpending")
        assert codes() == {"line_outside_chain"}

    def test_two_lines_that_changed_places(self, owner_url):
        tamper(
            owner_url, "UPDATE kernel_auditsealmember SET position = position + 100 WHERE seal_id = 1 AND position = 0"
        )
        tamper(owner_url, "UPDATE kernel_auditsealmember SET position = 0 WHERE seal_id = 1 AND position = 1")
        tamper(owner_url, "UPDATE kernel_auditsealmember SET position = 1 WHERE seal_id = 1 AND position = 100")
        assert codes() == {"seal_altered"}

    def test_a_removed_seal(self, owner_url):
        tamper(
            owner_url,
            "DELETE FROM kernel_auditsealmember WHERE seal_id = 2; DELETE FROM kernel_auditseal WHERE number = 2",
        )
        assert {"seal_missing", "chain_broken"} <= codes()


def test_no_write_waits_for_anothers_line(committed_db):
    import threading
    import time

    release = threading.Event()
    written = threading.Barrier(4)

    def hold():
        with transaction.atomic():
            audit(CLERK, "tests.held", CASE)
            written.wait(10)
            release.wait(10)

    with in_thread(hold), in_thread(hold), in_thread(hold):
        written.wait(10)
        started = time.perf_counter()
        write()
        took = time.perf_counter() - started
        release.set()
    assert took < 0.2


def test_two_sealers_make_one_chain(committed_db):
    seal_all()
    first = AuditSeal.objects.count()
    for _ in range(5):
        write(20)
    with in_thread(seal_all), in_thread(seal_all):
        seal_all()
    seal_all()
    assert verify_audit().holds
    assert sum(AuditSeal.objects.filter(number__gt=first).values_list("lines", flat=True)) == 100
