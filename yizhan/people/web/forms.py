"""What people type: their phone, the code, their name, their number."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from allauth.account.fields import PasswordField
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yizhan.kernel.api import Refusal, times
from yizhan.look.api import AccessibleForm
from yizhan.people.queries import labels
from yizhan.people.rules.acting import EVERYTHING, covers
from yizhan.people.services.registering import Particulars, identity_number_of, name_of
from yizhan.people.web.adapter import PhoneField


class PhoneForm(RequestLoginCodeForm):  # type: ignore[misc]
    """allauth's form with our phone field."""


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    code = forms.CharField(
        label=_("短信验证码"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(LoginForm):  # type: ignore[misc]
    """Phone and password; only where a second factor follows."""

    def _setup_password_field(self) -> None:
        self.fields["password"] = PasswordField(label=_("密码"), autocomplete="current-password")
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def clean(self) -> Any:
        cleaned = super().clean()
        user = getattr(self, "user", None)
        if user is not None and not is_mfa_enabled(user):
            raise forms.ValidationError(_("用密码登录要先打开动态口令。请先用短信验证码登录，在“账号保护”里打开。"))
        return cleaned


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    code = forms.CharField(
        label=_("动态口令"),
        help_text=_("打开手机上的验证器应用，看“一站”那一行的6位数字。"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ConfirmForm(AccessibleForm):
    """The code of the phone or of the app, once more."""

    code = forms.CharField(
        label=pgettext_lazy("再确认", "验证码"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=200,
        help_text=_("至少10个字，不要用常见的密码，也不要全是数字。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一遍"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean(self) -> None:
        chosen = self.cleaned_data.get("password")
        if chosen and chosen != self.cleaned_data.get("again"):
            self.add_error("again", _("两次输入的不一样。"))


class SwitchOnForm(ActivateTOTPForm):  # type: ignore[misc]
    code = forms.CharField(
        label=_("应用里显示的6位数字"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NameForm(AccessibleForm):
    name = forms.CharField(
        label=_("您的姓名"),
        max_length=120,
        help_text=_("和身份证上的一样，中间有“·”也照写。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        return _refused(lambda: name_of(self.cleaned_data["name"]))


class NumberForm(AccessibleForm):
    id_number = forms.CharField(
        label=_("身份证号码"),
        max_length=40,
        help_text=_("18位。最后一位是X的，大小写都可以。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )

    def clean_id_number(self) -> str:
        return _refused(lambda: identity_number_of(self.cleaned_data["id_number"], at=times.utc_now()).number)


class RegisterForm(AccessibleForm):
    """A person whom the city does not know yet, as written on the card."""

    name = forms.CharField(label=_("姓名"), max_length=120)
    id_number = forms.CharField(label=_("身份证号码"), max_length=40)
    home_community = forms.CharField(
        label=_("现在住在哪个社区"),
        max_length=80,
        help_text=_("写社区名选一个；列表里没有的，填12位社区代码。"),
    )
    hukou_division = forms.CharField(
        label=_("户籍地代码"),
        max_length=12,
        required=False,
        help_text=_("6位或12位。和住的社区一样就不填。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    address = forms.CharField(label=_("住址"), max_length=200, required=False)
    phone = PhoneField(label=_("手机号码"), required=False, help_text=_("可以填家人的，几个人用一个号也行。"))

    def clean_name(self) -> str:
        return _refused(lambda: name_of(self.cleaned_data["name"]))

    def clean_id_number(self) -> str:
        return _refused(lambda: identity_number_of(self.cleaned_data["id_number"], at=times.utc_now()).number)

    def clean_home_community(self) -> str:
        found = re.search(r"(?<![0-9])[0-9]{12}(?![0-9])", unicodedata.normalize("NFKC", self.data["home_community"]))
        if found is None:
            raise forms.ValidationError(_("请从列表里选一个社区，或者填12位社区代码。"))
        return found.group()

    def clean_hukou_division(self) -> str:
        code: str = unicodedata.normalize("NFKC", self.cleaned_data["hukou_division"])
        if code and not re.fullmatch(r"[0-9]{6}(?:[0-9]{3}){0,2}", code):
            raise forms.ValidationError(_("户籍地代码是6位或12位数字。"))
        return code

    def particulars(self) -> Particulars:
        kept = self.cleaned_data
        hukou = kept["hukou_division"] or kept["home_community"]
        return Particulars(**{**kept, "hukou_division": hukou})


def _refused(read: Any) -> str:
    try:
        return str(read())
    except Refusal as refusal:
        raise forms.ValidationError(refusal.text, code=refusal.code) from None


class NarrowForm(forms.Form):
    """What somebody may still do for me, and until when."""

    scope = forms.MultipleChoiceField(
        label=_("还可以替我做什么"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("至少留一样。全部收回请用“收回”。"), "invalid_choice": _("请从列出的里面选。")},
    )
    last_day = forms.DateField(
        label=_("最后一天"),
        required=False,
        help_text=_("不填就不改期限。"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("没有这一天，请重新选。")},
    )

    def __init__(self, *args: Any, former: tuple[str, ...], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        kept = [code for code in labels.SCOPES if code != EVERYTHING and covers(former, code)]
        self.fields["scope"].choices = [(code, labels.SCOPES[code]) for code in kept]  # type: ignore[attr-defined]
        self.fields["scope"].initial = kept

    def clean_last_day(self) -> date | None:
        chosen: date | None = self.cleaned_data["last_day"]
        if chosen and not self._today <= chosen <= date(self._today.year + 100, 1, 1):
            raise forms.ValidationError(_("最后一天要从今天起。"))
        return chosen


class WorkplaceForm(forms.Form):
    """In which of one's organisations one works now."""

    organisation = forms.UUIDField()
