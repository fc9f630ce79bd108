"""What notices remember: one entry in a resident's inbox. Its facts are encrypted, its words are made on reading."""

from typing import Any, ClassVar

from django.db import models

from yizhan.kernel.api import Actor, EncryptedField, Subject
from yizhan.kernel.models import Entity


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """A resident's own; nobody else's."""
        return self.filter(resident_id=actor.resident_id) if actor.resident_id else self.none()

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(Entity):
    resident_id = models.UUIDField()
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=240)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    community = models.CharField(max_length=12, blank=True)
    context = EncryptedField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["resident_id", "key"], name="notice_told_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["resident_id", "-created_at"], name="notice_inbox"),
            models.Index(fields=["resident_id"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    @property
    def subject(self) -> Subject | None:
        return Subject(self.subject_kind, self.subject_id) if self.subject_kind else None
