"""The outbox for administrators, the audit for the auditor: what the machine did, without what people typed."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yizhan.kernel.api import Actor, BadInput, Subject, access, auditing, outbox, subjects

PAGE = 30
MAX_REASON = 200


class ReasonMissing(BadInput):
    code = "shell.reason_missing"
    message = _("请写明为什么跳过，以后查得到。")


@access.permission("shell.outbox")
@never_cache
@require_GET
def outbox_page(request: HttpRequest) -> HttpResponse:
    page = Paginator(outbox.parked(), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    titles = subjects.titles(Subject(r.fact.subject_kind, r.fact.subject_id) for r in rows)
    lines = [
        {"row": row, "title": titles.get(Subject(row.fact.subject_kind, row.fact.subject_id), row.fact.subject_kind)}
        for row in rows
    ]
    return render(request, "shell/outbox.html", {"page": page, "lines": lines, "counts": outbox.counts()})


@access.permission("shell.outbox")
@require_POST
def rerun(request: HttpRequest, delivery_id: int) -> HttpResponse:
    outbox.rerun(delivery_id=delivery_id, actor=_actor(request))
    return redirect("shell:outbox")


@access.permission("shell.outbox")
@require_POST
def skip(request: HttpRequest, delivery_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    if not 1 <= len(reason) <= MAX_REASON:
        raise ReasonMissing
    outbox.skip(delivery_id=delivery_id, reason=reason, actor=_actor(request))
    return redirect("shell:outbox")


@access.permission("shell.audit")
@never_cache
@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    action = request.GET.get("action", "").strip()
    found = auditing.lines(action=action)
    page = Paginator(found, PAGE, allow_empty_first_page=True).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    titles = subjects.titles(Subject(r.subject_kind, r.subject_id) for r in rows)
    lines = [{"row": r, "title": titles.get(Subject(r.subject_kind, r.subject_id), r.subject_kind)} for r in rows]
    context: dict[str, Any] = {"page": page, "lines": lines, "action": action, "standing": auditing.standing()}
    return render(request, "shell/audit.html", context)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
