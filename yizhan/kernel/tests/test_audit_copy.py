"""The head of the audit's chain at a second place."""

import json
import socket

import pytest

from yizhan.kernel.api import Actor, Subject, audit
from yizhan.kernel.audit_copy import AuditCopy
from yizhan.kernel.auditing import seal_all
from yizhan.kernel.models import AuditSeal

pytestmark = pytest.mark.django_db


def something_happens():
    audit(Actor.system("tests"), "kernel.something", Subject("kernel.thing", "1"))
    seal_all()


def test_each_head_is_written_once(tmp_path):
    target = tmp_path / "heads"
    copy = AuditCopy(str(target))
    something_happens()
    copy()
    copy()
    something_happens()
    copy()
    written = [json.loads(line) for line in target.read_text().splitlines()]
    seals = list(AuditSeal.objects.order_by("number"))[-2:]
    assert [(one["seal"], one["hash"]) for one in written] == [(seal.number, bytes(seal.hash).hex()) for seal in seals]


def test_it_says_nothing_of_the_lines(tmp_path):
    target = tmp_path / "heads"
    something_happens()
    AuditCopy(str(target))()
    assert set(json.loads(target.read_text())) == {"seal", "sealed_at", "hash"}


def test_another_machine_s_syslog_gets_it():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
        collector.bind(("127.0.0.1", 0))
        collector.settimeout(5)
        something_happens()
        AuditCopy(f"syslog:127.0.0.1:{collector.getsockname()[1]}")()
        received = collector.recv(2000).decode()
    assert "yizhan-audit" in received
    assert bytes(AuditSeal.objects.order_by("-number")[0].hash).hex() in received


def test_what_cannot_be_written_is_not_taken_as_written(tmp_path):
    copy = AuditCopy(str(tmp_path / "nowhere" / "heads"))
    something_happens()
    with pytest.raises(OSError, match="nowhere"):
        copy()
    assert copy.last == 0
