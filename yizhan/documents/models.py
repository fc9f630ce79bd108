"""What documents remember. All of it is evidence: the application may add, never change or delete."""

from datetime import UTC, date
from typing import Any, ClassVar

from django.db import models
from django.db.models.fields.json import KT

from yizhan.documents.rules import revoking
from yizhan.documents.rules.grounds import Ground
from yizhan.kernel.api import EncryptedField, Subject
from yizhan.kernel.models import Entity


class FileContent(models.Model):
    """The bytes of a file, kept once however often it is handed in; `sealed` is encrypted."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_content_sha256"),
        ]


class StoredFile(Entity):
    """A file that was handed in for a subject."""

    content = models.ForeignKey(FileContent, on_delete=models.PROTECT)
    media_type = models.CharField(max_length=20)
    name = EncryptedField()
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=80)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["subject_kind", "subject_id"], name="stored_file_subject")]

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)


class SigningKey(models.Model):
    """A key of an issuing organisation; the one with the highest serial signs, the others still verify."""

    kid = models.CharField(max_length=40, primary_key=True)
    organisation_id = models.UUIDField()
    serial = models.PositiveSmallIntegerField()
    algorithm = models.CharField(max_length=20)
    public_key = models.BinaryField()
    private_key = models.BinaryField()
    issuer_name = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["organisation_id", "serial"], name="signing_key_serial"),
        ]


class KeyEvent(Entity):
    """What has become of a key: another took its place, or it is declared lost from a moment on. Once each."""

    REPLACED, LOST = "replaced", "lost"

    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8)
    from_at = models.DateTimeField()
    reason = EncryptedField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["key", "kind"], name="key_event_once"),
            models.CheckConstraint(condition=models.Q(kind__in=["lost", "replaced"]), name="key_event_kind"),
            models.CheckConstraint(
                condition=models.Q(from_at__lte=models.F("recorded_at")), name="key_event_not_ahead"
            ),
        ]


class Document(Entity):
    """A printed document. The signed payload is made anew from these columns, so a changed column shows."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=100)
    number = models.CharField(max_length=60, blank=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    issuer_organisation_id = models.UUIDField()
    issuer_name = models.CharField(max_length=100)
    holder = models.CharField(max_length=100, blank=True)
    public_fields = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)
    is_sample = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    envelope = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_sha256"),
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9A-HJKMNP-TV-Z]{20}$"), name="document_code"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["subject_kind", "subject_id", "issued_at"], name="document_subject"),
            models.Index(KT("envelope__kid"), name="document_kid"),
        ]

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)

    def payload(self) -> dict[str, Any]:
        """What is signed, version 1 of its form."""
        return {
            "v": 1,
            "code": self.code,
            "kind": self.kind,
            "title": self.title,
            "number": self.number,
            "subject": str(self.subject),
            "issuer": self.issuer_name,
            "issuer_organisation_id": str(self.issuer_organisation_id),
            "holder": self.holder,
            "public_fields": self.public_fields,
            "issued_at": self.issued_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "sample": self.is_sample,
            "sha256": self.sha256,
        }


class Revocation(Entity):
    """A document is revoked (撤销). The signed statement is made anew from these columns; the reason is not in it."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="revocation")
    organisation_id = models.UUIDField()
    serial = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    ground = models.CharField(max_length=20)
    reason = EncryptedField()
    revoked_at = models.DateTimeField()
    revoked_by = models.CharField(max_length=80)
    envelope = models.JSONField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["organisation_id", "serial"], name="revocation_serial"),
            models.CheckConstraint(condition=models.Q(ground__in=sorted(map(str, Ground))), name="revocation_ground"),
        ]

    def statement(self) -> dict[str, Any]:
        return revoking.statement(
            code=self.document.code,
            sha256=self.document.sha256,
            organisation_id=str(self.organisation_id),
            serial=self.serial,
            previous=self.previous,
            ground=self.ground,
            revoked_at=self.revoked_at,
        )


class KeepingQuerySet(models.QuerySet["Keeping"]):
    def over(self, on: date) -> "KeepingQuerySet":
        """Whose time is over and about which nobody has decided yet; what is kept for ever is never among them."""
        gone = DisposalAnswer.objects.filter(disposal__keeping=models.OuterRef("pk"), is_approved=True)
        return self.filter(until_on__lt=on).exclude(models.Exists(gone))


class Keeping(Entity):
    """Until when the papers of a thing are kept (保存期限), written down once, when its time begins to run."""

    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    organisation_id = models.UUIDField()
    years = models.PositiveSmallIntegerField(null=True)
    from_on = models.DateField()
    # The last day; None is for ever.
    until_on = models.DateField(null=True)
    basis = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    objects = KeepingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="keeping_once"),
            models.CheckConstraint(
                condition=models.Q(years=None, until_on=None)
                | models.Q(years__gte=1, years__lte=100, until_on__isnull=False),
                name="keeping_term_and_end",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["until_on", "id"], name="keeping_until", condition=models.Q(until_on__isnull=False)),
            models.Index(
                fields=["organisation_id", "until_on", "id"],
                name="keeping_of_office",
                condition=models.Q(until_on__isnull=False),
            ),
        ]

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)


class Disposal(Entity):
    """Proposed (鉴定): the papers of a thing whose time is over are to be destroyed."""

    keeping = models.ForeignKey(Keeping, on_delete=models.PROTECT, related_name="disposals")
    number = models.PositiveSmallIntegerField()
    proposed_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["keeping", "number"], name="disposal_numbered"),
        ]


class DisposalAnswer(Entity):
    """Approved (核准) or not, by another person. What is approved is destroyed in the same moment."""

    disposal = models.OneToOneField(Disposal, on_delete=models.PROTECT, related_name="answer")
    is_approved = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(is_approved=True) | ~models.Q(reason=""), name="disposal_denied_with_reason"
            ),
        ]


class Erasure(Entity):
    """The proof (销毁凭证) that a file or a printed document was here and is erased: its sum, when, by whom, why.

    Written by the database's own functions alone, which erase in the same statement; see migration 0004.
    """

    what = models.CharField(max_length=8, choices=[(one, one) for one in ("file", "document")])
    of_id = models.UUIDField(unique=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=20)
    kept_from = models.DateTimeField()
    kind = models.CharField(max_length=20)
    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="erasures", null=True)
    erased_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["subject_kind", "subject_id"], name="erasure_subject")]
