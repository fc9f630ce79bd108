"""What messaging does after a commit."""

from yizhan.facts.messaging import MessageQueued
from yizhan.kernel.api import on
from yizhan.messaging import api


@on(MessageQueued, name="messaging.deliver", leaves=True)
def deliver(fact: MessageQueued) -> None:
    api.deliver_message(message_id=fact.message_id)
