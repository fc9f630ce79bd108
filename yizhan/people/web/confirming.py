"""What weighs much asks again who one is: a fresh code by phone, or from the app where that is switched on.

What was about to be sent is kept, encrypted, with the session, and offered again once the code was right.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yizhan.kernel.api import access, crypto
from yizhan.look.api import mask_phone
from yizhan.people.models import Account
from yizhan.people.services import guarding
from yizhan.people.services.accounts import note_confirmed
from yizhan.people.web.adapter import AccountAdapter, address_of
from yizhan.people.web.forms import ConfirmForm
from yizhan.people.web.sessions import SINCE

FRESH_S = 15 * 60
CODE_S = 5 * 60
TRIES = 5
PROVED, CODE, KEPT = "people.session.proved", "people.confirm.code", "people.confirm.kept"
_PURPOSE = "people.confirm"
# What is no business of a session, not even encrypted.
_NEVER_KEPT = ("csrfmiddlewaretoken", "password", "again", "code")
GetResponse = Callable[[HttpRequest], HttpResponse]


def is_fresh(request: HttpRequest) -> bool:
    """Signed in, or confirmed, not longer ago than a quarter of an hour."""
    proved = max(request.session.get(PROVED, 0), request.session.get(SINCE, 0))
    return bool(timezone.now().timestamp() - proved < FRESH_S)


class FreshProofMiddleware:
    """Stands behind the permission: whoever may not do a thing is not asked who he is either."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, kwargs: Any) -> Any:
        if request.method != "POST" or not access.is_weighty(view, kwargs) or is_fresh(request):
            return None
        _keep(request)
        return ask(request, back=_page_before(request))


def ask(request: HttpRequest, *, back: str) -> HttpResponse:
    """To the page that asks for the code; where something was being sent, it is on its way already."""
    is_wanted = request.method == "POST" and not _is_code_alive(request)
    if is_wanted and isinstance(request.user, Account) and not is_mfa_enabled(request.user):
        _send(request, request.user)
    url = f"{reverse('people:confirm')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def _page_before(request: HttpRequest) -> str:
    """Where the form stood, for whoever thinks better of it."""
    before = request.headers.get("Referer", "")
    return before if _is_ours(request, before) else "/"


def _is_ours(request: HttpRequest, url: str) -> bool:
    hosts = {request.get_host()}
    return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=hosts, require_https=request.is_secure())


def _keep(request: HttpRequest) -> None:
    fields = [(name, one) for name in request.POST for one in request.POST.getlist(name) if name not in _NEVER_KEPT]
    kept = json.dumps({"path": request.get_full_path(), "fields": fields}).encode()
    request.session[KEPT] = base64.b64encode(crypto.encrypt_bytes(kept, _PURPOSE)).decode()


def _take_kept(request: HttpRequest) -> dict[str, Any] | None:
    sealed = request.session.pop(KEPT, "")
    return json.loads(crypto.decrypt_bytes(base64.b64decode(sealed), _PURPOSE)) if sealed else None


@access.permission("people.own_page")
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    account = request.user
    assert isinstance(account, Account)
    form = ConfirmForm(request.POST if request.method == "POST" and "send" not in request.POST else None)
    if request.method == "POST":
        guarding.refuse_locked(phone=account.phone, address=address_of(request), at=timezone.now())
        if "send" in request.POST:
            _send(request, account)
        elif form.is_valid():
            if _is_right(request, account, form.cleaned_data["code"]):
                return _go_on(request, account)
            guarding.note_failure(phone=account.phone, address=address_of(request), at=timezone.now())
            form.add_error("code", _("不对，请再看一遍。"))
    return render(request, "people/confirm.html", _context(request, account, form), status=422 if form.errors else 200)


def _context(request: HttpRequest, account: Account, form: ConfirmForm) -> dict[str, Any]:
    code = request.session.get(CODE)
    is_alive = _is_code_alive(request)
    return {
        "form": form,
        "uses_app": is_mfa_enabled(account),
        "is_sent": is_alive,
        "phone_masked": mask_phone(account.phone),
        "shown_code": code["code"] if settings.YIZHAN_IS_DEMO and code and is_alive else "",
        "next": _next(request),
    }


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if _is_ours(request, wanted) else "/"


def _go_on(request: HttpRequest, account: Account) -> HttpResponse:
    """Back to the page; with what was about to be sent, one more click sends it."""
    request.session[PROVED] = int(timezone.now().timestamp())
    guarding.forgive(phone=account.phone)
    note_confirmed(account=account)
    kept = _take_kept(request)
    if kept is None:
        return redirect(_next(request))
    return render(request, "people/confirmed.html", {"kept": kept, "next": _next(request)})


# ── the code ──


def _send(request: HttpRequest, account: Account) -> None:
    code = AccountAdapter().generate_login_code()
    request.session[CODE] = {"code": code, "until": int(time.time()) + CODE_S, "tries": 0}
    AccountAdapter().send_verification_code_sms(user=account, phone=account.phone, code=code)


def _is_code_alive(request: HttpRequest) -> bool:
    sent = request.session.get(CODE)
    return bool(sent and sent["until"] > time.time() and sent["tries"] < TRIES)


def _is_right(request: HttpRequest, account: Account, typed: str) -> bool:
    app = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    if app is not None:
        return bool(app.wrap().validate_code(typed))
    if not _is_code_alive(request):
        return False
    sent = request.session[CODE]
    is_right = constant_time_compare(sent["code"], typed)
    request.session[CODE] = sent | {"tries": TRIES if is_right else sent["tries"] + 1}
    return is_right
