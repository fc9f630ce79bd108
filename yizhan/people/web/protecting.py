"""Password and second factor of a member of staff."""

from __future__ import annotations

import time

import segno
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.kernel.api import Actor, Refusal, access
from yizhan.people.models import Account
from yizhan.people.services import accounts
from yizhan.people.web.forms import NewPasswordForm, SwitchOnForm

FRESH_S = 15 * 60


class SignInAgain(Refusal):
    code = "people.sign_in_again"
    status = 403
    message = _("改账号保护之前，请退出后重新登录一次，15分钟内再来这一页。")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _require_fresh(request: HttpRequest) -> None:
    """Whoever finds an open screen may not change how one signs in."""
    if not _is_fresh(request):
        raise SignInAgain


def _is_fresh(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < FRESH_S for record in records)


@access.permission("people.protect_account")
def protection(request: HttpRequest) -> HttpResponse:
    context = {
        "has_password": isinstance(request.user, Account) and request.user.has_usable_password(),
        "has_app": is_mfa_enabled(request.user),
        "is_fresh": _is_fresh(request),
    }
    return render(request, "people/protection.html", context)


@access.permission("people.protect_account")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = accounts.choose_password(actor=_actor(request), password=form.cleaned_data["password"])
        # Every other session of this account ends here.
        update_session_auth_hash(request, account)
        return redirect("people:protection")
    status = 422 if form.errors else 200
    return render(request, "people/choose_password.html", {"form": form}, status=status)


@access.permission("people.protect_account")
@require_http_methods(["GET", "POST"])
def switch_on(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    if is_mfa_enabled(request.user):
        return redirect("people:protection")
    form = SwitchOnForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        accounts.switch_on_second_factor(actor=_actor(request), secret=form.secret)
        request.session.pop("mfa.totp.secret", None)
        return redirect("people:protection")
    url = get_adapter().build_totp_url(request.user, form.secret)
    picture = segno.make(url, error="m").svg_data_uri(scale=4, border=2)
    context = {"form": form, "picture": picture, "secret": form.secret}
    return render(request, "people/switch_on.html", context, status=422 if form.errors else 200)


@access.permission("people.protect_account")
@require_POST
def switch_off(request: HttpRequest) -> HttpResponse:
    _require_fresh(request)
    accounts.switch_off_second_factor(actor=_actor(request))
    return redirect("people:protection")
