"""Forms of filing online: for whom, the item's own questions, the photographs, the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.look.api import AccessibleForm

PHOTOGRAPHS = "image/*"
FILES = "image/jpeg,image/png,application/pdf"
DECLARATION = _("我填的、交的都是真实的。有虚假的，愿意承担责任。")
_DECLARATION_MISSING = _("请在声明前打勾，再交件")
_MODES = {
    catalogue.FieldKind.DIGITS: "numeric",
    catalogue.FieldKind.INTEGER: "numeric",
    catalogue.FieldKind.MONEY_FEN: "numeric",
    catalogue.FieldKind.PHONE: "tel",
}


class ForWhomForm(AccessibleForm):
    """Myself, or one of those I act for."""

    applicant = forms.ChoiceField(
        label=_("给谁办"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选给谁办"), "invalid_choice": _("请选给谁办")},
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str, str]], **kwargs: Any) -> None:
        """`people` as (id, name, a line below it)."""
        super().__init__(*args, **kwargs)
        field = self.fields["applicant"]
        field.choices = [(key, name) for key, name, _note in people]  # type: ignore[attr-defined]
        field.choice_notes = {key: note for key, _name, note in people if note}  # type: ignore[attr-defined]


class AnswersForm(AccessibleForm):
    """Some questions of an item. The catalogue says what is good; here they are only drawn."""

    def __init__(
        self,
        fields: Iterable[catalogue.FormField],
        *,
        known: Mapping[str, object],
        errors: Iterable[catalogue.FieldErrorView] | None = None,
    ) -> None:
        """Shows what is known so far; with `errors` (none, too) the form counts as checked."""
        asked = tuple(fields)
        values = {f"a-{one.id}": known.get(one.id, "") for one in asked}
        super().__init__(values if errors is not None else None, prefix="a")
        for one in asked:
            self.fields[one.id] = _field_for(one)
            self.initial[one.id] = known.get(one.id, "")
        if errors is not None:
            self._refuse(errors)
        for one in asked:
            self.fields[one.id].required = one.required

    def _refuse(self, errors: Iterable[catalogue.FieldErrorView]) -> None:
        self.is_valid()
        for error in errors:
            if error.field in self.fields:
                self.add_error(error.field, error.message)


class _AsTyped(forms.CharField):
    """Takes what was typed as it is: what is wrong with it is the catalogue's to say."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, required=False, **options)
        self.validators = []

    def clean(self, value: Any) -> Any:
        return "" if value is None else str(value)


def _field_for(one: catalogue.FormField) -> forms.Field:
    field = _AsTyped(label=str(one.label), help_text=str(one.hint), widget=_widget_for(one))
    field.choice_notes = {choice.value: str(choice.hint) for choice in one.choices if choice.hint}  # type: ignore[attr-defined]
    return field


def _widget_for(one: catalogue.FormField) -> forms.Widget:
    kind = catalogue.FieldKind
    if one.kind is kind.CHOICE:
        return forms.RadioSelect(choices=[(choice.value, str(choice.label)) for choice in one.choices])
    if one.kind is kind.BOOLEAN:
        return forms.RadioSelect(choices=[("true", _("是")), ("false", _("否"))])
    if one.kind is kind.DATE:
        return forms.DateInput(attrs={"type": "date"})
    attrs = {"autocomplete": one.autocomplete, "maxlength": "500"}
    if one.kind in _MODES:
        attrs |= {"inputmode": _MODES[one.kind], "class": "yz-num"}
    if one.kind is kind.PHONE:
        attrs["type"] = "tel"
    return forms.TextInput(attrs=attrs)


def typed_in(data: Mapping[str, Any]) -> dict[str, str]:
    """The posted answers, by the field's id."""
    return {key[2:]: str(data[key]) for key in data if key.startswith("a-")}


class DeclarationForm(AccessibleForm):
    """The last thing before handing in."""

    declared = forms.BooleanField(label=DECLARATION, error_messages={"required": _DECLARATION_MISSING})
