"""Every route names its permission or says that it is public; a stranger gets no further than sign-in.

A route that becomes public is a conscious change: it is added to `public_routes.txt`.
"""

from pathlib import Path

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client

from tests.access import routes as walk
from tests.architecture.houses import assert_none
from yizhan.people import testing as people

LISTED = Path(__file__).with_name("public_routes.txt")
ALL = list(walk.routes())
GUARDED = [route for route in ALL if route.permissions and not route.is_public]
PUBLIC = [route for route in ALL if route.is_public]


def test_there_are_routes() -> None:
    assert len(ALL) > 10


def test_every_route_names_its_permission_or_says_that_it_is_public() -> None:
    assert_none(walk.unmarked(iter(ALL)))


def test_every_permission_of_a_route_is_registered() -> None:
    assert_none(walk.unregistered(iter(ALL)))


def test_public_routes_are_the_listed_ones() -> None:
    lines = [line for line in LISTED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert walk.public(iter(ALL)) == lines


def test_every_route_has_a_name() -> None:
    assert [route.line for route in ALL if route.name.endswith("(no name)")] == []


@pytest.mark.django_db
class TestStranger:
    @pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
    def test_is_sent_to_sign_in(self, route: walk.Route, client) -> None:
        response = client.get(route.url())
        if route.is_of_the_api:
            assert response.status_code in {401, 405}
            return
        assert response.status_code in {302, 404}
        if response.status_code == 302:
            assert response["Location"].startswith(resolve_url(settings.LOGIN_URL) + "?next=")

    @pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
    def test_cannot_post(self, route: walk.Route, client) -> None:
        allowed = {401, 405} if route.is_of_the_api else {302, 403, 404}
        assert client.post(route.url()).status_code in allowed

    @pytest.mark.parametrize("route", PUBLIC, ids=lambda route: route.name)
    def test_breaks_no_public_page(self, route: walk.Route, client) -> None:
        # Without a worker `readyz` says so, which is an answer.
        allowed = {503} if route.name == "readyz" else set()
        status = client.get(route.url()).status_code
        assert status < 500 or status in allowed


def test_only_machines_calls_go_without_the_forms_token() -> None:
    """They carry no cookie that a browser would send along; every page checks where a form comes from."""
    exempt = [route.line for route in ALL if getattr(route.view, "csrf_exempt", False) and not route.is_of_the_api]
    assert exempt == []


@pytest.mark.django_db
def test_a_form_of_another_site_does_nothing_for_whoever_is_signed_in() -> None:
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    account = people.make_account(resident=people.make_resident(level=3))
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    pages = [route for route in ALL if not route.is_of_the_api]
    assert [route.line for route in pages if browser.post(route.url()).status_code != 403] == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/", "/accounts/", "/accounts/signup/", "/accounts/mfa/", "/no/such/page/"])
def test_what_was_never_opened_is_not_there(address: str, client) -> None:
    assert client.get(address).status_code == 404
