"""What the kernel remembers. Facts, audit lines and seals are evidence: the application may add, never change."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from yizhan.kernel.ids import new_id
from yizhan.kernel.subjects import Subject


class Entity(models.Model):
    """A row with a time-ordered UUID."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class FactRecord(models.Model):
    """A fact as it was published."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    community = models.CharField(max_length=12, blank=True)
    done_at = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=12, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        db_table = "kernel_fact"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="fact_subject"),
            models.Index(fields=["name", "id"], name="fact_name"),
        ]


class DeliveryState(models.TextChoices):
    READY = "ready"
    WAITING = "waiting"  # an earlier one of the same handler and subject comes first
    PARKED = "parked"  # failed too often: a person re-runs it or skips it with a reason
    DONE = "done"
    SKIPPED = "skipped"


class Delivery(models.Model):
    """One fact for one handler. Done in the transaction of the handler's effect, so it happens once."""

    id = models.BigAutoField(primary_key=True)
    fact = models.ForeignKey(FactRecord, on_delete=models.PROTECT, db_index=False)
    handler = models.CharField(max_length=80)
    lane = models.CharField(max_length=12)
    subject_key = models.CharField(max_length=124)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "handler"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["lane", "due_at", "id"], name="delivery_ready", condition=models.Q(state=DeliveryState.READY)
            ),
            models.Index(
                fields=["handler", "subject_key", "id"],
                name="delivery_open",
                condition=models.Q(state__in=["ready", "waiting", "parked"]),
            ),
            models.Index(fields=["id"], name="delivery_parked", condition=models.Q(state=DeliveryState.PARKED)),
        ]

    @property
    def fact_subject(self) -> Subject:
        return Subject(self.fact.subject_kind, self.fact.subject_id)


class Timer(models.Model):
    """Something to do at a moment. `token` grows each time it is set, so that an old firing cannot undo a new one."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    token = models.BigIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_parked = models.BooleanField(default=False)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_kind", "subject_id"], name="timer_one_per_subject")
        ]
        indexes = [models.Index(fields=["due_at"], name="timer_due", condition=models.Q(is_parked=False))]


class AuditLine(models.Model):
    """Who did what to which thing. `content_hash` covers every other column but the id."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=12)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    content_hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["actor", "id"], name="audit_actor"),
            # Lines come in the order of their moments: a few bytes for each block of them, next to nothing to write.
            BrinIndex(fields=["at"], name="audit_at"),
        ]


class AuditPending(models.Model):
    """A line that no seal holds yet; the sealer takes it away.

    No foreign key in the database: both rows come from one statement, its check would be a fifth of what an act
    pays for its line (`yizhan bench kernel`), and `yizhan verify` names a row whose line is gone.
    """

    line = models.OneToOneField(AuditLine, on_delete=models.PROTECT, primary_key=True, db_constraint=False)


class AuditSeal(models.Model):
    """One link of the chain: hash = H(previous hash, number, moment, each line's hash in order)."""

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    lines = models.PositiveIntegerField()
    algorithm = models.CharField(max_length=12, default="sha256")
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)


class AuditSealMember(models.Model):
    """Which line stands at which place of a seal."""

    line = models.OneToOneField(AuditLine, on_delete=models.PROTECT, primary_key=True)
    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT, db_index=False)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="seal_position")]


class RateCount(models.Model):
    """Calls of one caller in one minute. Unlogged (migration 0003): a counter and no evidence."""

    key = models.CharField(primary_key=True, max_length=80)
    window = models.BigIntegerField()
    calls = models.PositiveIntegerField()

    class Meta:
        db_table = "kernel_rate"


class IdempotencyKey(models.Model):
    """The first answer to a key, stored in the transaction of its effect."""

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]
