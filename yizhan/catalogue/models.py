"""Service items and their versions, as they were loaded from the item files."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from yizhan.kernel.models import Entity


class ServiceItem(Entity):
    """事项: what exists; how it is done stands in its versions."""

    code = models.SlugField(max_length=60, unique=True)


class ItemVersionQuerySet(models.QuerySet["ItemVersion"]):
    def in_force_on(self, day: date) -> Self:
        """At most one of each item: the last to have begun, unless it has ended."""
        begun = self.filter(effective_from__lte=day).order_by("item", "-effective_from").distinct("item")
        return self.filter(Q(effective_until=None) | Q(effective_until__gt=day), pk__in=begun.values("pk"))


class ItemVersion(Entity):
    """One implementation list (实施清单). Never changed and never deleted: cases keep the version they began with."""

    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    effective_from = models.DateField()
    effective_until = models.DateField(null=True)
    content = models.JSONField()
    source_file = models.CharField(max_length=200)
    source_sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(db_default=Now())

    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="item_version_number_once"),
            models.UniqueConstraint(fields=["item", "effective_from"], name="item_version_begins_once_a_day"),
            models.CheckConstraint(condition=Q(version__gte=1), name="item_version_counts_from_one"),
            models.CheckConstraint(
                condition=Q(effective_until=None) | Q(effective_until__gt=F("effective_from")),
                name="item_version_ends_after_it_begins",
            ),
        ]
