"""schemathesis: what the document allows and much that it does not is answered as the document says, never by 5xx."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.access import city as town
from tests.access.test_matrix import city  # noqa: F401  the same city
from yizhan.config import openapi

pytestmark = pytest.mark.long
DOCUMENT = openapi.document("zh-hans")
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = get_wsgi_application()
OPERATIONS = {
    one.ok().definition.raw["operationId"]: one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)
}
CALLERS = {"hand_in_case": "terminal", "take_in_case": "desk_system", "hand_in_materials": "terminal"}
EXAMPLES = 16
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module", autouse=True)
def _connection_stays() -> Iterator[None]:
    """As Django's own test client has it: the end of a request does not close what the test has open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) > 15


def strategy_of(operation: APIOperation) -> st.SearchStrategy[schemathesis.Case]:
    """What the document allows, and where something can be wrong, what it does not."""
    allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not operation.body and not operation.path_parameters and not operation.query:
        return allowed
    return st.one_of(allowed, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_answers_as_the_document_says(operation_id: str, city: town.City) -> None:  # noqa: F811
    operation = OPERATIONS[operation_id]
    role = CALLERS.get(operation_id, "office_system")
    case_id = city.cases["at_desk" if role == "terminal" else "in_office"]
    things = {"case_id": str(case_id), "paper_id": str(city.things["paper_id"]), "code": city.things["code"]}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy_of(operation), is_real=st.booleans())
    def ask(case: schemathesis.Case, is_real: bool) -> None:
        if is_real and case.path_parameters:
            case.path_parameters = {name: things.get(name, value) for name, value in case.path_parameters.items()}
        headers = {
            name: city.tokens[role][name] for name in ("Authorization", "Yizhan-Staff") if name in city.tokens[role]
        }
        headers["Accept-Encoding"] = "identity"
        with taken_back():
            response = case.call(headers=headers)
            assert response.status_code < 500, response.text
            case.validate_response(response, checks=CHECKS)

    ask()
