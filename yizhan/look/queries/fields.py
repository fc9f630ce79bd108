"""How a form field is shown: which parts it has and how they are wired for ears and keyboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField, Form
from django.forms.utils import ErrorList
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yizhan.look.rules.parts import Choice


@dataclass(frozen=True)
class FieldView:
    """One field, ready for the template."""

    name: str
    id: str
    kind: str
    """input, check, choices or hidden."""
    label: str
    help_text: str
    errors: tuple[str, ...]
    optional: bool
    input: SafeString
    """Empty of a field of choices: each is written by itself."""
    choices: tuple[tuple[Choice, str], ...]
    """(choice, id of its input)"""
    multiple: bool
    described_by: str


@dataclass(frozen=True)
class FieldError:
    target: str
    """Id of the input to go to; empty for what concerns the whole form."""
    message: str


def errors_of(form: Form) -> list[FieldError]:
    """All that is to be mended, in the order of the form."""
    found = [FieldError("", str(message)) for message in form.non_field_errors()]
    for bound in form:
        found += [FieldError(_first_input(bound), str(message)) for message in _messages(bound.errors)]
    return found


def _messages(errors: ErrorList) -> list[str]:
    return [str(message) for message in errors]


def _is_choices(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def _first_input(bound: BoundField) -> str:
    return f"{bound.auto_id}_0" if _is_choices(bound) else str(bound.auto_id)


def view_of_field(
    bound: BoundField, *, label: str = "", help_text: str = "", attributes: Mapping[str, Any] | None = None
) -> FieldView:
    help_words = help_text or str(bound.help_text or "")
    described = _described_by(bound, has_help=bool(help_words))
    kind = _kind(bound)
    attrs = _attributes(bound, described, attributes or {})
    return FieldView(
        name=bound.html_name,
        id=str(bound.auto_id),
        kind=kind,
        label=label or str(bound.label or ""),
        help_text=help_words,
        errors=tuple(_messages(bound.errors)),
        optional=not bound.field.required,
        input=SafeString("" if kind == "choices" else bound.as_widget(attrs=attrs)),
        choices=_choices(bound) if kind == "choices" else (),
        multiple=isinstance(bound.field.widget, forms.CheckboxSelectMultiple),
        described_by=described,
    )


def _kind(bound: BoundField) -> str:
    if bound.is_hidden:
        return "hidden"
    if _is_choices(bound):
        return "choices"
    return "check" if isinstance(bound.field.widget, forms.CheckboxInput) else "input"


def _described_by(bound: BoundField, *, has_help: bool) -> str:
    """The error first: who listens wants to know what is wrong before what was asked."""
    names = [f"{bound.auto_id}_error"] if bound.errors else []
    return " ".join([*names, f"{bound.auto_id}_help"] if has_help else names)


def _css(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        own = "form-check-input"
    elif isinstance(widget, forms.Select):
        own = "form-select"
    else:
        own = "form-control"
    given = str(widget.attrs.get("class", ""))
    return " ".join(filter(None, (own, given, "is-invalid" if bound.errors else "")))


def _attributes(bound: BoundField, described: str, given: Mapping[str, Any]) -> dict[str, Any]:
    attrs: dict[str, Any] = {name.replace("_", "-"): value for name, value in given.items()}
    attrs["class"] = " ".join(filter(None, (_css(bound), attrs.get("class", ""))))
    if described:
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if bound.field.required and not _is_choices(bound):
        attrs["aria-required"] = "true"
    return attrs


def _choices(bound: BoundField) -> tuple[tuple[Choice, str], ...]:
    """Options of radio buttons and boxes; `field.choice_notes` may add a line to each."""
    notes: Mapping[str, str] = getattr(bound.field, "choice_notes", {})
    return tuple(
        (
            Choice(
                value=str(option.data["value"]),
                label=str(option.data["label"]),
                note=str(notes.get(str(option.data["value"]), "")),
                chosen=bool(option.data["selected"]),
                disabled=bool(option.data["attrs"].get("disabled")),
            ),
            str(option.id_for_label),
        )
        for option in bound.subwidgets
        if str(option.data["value"]) != ""
    )


def count_words(count: int) -> str:
    """The heading of the error summary."""
    return _("有 {count} 处要改").format(count=count)
