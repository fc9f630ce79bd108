"""A table comes in: uploaded, its columns named, looked at, taken in, and what was refused to take home."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yizhan.kernel.api import Refusal, access
from yizhan.look.api import Stop
from yizhan.places import api
from yizhan.places.queries.categories import what_to_write
from yizhan.places.rules.rows import RowTrouble
from yizhan.places.services import drafting
from yizhan.places.web.asking import actor_of, posted
from yizhan.places.web.forms import ColumnsForm, UploadForm
from yizhan.places.web.listing import csv_text

IMPORT = "places.import_outlets"
_SHOWN = 30


def steps_of(number: int) -> list[Stop]:
    titles = (_("选表格"), _("对列名"), _("看一遍"))
    states = ["done"] * (number - 1) + ["now"] + ["wait"] * (3 - number)
    return [Stop(title=title, state=state) for title, state in zip(titles, states, strict=True)]  # type: ignore[arg-type]


@access.permission(IMPORT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = drafting.upload_table(
                file=file,
                size=file.size,
                name=file.name,
                site=form.cleaned_data["site"],
                actor=actor_of(request),
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("file", refusal.text)
        else:
            return redirect("places:import_columns", draft.draft_id)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "places/import.html", {"form": form, "steps": steps_of(1)}, status=status)


@access.permission(IMPORT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    draft = drafting.find_draft(draft_id=draft_id, actor=actor)
    start: dict[str, Any] = {field: str(at) for field, at in draft.columns.items()}
    start |= {"datum": draft.datum, "seen_on": draft.seen_on, "default_community": draft.community}
    form = ColumnsForm(*posted(request), headings=draft.headings, actor=actor, initial=start)
    if request.method == "POST" and form.is_valid():
        named = form.named()
        try:
            drafting.name_columns(
                draft_id=draft_id,
                columns=named.columns,
                datum=named.datum,
                seen_on=named.seen_on,
                community=named.community,
                actor=actor,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.text)
        else:
            return redirect("places:import_preview", draft_id)
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "draft": draft, "steps": steps_of(2), "categories": what_to_write()}
    return render(request, "places/import_columns.html", context, status=status)


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    number: int
    name: str
    reason: str
    known_id: UUID | None


@access.permission(IMPORT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What would become of the rows; posted, it does."""
    actor = actor_of(request)
    draft = drafting.find_draft(draft_id=draft_id, actor=actor)
    if draft.is_taken:
        return render(request, "places/import_done.html", {"draft": draft})
    if not draft.datum:
        return redirect("places:import_columns", draft_id)
    if request.method == "POST":
        report = drafting.take_in_draft(draft_id=draft_id, actor=actor, at=timezone.now())
        messages.success(
            request, _("导入好了：新增 {opened}，更新 {changed}。").format(opened=report.opened, changed=report.changed)
        )
        return render(request, "places/import_done.html", {"draft": draft, "report": report, "lines": _lines(report)})
    report = drafting.preview_draft(draft_id=draft_id, actor=actor, at=timezone.now())
    context = {
        "draft": draft,
        "report": report,
        "lines": _lines(report),
        "reasons": _reasons(report),
        "more": max(0, len(report.refused) - _SHOWN),
        "steps": steps_of(3),
        "categories": what_to_write() if _has_unknown_category(report) else [],
    }
    return render(request, "places/import_preview.html", context)


def _has_unknown_category(report: api.ImportReport) -> bool:
    return any(one.fault.trouble is RowTrouble.CATEGORY_UNKNOWN for one in report.refused)


def _lines(report: api.ImportReport) -> list[RefusedLine]:
    return [
        RefusedLine(number=one.number + 1, name=one.row.name, reason=api.say_fault(one.fault), known_id=one.known_id)
        for one in report.refused[:_SHOWN]
    ]


def _reasons(report: api.ImportReport) -> list[tuple[str, int]]:
    """How often each kind of fault came, with the words of its first row."""
    first = {one.fault.trouble: one for one in reversed(report.refused)}
    counted = Counter(one.fault.trouble for one in report.refused)
    return [(api.say_fault(first[trouble].fault), count) for trouble, count in counted.most_common()]


@access.permission(IMPORT)
@never_cache
@require_safe
def refused(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    table = drafting.refused_table(draft_id=draft_id, actor=actor_of(request))
    answer = HttpResponse(csv_text(table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return answer
