"""Forms that say how to mend what was written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MESSAGES: dict[type[forms.Field], dict[str, str | Promise]] = {
    forms.Field: {"required": _("请填“{label}”")},
    forms.ChoiceField: {"required": _("请选“{label}”"), "invalid_choice": _("“{label}”里没有这一项，请重新选")},
    forms.MultipleChoiceField: {"required": _("“{label}”请至少选一项")},
    forms.BooleanField: {"required": _("请先勾选“{label}”")},
    forms.DateField: {"invalid": _("“{label}”没有这一天，请写成 2026-09-29 这样")},
    forms.IntegerField: {
        "invalid": _("“{label}”请只写数字"),
        "min_value": _("“{label}”最小是 %(limit_value)s"),
        "max_value": _("“{label}”最大是 %(limit_value)s"),
    },
    forms.FileField: {
        "required": _("请选“{label}”的文件"),
        "empty": _("“{label}”的文件是空的，请重新选"),
        "invalid": _("“{label}”没有传上来，请再选一次"),
        "max_length": _("“{label}”的文件名太长，请改短到 %(max)d 个字以内"),
    },
    forms.EmailField: {"invalid": _("“{label}”不像邮箱地址，请再看一遍")},
}
TOO_LONG = ngettext_lazy(
    "最多写 %(limit_value)d 个字，现在是 %(show_value)d 个",
    "最多写 %(limit_value)d 个字，现在是 %(show_value)d 个",
    "limit_value",
)
TOO_SHORT = ngettext_lazy(
    "至少要 %(limit_value)d 个字，现在是 %(show_value)d 个",
    "至少要 %(limit_value)d 个字，现在是 %(show_value)d 个",
    "limit_value",
)
NULS = _("这里有看不见的字符，请删掉重写")


class AccessibleForm(forms.Form):
    """A form whose errors name the field and the remedy; the browser's own bubbles stay away.

    A field that gives its own `error_messages` keeps them. Text is stripped; NUL and only spaces are refused.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label = field.label or name
            self._speak_plainly(field, str(label))

    def _speak_plainly(self, field: forms.Field, label: str) -> None:
        own = _given_messages(field)
        for kind in reversed(type(field).__mro__):
            for code, message in MESSAGES.get(kind, {}).items():
                if code not in own:
                    field.error_messages[code] = str(message).replace("{label}", label)
        for validator in field.validators:
            _reword(validator)


def _given_messages(field: forms.Field) -> set[str]:
    """Codes whose message was written for this very field, not inherited from its class."""
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    return {code for code, message in field.error_messages.items() if message is not defaults.get(code)}


def _reword(validator: Any) -> None:
    words = {"max_length": TOO_LONG, "min_length": TOO_SHORT, "null_characters_not_allowed": NULS}
    if getattr(validator, "code", "") in words and "message" not in vars(validator):
        validator.message = words[validator.code]
