"""Reading messages. Numbers and texts stay out of every repr, so that no log shows them by accident."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from yizhan.kernel.api import keyed_index
from yizhan.messaging.models import Message, MessageState
from yizhan.messaging.rules import normalised_phone
from yizhan.messaging.vendors import vendor_in_use

_PURPOSE = "messaging.phone"


@dataclass(frozen=True, kw_only=True)
class MessageView:
    id: UUID
    to: str = field(repr=False)
    text: str = field(repr=False)
    reference: str
    state: str
    queued_at: datetime
    sent_at: datetime | None

    @property
    def is_sent(self) -> bool:
        return self.state == MessageState.SENT


@dataclass(frozen=True, kw_only=True)
class PhoneView:
    """A number and its messages, newest first."""

    number: str = field(repr=False)
    messages: tuple[MessageView, ...]


def index_of(phone: str) -> bytes:
    return keyed_index(phone, _PURPOSE)


def view_of(message: Message) -> MessageView:
    return MessageView(
        id=message.id,
        to=message.to,
        text=message.text,
        reference=message.reference,
        state=message.state,
        queued_at=message.queued_at,
        sent_at=message.sent_at,
    )


def latest_for(phone: str) -> MessageView | None:
    """The newest message to a number, where the twin is the vendor; with a real vendor nobody reads along."""
    number = normalised_phone(phone)
    if number is None or not vendor_in_use().is_twin:
        return None
    newest = Message.objects.filter(to_index=index_of(number)).order_by("-queued_at", "-id").first()
    return view_of(newest) if newest else None


def twin_phones(*, messages: int = 60) -> list[PhoneView]:
    """The twin's phones, the one that rang last first; of all numbers the newest messages only."""
    if not vendor_in_use().is_twin:
        return []
    by_number: dict[str, list[MessageView]] = {}
    for message in Message.objects.order_by("-queued_at", "-id")[:messages]:
        by_number.setdefault(message.to, []).append(view_of(message))
    return [PhoneView(number=number, messages=tuple(rows)) for number, rows in by_number.items()]
