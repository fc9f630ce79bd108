"""A second factor for whoever has a role, where the city wants it; the desk takes a lost one away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yizhan.kernel.api import Actor, access
from yizhan.people.models import Account
from yizhan.people.rules.acting import Presence
from yizhan.people.services.accounts import clear_second_factor_at_desk
from yizhan.people.services.intake import current_intake

HAS_APP = "people.session.has_app"
# What somebody needs who has none yet: to get one, and to leave.
OPEN_BEFORE = ("people:switch_on", "people:confirm", "people:sign_out_everywhere")
GetResponse = Callable[[HttpRequest], HttpResponse]


def must_have_app(actor: Actor) -> bool:
    return bool(settings.YIZHAN_STAFF_SECOND_FACTOR == "required" and actor.roles)


class SecondFactorMiddleware:
    """A member of staff with a role switches the second factor on before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> Any:
        if not must_have_app(request.actor):  # type: ignore[attr-defined]
            return None
        is_open = access.permission_of(view, request.method or "GET") == access.PUBLIC
        match = request.resolver_match
        if is_open or (match and match.view_name in OPEN_BEFORE) or _has_app(request):
            return None
        return redirect("people:switch_on")


def _has_app(request: HttpRequest) -> bool:
    """Asked of the database until it is there, then of the session."""
    if not request.session.get(HAS_APP) and isinstance(request.user, Account) and is_mfa_enabled(request.user):
        request.session[HAS_APP] = True
    return bool(request.session.get(HAS_APP))


@access.weighty()
@access.permission("people.clear_app_at_desk")
@never_cache
@require_http_methods(["GET", "POST"])
def clear_at_desk(request: HttpRequest) -> HttpResponse:
    """For the person whose card lies on the desk, and for nobody else."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    if request.method == "POST":
        clear_second_factor_at_desk(actor=actor, at=now)
        messages.success(request, _("动态口令取消了。本人下次用短信码就能登录，再自己打开。"))
        return redirect("people:clear_app_at_desk")
    found = current_intake(actor=actor, at=now)
    person = found.person if found and found.presence is Presence.PERSON else None
    return render(request, "people/clear_app.html", {"person": person})
