"""What messaging tells: a message waits to be sent. Neither number nor text travels in it."""

from dataclasses import dataclass
from uuid import UUID

from yizhan.kernel.api import Fact


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Fact):
    subject_kind = "messaging.message"
    subject_field = "message_id"

    message_id: UUID
