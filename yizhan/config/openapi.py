"""What the API offers, as an OpenAPI 3.1 document and as a page for people, both written from the operations."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from ninja.operation import Operation

from yizhan.kernel.api import access
from yizhan.look.api import machines

BASE = "/api/v1"
STAFF = "Yizhan-Staff"
HEADERS: Mapping[str, tuple[str, str, bool]] = {
    machines.KEY: ("^[ -~]{1,255}$", "One for each new submission; the same again gives the first answer.", True),
    machines.MATCH: ('^(W/)?"[0-9a-f]{24}"$', "The ETag that you have read.", True),
    machines.NONE_MATCH: ('^(W/)?"[0-9a-f]{24}"$', "The ETag that you have; 304 if nothing has changed.", False),
    STAFF: ("^[A-Za-z0-9-]{1,20}$", "Employee number of the member of your staff for whom this is done.", False),
}
# What an answer tells beside its body.
TOLD: Mapping[str, tuple[dict[str, Any], str]] = {
    "RateLimit-Limit": ({"type": "integer"}, "Calls in a minute."),
    "RateLimit-Remaining": ({"type": "integer"}, "How many of them are left."),
    "RateLimit-Reset": ({"type": "integer"}, "Seconds until the next minute of counting begins."),
    "Retry-After": ({"type": "integer"}, "Seconds; with 429 and 503."),
    "WWW-Authenticate": ({"type": "string"}, "With 401."),
    "Allow": ({"type": "string"}, "With 405: the methods of this address."),
    "Content-Language": ({"enum": ["zh-hans", "en"]}, "The language of title and detail."),
    "ETag": ({"type": "string"}, "Of the case or item as it stands, told in this language."),
    "Location": ({"type": "string"}, "The address of what was created."),
    "Idempotency-Replayed": ({"const": "true"}, "This is the first answer to the key; nothing was created now."),
    "Link": ({"type": "string"}, "Where more follows: the next page, rel=next."),
}
RATES = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `title` and `detail` come in the language of Accept-Language.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "facts": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["at", "code", "text"],
                "properties": {name: {"type": "string"} for name in ("at", "code", "text")},
            },
        },
    },
}
TOKEN_FORM = {
    "type": "object",
    "required": ["grant_type", "client_id", "client_secret"],
    "properties": {
        "grant_type": {"const": "client_credentials"},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string"},
        "scope": {"type": "string", "description": "Of the granted scopes, parted by spaces; all of them without it."},
    },
}


@cache
def _operations() -> Mapping[str, Operation]:
    """By operation id."""
    from yizhan.config.rest import API

    _api, routers = API
    found = [one for router in routers for view in router.path_operations.values() for one in view.operations]
    return {cast(str, one.operation_id): one for one in found}


@lru_cache(maxsize=4)
def document(language: str) -> dict[str, Any]:  # noqa: ARG001  the words in it are of the language in force
    from yizhan.config.rest import API

    api, _routers = API
    written: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=f"{BASE}/"))
    for path in written["paths"].values():
        for operation in path.values():
            _complete(operation)
    written["paths"] |= _token_paths()
    written["info"]["description"] = _(
        "单位自己的系统用的接口。令牌、幂等键、ETag 的用法见 docs/guides/use-the-api.md。"
    )
    written["components"]["schemas"]["Problem"] = PROBLEM
    written["components"]["headers"] = {
        name: {"schema": schema, "description": words} for name, (schema, words) in TOLD.items()
    }
    written["components"]["securitySchemes"] = {"oauth2": _security()}
    return written


def _security() -> dict[str, Any]:
    scopes = {name: str(scope.words) for name, scope in sorted(access.scopes().items())}
    return {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": f"{BASE}/oauth/token", "scopes": scopes}},
    }


def _complete(written: dict[str, Any]) -> None:
    view = _operations()[written["operationId"]].view_func
    told, permission = machines.told_of(view), access.permission_of(view)
    written["summary"] = str(told.words)
    written["x-permission"] = permission
    is_public = permission == access.PUBLIC
    written["security"] = (
        [] if is_public else [{"oauth2": [name]} for name in scopes_for(permission)] or [{"oauth2": []}]
    )
    written["parameters"] = [*written.get("parameters", []), *_headers(told.wants, is_public=is_public)]
    _answers(written, told.wants)


def scopes_for(permission: str | None) -> list[str]:
    return sorted(name for name, scope in access.scopes().items() if permission in scope.permissions)


def _headers(wants: tuple[str, ...], *, is_public: bool) -> Iterator[dict[str, Any]]:
    for name in (*wants, *(() if is_public else (STAFF,))):
        pattern, words, is_required = HEADERS[name]
        yield {
            "in": "header",
            "name": name,
            "required": is_required,
            "description": words,
            "schema": {"type": "string", "pattern": pattern},
        }


def _answers(written: dict[str, Any], wants: tuple[str, ...]) -> None:
    answers = written["responses"] = {str(status): one for status, one in written["responses"].items()}
    if written["operationId"] == "get_paper":
        answers["200"]["content"] = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
    if machines.KEY in wants:
        _tell(answers["201"], "Location", "Idempotency-Replayed")
    if written["operationId"] == "list_cases":
        _tell(answers["200"], "Link")
    if {machines.NONE_MATCH, machines.MATCH} & set(wants):
        _tell(answers["200"], "ETag")
    if machines.NONE_MATCH in wants:
        answers["304"] = {"description": "Nothing has changed."}
        _tell(answers["304"], "ETag")
    for answer in answers.values():
        _tell(answer, *RATES)
    answers.update(_problems())


def _tell(answer: dict[str, Any], *names: str) -> None:
    answer.setdefault("headers", {}).update({name: {"$ref": f"#/components/headers/{name}"} for name in names})


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    mend: dict[str, Any] = {"description": "A problem that the caller can mend; `code` says which.", "content": content}
    again: dict[str, Any] = {
        "description": "Nothing was done; come again with the same Idempotency-Key.",
        "content": content,
    }
    _tell(mend, *RATES, "Retry-After", "WWW-Authenticate", "Allow", "Content-Language")
    _tell(again, *RATES, "Retry-After", "Content-Language")
    return {"4XX": mend, "5XX": again}


def _token_paths() -> dict[str, Any]:
    form = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": TOKEN_FORM}}}
    told = {
        "type": "object",
        "required": ["access_token", "expires_in", "token_type", "scope"],
        "properties": {
            "access_token": {"type": "string"},
            "expires_in": {"type": "integer"},
            "token_type": {"const": "Bearer"},
            "scope": {"type": "string"},
        },
    }
    answers = _problems()
    said = answers["4XX"]
    said["description"] = "What is wrong with the client (RFC 6749, section 5.2), or with the call (RFC 9457)."
    error = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    said["content"] |= {"application/json": {"schema": error}}
    token: dict[str, Any] = {
        "operationId": "take_token",
        "summary": _("取令牌，15 分钟有效"),
        "tags": ["oauth"],
        "security": [],
        "requestBody": form,
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": told}}},
            **answers,
        },
    }
    revoke: dict[str, Any] = {
        "operationId": "revoke_token",
        "summary": _("退回令牌"),
        "tags": ["oauth"],
        "security": [],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["token", "client_id", "client_secret"],
                        "properties": {name: {"type": "string"} for name in ("token", "client_id", "client_secret")},
                    }
                }
            },
        },
        "responses": {"200": {"description": "OK"}, **answers},
    }
    for one in (token, revoke):
        _tell(one["responses"]["200"], *RATES)
    return {f"{BASE}/oauth/token": {"post": token}, f"{BASE}/oauth/revoke": {"post": revoke}}


def as_json(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(document(get_language() or ""), json_dumps_params={"ensure_ascii": False, "indent": 1})


@access.public
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The same for people, without a line that comes from elsewhere."""
    written = document(get_language() or "")
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in written["paths"].items():
        for method, one in methods.items():
            groups.setdefault(one["tags"][0], []).append(_shown(method, path, one))
    titles = {
        "oauth": _("令牌"),
        "client": _("系统自己"),
        "items": _("事项"),
        "cases": _("办件"),
        "office": _("科室"),
    }
    scopes = written["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    order = [name for name in titles if name in groups] + [name for name in groups if name not in titles]
    context = {
        "groups": [{"id": name, "title": titles.get(name, name), "operations": groups[name]} for name in order],
        "scopes": scopes.items(),
        "document_url": reverse("api:openapi"),
    }
    return render(request, "look/api.html", context)


def _shown(method: str, path: str, one: dict[str, Any]) -> dict[str, Any]:
    contents: dict[str, Any] = one.get("requestBody", {}).get("content", {})
    body: dict[str, Any] = next((each["schema"] for each in contents.values()), {})
    return {
        "method": method.upper(),
        "path": path,
        "summary": one["summary"],
        "headers": [each["name"] for each in one.get("parameters", []) if each["in"] == "header"],
        "query": [each["name"] for each in one.get("parameters", []) if each["in"] == "query"],
        "body": str(body.get("$ref", "")).rsplit("/", 1)[-1],
        "scopes": sorted({name for each in one["security"] for names in each.values() for name in names}),
        "is_public": not one["security"],
    }
