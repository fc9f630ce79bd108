"""One's own devices: which are signed in, since when, and an end for each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yizhan.kernel.api import Actor, access
from yizhan.people.queries.device_words import device_words
from yizhan.people.services import devices


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@access.permission("people.own_devices")
@never_cache
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    key = request.session.session_key or ""
    found = devices.own_devices(actor=_actor(request), session_key=key, at=timezone.now())
    return render(request, "people/devices.html", {"lines": [(one, device_words(one.device)) for one in found]})


@access.permission("people.own_devices")
@require_POST
def end(request: HttpRequest, device_id: UUID) -> HttpResponse:
    devices.end_device(actor=_actor(request), device_id=device_id)
    messages.success(request, _("那台设备已经退出。"))
    return redirect("people:devices")
