"""保存和销毁: the table of how long what is kept, and what is over: proposed by the office, approved by the officer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yizhan.documents import api as documents
from yizhan.documents.web.views import actor_of
from yizhan.kernel.api import NotFound, Refusal, access, times

_AT_ONCE = 100


@access.permission("documents.see_retention")
@never_cache
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    today = times.local_day(timezone.now())
    over = documents.disposal_lines(actor_of(request), on=today)
    return render(
        request, "documents/retention.html", {"kinds": documents.kind_lines(on=today), "over": over.paginator.count}
    )


@access.permission("documents.see_retention")
@never_cache
@require_GET
def due(request: HttpRequest) -> HttpResponse:
    is_done = request.GET.get("show") == "done"
    today = times.local_day(timezone.now())
    page = documents.disposal_lines(actor_of(request), on=today, done=is_done, page=request.GET.get("page", "1"))
    context = {"page": page, "is_done": is_done, "may_propose": any(one.may_propose for one in page)}
    return render(request, "documents/disposals.html", context)


@access.weighty()
@access.permission("documents.propose_disposal")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Each that is ticked by itself: one that is refused leaves the others."""
    proposed, refused = 0, ""
    for one in request.POST.getlist("keeping")[:_AT_ONCE]:
        try:
            documents.propose_disposal(actor=actor_of(request), keeping_id=_uuid(one), at=timezone.now())
            proposed += 1
        except Refusal as refusal:
            refused = refusal.text
    if proposed:
        text = ngettext("提出了 {count} 件，等安全管理员核准。", "提出了 {count} 件，等安全管理员核准。", proposed)
        messages.success(request, text.format(count=proposed))
    if refused:
        messages.warning(request, _("有的没有提出：{why}").format(why=refused))
    if not proposed and not refused:
        messages.warning(request, _("请先勾选要销毁的。"))
    return redirect("documents:disposals")


@access.weighty()
@access.permission("documents.approve_disposal")
@require_POST
def answer(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    is_approved = request.POST.get("answer") == "approve"
    gone = documents.answer_disposal(
        actor=actor_of(request),
        disposal_id=disposal_id,
        is_approved=is_approved,
        reason=request.POST.get("reason", ""),
        at=timezone.now(),
    )
    if is_approved:
        text = ngettext("销毁了 {count} 份，校验值留作凭证。", "销毁了 {count} 份，校验值留作凭证。", gone)
        messages.success(request, text.format(count=gone))
    else:
        messages.success(request, _("没有同意，已退回提出的科室。"))
    return redirect("documents:disposals")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
