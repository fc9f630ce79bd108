"""What people type: their phone, the code, their name, their number."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Refusal
from yizhan.kernel.times import utc_now
from yizhan.people.services.registering import identity_number_of, name_of


class PhoneForm(RequestLoginCodeForm):  # type: ignore[misc]
    """allauth's form with our phone field."""


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    code = forms.CharField(
        label=_("短信验证码"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("您的姓名"),
        max_length=120,
        help_text=_("和身份证上的一样，中间有“·”也照写。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"null_characters_not_allowed": _("姓名里有看不见的字符，请重新输入。")},
    )

    def clean_name(self) -> str:
        return _refused(lambda: name_of(self.cleaned_data["name"]))


class NumberForm(forms.Form):
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=40,
        help_text=_("18位。最后一位是X的，大小写都可以。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )

    def clean_id_number(self) -> str:
        return _refused(lambda: identity_number_of(self.cleaned_data["id_number"], at=utc_now()).number)


def _refused(read: Any) -> str:
    try:
        return str(read())
    except Refusal as refusal:
        raise forms.ValidationError(refusal.text, code=refusal.code) from None


class WorkplaceForm(forms.Form):
    """In which of one's organisations one works now."""

    organisation = forms.UUIDField()
