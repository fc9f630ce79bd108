"""The twin's phone: in the demo city alone."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from yizhan.kernel.api import access
from yizhan.messaging import api as messaging


@access.public
@never_cache
@require_GET
def twin_phone(request: HttpRequest) -> HttpResponse:
    if not settings.YIZHAN_IS_DEMO:
        raise Http404
    return render(request, "messaging/twin_phone.html", {"phones": messaging.twin_phones()})
