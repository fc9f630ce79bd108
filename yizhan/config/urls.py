"""The one place that mounts the rooms' pages."""

from importlib.util import find_spec

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from yizhan.config import health, openapi

_MOUNTS = (
    ("", "yizhan.people.web.account_urls"),
    ("", "yizhan.people.web.urls"),
    ("look/", "yizhan.look.web.urls"),
    ("api/v1/", "yizhan.config.rest"),
    ("", "yizhan.messaging.web.urls"),
    ("", "yizhan.documents.web.urls"),
    ("", "yizhan.notices.web.urls"),
    ("", "yizhan.catalogue.web.urls"),
    ("", "yizhan.places.web.urls"),
    ("", "yizhan.matters.web.urls"),
    ("", "yizhan.reach.web.urls"),
    ("", "yizhan.shell.web.urls"),
)


def _present(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


_HEALTH: list[URLPattern | URLResolver] = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]

_API_PAGE: list[URLPattern | URLResolver] = [path("api/", openapi.page, name="api")]

urlpatterns: list[URLPattern | URLResolver] = (
    _HEALTH + _API_PAGE + [path(at, include(module)) for at, module in _MOUNTS if _present(module)]
)

handler400 = "yizhan.look.web.views.bad_request"
handler403 = "yizhan.look.web.views.forbidden"
handler404 = "yizhan.look.web.views.not_found"
handler500 = "yizhan.look.web.views.fault"
handler429 = "yizhan.config.middleware.too_many"
