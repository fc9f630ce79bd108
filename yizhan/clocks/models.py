"""A running limit, its pauses and its extensions. What was counted is stored, so that lists need no counting."""

from django.db import models
from django.db.models import F, Q


class ClockState(models.TextChoices):
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class Clock(models.Model):
    """The promise and the legal limit of one subject. The due days are empty while a pause leaves them open."""

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    unit = models.CharField(max_length=8, choices=[("working", "working"), ("natural", "natural")])
    promise_days = models.PositiveSmallIntegerField()
    legal_days = models.PositiveSmallIntegerField(null=True)
    extended_by = models.PositiveSmallIntegerField(default=0)
    region = models.CharField(max_length=12)
    start_on = models.DateField()
    state = models.CharField(max_length=8, choices=ClockState.choices, default=ClockState.RUNNING)
    paused_after = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)
    promise_due_on = models.DateField(null=True)
    legal_due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    yellow_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    black_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="clock_one_per_subject"),
            models.CheckConstraint(condition=Q(promise_days__gte=1), name="clock_promises_a_day_or_more"),
            models.CheckConstraint(
                condition=Q(legal_days__isnull=True) | Q(legal_days__gte=F("promise_days")),
                name="clock_promise_within_the_law",
            ),
            models.CheckConstraint(
                condition=Q(state=ClockState.PAUSED, paused_after__isnull=False)
                | (~Q(state=ClockState.PAUSED) & Q(paused_after__isnull=True)),
                name="clock_paused_since_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state=ClockState.STOPPED, stopped_at__isnull=False)
                | (~Q(state=ClockState.STOPPED) & Q(stopped_at__isnull=True)),
                name="clock_stopped_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["region", "start_on"], name="clock_open", condition=~Q(state=ClockState.STOPPED)),
            models.Index(fields=["red_at"], name="clock_red", condition=Q(state=ClockState.RUNNING)),
        ]


class Pause(models.Model):
    """The clock stood still after one day up to and including the other; an empty end is a pause that lasts.

    The migration adds what Django cannot say: two pauses of a clock never overlap.
    """

    id = models.BigAutoField(primary_key=True)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    paused_after = models.DateField()
    paused_until = models.DateField(null=True)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_until__isnull=True) | Q(paused_until__gte=F("paused_after")),
                name="pause_not_backwards",
            ),
            models.UniqueConstraint(
                fields=["clock"], condition=Q(paused_until__isnull=True), name="pause_one_open_per_clock"
            ),
        ]


class Extension(models.Model):
    """Days that were added, with the reason given to the applicant."""

    id = models.BigAutoField(primary_key=True)
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(days__gte=1), name="extension_adds_a_day_or_more")]


class Recount(models.Model):
    """Counting the open clocks of a region anew after a notice, and how far it has come. `after`: the last one seen."""

    id = models.BigAutoField(primary_key=True)
    notice_id = models.BigIntegerField(unique=True)
    region = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    after = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField()
    seen = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)


class RecountMove(models.Model):
    """A clock that came out differently: the days before and after. Evidence, beside the audit line."""

    id = models.BigAutoField(primary_key=True)
    recount = models.ForeignKey(Recount, on_delete=models.PROTECT, related_name="moves")
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    due_on_before = models.DateField(null=True)
    due_on = models.DateField(null=True)
    legal_due_on_before = models.DateField(null=True)
    legal_due_on = models.DateField(null=True)
    provisional = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recount", "subject_kind", "subject_id"], name="recount_moves_a_clock_once")
        ]
