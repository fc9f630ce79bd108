"""The JSON API under /api/v1: the rooms' routers put together, one way to read bodies, one to say what went wrong."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic_core import from_json, to_json

from yizhan.config import openapi
from yizhan.kernel.api import Refusal, access
from yizhan.look.api import machines
from yizhan.people.rest import tokens

ROUTERS = (
    "yizhan.people.rest.clients",
    "yizhan.catalogue.rest.items",
    "yizhan.matters.rest.cases",
    "yizhan.matters.rest.office",
)
View = Callable[..., HttpResponse]
TITLE = "Yizhan"
VERSION = "1.0.0"


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, no half surrogates, no name twice, no NUL, which no column takes."""

    def parse_body(self, request: HttpRequest) -> Any:
        if b"\\u0000" in request.body:
            raise ValueError("NUL")
        read = from_json(request.body, allow_inf_nan=False)
        # Of two values under one name readers differ in which they take: one could be checked, the other kept.
        json.loads(request.body, object_pairs_hook=_no_name_twice)
        return read


def _no_name_twice(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _value in pairs}) != len(pairs):
        raise ValueError("a name twice")


class Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        return to_json(data)


# What pydantic found wrong, for people. Its own sentences are English and speak of types.
MENDS: Mapping[str, str | Promise] = {
    "missing": _("缺少这一项。"),
    "extra_forbidden": _("没有这一项，请去掉。"),
    "string_type": _("应是文字。"),
    "string_too_short": _("太短。"),
    "string_too_long": _("太长。"),
    "string_pattern_mismatch": _("格式不对。"),
    "int_type": _("应是整数。"),
    "int_parsing": _("应是整数。"),
    "bool_type": _("应是 true 或 false。"),
    "bool_parsing": _("应是 true 或 false。"),
    "dict_type": _("应是对象。"),
    "model_attributes_type": _("应是对象。"),
    "model_type": _("应是对象。"),
    "list_type": _("应是数组。"),
    "too_long": _("项数太多。"),
    "too_short": _("项数太少。"),
    "greater_than_equal": _("太小。"),
    "less_than_equal": _("太大。"),
    "literal_error": _("不是允许的值。"),
    "enum": _("不是允许的值。"),
    "uuid_parsing": _("应是 UUID。"),
    "date_from_datetime_parsing": _("应是日期，例如 2026-11-24。"),
    "date_parsing": _("应是日期，例如 2026-11-24。"),
    "datetime_parsing": _("应是时刻，例如 2026-11-24T09:00:00+08:00。"),
    "datetime_from_date_parsing": _("应是时刻，例如 2026-11-24T09:00:00+08:00。"),
}
OTHERWISE = _("内容不合要求。")


def _wrong_content(_request: HttpRequest, fault: ValidationError | type[ValidationError]) -> HttpResponse:
    assert isinstance(fault, ValidationError)
    errors = [{"at": _place(one["loc"]), "code": one["type"], "text": str(_mend(one["type"]))} for one in fault.errors]
    return machines.problem(422, "api.content", _("有 {count} 处要改正。").format(count=len(errors)), errors=errors)


def _place(parts: Sequence[object]) -> str:
    """The body is called so twice: by where it comes from, and by our argument."""
    found = [str(part) for part in parts]
    return ".".join(found[1:] if found[:2] == ["body", "body"] else found)


def _mend(kind: str) -> str | Promise:
    return MENDS.get(kind, OTHERWISE)


def _refused(_request: HttpRequest, fault: Refusal | type[Refusal]) -> HttpResponse:
    assert isinstance(fault, Refusal)
    return machines.problem_of(fault, within="body.answers")


def _unreadable(_request: HttpRequest, fault: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(fault, HttpError)
    return machines.problem(fault.status_code, "api.unreadable", _("请求内容不是正确的 JSON。"))


def _absent(_request: HttpRequest, _fault: Http404 | type[Http404]) -> HttpResponse:
    return machines.problem(404, "api.not_found", _("没有这个地址。"))


def build() -> tuple[NinjaAPI, tuple[Router, ...]]:
    api = NinjaAPI(
        title=TITLE,
        version=VERSION,
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        parser=StrictParser(),
        renderer=Renderer(),
    )
    routers = tuple(import_module(name).router for name in ROUTERS)
    for router in routers:
        api.add_router("", router)
    api.add_exception_handler(ValidationError, _wrong_content)
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(Http404, _absent)
    return api, routers


API = build()


def _permissions(routers: tuple[Router, ...]) -> dict[str, dict[str, str]]:
    """By Django's pattern: what each method needs. An operation that names nothing is left out, and so shut."""
    found: dict[str, dict[str, str]] = {}
    for router in routers:
        for route, view in router.path_operations.items():
            marks = found.setdefault(route.lstrip("/").replace("{", "<").replace("}", ">"), {})
            for operation in view.operations:
                named = access.permission_of(operation.view_func)
                marks.update(dict.fromkeys(operation.methods, named) if named else {})
    return found


def _patterns() -> Iterator[URLPattern]:
    api, routers = API
    permissions = _permissions(routers)
    done: set[str] = set()
    for pattern in api.urls[0]:
        route = str(pattern.pattern)
        if isinstance(pattern, URLPattern) and route in permissions and route not in done:
            done.add(route)
            yield path(
                route.replace("<uuidstr:", "<uuid:"),
                access.by_method(cast(View, pattern.callback), permissions[route]),
                name=pattern.name,
            )


def _open(view: View) -> View:
    return access.by_method(partial(view), {"POST": access.PUBLIC})


urlpatterns = [
    path("openapi.json", access.by_method(openapi.as_json, {"GET": access.PUBLIC}), name="openapi"),
    path("oauth/token", _open(tokens.token), name="token"),
    path("oauth/revoke", _open(tokens.revoke), name="revoke"),
    *_patterns(),
]
app_name = "api"
