"""How long a session lasts: so long after signing in at the most, and for staff so long without a touch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from yizhan.people.models import Account
from yizhan.people.services.accounts import note_session_ended
from yizhan.people.services.devices import touch_device

SINCE, TOUCHED = "people.session.since", "people.session.touched"
# A touch is written down once a minute: not every page costs a write.
GRAIN_S = 60
# Sent by what a page asks for by itself (look.js), not by its reader.
UNATTENDED = "Yizhan-Unattended"
IDLE, OLD = "idle", "old"
GetResponse = Callable[[HttpRequest], HttpResponse]


def begin_session(request: HttpRequest, *, at: datetime) -> None:
    request.session[SINCE] = request.session[TOUCHED] = int(at.timestamp())


class SessionLimitsMiddleware:
    """Ends a session that is too old, or of a member of staff who has gone away; what comes next is the sign-in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.user
        if not isinstance(account, Account):
            return self.get_response(request)
        now = timezone.now()
        if why := _why_over(request, account, now):
            note_session_ended(account=account, why=why)
            logout(request)
            return _sign_in_again(request, why)
        # A page that reads itself again while nobody is there keeps no session alive.
        if not request.headers.get(UNATTENDED):
            _touch(request, now)
        return self.get_response(request)


def _why_over(request: HttpRequest, account: Account, now: datetime) -> str:
    if SINCE not in request.session:
        return ""
    seconds = int(now.timestamp())
    if seconds - request.session[SINCE] >= settings.SESSION_COOKIE_AGE:
        return OLD
    idle = settings.YIZHAN_STAFF_IDLE_MINUTES * 60
    # Residents have no such limit: nobody is hurried over a form.
    return IDLE if account.staff_id and seconds - request.session[TOUCHED] >= idle else ""


def _touch(request: HttpRequest, now: datetime) -> None:
    if SINCE not in request.session:
        begin_session(request, at=now)
    elif int(now.timestamp()) - request.session[TOUCHED] >= GRAIN_S:
        request.session[TOUCHED] = int(now.timestamp())
        touch_device(session_key=request.session.session_key or "", at=now)


def _sign_in_again(request: HttpRequest, why: str) -> HttpResponse:
    came_for = request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else ""
    query = {"ended": why} | ({"next": came_for} if came_for else {})
    url = f"{reverse('account_login')}?{urlencode(query)}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
