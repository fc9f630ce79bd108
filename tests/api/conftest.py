"""A community's terminal, a department's system, and a city to call."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from yizhan.kernel.api import Actor
from yizhan.people import api as people_api
from yizhan.people import testing as people


@dataclass
class Caller:
    """Calls the API as one registered system."""

    client: Client
    token: str
    client_id: str = ""
    secret: str = field(default="", repr=False)
    organisation: Any = None
    machine_client_id: Any = None

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        data = body if isinstance(body, bytes | str) else b"" if body is None else json.dumps(body)
        kind = sent.pop("Content-Type", "application/json")
        return self.client.generic(method, f"/api/v1{path}", data, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, key: str = "", **headers: str) -> Any:
        if key:
            headers["Idempotency-Key"] = key
        return self.call("POST", path, body, **headers)


def make_caller(organisation: Any, *scopes: str, name: str = "自助机", **more: Any) -> Caller:
    made = people_api.register_client(
        actor=Actor.system("tests"),
        client=people_api.NewClient(organisation_id=organisation.pk, name=name, scopes=scopes, **more),
        at=timezone.now(),
    )
    browser = Client()
    token = take_token(browser, made.client_id, made.secret).json()["access_token"]
    return Caller(browser, token, made.client_id, made.secret, organisation, made.machine_client_id)


def take_token(browser: Client, client_id: str, secret: str, **more: str) -> Any:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **more}
    text, kind = urlencode(form), "application/x-www-form-urlencoded"
    return browser.generic("POST", "/api/v1/oauth/token", text, content_type=kind)


@pytest.fixture
def desk(db: None) -> Any:
    return people.make_organisation(name="新竹社区综合窗口", territory=people.XINZHU)


@pytest.fixture
def terminal(desk: Any) -> Caller:
    return make_caller(desk, "cases.hand_in")
