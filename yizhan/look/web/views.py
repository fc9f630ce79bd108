"""The two switches, the living page, and the pages that say what went wrong."""

from __future__ import annotations

import sys

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from yizhan.kernel.api import DATABASE_SILENT, RETRY_AFTER_S, access
from yizhan.look.rules.versions import ELDER, STANDARD, version_cookie
from yizhan.look.web.living import living_context

A_YEAR = 365 * 24 * 3600


def _next_page(request: HttpRequest) -> str:
    """Where the reader was; only pages of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"


@access.public
@require_POST
def version(request: HttpRequest) -> HttpResponse:
    """Change to the elder version or back, and stay on the page."""
    chosen = ELDER if request.POST.get("version") == ELDER else STANDARD
    response = HttpResponseRedirect(_next_page(request))
    secure = bool(settings.SESSION_COOKIE_SECURE)
    name = version_cookie(is_https=secure)
    response.set_cookie(name, chosen, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


@access.public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language and stay on the page."""
    answer: HttpResponse = set_language(request)
    return answer


@access.public
def living(request: HttpRequest) -> HttpResponse:
    """Every component with a note, in the standard, elder and desk versions; only where the city is a sample."""
    if not getattr(settings, "YIZHAN_IS_DEMO", False):
        raise Http404
    return render(request, "look/living.html", living_context(request))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _problem(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _problem(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _problem(request, 404)


def _problem(request: HttpRequest, status: int) -> HttpResponse:
    template = "look/_refusal.html" if getattr(request, "htmx", False) else "look/refusal.html"
    return render(request, template, {"status": status, "code": f"http.{status}"}, status=status)


def fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours: this page asks nothing of the database nor of who reads it.

    Where the database does not answer it is 503: that passes, and the page says to wait for it.
    """
    template = "look/_fault.html" if getattr(request, "htmx", False) else "look/fault.html"
    status = 503 if isinstance(sys.exc_info()[1], DATABASE_SILENT) else 500
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    return HttpResponse(loader.render_to_string(template, {"status": status}), status=status, headers=headers)
