"""Organisations' own systems: the security officer registers and revokes them; the secret is shown once."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yizhan.config.testing import run_command
from yizhan.kernel.api import Actor, NotAllowed, access
from yizhan.kernel.testing import audit_lines
from yizhan.people import api as people
from yizhan.people.cli import client as command
from yizhan.people.models import MachineClient
from yizhan.people.queries.clients import caller_of_token, client_lines
from yizhan.people.services import clients
from yizhan.people.testing import make_account, make_organisation, make_staff

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SCOPE = "cases.hand_in"


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def desk():
    return make_organisation(name="新竹社区综合窗口")


def browser_of(role):
    browser = Client()
    city = make_organisation("city", name="运行中心", territory="4501")
    browser.force_login(make_account(staff=make_staff(role, city)), backend=BACKEND)
    return browser


def new(desk, **more):
    return people.NewClient(organisation_id=desk.pk, **{"name": "一楼自助机", "scopes": (SCOPE,), **more})


def register(desk, **more):
    return clients.register_client(actor=Actor.system("tests"), client=new(desk, **more), at=timezone.now())


class TestPages:
    def test_the_secret_is_shown_once_and_works(self, desk) -> None:
        officer = browser_of("security_officer")
        address = reverse("people:system_new", args=[desk.pk])
        answer = officer.post(address, {"name": "一楼自助机", "scopes": [SCOPE], "calls": "600"})
        page = answer.content.decode()
        client_id, secret = re.findall(r"<code[^>]*>([^<]+)</code>", page)
        assert "no-store" in answer["Cache-Control"]
        form = f"grant_type=client_credentials&client_id={client_id}&client_secret={secret}"
        token = officer.post("/api/v1/oauth/token", form, content_type="application/x-www-form-urlencoded").json()
        caller = caller_of_token(token=token["access_token"], at=timezone.now())
        assert (caller.actor.client.organisation_id, caller.calls_per_minute) == (desk.pk, 600)
        assert secret not in officer.get(reverse("people:systems")).content.decode()

    def test_what_is_missing_is_said_at_its_field(self, desk) -> None:
        officer = browser_of("security_officer")
        answer = officer.post(reverse("people:system_new", args=[desk.pk]), {"name": "", "calls": "0"})
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"name", "scopes", "calls"}
        assert not MachineClient.objects.exists()

    def test_a_revoked_one_stays_in_the_list(self, desk) -> None:
        officer, made = browser_of("security_officer"), register(desk)
        officer.post(reverse("people:system_revoke", args=[made.machine_client_id]))
        (line,) = client_lines()
        assert line.revoked_at is not None
        assert "已收回" in officer.get(reverse("people:systems")).content.decode()

    def test_an_organisation_is_found_by_name(self, desk) -> None:
        page = browser_of("security_officer").get(reverse("people:system_where") + "?q=新竹").content.decode()
        assert reverse("people:system_new", args=[desk.pk]) in page

    def test_the_administrator_looks_and_changes_nothing(self, desk) -> None:
        keeper, made = browser_of("administrator"), register(desk)
        assert reverse("people:system_where") not in keeper.get(reverse("people:systems")).content.decode()
        assert keeper.post(reverse("people:system_revoke", args=[made.machine_client_id])).status_code == 403


class TestRegistering:
    @pytest.mark.parametrize(
        ("more", "refusal"),
        [
            ({"name": " "}, clients.ClientNameRefused),
            ({"name": "x" * 61}, clients.ClientNameRefused),
            ({"scopes": ()}, clients.ScopesRefused),
            ({"scopes": ("everything",)}, clients.ScopesRefused),
            ({"calls_per_minute": 0}, clients.CallsRefused),
            ({"calls_per_minute": 10**9}, clients.CallsRefused),
        ],
    )
    def test_is_refused_with_a_reason(self, desk, more, refusal) -> None:
        with pytest.raises(refusal):
            register(desk, **more)

    def test_nobody_but_the_security_officer(self, desk) -> None:
        with pytest.raises(NotAllowed):
            clients.register_client(actor=Actor(staff_id=desk.pk), client=new(desk), at=timezone.now())

    def test_each_act_leaves_its_line_without_the_secret(self, desk) -> None:
        made = register(desk)
        clients.revoke_client(actor=Actor.system("tests"), machine_client_id=made.machine_client_id, at=timezone.now())
        lines = audit_lines(clients.client_subject(made.machine_client_id))
        assert [one.action for one in lines] == ["people.client.registered", "people.client.revoked"]
        assert made.secret not in str([one.facts for one in lines])

    def test_the_command_prints_id_and_secret_and_revokes(self, desk) -> None:
        done = run_command(command, "register", str(desk.pk), "--name", "自助机", "--scope", SCOPE)
        assert done.exit_code == 0
        assert "client_secret" in done.output
        assert run_command(command, "revoke", str(MachineClient.objects.get().pk)).exit_code == 0
        assert client_lines()[0].revoked_at is not None

    @pytest.mark.parametrize("scope", ["everything", ""])
    def test_the_command_says_what_is_wrong(self, desk, scope) -> None:
        done = run_command(command, "register", str(desk.pk), "--name", "自助机", "--scope", scope)
        assert done.exit_code == 1
        assert "只能从列表里选" in done.output


def test_no_scope_opens_a_signature_or_the_house() -> None:
    opened = set().union(*(scope.permissions for scope in access.scopes().values()))
    assert opened <= access.names()
    assert not opened & {"matters.sign", "matters.assign", "people.manage_clients", "people.grant_roles", "shell.audit"}
