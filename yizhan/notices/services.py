"""Telling residents, and noting that they have read."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation

from yizhan.kernel.api import Actor, Subject, audit
from yizhan.messaging import api as messaging
from yizhan.notices.models import Notice
from yizhan.notices.queries.inbox import NOTICE, words_of
from yizhan.notices.queries.kinds import NoticeKind, kind_of
from yizhan.notices.rules.wording import Plain, to_json
from yizhan.people import api as people

SMS_LANGUAGE = "zh-hans"
_TELLER = Actor.system("notices.tell")


@transaction.atomic
def tell(
    *,
    resident_ids: Iterable[UUID],
    kind: str,
    context: Mapping[str, Plain],
    subject: Subject | None,
    community: str,
    at: datetime,
    key: str = "",
    actor: Actor = _TELLER,
) -> int:
    """Put a notice into each resident's inbox and send its text; returns how many were told now.

    Once for each (kind, subject, key, resident): give `key` where the same thing can happen again to the same
    subject, for example the fact's moment. Raises KeyError for an unknown kind or a missing word of the context.
    """
    telling = _Telling(words=kind_of(kind), context=context, subject=subject, community=community, key=key, at=at)
    telling.refuse_missing_words()
    return sum(_tell_one(telling, resident_id, actor) for resident_id in dict.fromkeys(resident_ids))


@dataclass(frozen=True, kw_only=True)
class _Telling:
    """What is told, whoever it is told to."""

    words: NoticeKind
    context: Mapping[str, Plain]
    subject: Subject | None
    community: str
    key: str
    at: datetime

    def refuse_missing_words(self) -> None:
        """A word that is missing shows here, to the caller, and not later to the reader."""
        for template in (self.words.title, self.words.body, self.words.sms):
            words_of(template, self.context)

    def new_row(self) -> dict[str, object]:
        return {
            "kind": self.words.name,
            "subject_kind": self.subject.kind if self.subject else "",
            "subject_id": self.subject.id if self.subject else "",
            "community": self.community,
            "context": json.dumps(to_json(self.context), ensure_ascii=False),
            "created_at": self.at,
        }

    def text(self) -> str:
        with translation.override(SMS_LANGUAGE):
            return words_of(self.words.sms, self.context)


def _tell_one(telling: _Telling, resident_id: UUID, actor: Actor) -> bool:
    key = f"{telling.words.name}|{telling.subject or ''}|{telling.key}"
    notice, is_new = Notice.objects.get_or_create(resident_id=resident_id, key=key, defaults=telling.new_row())
    if is_new:
        has_text = _send_text(notice, telling, actor)
        about = str(telling.subject or "")
        audit(actor, "notices.notice.sent", Subject(NOTICE, str(notice.id)), kind=notice.kind, of=about, sms=has_text)
    return is_new


def _send_text(notice: Notice, telling: _Telling, actor: Actor) -> bool:
    """Whether a text goes out: the kind has words for it and the resident a phone."""
    text = telling.text()
    contact = people.contact_of(resident_id=notice.resident_id) if text else None
    if contact is None or not contact.phone:
        return False
    messaging.send_sms(to=contact.phone, text=text, reference=f"notices:{notice.id}", actor=actor, at=telling.at)
    return True


@transaction.atomic
def mark_read(*, notice_id: UUID, actor: Actor, at: datetime) -> None:
    """Note that the resident has read it; the first time counts. Another's notice is left alone."""
    Notice.objects.visible_to(actor).unread().filter(pk=notice_id).update(read_at=at)


@transaction.atomic
def mark_all_read(*, actor: Actor, at: datetime) -> int:
    """Returns how many were unread."""
    return Notice.objects.visible_to(actor).unread().update(read_at=at)
