from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yizhan.look.api import AccessibleForm


class CodeForm(AccessibleForm):
    """The code that stands on the paper, typed by hand."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=60,
        error_messages={
            "required": _("请填写文书左下角二维码旁边的验证码"),
            "max_length": _("验证码没有这么长，请照文书再抄一遍"),
        },
    )

    def refuse_code(self) -> None:
        """Say that no such code can exist."""
        self.add_error("code", _("验证码应是 20 个字母和数字，这个没抄对，请照文书再抄一遍"))


class OriginalForm(AccessibleForm):
    """The electronic original, to be compared and not kept."""

    pdf = forms.FileField(
        label=_("文书的 PDF"),
        error_messages={"required": _("请选一个 PDF 文件"), "empty": _("这个文件是空的，请重新选一个")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pdf"].widget.attrs["accept"] = "application/pdf"


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("记进审计，不公开"),
        error_messages={"required": _("请写明原因，审计员要看")},
    )


class RotateForm(AccessibleForm):
    """A new key for an office."""

    reason = _reason()


class LostForm(AccessibleForm):
    """A key that somebody else may have: since when at the earliest, and why one thinks so."""

    from_at = forms.DateTimeField(
        label=_("最早从什么时候起可能泄露"),
        help_text=_("拿不准的，填最早可能的时刻；填了不能再改"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("请填时刻"), "invalid": _("时刻看不懂，请照 2026-10-09 10:30 这样填")},
    )
    reason = _reason()
