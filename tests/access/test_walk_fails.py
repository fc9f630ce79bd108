"""The walk over the routes finds what it is there to find."""

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.urls.resolvers import RegexPattern, URLResolver

from tests.access import routes as walk
from yizhan.config.middleware import AccessMiddleware
from yizhan.kernel.api import Actor, access


def bare(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@access.permission("care.no_such_permission")
def misspelt(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@access.public
def opened(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def conf(*patterns: object) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), list(patterns))


def test_a_route_without_mark_is_found_however_deep_it_lies() -> None:
    deep = path("a/", include([path("<uuid:id>/", include([path("b/", bare, name="b")]))]))
    assert walk.unmarked(walk.routes(conf(deep))) == ["/a/<uuid:id>/b/  b"]


def test_a_permission_that_nobody_registered_is_found() -> None:
    found = walk.unregistered(walk.routes(conf(path("x/", misspelt, name="x"))))
    assert found == ["/x/  x: care.no_such_permission"]


def test_a_new_public_route_is_found() -> None:
    assert walk.public(walk.routes(conf(path("x/", opened, name="x")))) == ["/x/  x"]


def test_an_address_is_made_of_values_that_name_nothing() -> None:
    (route,) = walk.routes(conf(path("x/<uuid:case>/<int:n>/<word>/", bare, name="x")))
    assert route.url() == "/x/00000000-0000-0000-0000-000000000000/0/none/"


class TestAtTheDoor:
    """What the middleware does with a route that the walk would have found."""

    @pytest.fixture
    def ask(self, rf):
        def ask(view: object, actor: Actor) -> HttpResponse | None:
            request = rf.get("/x/")
            request.actor = actor
            return AccessMiddleware(opened).process_view(request, view, (), {})

        return ask

    def test_a_route_without_mark_does_not_exist(self, ask) -> None:
        with pytest.raises(Http404):
            ask(bare, Actor.system("tests"))

    def test_a_misspelt_permission_lets_nobody_in(self, ask) -> None:
        assert ask(misspelt, Actor.system("tests")).status_code == 403

    def test_a_public_route_is_open(self, ask) -> None:
        assert ask(opened, Actor.system("tests")) is None
