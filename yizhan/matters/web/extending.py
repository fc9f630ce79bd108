"""延期审批: what the signer, the office's head or the government's head has been asked, and his answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, access, times
from yizhan.look.api import AccessibleForm
from yizhan.matters import api as matters
from yizhan.matters.web import presenting
from yizhan.matters.web.queue import page_number

APPROVE, DENY = "approve", "deny"


class ApproveForm(AccessibleForm):
    """How many of the days, and the reason as the applicant will read it."""

    days = forms.IntegerField(label=_("延长几天"), min_value=1)
    reason = forms.CharField(
        label=_("延期的理由"),
        help_text=_("写进延期告知书，申请人原样看到"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["days"]
        days.help_text = _("最多 {days} 天").format(days=most)


class DenyForm(AccessibleForm):
    why = forms.CharField(
        label=_("为什么不批"),
        help_text=_("经办单位看得到"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
    )


@access.permission("matters.extensions")
@never_cache
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    waiting = [(one, presenting.light_of(one.clock, now)) for one in matters.extension_requests(actor)]
    answered, pager = matters.extensions_answered(actor, page=page_number(request.GET))
    context = {"waiting": waiting, "answered": answered, "pager": pager}
    return render(request, "matters/extensions.html", context)


@access.permission("matters.extensions")
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request on one page; approved or denied by a button with its own form."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = matters.find_extension_request(actor, request_id)
    if asked is None:
        raise matters.ExtensionRequestNotFound
    bound: dict[str, Any] = {}
    if request.method == "POST":
        bound = _answered(request, actor, asked)
        if not bound:
            return redirect("matters:extensions")
    return _page(request, asked, bound)


def _answered(request: HttpRequest, actor: Actor, asked: matters.ExtensionRequestView) -> dict[str, Any]:
    """Nothing once it is done; else the form that is to be mended, by its name."""
    now = timezone.now()
    if request.POST.get("answer") == DENY:
        deny = DenyForm(request.POST)
        if not deny.is_valid():
            return {DENY: deny}
        matters.deny_extension(actor=actor, request_id=asked.request_id, reason=deny.cleaned_data["why"], at=now)
        messages.success(request, _("没有批准，经办单位已经看得到。"))
        return {}
    form = ApproveForm(request.POST, most=asked.days)
    if not form.is_valid():
        return {APPROVE: form}
    try:
        matters.approve_extension(actor=actor, request_id=asked.request_id, at=now, **form.cleaned_data)
    except matters.ExtensionTooLong as refusal:
        form.add_error("days", refusal.text)
        return {APPROVE: form}
    messages.success(request, _("已经批准，延期告知书已经发给申请人。"))
    return {}


def _page(request: HttpRequest, asked: matters.ExtensionRequestView, bound: dict[str, Any]) -> HttpResponse:
    now = timezone.now()
    today = times.local_day(now)
    strip = clocks.strip(asked.subject, today) if asked.clock else None
    context = {
        "asked": asked,
        "light": presenting.light_of(asked.clock, now),
        "strip": strip,
        "standing": presenting.standing_words(asked.clock, strip, today) if asked.clock and strip else ("", ""),
        "approve": bound.get(APPROVE)
        or ApproveForm(initial={"days": asked.days, "reason": asked.reason}, most=asked.days),
        "deny": bound.get(DENY) or DenyForm(),
    }
    return render(request, "matters/extension.html", context, status=422 if bound else 200)
