"""A community's terminal, a department's system, and a city to call."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from yizhan.kernel.api import Actor, times
from yizhan.matters import api as matters
from yizhan.people import api as people_api
from yizhan.people import testing as people

Case = apps.get_model("matters.Case")
PAPERS = ("social_security_card", "identity_card", "household_register")


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


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    """A secret's hash is slow on purpose; here each test has several."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def desk(db: None) -> Any:
    return people.make_organisation(name="新竹社区综合窗口", territory=people.XINZHU)


@pytest.fixture
def terminal(desk: Any) -> Caller:
    return make_caller(desk, "cases.hand_in")


class Town:
    """A desk, an office with its examiner and signer, and their systems."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.office = people.make_organisation("department", name="西乡塘区民政局", territory=people.XIXIANGTANG)
        self.clerk = people.make_staff("desk_clerk", desk)
        self.examiner = people.make_staff("examiner", self.office, name="韦丽华")
        self.signer = people.make_staff("signer", self.office, name="梁少芬")
        for one in (self.clerk, self.examiner, self.signer):
            people.make_account(staff=one)
        self.office_system = make_caller(self.office, "cases.office", name="民政业务系统")
        self.other_terminal = make_caller(
            people.make_organisation(name="万力社区综合窗口", territory=people.WANLI), "cases.hand_in"
        )

    def accepted(self, clerk: Any = None) -> Any:
        actor, now = self.actor(clerk or self.clerk, self.desk), timezone.now()
        resident = people.make_resident(level=3)
        card = matters.SeenCard(id_number=resident.id_number, is_original_seen=True)
        matters.receive_visitor(actor=actor, card=card, agent=None, at=now)
        matters.record_household(actor=actor, division=people.WANLI, at=now)
        case_id = matters.take_in_case(
            actor=actor,
            item_code="old_age_allowance",
            answers={"card_number": "6217000000000000019", "bank": "样例银行", "delivery": "desk"},
            materials=[matters.HandedIn(material_id=one, status="seen") for one in PAPERS],
            at=now,
        )
        matters.accept_case(actor=actor, case_id=case_id, at=now)
        return Case.objects.get(pk=case_id)

    def decided(self) -> Any:
        case, examiner, now = self.accepted(), self.actor(self.examiner, self.office), timezone.now()
        matters.take_up_case(actor=examiner, case_id=case.pk, at=now)
        matters.propose_decision(actor=examiner, case_id=case.pk, outcome="refused", reasons="还没有满80周岁。", at=now)
        matters.sign_decision(actor=self.actor(self.signer, self.office), case_id=case.pk, at=now)
        return Case.objects.get(pk=case.pk)

    def ask_for(self, case_id: Any, *materials: str) -> None:
        """Bring a case that was handed in so far that the office asks for something."""
        clerk, examiner, now = self.actor(self.clerk, self.desk), self.actor(self.examiner, self.office), timezone.now()
        matters.take_in_submitted(actor=clerk, case_id=case_id, at=now)
        matters.record_household_of_case(actor=clerk, case_id=case_id, division=people.WANLI, at=now)
        matters.accept_case(actor=clerk, case_id=case_id, at=now)
        matters.take_up_case(actor=examiner, case_id=case_id, at=now)
        matters.request_supplement(
            actor=examiner, case_id=case_id, materials=list(materials), note="看不清，请重拍", at=now
        )

    @staticmethod
    def actor(staff: Any, workplace: Any) -> Actor:
        account = people.make_account(staff=staff) if not hasattr(staff, "account") else staff.account
        return people.actor_of(account, on=times.local_day(timezone.now()), channel="desk", workplace=workplace.pk)


@pytest.fixture
def town(desk: Any) -> Town:
    return Town(desk)
