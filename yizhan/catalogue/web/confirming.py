"""Writing down what the city has confirmed: a row for each open part; what comes of it is the next version's file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yizhan.catalogue import api
from yizhan.catalogue.rules.confirming import in_yuan
from yizhan.catalogue.rules.consistency import Path
from yizhan.catalogue.rules.reading import Plain, line_of, located
from yizhan.catalogue.web.managing import MANAGE, preview, today
from yizhan.kernel.api import Refusal, access
from yizhan.look.api import AccessibleForm, day_words

NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
YUAN = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A part as the page shows it."""

    where: str
    now: str
    source: str
    figures: list[forms.BoundField]
    paper: forms.BoundField
    day: forms.BoundField
    tick: forms.BoundField


class ConfirmForm(AccessibleForm):
    """Fields for every open part of the newest version, named by its place in the file."""

    effective_from = forms.DateField(label=_("新版本从哪天起用"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, line: api.VersionLine, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line, self.on = line, on
        self.earliest = max(on, line.effective_from) + timedelta(days=1)
        self.parts = api.open_parts_of(line.item_version_id)
        self.fields["effective_from"].initial = self.earliest
        for part in self.parts:
            for name, field in _fields_of(part):
                self.fields[name] = field
                self._speak_plainly(field, str(field.label))

    def rows(self) -> Iterator[Row]:
        for part in self.parts:
            name = name_of(part.path)
            yield Row(
                where=part.where.spoken(api.language()),
                now="；".join(_now(figure) for figure in part.figures),
                source=part.source,
                figures=[self[name_of(figure.path)] for figure in part.figures],
                paper=self[f"{name}:paper"],
                day=self[f"{name}:day"],
                tick=self[f"{name}:tick"],
            )

    def clean_effective_from(self) -> date:
        day: date = self.cleaned_data["effective_from"]
        if day < self.earliest:
            words = _("最早从 {day} 起，请往后选一天")
            raise forms.ValidationError(str(words).format(day=day_words(self.earliest)))
        if self.line.effective_until is not None and day >= self.line.effective_until:
            words = _("这一项只办到 {day} 为止，请选早一些的日子")
            last = self.line.effective_until - timedelta(days=1)
            raise forms.ValidationError(str(words).format(day=day_words(last)))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        self.found = {part.path: self._confirmation(part) for part in self.parts if self._is_ticked(part)}
        if not self.found and not self.errors:
            self.add_error(None, _("还没有勾“已确认”。哪一处市里答复了，就在哪一处填上并勾上"))
        return cleaned

    def _is_ticked(self, part: api.OpenPart) -> bool:
        name = name_of(part.path)
        if f"{name}:tick" in self.changed_data:
            return True
        names = {f"{name}:paper", f"{name}:day", *(name_of(figure.path) for figure in part.figures)}
        if names & set(self.changed_data):
            self._refuse(f"{name}:tick", part, _("填了新的内容，还没有勾“已确认”；请勾上，或者改回原来的样子"))
        return False

    def _confirmation(self, part: api.OpenPart) -> api.Confirmation:
        name, values = name_of(part.path), dict[Path, Plain]()
        for figure in part.figures:
            if (field := name_of(figure.path)) in self.cleaned_data:
                try:
                    values[figure.path] = value_of(figure, self.cleaned_data[field])
                except BadFigure as bad:
                    self._refuse(field, part, bad.words)
        paper, day = self.cleaned_data.get(f"{name}:paper", ""), self.cleaned_data.get(f"{name}:day")
        if not paper and f"{name}:paper" not in self.errors:
            self._refuse(f"{name}:paper", part, _("请写依据的文件和文号"))
        if day is None and f"{name}:day" not in self.errors:
            self._refuse(f"{name}:day", part, _("请填文件日期"))
        if day is not None and day > self.on:
            self._refuse(f"{name}:day", part, _("文件日期不能晚于今天，请改成文件上写的日子"))
        return api.Confirmation(values=values, source=f"{paper}（{day:%Y-%m-%d}）" if day else str(paper))

    def _refuse(self, field: str, part: api.OpenPart, words: object) -> None:
        language = api.language()
        colon = ": " if language == "en" else "："
        self.add_error(field, f"{part.where.spoken(language)}{colon}{words}")

    def refuse_by_rules(self, refused: api.ItemFileRefused, text: str) -> None:
        """What a rule says of a figure stands at that figure; all else above the form."""
        tree, language = located(text, ""), api.language()
        fields = {
            line_of(tree, *figure.path): name_of(figure.path)
            for part in reversed(self.parts)
            if part.path in self.found
            for figure in reversed(part.figures)
        }
        for one in refused.problems:
            words = f"{one.message.spoken(language)}（{one.rule.spoken(language)}）"
            self.add_error(fields.get(one.line), words)


def name_of(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _now(figure: api.Figure) -> str:
    """天数：30 工作日"""
    language = api.language()
    known = [figure.words.spoken(language), *([figure.unit.spoken(language)] if figure.value is not None else [])]
    colon = ": " if language == "en" else "："
    return f"{figure.name.spoken(language)}{colon}{' '.join(one for one in known if one)}"


def _fields_of(part: api.OpenPart) -> Iterator[tuple[str, forms.Field]]:
    name = name_of(part.path)
    for figure in part.figures:
        yield name_of(figure.path), _figure_field(figure)
    help_text = _("如：南民发〔2026〕15 号")
    yield (
        f"{name}:paper",
        forms.CharField(label=_("依据的文件和文号"), required=False, max_length=200, help_text=help_text),
    )
    day = forms.DateInput(attrs={"type": "date"})
    yield f"{name}:day", forms.DateField(label=_("文件日期"), required=False, widget=day)
    yield f"{name}:tick", forms.BooleanField(label=_("已确认"), required=False)


def _figure_field(figure: api.Figure) -> forms.Field:
    language = api.language()
    unit = figure.unit.spoken(language)
    brackets = " ({})" if language == "en" else "（{}）"
    label = figure.name.spoken(language) + (brackets.format(unit) if unit else "")
    if figure.shape is api.Shape.CODE:
        choices = [(code, words.spoken(language)) for code, words in figure.choices]
        return forms.ChoiceField(label=label, required=False, choices=choices, initial=figure.value)
    if figure.shape is api.Shape.YES_NO:
        yes_no = [("", "—"), ("yes", _("是")), ("no", _("否"))]
        start = {True: "yes", False: "no"}.get(figure.value) if isinstance(figure.value, bool) else ""
        return forms.ChoiceField(label=label, required=False, choices=yes_no, initial=start)
    if figure.shape is api.Shape.DAY:
        day = forms.DateInput(attrs={"type": "date"})
        known = date.fromisoformat(str(figure.value)) if figure.value else None
        return forms.DateField(label=label, required=False, widget=day, initial=known)
    typed = in_yuan(figure.value) if figure.shape is api.Shape.YUAN and isinstance(figure.value, int) else figure.value
    widget = forms.TextInput() if figure.shape is api.Shape.TEXT else forms.TextInput(attrs={"inputmode": "decimal"})
    initial = "" if typed is None else str(typed)
    return forms.CharField(label=label, required=False, max_length=500, widget=widget, initial=initial)


class BadFigure(Exception):
    def __init__(self, words: object) -> None:
        super().__init__(str(words))
        self.words = words


def value_of(figure: api.Figure, typed: Any) -> Plain:
    """What was typed, as the file keeps it. Raises BadFigure, which says how to mend it."""
    if typed in {None, ""}:
        if figure.may_be_empty:
            return None
        raise BadFigure(_("请填确认的值"))
    if figure.shape is api.Shape.NUMBER:
        if not NUMBER.fullmatch(typed):
            raise BadFigure(_("请只填数字，如 10，不写单位"))
        return str(Decimal(typed)) if "." in typed else int(typed)
    if figure.shape is api.Shape.YUAN:
        if not YUAN.fullmatch(typed):
            raise BadFigure(_("请填以元为单位的金额，如 120 或 120.50"))
        return int(Decimal(typed) * 100)
    if figure.shape is api.Shape.YES_NO:
        return bool(typed == "yes")
    return typed.isoformat() if isinstance(typed, date) else str(typed)


@access.permission(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """What is confirmed becomes the next version's file, which is looked through and taken in as any other."""
    line = api.version_lines(code, today())[0]
    form = ConfirmForm(request.POST if request.method == "POST" else None, line=line, on=today())
    context = {"form": form, "line": line, "code": code}
    if request.method != "POST":
        return render(request, "catalogue/confirm.html", context)
    if form.is_valid():
        text = api.confirmed_text(line.item_version_id, begins=form.cleaned_data["effective_from"], found=form.found)
        try:
            return preview(request, text, f"{code}-{line.version + 1}.yaml")
        except api.ItemFileRefused as refused:
            form.refuse_by_rules(refused, text)
        except Refusal as refused:
            form.add_error(None, refused.text)
    return render(request, "catalogue/confirm.html", context, status=422)
