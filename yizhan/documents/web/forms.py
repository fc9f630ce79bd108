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
