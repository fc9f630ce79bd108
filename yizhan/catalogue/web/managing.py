"""The administrator's side: which versions there are, what they say otherwise, and taking in the next one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yizhan.catalogue import api
from yizhan.catalogue.queries import KINDS
from yizhan.catalogue.rules.definition import Trust
from yizhan.catalogue.rules.reading import MAX_SIZE
from yizhan.catalogue.web.views import actor_of
from yizhan.kernel.api import Refusal, access, times
from yizhan.look.api import AccessibleForm, day_words
from yizhan.people import api as people

MANAGE = "catalogue.manage_items"


@access.permission(MANAGE)
@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    lines = sorted(api.item_lines(today()), key=lambda line: _order(line.department))
    groups = [
        (people.DEPARTMENTS[department], [(line, KINDS[line.kind]) for line in rows])
        for department, rows in groupby(lines, key=lambda line: people.Department(line.department))
    ]
    return render(request, "catalogue/manage.html", {"groups": groups, "total": len(lines)})


def _order(department: str) -> int:
    return list(people.DEPARTMENTS).index(people.Department(department))


def today() -> date:
    return times.local_day(timezone.now())


@access.permission(MANAGE)
@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of an item, and what one says otherwise than another (`?before=…&after=…`)."""
    lines = api.version_lines(code, today())
    after = _chosen(lines, request.GET.get("after"), 0)
    before = _chosen(lines, request.GET.get("before"), min(lines.index(after) + 1, len(lines) - 1))
    found = api.changes_between(before.item_version_id, after.item_version_id)
    context = {
        "lines": lines,
        "name": lines[0].name,
        "code": code,
        "before": before,
        "after": after,
        "changes": changes_shown(found),
        "doubts": doubts_of(after.item_version_id),
    }
    return render(request, "catalogue/versions.html", context)


def _chosen(lines: tuple[api.VersionLine, ...], asked: str | None, at: int) -> api.VersionLine:
    return next((line for line in lines if str(line.version) == asked), lines[at])


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    kind: str
    where: str
    path: str
    before: str
    after: str


def changes_shown(found: tuple[api.Change, ...]) -> list[ChangeRow]:
    language = api.language()
    return [
        ChangeRow(
            kind=str(one.kind),
            where=one.where.spoken(language),
            path=one.path,
            before=one.before.spoken(language),
            after=one.after.spoken(language),
        )
        for one in found
    ]


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """What the city has still to confirm: where it stands, and what is known of it."""

    where: str
    source: str


def doubts_of(item_version_id: UUID) -> list[Doubt]:
    return [
        Doubt(where=one.where.spoken(api.language()), source=one.source)
        for one in api.trust_of(item_version_id)
        if one.trust is Trust.TO_BE_CONFIRMED
    ]


@access.permission(MANAGE)
@require_safe
def export(_request: HttpRequest, code: str, version: int) -> HttpResponse:
    lines = api.version_lines(code, today())
    line = next((line for line in lines if line.version == version), None)
    if line is None:
        raise api.ItemNotFound
    response = HttpResponse(api.export_text(line.item_version_id), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{version}.yaml"'
    return response


# ── taking in the next version ──


class ImportForm(AccessibleForm):
    file = forms.FileField(label=_("事项文件"), required=False, help_text=_("YAML 文件，最多 200 kB"))
    text = forms.CharField(
        label=_("或者把内容贴在这里"),
        required=False,
        strip=False,
        max_length=MAX_SIZE,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "item-text"}),
    )
    effective_from = forms.DateField(
        label=_("生效日期"),
        required=False,
        help_text=_("不填就按文件里写的"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    name = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        cleaned = dict(super().clean() or {})
        upload = cleaned.get("file")
        if upload is not None:
            cleaned["name"] = upload.name
            cleaned["text"] = self._text_of(upload)
        if not cleaned.get("text") and not self.errors:
            self.add_error("file", _("请选一个文件，或者把内容贴进来"))
        return cleaned

    def _text_of(self, upload: object) -> str:
        size: int = upload.size  # type: ignore[attr-defined]
        if size > MAX_SIZE:
            self.add_error("file", _("文件太大，最多 200 kB"))
            return ""
        try:
            return bytes(upload.read()).decode("utf-8-sig")  # type: ignore[attr-defined]
        except UnicodeDecodeError:
            self.add_error("file", _("文件应当是 UTF-8 编码"))
            return ""


@dataclass(frozen=True, kw_only=True)
class FaultRow:
    line: int
    text: str
    rule: str
    message: str


@access.permission(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """First what would change, or what is wrong line by line; with `confirm`, the version is taken in."""
    if request.method != "POST":
        return render(request, "catalogue/take_in.html", {"form": ImportForm(initial={"text": _start_text(request)})})
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "catalogue/take_in.html", {"form": form}, status=422)
    text = with_effective_date(form.cleaned_data["text"], form.cleaned_data["effective_from"])
    name = form.cleaned_data["name"] or str(_("贴进来的内容"))
    context: dict[str, object] = {"form": ImportForm(initial={"text": text, "name": name}), "name": name}
    try:
        if request.POST.get("confirm"):
            return _taken_in(request, text, name)
        return preview(request, text, name)
    except api.ItemFileRefused as refused:
        context |= {"faults": faults_of(refused, text), "lines": text.splitlines()}
        return render(request, "catalogue/take_in.html", context, status=422)
    except Refusal as refused:
        context["refused"] = refused
        return render(request, "catalogue/take_in.html", context, status=refused.status)


def preview(request: HttpRequest, text: str, name: str) -> HttpResponse:
    """What this file would change, with the act of taking it in. Raises as check_file does."""
    checked = api.check_file(actor=actor_of(request), text=text, name=name, on=today())
    context = {
        "form": ImportForm(initial={"text": text, "name": name}),
        "name": name,
        "checked": checked,
        "changes": changes_shown(checked.changes),
        "text": text,
    }
    return render(request, "catalogue/take_in.html", context)


def _start_text(request: HttpRequest) -> str:
    """The newest version of the item named by `?code=`, to write the next one from, which may begin tomorrow."""
    code = request.GET.get("code", "")
    if not code:
        return ""
    lines = api.version_lines(code, today())
    text = api.export_text(lines[0].item_version_id)
    text = re.sub(r"(?m)^version: [0-9]+$", f"version: {lines[0].version + 1}", text, count=1)
    text = re.sub(r"(?m)^effective_until:[^\n]*\n", "", text, count=1)
    return with_effective_date(text, max(today(), lines[0].effective_from) + timedelta(days=1))


def with_effective_date(text: str, day: date | None) -> str:
    """The file with another day to begin; where the field is not found, the file as it is, for the rules to say."""
    if day is None:
        return text
    return re.sub(r"(?m)^effective_from:[^\n#]*", f"effective_from: {day.isoformat()}", text, count=1)


def _taken_in(request: HttpRequest, text: str, name: str) -> HttpResponse:
    item_version_id = api.import_file(actor=actor_of(request), text=text, name=name, on=today())
    version = api.item_version(item_version_id)
    words = _("第 {version} 版已经收进事项库，{day} 起用。")
    messages.success(request, str(words).format(version=version.version, day=day_words(version.effective_from)))
    return redirect(reverse("catalogue:versions", args=[version.code]))


def faults_of(refused: api.ItemFileRefused, text: str) -> list[FaultRow]:
    lines, language = text.splitlines(), api.language()
    return [
        FaultRow(
            line=one.line,
            text=lines[one.line - 1].strip() if 0 < one.line <= len(lines) else "",
            rule=one.rule.spoken(language),
            message=one.message.spoken(language),
        )
        for one in refused.problems
    ]
