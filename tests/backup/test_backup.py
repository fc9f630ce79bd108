"""A city goes into a file and comes out of it somewhere else: whole, proved, and without telling anybody twice."""

import dataclasses
import io
import tarfile

import psycopg
import pytest
from django.db import connection
from django.utils import translation

from yizhan.config import backup as keeping
from yizhan.config.backup import KeepingFailed, Manifest, make_backup
from yizhan.config.embedded import APP, OWNER
from yizhan.config.env import env
from yizhan.config.restore import restore_backup
from yizhan.config.testing import _point_django_at
from yizhan.config.verify import verify_evidence
from yizhan.kernel.api import Actor, Subject, audit, auditing, outbox, restoring, timers
from yizhan.kernel.testing import audit_lines, carry_out_everything
from yizhan.matters import testing as matters
from yizhan.messaging import api as messaging

US = Actor.system("tests.backup")
PHONE = "13907710000"
BELL = Subject("tests.backup", "bell")
timers.on("tests.backup.bell", lambda subject, _due_at: audit(US, "tests.rang", subject))


@pytest.fixture(scope="module")
def saved(django_db_setup, test_server, template_database, worker_database, django_db_blocker, tmp_path_factory):
    """A city with a case whose news are not told yet, a text not sent yet, and its backup."""
    source = f"{worker_database}_source"
    with django_db_blocker.unblock():
        test_server.clone(template_database, source)
        _point_django_at(test_server.url(APP, source))
        _live_a_little()
        file = tmp_path_factory.mktemp("kept") / "city.backup"
        made = make_backup(file, test_server.url(OWNER, source))
        yield file, made
        _point_django_at(test_server.url(APP, worker_database))
        test_server.drop(source)


def _live_a_little():
    with translation.override("zh-hans"):
        town = matters.make_town()
        carry_out_everything()
        matters.bring_to(town, matters.State.ACCEPTED)
        messaging.send_sms(to=PHONE, text="样例", reference="tests:1", actor=US, at=matters.NOON)
        timers.set_timer("tests.backup.bell", BELL, matters.NOON)
        auditing.seal_all()
        messaging.send_sms(to=PHONE, text="样例", reference="tests:2", actor=US, at=matters.NOON)


@pytest.fixture
def place(saved, test_server, worker_database, django_db_blocker):
    """An empty database elsewhere. Gives its owner's URL, with Django pointed at it."""
    database = f"{worker_database}_restored"
    with django_db_blocker.unblock():
        test_server.drop(database)
        with test_server.admin() as admin:
            admin.execute(f'CREATE DATABASE "{database}" OWNER "{OWNER}" TEMPLATE template0')
        url = test_server.url(OWNER, database)
        _point_django_at(url)
        yield url
        _point_django_at(test_server.url(APP, worker_database))
        test_server.drop(database)


def one(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def sent():
    return one("SELECT count(*) FROM messaging_message WHERE state = 'sent'")


class TestThereAndBack:
    def test_everything_is_there_and_proved(self, saved, place):
        file, made = saved
        done = restore_backup(file, place)
        case_id = one("SELECT id FROM matters_case")
        assert (done.rows, done.seals) == (sum(made.rows.values()), made.audit.seals)
        assert verify_evidence()["holds"]
        assert matters.answers_of(case_id)["card_number"] == matters.ANSWERS["card_number"]
        assert len(matters.pickup_code_of(case_id)) == 8

    def test_the_application_may_use_it_and_not_alter_evidence(self, saved, place, test_server):
        file, _ = saved
        restore_backup(file, place)
        with psycopg.connect(place.replace(OWNER, APP)) as application:
            assert application.execute("SELECT count(*) FROM matters_case").fetchone() == (1,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute("DELETE FROM kernel_auditline")

    def test_nothing_leaves_the_house_twice(self, saved, place):
        """Neither the texts that were waiting nor those that follow from what had not been told; new ones do."""
        file, _ = saved
        done = restore_backup(file, place)
        carry_out_everything()
        assert sent() == 0
        assert restoring.held().count() == done.held + 1
        assert one("SELECT count(*) FROM messaging_message WHERE reference LIKE 'notices:%' AND state = 'queued'") == 1

        messaging.send_sms(to=PHONE, text="样例", reference="tests:new", actor=US, at=matters.NOON)
        carry_out_everything()
        assert sent() == 1

    def test_a_person_lets_them_go_or_drops_them(self, saved, place):
        file, _ = saved
        restore_backup(file, place)
        first = restoring.held().first()
        outbox.skip(delivery_id=first.pk, reason="问过了，收到过", actor=US)
        assert restoring.send_held(actor=US, reason="没有发过") == 1
        carry_out_everything()
        assert sent() == 1
        assert restoring.drop_held(actor=US, reason="已经当面说了") == 1
        carry_out_everything()
        assert (sent(), restoring.held().count()) == (1, 0)

    def test_a_moment_that_passed_meanwhile_comes_once(self, saved, place):
        file, _ = saved
        assert restore_backup(file, place).timers == 1
        carry_out_everything()
        carry_out_everything()
        assert [line.action for line in audit_lines(BELL)] == ["tests.rang"]
        assert one("SELECT count(*) FROM kernel_timer WHERE subject_kind = 'tests.backup'") == 0

    def test_numbers_given_out_since_are_not_given_again(self, saved, place):
        file, _ = saved
        restore_backup(file, place)
        with psycopg.connect(place) as owner:
            assert owner.execute("SELECT nextval('matters_case_serial') > 100000").fetchone() == (True,)


class TestWhatIsRefused:
    def test_a_place_where_somebody_lives(self, saved, place):
        restore_backup(saved[0], place)
        with pytest.raises(KeepingFailed, match="not empty"):
            restore_backup(saved[0], place)

    @pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
    def test_a_file_that_is_cut_off(self, saved, place, tmp_path, share):
        content = saved[0].read_bytes()
        cut = tmp_path / "cut"
        cut.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(KeepingFailed, match=r"cut off|no backup|damaged"):
            restore_backup(cut, place)
        assert tables(place) == 0

    def test_a_file_with_one_bit_changed(self, saved, place, tmp_path):
        content = bytearray(saved[0].read_bytes())
        content[len(content) // 2] ^= 1
        harmed = tmp_path / "harmed"
        harmed.write_bytes(content)
        with pytest.raises(KeepingFailed, match="damaged"):
            restore_backup(harmed, place)
        assert tables(place) == 0

    @pytest.mark.parametrize("content", [b"", b"PGDMP and so on", b"{}" * 9000])
    def test_a_file_of_somebody_else(self, saved, place, tmp_path, content):
        foreign = tmp_path / "foreign"
        foreign.write_bytes(content)
        with pytest.raises(KeepingFailed, match="no backup"):
            restore_backup(foreign, place)

    def test_a_file_of_a_newer_house(self, saved, place, tmp_path):
        file, made = saved
        newer = dataclasses.replace(made, migrations=(*made.migrations, "matters.9999_from_the_future"))
        with pytest.raises(KeepingFailed, match=r"newer.*9999_from_the_future"):
            restore_backup(with_manifest(file, newer, tmp_path), place)
        with pytest.raises(KeepingFailed, match="format 2"):
            restore_backup(with_manifest(file, dataclasses.replace(made, format=2), tmp_path), place)

    def test_other_keys(self, saved, place, monkeypatch):
        monkeypatch.setattr("yizhan.config.restore.key_fingerprints", lambda: {"field:demo": "0" * 16})
        with pytest.raises(KeepingFailed, match="YIZHAN_FIELD_KEYS"):
            restore_backup(saved[0], place)

    def test_rows_that_did_not_arrive(self, saved, place, tmp_path):
        file, made = saved
        more = dataclasses.replace(made, rows=made.rows | {"matters_case": 2})
        with pytest.raises(KeepingFailed, match=r"matters_case.*not to be used"):
            restore_backup(with_manifest(file, more, tmp_path), place)

    def test_a_backup_overwrites_nothing(self, saved, place):
        with pytest.raises(KeepingFailed, match="there already"):
            make_backup(saved[0], place)


def test_the_file_is_for_nobody_else_and_has_no_key(saved):
    file, made = saved
    assert file.stat().st_mode & 0o077 == 0
    assert env().index_key not in file.read_bytes()
    assert made.keys == keeping.key_fingerprints()


def tables(url):
    with psycopg.connect(url) as owner:
        return owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()[0]


def with_manifest(file, manifest: Manifest, folder):
    """The same backup with another manifest."""
    changed = folder / "changed"
    with tarfile.open(file) as before, tarfile.open(changed, "w") as after:
        text = manifest.as_json()
        head = tarfile.TarInfo("manifest.json")
        head.size = len(text)
        after.addfile(head, io.BytesIO(text))
        dump = before.getmember("database.dump")
        after.addfile(dump, before.extractfile(dump))
    return changed
