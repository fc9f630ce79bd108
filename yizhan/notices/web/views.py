"""One's own inbox."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yizhan.kernel.api import Actor, access
from yizhan.notices import api as notices


@access.permission("notices.read_own")
@never_cache
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    page = notices.inbox(actor, request.GET.get("page", 1))
    return render(request, "notices/inbox.html", {"page": page, "unread": notices.unread_count(actor)})


@access.permission("notices.read_own")
@never_cache
@require_GET
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    return render(request, "notices/notice.html", {"notice": notices.get_notice(_actor(request), notice_id)})


@access.permission("notices.read_own")
@require_POST
def read(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The page of a notice says by itself that it was opened; without script the reader's button does."""
    notices.mark_read(notice_id=notice_id, actor=_actor(request), at=timezone.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("notices:inbox")


@access.permission("notices.read_own")
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    notices.mark_all_read(actor=_actor(request), at=timezone.now())
    return redirect("notices:inbox")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
