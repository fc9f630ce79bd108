"""The way of a machine's call: no session, no form protection, no page. Token, rate, permission, answer.

Stands before the middleware of pages and answers by itself whatever begins with /api/v1/.
"""

import re
from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext_lazy as _

from yizhan.config.openapi import STAFF
from yizhan.kernel.api import DATABASE_SILENT, RETRY_AFTER_S, Actor, NotAllowed, Refusal, access, rates, times
from yizhan.look.api import machines
from yizhan.people import api as people

PREFIX = "/api/v1/"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
# A caller without a token is counted by its address.
ANONYMOUS_CALLS_PER_MINUTE = 120
BEARER = re.compile(r"^Bearer +([A-Za-z0-9\-._~+/]+=*)$", re.IGNORECASE)
CHALLENGE = 'Bearer realm="yizhan"'
# Nothing that comes from here is a page, whatever a browser takes it for.
POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger()


class TokenMissing(Refusal):
    code = "config.token_missing"
    status = 401
    message = _("请先用客户端编号和密钥取令牌，再带上 Authorization: Bearer 请求头。")


class TokenRefused(Refusal):
    code = "config.token_refused"
    status = 401
    message = _("令牌无效、过期或已被收回。请重新取令牌。")


class TooManyCalls(Refusal):
    code = "config.too_many_calls"
    status = 429
    message = _("每分钟最多 {limit} 次。请等 {seconds} 秒再试。")


class HostUnknown(Refusal):
    code = "config.host"
    status = 400
    message = _("这里不认识请求里的主机名（Host）。")


class NulRefused(Refusal):
    code = "config.nul"
    status = 400
    message = _("地址里不能有 NUL 字符。")


class LengthMissing(Refusal):
    code = "config.length_missing"
    status = 400
    message = _("请带上 Content-Length，不要分块发送。")


class TypeNotTaken(Refusal):
    code = "config.media_type"
    status = 415
    message = _("这里只收 {wanted}。")


class BodyTooLarge(Refusal):
    code = "config.too_large"
    status = 413
    message = _("内容太大，最多 {most} MB。")


class ApiMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        with translation.override(get_language_from_request(request)):
            response = _answer(request)
            response.setdefault("Content-Language", translation.get_language() or "")
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Content-Security-Policy", POLICY)
        response["Vary"] = "Accept-Language, Authorization"
        return response


def _answer(request: HttpRequest) -> HttpResponse:
    rate: rates.Rate | None = None
    try:
        match = request.resolver_match = _match(request)
        at = times.utc_now()
        caller = _caller_of_token(request, at)
        rate = _count(request, caller, at)
        if rate.is_over:
            raise TooManyCalls(limit=rate.limit, seconds=rate.reset_s)
        response = _enter(request, match, _actor(request, caller, at))
    except Exception as fault:  # whatever it is, the machine gets a problem document
        response = _problem(request, fault)
    if rate:
        _tell_rate(response, rate)
    return response


def _match(request: HttpRequest) -> ResolverMatch:
    request.get_host()  # raises DisallowedHost
    if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        raise NulRefused
    return resolve(request.path_info)


def _has_token(request: HttpRequest) -> bool:
    """The token's own address takes a name and a secret instead."""
    header = request.headers.get("Authorization", "")
    return bool(header) and not header.lower().startswith("basic ")


def _caller_of_token(request: HttpRequest, at: datetime) -> people.Caller | None:
    """None without a token, and for one that is worth nothing."""
    found = BEARER.match(request.headers.get("Authorization", ""))
    caller = people.caller_of_token(token=found[1], at=at) if found else None
    return caller if caller and caller.actor.client else None


def _count(request: HttpRequest, caller: people.Caller | None, at: datetime) -> rates.Rate:
    """One call more: of the system, or of an address that shows no token, or tries out what might be one."""
    if caller and caller.actor.client:
        return rates.count_one(f"client:{caller.actor.client.client_id}", limit=caller.calls_per_minute, at=at)
    kind = "refused" if _has_token(request) else "address"
    key = f"{kind}:{request.META.get('REMOTE_ADDR', '')}"[:80]
    return rates.count_one(key, limit=ANONYMOUS_CALLS_PER_MINUTE, at=at)


def _actor(request: HttpRequest, caller: people.Caller | None, at: datetime) -> Actor:
    if caller is None:
        if _has_token(request):
            raise TokenRefused
        return Actor()
    number = request.headers.get(STAFF, "")
    return people.acting_staff(caller=caller.actor, employee_number=number, at=at) if number else caller.actor


def _enter(request: HttpRequest, match: ResolverMatch, actor: Actor) -> HttpResponse:
    permission = access.permission_of(match.func, request.method or "")
    if permission is None:
        return _wrong_method(match)
    if permission != access.PUBLIC and not access.may(actor, permission):
        if actor.is_anonymous:
            raise TokenMissing
        log.info("access_denied", permission=permission, actor=actor.key)
        raise NotAllowed(permission=permission)
    _check_body(request, match)
    request.actor = actor  # type: ignore[attr-defined]
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response


def _wrong_method(match: ResolverMatch) -> HttpResponse:
    allow = ", ".join(sorted(access.permissions_of(match.func)))
    text = _("这里只能用 {allow}。").format(allow=allow)
    return machines.problem(405, "api.method", text, headers={"Allow": allow})


def _check_body(request: HttpRequest, match: ResolverMatch) -> None:
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if "Transfer-Encoding" in request.headers:
        raise LengthMissing
    wanted = FORM if "oauth" in match.route else JSON
    if request.content_type != wanted:
        raise TypeNotTaken(wanted=wanted)
    # Base64 makes four bytes of three; a little more for what stands around it.
    most = settings.MAX_UPLOAD_BYTES * 4 // 3 + 64 * 1024
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > most:
        raise BodyTooLarge(most=most // 1024 // 1024)
    if wanted == JSON:
        # Read here: the limit that pages have for what is typed into forms would refuse a photograph.
        request._body = request.read()


def _tell_rate(response: HttpResponse, rate: rates.Rate) -> None:
    """draft-ietf-httpapi-ratelimit-headers, in the form that most clients read."""
    response["RateLimit-Limit"] = str(rate.limit)
    response["RateLimit-Remaining"] = str(max(rate.remaining, 0))
    response["RateLimit-Reset"] = str(rate.reset_s)
    if rate.is_over:
        response["Retry-After"] = str(rate.reset_s)


def _problem(request: HttpRequest, fault: Exception) -> HttpResponse:
    if isinstance(fault, Resolver404 | Http404):
        return machines.problem(404, "api.not_found", _("没有这个地址。"))
    if isinstance(fault, Refusal):
        log.info("refused", code=fault.code, status=fault.status)
        response = machines.problem_of(fault)
        if fault.status == 401:
            error = ', error="invalid_token"' if isinstance(fault, TokenRefused) else ""
            response["WWW-Authenticate"] = CHALLENGE + error
        return response
    if isinstance(fault, RequestDataTooBig | TooManyFieldsSent):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024
        return machines.problem_of(BodyTooLarge(most=most))
    if isinstance(fault, DisallowedHost):
        return machines.problem_of(HostUnknown())
    if isinstance(fault, SuspiciousOperation | UnreadablePostError):
        return machines.problem(400, "api.unreadable", _("请求内容读不出来。"))
    if isinstance(fault, DATABASE_SILENT):
        log.warning("database_lost", method=request.method)
        text = _("数据库一时没有应答。请过几秒用同一个 Idempotency-Key 再试。")
        response = machines.problem(503, "api.database_silent", text)
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
    route = request.resolver_match.route if request.resolver_match else "unresolved"
    log.exception("fault", method=request.method, route=route, exc_info=fault)
    return machines.problem(500, "api.fault", _("系统出错，没有办成。请稍后用同一个 Idempotency-Key 再试。"))
