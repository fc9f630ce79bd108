"""`yizhan client`: a system is registered with a secret that is shown once, and loses its access."""

from uuid import uuid4

import pytest

from yizhan.config.testing import run_command
from yizhan.people.cli import client
from yizhan.people.models import MachineClient
from yizhan.people.testing import make_organisation

pytestmark = pytest.mark.django_db


def run(*words):
    return run_command(client, *words)


def test_registered_and_revoked():
    desk = make_organisation()
    done = run("register", desk.id, "--name", "新竹社区自助机", "--scope", "cases.hand_in")
    told = dict(line.split("\t") for line in done.output.splitlines())
    row = MachineClient.objects.get()
    assert (str(row.pk), row.scopes, row.organisation) == (told["id"], ["cases.hand_in"], desk)
    assert told["client_secret"] not in row.application.client_secret
    assert run("revoke", told["id"]).exit_code == 0
    row.refresh_from_db()
    assert row.revoked_at is not None


@pytest.mark.parametrize(("scope", "name"), [("cases.everything", "自助机"), ("cases.hand_in", "机")])
def test_what_makes_no_sense_is_refused(scope, name):
    desk = make_organisation()
    assert run("register", desk.id, "--name", name, "--scope", scope).exit_code == 1
    assert run("register", uuid4(), "--name", "自助机", "--scope", "cases.hand_in").exit_code == 1
    assert run("revoke", uuid4()).exit_code == 1
    assert not MachineClient.objects.exists()
