"""The security officer's pages: the keys of the issuing offices, a new one, a lost one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yizhan.documents import api as documents
from yizhan.documents.web.forms import LostForm, RotateForm
from yizhan.documents.web.views import actor_of
from yizhan.kernel.api import access


@access.permission("documents.see_keys")
@never_cache
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")
    context = {
        "page": documents.key_lines(asked=asked, page=request.GET.get("page", "1")),
        "asked": asked,
        "may_change": access.may(actor_of(request), "documents.manage_keys"),
    }
    return render(request, "documents/keys.html", context)


@access.weighty()
@access.permission("documents.manage_keys")
@never_cache
@require_http_methods(["GET", "POST"])
def rotate(request: HttpRequest, kid: str) -> HttpResponse:
    line = documents.key_line(kid)
    if not line.signs:
        raise documents.KeyNotFound
    form = RotateForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        new = documents.rotate_key(kid=kid, reason=reason, actor=actor_of(request), at=timezone.now())
        messages.success(request, _("换好了，从现在起用新密钥 {kid} 签名。").format(kid=new))
        return redirect("documents:keys-kept")
    context = {"line": line, "form": form}
    return render(request, "documents/key_rotate.html", context, status=422 if form.is_bound else 200)


@access.weighty()
@access.permission("documents.manage_keys")
@never_cache
@require_http_methods(["GET", "POST"])
def lost(request: HttpRequest, kid: str) -> HttpResponse:
    line = documents.key_line(kid)
    if line.key.lost_from is not None:
        raise documents.KeyAlreadyLost
    form = LostForm(request.POST or None, initial={"from_at": timezone.localtime()})
    if form.is_valid():
        try:
            documents.declare_lost(kid=kid, actor=actor_of(request), at=timezone.now(), **form.cleaned_data)
        except documents.LostMomentRefused as refusal:
            form.add_error("from_at", refusal.text)
        else:
            messages.success(request, _("已作废。从那一刻起用它签的文书，查出来都不再算数。"))
            return redirect("documents:keys-kept")
    context = {"line": line, "form": form}
    return render(request, "documents/key_lost.html", context, status=422 if form.is_bound else 200)
