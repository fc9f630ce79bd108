"""Sending a text: kept in the transaction of its cause, handed to the vendor after the commit, once in effect."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.facts.messaging import MessageQueued
from yizhan.kernel.api import Actor, BadInput, publish, times
from yizhan.messaging.models import Message, MessageState
from yizhan.messaging.queries import MessageView, index_of, view_of
from yizhan.messaging.rules import MAX_LENGTH, normalised_phone
from yizhan.messaging.vendors import Check, NumberNotReachable, OutgoingText, vendor_in_use

SIGNATURE = _("【一站】")
log = structlog.get_logger()


class PhoneNotValid(BadInput):
    code: ClassVar[str] = "messaging.phone_not_valid"
    message = _("手机号应该是 11 位数字，1 开头。请再看一遍。")


@transaction.atomic
def send_sms(*, to: str, text: str, reference: str, actor: Actor, at: datetime) -> MessageView:
    """Queue a message; the same `reference` queues it once, whoever asks. Raises PhoneNotValid.

    `reference` names the cause and carries no personal data, e.g. "notices:<notice id>".
    """
    phone = normalised_phone(to)
    if phone is None:
        raise PhoneNotValid
    if not 0 < len(text) <= MAX_LENGTH:
        raise ValueError(f"a message has 1 to {MAX_LENGTH} characters")
    message, is_new = Message.objects.get_or_create(
        reference=reference,
        defaults={
            "to": phone,
            "to_index": index_of(phone),
            "text": text,
            "vendor": vendor_in_use().name,
            "queued_at": at,
            "queued_by": actor.key,
        },
    )
    if is_new:
        publish(MessageQueued(occurred_at=at, community="", channel=actor.channel, message_id=message.id))
    return view_of(message)


@transaction.atomic
def deliver_message(*, message_id: UUID, at: datetime | None = None) -> None:
    """Hand a queued message to the vendor; one that is sent stays sent. Raises VendorUnavailable."""
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state != MessageState.QUEUED:
        return
    outgoing = OutgoingText(to=message.to, text=f"{SIGNATURE}{message.text}", reference=str(message.id))
    try:
        message.vendor_reference = vendor_in_use().send(outgoing)
    except NumberNotReachable:
        message.state = MessageState.FAILED
    else:
        message.state, message.sent_at = MessageState.SENT, at or times.utc_now()
    message.save(update_fields=["state", "sent_at", "vendor_reference"])
    log.info("message_delivered", message=str(message.id), state=message.state)


def check_vendor() -> Check:
    """Whether messages would go out now; sends nothing."""
    return vendor_in_use().check()
