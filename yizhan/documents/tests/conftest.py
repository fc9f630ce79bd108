from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, Subject, ids, subjects
from yizhan.people import testing as people

AT = datetime(2026, 10, 9, 2, 48, tzinfo=UTC)
OFFICE = UUID("01920000-0000-7000-8000-000000000001")
LETTER = Path(__file__).with_name("letter.typ")
THING = "tests.thing"


class Things:
    """Things that the person called 主人 may see."""

    def titles(self, ids):
        return dict.fromkeys(ids, "一件事")

    def urls(self, ids):
        return dict.fromkeys(ids, "/")

    def visible(self, actor, ids):
        return set(ids) if actor.name == "主人" else set()

    def states(self, ids):
        return dict.fromkeys(ids, "")


if THING not in subjects.kinds():
    subjects.register(THING, Things())


@pytest.fixture
def subject() -> Subject:
    return Subject(THING, str(ids.new_id()))


@pytest.fixture
def owner() -> Actor:
    return Actor(account_id=ids.new_id(), name="主人", level=3)


@pytest.fixture
def stranger() -> Actor:
    return Actor(account_id=ids.new_id(), name="路人", level=3)


@pytest.fixture
def print_letter(subject: Subject, owner: Actor) -> Callable[..., documents.DocumentView]:
    def print_it(name: str = "韦桂英", **changed) -> documents.DocumentView:
        given = {
            "template": LETTER,
            "data": {"name": name},
            "subject": subject,
            "kind": "tests.letter",
            "title": "受理通知书",
            "number": "南青民受〔2026〕0372号",
            "issuer_organisation_id": OFFICE,
            "issuer_name": "南宁市青秀区民政局",
            "holder": "韦**",
            "public_fields": [("事项", "高龄津贴")],
            "actor": owner,
            "at": AT,
        }
        return documents.print_document(**{**given, **changed})

    return print_it


@pytest.fixture
def office():
    return people.make_organisation("department", name="南宁市青秀区民政局")


@pytest.fixture
def signer(office) -> Actor:
    return people.actor_for(people.make_staff("signer", office, name="梁少芬"))


@pytest.fixture
def letter(print_letter, office) -> documents.DocumentView:
    return print_letter(issuer_organisation_id=office.id)
