"""Evidence: what was seen, how a level was reached, who looked. Rows are added and never changed."""

from __future__ import annotations

from django.db import models

from yizhan.kernel.models import Entity
from yizhan.people.models.organisations import Organisation, Staff
from yizhan.people.models.residents import Resident, choices_of
from yizhan.people.rules.levels import CheckMethod, IdentityDocument


class VerifiedAttribute(Entity):
    """A verified attribute is (value, source, seen_at, level). What no row answers is not known."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="attributes")
    name = models.CharField(max_length=60)
    value = models.JSONField()
    source = models.CharField(max_length=60)
    seen_at = models.DateTimeField()
    level = models.PositiveSmallIntegerField()
    recorded_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["resident", "name", "-seen_at"], name="attribute_latest")]


class LevelCheck(Entity):
    """One act of making sure who a person is."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="level_checks")
    method = models.CharField(max_length=20, choices=choices_of(CheckMethod))
    document = models.CharField(max_length=30, blank=True, choices=choices_of(IdentityDocument))
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")


class RecordRead(Entity):
    """One look into a person's record: who, for what, for which case, which fields, when."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="reads")
    reader_key = models.CharField(max_length=80)
    reader_name = models.CharField(max_length=60)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20)
    case_id = models.UUIDField(null=True)
    fields = models.JSONField(default=list)
    at = models.DateTimeField()
    channel = models.CharField(max_length=12)

    class Meta:
        indexes = [models.Index(fields=["resident", "-at", "-id"], name="record_read_latest")]
