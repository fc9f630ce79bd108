"""`yizhan doctor` measures; it does not repeat what was configured."""

import base64
import secrets
from datetime import timedelta

import pytest
from django.db import connection

from yizhan.config import doctor
from yizhan.config.env import Env
from yizhan.kernel.testing import make_timer

pytestmark = pytest.mark.django_db


def findings():
    return {f.name: f for f in doctor.examine()}


@pytest.fixture
def environment(monkeypatch):
    def use(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        found = Env()
        monkeypatch.setattr(doctor, "env", lambda: found)

    return use


def own_key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


def test_a_production_city_is_refused_demo_keys(environment):
    environment(YIZHAN_MODE="production")
    assert not findings()["keys"].holds
    assert list(doctor.refusals_to_start())


def test_own_keys_are_taken(environment):
    environment(
        YIZHAN_MODE="production",
        YIZHAN_SECRET_KEY=secrets.token_urlsafe(60),
        YIZHAN_FIELD_KEYS=f"k1:{own_key()}",
        YIZHAN_INDEX_KEY=own_key(),
        YIZHAN_HTTPS="1",
    )
    found = findings()
    assert found["keys"].holds
    assert found["https"].holds
    assert not list(doctor.refusals_to_start())


def test_one_forgotten_key_is_enough_to_refuse(environment):
    environment(
        YIZHAN_MODE="production", YIZHAN_SECRET_KEY=secrets.token_urlsafe(60), YIZHAN_FIELD_KEYS=f"k1:{own_key()}"
    )
    assert not findings()["keys"].holds


def test_a_commit_that_does_not_wait_is_found():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert not findings()["synchronous_commit"].holds


def test_the_rights_hold_and_the_clocks_agree():
    found = findings()
    assert found["rights"].holds
    assert found["clock skew"].holds
    assert found["schema"].holds
    assert found["postgresql"].holds


def test_overdue_and_parked_work_is_found():
    make_timer(overdue=timedelta(minutes=3))
    make_timer(is_parked=True)
    found = findings()
    assert not found["timer lag"].holds
    assert not found["parked work"].holds


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_production_process_does_not_start_with_demo_keys(command):
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", "from yizhan.config.cli import main; main()", command],
        env={**os.environ, "YIZHAN_MODE": "production", "DATABASE_URL": "postgresql:///none"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "demo keys" in done.stderr


def test_a_production_city_wants_a_second_factor_and_a_copy_of_the_audit(environment, tmp_path):
    environment(YIZHAN_MODE="production", YIZHAN_STAFF_SECOND_FACTOR="optional")
    found = findings()
    assert not found["second factor of staff"].holds
    assert not found["copy of the audit"].holds
    environment(YIZHAN_STAFF_SECOND_FACTOR="required", YIZHAN_AUDIT_COPY=str(tmp_path / "heads"))
    found = findings()
    assert found["second factor of staff"].text.startswith("required")
    assert found["copy of the audit"].holds


def test_a_demo_city_says_that_it_has_neither(environment):
    environment(YIZHAN_MODE="demo")
    assert findings()["second factor of staff"].text == "optional, in a demo city"
    assert findings()["copy of the audit"].holds


def test_a_production_city_whose_texts_go_nowhere_is_told(environment):
    environment(YIZHAN_MODE="production")
    assert not findings()["texts to phones"].holds
    environment(YIZHAN_MODE="demo")
    assert findings()["texts to phones"].holds


def test_a_scanner_that_does_not_answer_is_found(settings):
    assert findings()["malware scanner"].holds
    settings.YIZHAN_CLAMD = "/nowhere/clamd.sock"
    assert not findings()["malware scanner"].holds


def test_a_list_of_leaked_passwords_that_is_not_whole_is_found(settings, tmp_path):
    settings.YIZHAN_LEAKED_PASSWORDS = tmp_path / "leaked.bin"
    assert "20,000" in findings()["leaked passwords"].text
    settings.YIZHAN_LEAKED_PASSWORDS.write_bytes(b"YIZHAN-LEAKED-1\n" + bytes(10))
    assert findings()["leaked passwords"].text == "1 are refused"
    settings.YIZHAN_LEAKED_PASSWORDS.write_bytes(b"YIZHAN-LEAKED-1\n" + bytes(7))
    assert not findings()["leaked passwords"].holds


def test_a_balancer_that_nobody_told_of_is_found(environment):
    environment(YIZHAN_MODE="production", YIZHAN_HTTPS="1")
    assert not findings()["addresses"].holds
    environment(YIZHAN_PROXIES="1")
    assert findings()["addresses"].holds
