"""Password of a member of staff, second factor of anybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.kernel.api import Actor, access
from yizhan.people.models import Account
from yizhan.people.services import accounts, devices
from yizhan.people.web.confirming import ask, is_fresh
from yizhan.people.web.enrolling import must_have_app
from yizhan.people.web.forms import NewPasswordForm, SwitchOnForm

View = Callable[[HttpRequest], HttpResponse]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _asks_first(view: View) -> View:
    """Whoever finds an open screen may not change how one signs in."""

    @wraps(view)
    def asking(request: HttpRequest) -> HttpResponse:
        if is_fresh(request):
            return view(request)
        back = request.path if request.method == "GET" else reverse("people:protection")
        return ask(request, back=back)

    return asking


def _framed(request: HttpRequest, page: str) -> str:
    """Staff have their bar around a page, residents theirs."""
    return f"people/{page}.html" if _actor(request).staff_id else f"people/own_{page}.html"


@access.permission("people.protect_account")
def protection(request: HttpRequest) -> HttpResponse:
    context = {
        "has_password": isinstance(request.user, Account) and request.user.has_usable_password(),
        "has_app": is_mfa_enabled(request.user),
        "is_fresh": is_fresh(request),
        "is_staff": _actor(request).staff_id is not None,
        "must_have_app": must_have_app(_actor(request)),
    }
    return render(request, _framed(request, "protection"), context)


@access.permission("people.choose_password")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@_asks_first
def choose_password(request: HttpRequest) -> HttpResponse:
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = accounts.choose_password(actor=_actor(request), password=form.cleaned_data["password"])
        # Every other session of this account ends here.
        former_key = request.session.session_key or ""
        update_session_auth_hash(request, account)
        devices.keep_one_device(account=account, former_key=former_key, session_key=request.session.session_key or "")
        return redirect("people:protection")
    status = 422 if form.errors else 200
    return render(request, "people/choose_password.html", {"form": form}, status=status)


@access.permission("people.protect_account")
@require_http_methods(["GET", "POST"])
@_asks_first
def switch_on(request: HttpRequest) -> HttpResponse:
    if is_mfa_enabled(request.user):
        return redirect("people:protection")
    form = SwitchOnForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        accounts.switch_on_second_factor(actor=_actor(request), secret=form.secret)
        request.session.pop("mfa.totp.secret", None)
        return redirect("people:protection")
    url = get_adapter().build_totp_url(request.user, form.secret)
    picture = segno.make(url, error="m").svg_data_uri(scale=4, border=2)
    must = must_have_app(_actor(request))
    context = {"form": form, "picture": picture, "secret": form.secret, "must_have_app": must}
    return render(request, _framed(request, "switch_on"), context, status=422 if form.errors else 200)


@access.permission("people.protect_account")
@require_POST
@_asks_first
def switch_off(request: HttpRequest) -> HttpResponse:
    accounts.switch_off_second_factor(actor=_actor(request))
    return redirect("people:protection")
