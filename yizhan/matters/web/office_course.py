"""What an office does besides the plain course: 送下一单位, 特别程序, 公示, 报请延期, 终止, 归档, 抽查."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yizhan.kernel.api import Refusal, access
from yizhan.matters import api as matters
from yizhan.matters.web.office import actor_of, case_page
from yizhan.matters.web.office_course_forms import FORMS, build_form

ACTS: Mapping[str, Callable[..., object]] = {
    "hand_on": matters.hand_on,
    "suspend": matters.begin_special_procedure,
    "resume": matters.end_special_procedure,
    "publish": matters.begin_public_notice,
    "ask_extension": matters.request_extension,
    "terminate": matters.terminate_case,
    "archive": matters.archive_case,
    "revoke": matters.revoke_decision,
    "draw": matters.draw_sample,
    "review": matters.review_sample,
}
_SAID: Mapping[str, Promise] = {
    "suspend": gettext_lazy("已停算，特别程序告知书已发给申请人。"),
    "resume": gettext_lazy("特别程序已结束，期限接着算。"),
    "publish": gettext_lazy("已开始公示。"),
    "ask_extension": gettext_lazy("已报请延期，等批准人答复。"),
    "terminate": gettext_lazy("已终止，通知书已发给申请人。"),
    "archive": gettext_lazy("已归档。"),
    "revoke": gettext_lazy("决定已撤销，也告知了当事人。"),
    "draw": gettext_lazy("已列入抽查。"),
    "review": gettext_lazy("抽查结果已记下。"),
}
# What the person at the form can mend, by the field in which it is told.
_MENDED: Mapping[type[Refusal], str] = {
    matters.PlannedEndRefused: "planned_end",
    matters.ExtensionTooLong: "days",
    matters.ReasonMissing: "note",
}


@access.weighty(when=lambda values: values["name"] == "revoke")
@access.permission("matters.office")
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """One act by its name; what may be done by whom is the services' business."""
    if name not in ACTS:
        raise Http404
    actor = actor_of(request)
    course = matters.course_of_case(actor, case_id)
    if course is None:
        raise matters.CaseNotFound
    if request.method != "POST":
        return redirect("matters:office_case", case_id)
    form = build_form(FORMS[name], course, request.POST)
    if form.is_valid():
        try:
            ACTS[name](actor=actor, case_id=case_id, at=timezone.now(), **form.arguments())
        except tuple(_MENDED) as refusal:
            field = _MENDED[type(refusal)]
            form.add_error(field if field in form.fields else None, refusal.text)
        else:
            if name == "hand_on" and course.next_office:
                messages.success(
                    request,
                    _("已送{office}。办到哪了，在“已办”的“送下一单位的”里能看到。").format(office=course.next_office),
                )
            elif name in _SAID:
                messages.success(request, str(_SAID[name]))
            return _done(actor, case_id, name)
    return case_page(request, case_id, bound={name: form})


def _done(actor: Any, case_id: UUID, name: str) -> HttpResponse:
    """Back to the case; where it has gone to the next office, to one's own queue."""
    if name == "hand_on" or matters.find_office_case(actor, case_id) is None:
        return redirect("matters:office")
    return redirect("matters:office_case", case_id)


@access.permission("matters.office")
@never_cache
@require_GET
def checks(request: HttpRequest) -> HttpResponse:
    """抽查 and 超时: automatic decisions that wait for a look, and what the office has missed."""
    actor = actor_of(request)
    context = {"samples": matters.samples_waiting(actor), "lapses": matters.lapses_of_office(actor)}
    return render(request, "matters/office_checks.html", context)
