"""The edge: every route needs a permission, every refusal becomes an answer, in one place."""

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import NotAllowed, Refusal, access

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger()


class UploadTooLarge(Refusal):
    code = "config.upload_too_large"
    status = 413
    message = _("文件太大，最多 {max_mb} MB。请压缩照片，或分几次上传。")


class TooManyTries(Refusal):
    code = "config.too_many_tries"
    status = 429
    message = _("一分钟里试得太多了，请等一分钟再来。")


class PageExpired(Refusal):
    code = "config.page_expired"
    status = 403
    message = _("这一页放得太久，已经失效。请返回上一页刷新，再交一次；填好的内容还在。")


class UploadLimitMiddleware:
    """Refuse a body that is too large before it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A little more than one file, for the other fields of the form.
        limit = settings.MAX_UPLOAD_BYTES + 1024 * 1024
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > limit:
            response = refuse(request, UploadTooLarge(max_mb=settings.MAX_UPLOAD_BYTES // 1024 // 1024))
            response["Connection"] = "close"
            return response
        return self.get_response(request)


class PrivacyMiddleware:
    """What a person sees after signing in stays in no cache; signing out leaves nothing in the browser's storage."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        actor = getattr(request, "actor", None)
        if actor is not None and not actor.is_anonymous and "Cache-Control" not in response:
            add_never_cache_headers(response)
        match = request.resolver_match
        if request.method == "POST" and match is not None and match.url_name == "account_logout":
            response["Clear-Site-Data"] = '"storage"'
        return response


class RefusalMiddleware:
    """Turn refusals into answers a person can act on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, RequestDataTooBig | TooManyFieldsSent):
            return refuse(request, UploadTooLarge(max_mb=settings.MAX_UPLOAD_BYTES // 1024 // 1024))
        return refuse(request, fault) if isinstance(fault, Refusal) else None


class AccessMiddleware:
    """Deny by default: an unmarked route does not exist, a marked one needs its permission."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> Any:
        name = access.permission_of(view)
        if name == access.PUBLIC:
            return None
        if name is None:
            log.error("route_without_permission", view=getattr(view, "__qualname__", str(view)))
            raise Http404
        actor = request.actor  # type: ignore[attr-defined]
        if access.may(actor, name):
            return None
        if actor.is_anonymous:
            return _to_sign_in(request)
        log.info("access_denied", permission=name, actor=actor.key)
        return refuse(request, NotAllowed(permission=name))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page (or, for htmx, the fragment) of a refusal."""
    log.info("refused", code=refusal.code, status=refusal.status)
    template = "look/_refusal.html" if getattr(request, "htmx", False) else "look/refusal.html"
    context = {"refusal": refusal, "text": refusal.text, "code": refusal.code, "status": refusal.status}
    response = render(request, template, context, status=refusal.status)
    if refusal.status == 429:
        minutes = refusal.facts.get("minutes", 1)
        response["Retry-After"] = str(60 * minutes if isinstance(minutes, int) else 60)
    return response


def too_many(request: HttpRequest, _fault: Exception | None = None) -> HttpResponse:
    """What django-allauth answers by where it counts: the page that everybody else gets, in the reader's language."""
    return refuse(request, TooManyTries())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's signature
    return refuse(request, PageExpired())
