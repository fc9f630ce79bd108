"""Forms of the administrator, the security officer, and of somebody going on leave."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import NotFound
from yizhan.look.api import AccessibleForm
from yizhan.people.queries import labels
from yizhan.people.rules.organisations import Department, OrganisationKind, Role
from yizhan.people.services.organising import LONGEST_REASON, NewOrganisation
from yizhan.people.web.adapter import PhoneField
from yizhan.territory import api as territory

OPENED = (
    OrganisationKind.DEPARTMENT,
    OrganisationKind.DESK,
    OrganisationKind.CITY,
    OrganisationKind.GOVERNMENT,
)


def _day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


class OrganisationForm(AccessibleForm):
    kind = forms.ChoiceField(label=_("单位类别"), choices=[(kind, labels.KINDS[kind]) for kind in OPENED])
    name = forms.CharField(label=_("单位名称"), max_length=100, help_text=_("和印章上的一样，例如：青秀区民政局"))
    department = forms.ChoiceField(
        label=_("属于哪个部门"),
        required=False,
        choices=[("", _("不属于十个部门")), *((one, labels.DEPARTMENTS[one]) for one in Department)],
        help_text=_("部门科室才要选；窗口不用选。"),
    )
    territory = forms.CharField(
        label=_("管哪一片"),
        max_length=12,
        help_text=_("区划代码：市4501，城区6位，社区12位，例如 450103001005。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=40, required=False, help_text=_("18位，没有就不填。")
    )
    phone = forms.CharField(label=_("办公电话"), max_length=20, required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)

    def clean_territory(self) -> str:
        code = unicodedata.normalize("NFKC", self.cleaned_data["territory"])
        if not re.fullmatch(r"[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}", code):
            raise forms.ValidationError(_("区划代码是4、6、9或12位数字。"))
        try:
            territory.division(code.ljust(12, "0"))
        except NotFound:
            raise forms.ValidationError(_("没有这个区划代码，请对照代码表再看一遍。")) from None
        return code

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        is_office, names = kept.get("kind") == OrganisationKind.DEPARTMENT, bool(kept.get("department"))
        if is_office and not names:
            self.add_error("department", _("部门科室要选属于哪个部门。"))
        if not is_office and names:
            self.add_error("department", _("只有部门科室才选部门。"))
        return kept

    def organisation(self) -> NewOrganisation:
        kept = self.cleaned_data
        department = Department(kept["department"]) if kept["department"] else None
        return NewOrganisation(**{**kept, "kind": OrganisationKind(kept["kind"]), "department": department})


class ReasonForm(AccessibleForm):
    reason = forms.CharField(
        label=_("为什么停用"), max_length=LONGEST_REASON, help_text=_("例如：机构合并。以后查得到。")
    )


class StaffForm(AccessibleForm):
    name = forms.CharField(label=_("姓名"), max_length=120, help_text=_("和工作证上的一样。"))
    employee_number = forms.CharField(label=_("工号"), max_length=20)
    organisation = forms.ChoiceField(label=_("在哪个单位"))
    phone = PhoneField(label=_("登录手机"), help_text=_("用它收验证码登录。没有岗位以前，登录了也不能办事。"))

    def __init__(self, *args: Any, organisations: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(str(one), name) for one, name in organisations]  # type: ignore[attr-defined]


class SignInPhoneForm(AccessibleForm):
    phone = PhoneField(label=_("新的登录手机"), help_text=_("原来的手机和新的手机都会收到短信。"))


class RoleForm(AccessibleForm):
    """A role in one organisation; which ones there are is the organisation's kind."""

    role = forms.ChoiceField(label=_("岗位"), widget=forms.RadioSelect)
    first = _day_field(_("从哪天起"))
    last_day = _day_field(_("最后一天"), required=False, help_text=_("不填就一直有效，直到收回。"))

    def __init__(self, *args: Any, roles: Sequence[Role], today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"first": today}, **kwargs)
        self._today = today
        self.fields["role"].choices = [(role, labels.ROLES[role]) for role in roles]  # type: ignore[attr-defined]

    def clean_first(self) -> date:
        return _within(self.cleaned_data["first"], self._today)

    def clean_last_day(self) -> date | None:
        chosen: date | None = self.cleaned_data["last_day"]
        return _within(chosen, self._today) if chosen else None

    def until(self) -> date | None:
        last_day: date | None = self.cleaned_data["last_day"]
        return last_day + timedelta(days=1) if last_day else None


def _within(day: date, today: date) -> date:
    """A day that has not gone by, and within the calendar."""
    if not today <= day <= date(2098, 12, 31):
        raise forms.ValidationError(_("请选今天或以后的一天。"))
    return day


class LeaveForm(AccessibleForm):
    """Which of one's roles, to whom, for which days."""

    what = forms.ChoiceField(label=_("交出哪个岗位"), widget=forms.RadioSelect)
    to_staff = forms.ChoiceField(label=_("交给谁代"), help_text=_("只列出同一个单位今天在岗的同事。"))
    first = _day_field(_("从哪天起"))
    last_day = _day_field(_("最后一天"), help_text=_("这一天过完就自动收回。"))
    reason = forms.CharField(label=_("为什么"), max_length=100, help_text=_("例如：年休假、外出培训。"))

    def __init__(
        self,
        *args: Any,
        roles: Sequence[tuple[str, str]],
        colleagues: Sequence[tuple[UUID, str]],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["what"].choices = roles  # type: ignore[attr-defined]
        self.fields["to_staff"].choices = [(str(one), name) for one, name in colleagues]  # type: ignore[attr-defined]

    def clean_first(self) -> date:
        return _within(self.cleaned_data["first"], self._today)

    def clean_last_day(self) -> date:
        return _within(self.cleaned_data["last_day"], self._today)
