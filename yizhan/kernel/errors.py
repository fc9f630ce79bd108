"""Refusals: what a person can mend. Anything else is a fault and flies.

Refusal                 a rule says no; the text says what to do
├── BadInput      400   the words cannot be read
├── NotAllowed    403   seen, but not this person's to do
├── NotFound      404   hidden and absent look the same
└── Conflict      409   right at another time or in another state (the default)
"""

from typing import ClassVar

from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What Django raises where the database is away, starting, or gave a statement up: it passes without anybody's doing.
DATABASE_SILENT = (OperationalError, InterfaceError)
RETRY_AFTER_S = 5


class Refusal(Exception):
    """A refusal with a stable `code`, an HTTP `status` and a `message` for a person; `facts` fill its placeholders.

    Facts are plain values and never personal data: they may be logged.
    """

    code: ClassVar[str] = "kernel.refused"
    status: ClassVar[int] = 409
    message: ClassVar[str | Promise] = _("现在不能这样做。")

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts

    @property
    def text(self) -> str:
        """The message in the reader's language, placeholders filled."""
        return str(self.message).format(**self.facts)


class BadInput(Refusal):
    code = "kernel.bad_input"
    status = 400
    message = _("填写的内容看不懂，请改正后再提交。")


class NotAllowed(Refusal):
    code = "kernel.not_allowed"
    status = 403
    message = _("您的岗位不能做这件事。需要的话，请找本单位管理员。")


class NotFound(Refusal):
    code = "kernel.not_found"
    status = 404
    message = _("没有找到。可能已经办完收走，或者不归您看。")


class Conflict(Refusal):
    code = "kernel.conflict"
    status = 409
