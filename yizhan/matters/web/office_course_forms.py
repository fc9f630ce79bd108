"""Forms of what the item of a case allows besides the plain course: next office, 特别程序, 延期, 终止, 抽查."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from yizhan.documents import api as documents
from yizhan.look.api import AccessibleForm
from yizhan.matters import api as matters

YES, NO = "yes", "no"


def _words(label: Any, help_text: Any, rows: int = 3, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, widget=area, max_length=500, **more)


class HandOnForm(AccessibleForm):
    """The opinion of an office that does not decide."""

    opinion = forms.ChoiceField(
        label=_("本单位的意见"), choices=[(YES, _("同意")), (NO, _("不同意"))], widget=forms.RadioSelect
    )
    text = _words(_("查到了什么"), _("下一个单位凭它接着办，例如：入户查过，情况属实"))

    def arguments(self) -> dict[str, Any]:
        return {"is_in_favour": self.cleaned_data["opinion"] == YES, "text": self.cleaned_data["text"]}


class SpecialForm(AccessibleForm):
    """特别程序: which, until when, why."""

    procedure = forms.ChoiceField(label=_("哪种特别程序"), widget=forms.RadioSelect)
    planned_end = forms.DateField(
        label=_("计划哪天结束"),
        help_text=_("到这天没有提前结束的，自动恢复计算"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = _words(_("为什么要停算"), _("写进特别程序告知书，申请人原样看到"))

    def __init__(self, *args: Any, course: matters.CourseView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["procedure"]
        field.choices = [(one.id, _longest(one)) for one in course.special_rules]

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def _longest(rule: Any) -> str:
    words = _("{name}，最多 {days} 个工作日") if rule.unit == "working" else _("{name}，最多 {days} 天")
    return str(words).format(name=rule.name, days=rule.maximum_days)


class EndSpecialForm(AccessibleForm):
    note = forms.CharField(label=_("结果（可以不填）"), required=False, max_length=200)

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class AskExtensionForm(AccessibleForm):
    """报请延期."""

    days = forms.IntegerField(label=_("延长几天"), min_value=1)
    reason = _words(_("为什么要延期"), _("批准人看到，批准后写进延期告知书"))

    def __init__(self, *args: Any, course: matters.CourseView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["days"]
        if course.extension_rule is not None:
            days.max_value = course.extension_rule.days
            days.help_text = _("最多 {days} 天，由{who}批准").format(
                days=course.extension_rule.days, who=course.extension_rule.approved_by
            )

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class TerminateForm(AccessibleForm):
    """终止: nobody or nothing left to decide on."""

    cause = forms.ChoiceField(
        label=_("终止的原因"), choices=list(matters.CAUSE_WORDS.items()), widget=forms.RadioSelect
    )
    reason = _words(_("情况"), _("写进终止办理通知书，例如：死亡证明已核"), rows=2)

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class RevokeForm(AccessibleForm):
    """撤销: on what ground, why, and what the holder said to it."""

    ground = forms.ChoiceField(label=_("撤销的情形"), widget=forms.RadioSelect)
    reason = _words(_("撤销的理由"), _("写进撤销决定书，当事人原样看到；不上网公开"))
    heard = _words(_("陈述、申辩的情况"), _("例如：11月20日书面告知，本人电话说没有意见"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["ground"]
        is_english = (get_language() or "").startswith("en")
        grounds = documents.GROUNDS.items()
        field.choices = [(str(one), words.english if is_english else words.chinese) for one, words in grounds]

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReviewForm(AccessibleForm):
    """抽查: somebody looks at what the rules have granted."""

    result = forms.ChoiceField(
        label=_("查了以后"), choices=[(YES, _("准予是对的")), (NO, _("准予有问题"))], widget=forms.RadioSelect
    )
    note = _words(_("查到了什么"), _("有问题的要写明"), rows=2, required=False)

    def arguments(self) -> dict[str, Any]:
        return {"is_right": self.cleaned_data["result"] == YES, "note": self.cleaned_data["note"]}


class PlainForm(AccessibleForm):
    """A button alone."""

    def arguments(self) -> dict[str, Any]:
        return {}


def course_forms(turn: matters.Turn, course: matters.CourseView, *, is_mine: bool, may_review: bool) -> dict[str, Any]:
    """By name of the act, those that are open to the actor now."""
    act = matters.Action
    open_now: Mapping[str, tuple[bool, Any]] = {
        "hand_on": (is_mine and act.HAND_ON in turn.actions, HandOnForm),
        "suspend": (is_mine and act.SUSPEND in turn.actions and bool(course.special_rules), SpecialForm),
        "resume": (is_mine and act.RESUME in turn.actions, EndSpecialForm),
        "publish": (is_mine and act.PUBLISH in turn.actions, PlainForm),
        "ask_extension": (
            is_mine and act.ASK_EXTENSION in turn.actions and course.extension_rule is not None,
            AskExtensionForm,
        ),
        "terminate": (is_mine and act.TERMINATE in turn.actions, TerminateForm),
        "archive": (act.ARCHIVE in turn.actions, PlainForm),
        "revoke": (act.REVOKE in turn.actions, RevokeForm),
        "draw": (may_review and course.is_automatic and course.review is None, PlainForm),
        "review": (may_review and course.review is not None and course.review.is_right is None, ReviewForm),
    }
    return {name: build_form(kind, course) for name, (is_open, kind) in open_now.items() if is_open}


FORMS = {
    "hand_on": HandOnForm,
    "suspend": SpecialForm,
    "resume": EndSpecialForm,
    "publish": PlainForm,
    "ask_extension": AskExtensionForm,
    "terminate": TerminateForm,
    "archive": PlainForm,
    "revoke": RevokeForm,
    "draw": PlainForm,
    "review": ReviewForm,
}


def build_form(kind: Any, course: matters.CourseView, data: Any = None) -> Any:
    return kind(data, course=course) if kind in (SpecialForm, AskExtensionForm) else kind(data)


def course_lines(course: matters.CourseView) -> list[str]:
    """What is special about this case, one sentence each."""
    lines = []
    if course.is_deemed:
        lines.append(gettext("窗口没有按时告知要补什么，依法视为收件当日受理。"))
    if course.is_automatic:
        lines.append(gettext("按部门的规则自动准予，用本单位的密钥签名，没有经办人。"))
    if len(course.offices) > 1:
        now = course.offices[course.office_number]
        words = gettext("一共经过 {count} 个单位，现在是第 {number} 个：{name}。")
        lines.append(words.format(count=len(course.offices), number=course.office_number + 1, name=now))
    return lines
