"""The door of notices: telling residents in their inbox and by text, and reading one's own inbox.

Modules register the words of their notices with `register_kind` in apps.py and call `tell` from a service or a
handler. Words carry {placeholders}; context values are texts, whole numbers, days, moments and words in both languages.
"""

from yizhan.notices.queries.inbox import NOTICE, NoticeView, get_notice, in_both_languages, inbox, unread_count
from yizhan.notices.queries.kinds import kinds, register_kind
from yizhan.notices.rules.wording import Both
from yizhan.notices.services import mark_all_read, mark_read, tell

__all__ = [
    "NOTICE",
    "Both",
    "NoticeView",
    "get_notice",
    "in_both_languages",
    "inbox",
    "kinds",
    "mark_all_read",
    "mark_read",
    "register_kind",
    "tell",
    "unread_count",
]
