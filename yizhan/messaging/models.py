"""What messaging remembers: each message once, number and text unreadable outside the application."""

from typing import Any, ClassVar

from django.db import models

from yizhan.kernel.api import EncryptedField
from yizhan.kernel.models import Entity


class MessageState(models.TextChoices):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"  # the vendor says that it will never arrive


class Message(Entity):
    to = EncryptedField()
    to_index = models.BinaryField(max_length=32)
    text = EncryptedField()
    reference = models.CharField(max_length=160, unique=True)
    vendor = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.QUEUED)
    queued_at = models.DateTimeField()
    queued_by = models.CharField(max_length=80)
    sent_at = models.DateTimeField(null=True)
    vendor_reference = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | ~models.Q(state="sent"),
                name="message_sent_has_moment",
            )
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["to_index", "-queued_at"], name="message_to")]
