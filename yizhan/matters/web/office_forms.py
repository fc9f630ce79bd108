"""Forms of the office's case page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yizhan.look.api import AccessibleForm
from yizhan.matters import api as matters

YES, NO = "yes", "no"
FEN, FEN_A_YUAN = "fen", 100
_NOT_A_NUMBER = {"invalid": _("“{label}”请只写数字"), "min_value": _("“{label}”不能小于 %(limit_value)s")}


class FindingForm(AccessibleForm):
    """What the office found where it looked, about one attribute; `kind` is that of the item's definition.

    Amounts are kept in fen and asked for in yuan: `unit` is the definition's in English.
    """

    attribute = forms.CharField(widget=forms.HiddenInput)
    source = forms.CharField(label=_("查了哪份名册、报告"), max_length=40)

    def __init__(
        self,
        *args: Any,
        attribute: str,
        title: str,
        kind: str,
        choices: Sequence[tuple[str, str]] = (),
        unit: str = "",
        unit_word: str = "",
        **kwargs: Any,
    ) -> None:
        prefix = f"find-{attribute.replace('.', '-')}"
        super().__init__(*args, prefix=prefix, initial={"attribute": attribute}, **kwargs)
        self.attribute_name = attribute
        self.is_amount = unit == FEN
        self.fields["value"] = _value_field(
            title, kind, choices, unit_word=str(_("元")) if self.is_amount else unit_word
        )
        self.order_fields(["attribute", "value", "source"])
        self._speak_plainly(self.fields["value"], title)

    def value(self) -> bool | str:
        found = self.cleaned_data["value"]
        if found in (YES, NO):
            return bool(found == YES)
        if isinstance(found, Decimal):
            return str(int(found * FEN_A_YUAN) if self.is_amount else format(found, "f"))
        return found.isoformat() if hasattr(found, "isoformat") else str(found)


def _value_field(title: str, kind: str, choices: Sequence[tuple[str, str]], *, unit_word: str) -> forms.Field:
    if kind == "number":
        words = {code: str(one).replace("{label}", title) for code, one in _NOT_A_NUMBER.items()}
        return forms.DecimalField(
            label=_("{title}（{unit}）").format(title=title, unit=unit_word) if unit_word else title,
            min_value=0,
            max_digits=14,
            decimal_places=2,
            error_messages=words,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "yz-num"}),
        )
    if kind == "boolean":
        return forms.ChoiceField(label=title, choices=[(YES, _("是")), (NO, _("否"))], widget=forms.RadioSelect)
    if choices:
        return forms.ChoiceField(label=title, choices=choices, widget=forms.RadioSelect)
    if kind == "date":
        return forms.DateField(label=title, widget=forms.DateInput(attrs={"type": "date"}))
    return forms.CharField(label=title, max_length=60)


class AskForm(AccessibleForm):
    """补正: asked once, so all of it at once."""

    materials = forms.MultipleChoiceField(label=_("要补哪些"), widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(
        label=_("为什么要补、怎么补"),
        help_text=_("申请人原样看到这句话，例如：社保卡照片反光，请重拍"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
    )

    def __init__(self, *args: Any, papers: Sequence[matters.MaterialView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["materials"].choices = [(one.material_id, one.name) for one in papers]  # type: ignore[attr-defined]


class ReceiveForm(AccessibleForm):
    """The applicant brought the papers to the office in person."""

    materials = forms.MultipleChoiceField(label=_("当面收到、原件已核的"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, papers: Sequence[matters.MaterialView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["materials"].choices = [(one.material_id, one.name) for one in papers]  # type: ignore[attr-defined]


class ProposalForm(AccessibleForm):
    """拟准予 or 拟不予, with the reasons of a refusal."""

    outcome = forms.ChoiceField(
        label=_("拟怎么决定"),
        choices=[("granted", _("拟准予")), ("refused", _("拟不予"))],
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(
        label=_("不予的理由"),
        help_text=_("写进决定书，一行一条"),
        error_messages={"required": _("不予要写明理由，申请人要凭它知道为什么")},
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1500,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") != "refused":  # they are asked for only then
            self.errors.pop("reasons", None)
            cleaned.setdefault("reasons", "")
        return cleaned


class ReturnForm(AccessibleForm):
    """The signer gives the proposal back."""

    reason = forms.CharField(
        label=_("退回的原因"),
        help_text=_("经办人凭它知道要重查什么"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
    )
