"""A system takes a token, reads the catalogue, hands a case in and follows it."""

import base64

import pytest
from django.apps import apps

from tests.api.conftest import PAPERS, Caller, make_caller
from yizhan.documents.testing import PDF
from yizhan.people import testing as people

Case = apps.get_model("matters.Case")
pytestmark = pytest.mark.django_db
ITEM = "old_age_allowance"


def filing(id_number: str, **more):
    return {
        "item": ITEM,
        "applicant": {"id_number": id_number},
        "identity_level": 3,
        "declaration": "所填内容属实",
        "answers": {"card_number": "6217000000000000019", "bank": "样例银行", "delivery": "desk"},
        "materials": [{"id": one, "content": base64.b64encode(PDF).decode()} for one in PAPERS],
        **more,
    }


def test_the_catalogue_is_read_without_a_token(terminal: Caller) -> None:
    terminal.token = ""
    page = terminal.get("/items").json()
    assert ITEM in [one["code"] for one in page["items"]]
    assert terminal.get(f"/items/{ITEM}").json()["materials"]


def test_a_case_is_handed_in_and_followed(terminal: Caller) -> None:
    resident = people.make_resident(level=3)
    answer = terminal.post("/cases", filing(resident.id_number), key="k1")
    assert answer.status_code == 201, answer.content.decode()
    case = Case.objects.get(applicant=resident)
    assert answer.json() == {
        "id": str(case.pk),
        "reference": case.reference,
        "state": "submitted",
        "url": f"/api/v1/cases/{case.pk}",
    }
    read = terminal.get(f"/cases/{case.pk}")
    assert read.status_code == 200
    assert read.json()["desk"] == "新竹社区综合窗口"


def desk_filing(id_number: str, **more):
    return {
        "item": ITEM,
        "applicant": {"id_number": id_number},
        "is_original_seen": True,
        "household": people.WANLI,
        "answers": {"card_number": "6217000000000000019", "bank": "样例银行", "delivery": "desk"},
        "materials": [{"id": one, "status": "seen"} for one in PAPERS],
        **more,
    }


def test_a_desk_takes_a_case_in_and_accepts_it(desk) -> None:
    people.make_organisation("department", territory=people.XIXIANGTANG)
    clerk = people.make_staff("desk_clerk", desk)
    people.make_account(staff=clerk)
    resident = people.make_resident(level=3)
    system = make_caller(desk, "cases.desk", name="窗口系统")
    answer = system.post(
        "/desk/cases", desk_filing(resident.id_number, accept=True), key="k1", Yizhan_Staff=clerk.employee_number
    )
    assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["state"] == "accepted"
    case = Case.objects.get(applicant=resident)
    assert (case.taken_in_by_id, case.accepted_by_id) == (clerk.pk, clerk.pk)
