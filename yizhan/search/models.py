"""The index: entries found by their words, numbers found by how they begin or end. It can be built anew at any time."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from yizhan.kernel.models import Entity


def _list_of_text() -> Any:
    return ArrayField(models.TextField(), default=list)


class SearchEntry(Entity):
    """One thing to be found. What is folded is as `rules.folding` makes it; `sounds` and `initials` go with `names`."""

    kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    subtitle = models.CharField(max_length=400, blank=True)
    subtitle_en = models.CharField(max_length=400, blank=True)
    title_key = models.CharField(max_length=200, db_collation="C")
    names = _list_of_text()
    sounds = _list_of_text()
    initials = _list_of_text()
    body = models.TextField(blank=True)
    tokens = _list_of_text()
    audience = _list_of_text()
    weight = models.SmallIntegerField(default=100)
    territory = models.CharField(max_length=12, blank=True)
    shown_from = models.DateField(null=True)
    shown_until = models.DateField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="search_entry_once"),
            models.CheckConstraint(
                condition=models.Q(shown_from=None)
                | models.Q(shown_until=None)
                | models.Q(shown_until__gte=models.F("shown_from")),
                name="search_entry_period",
            ),
        ]
        indexes: ClassVar[list[Any]] = [GinIndex(fields=["tokens"], name="search_entry_tokens", fastupdate=False)]


class SearchNumber(Entity):
    """A number that one audience may look up, from its beginning or its end; a row for each audience."""

    kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=40, db_collation="C")
    reversed = models.CharField(max_length=40, db_collation="C")
    audience = models.CharField(max_length=60, db_collation="C")
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "subject_id", "audience"], name="search_number_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["audience", "number"], name="search_number_begin"),
            models.Index(fields=["audience", "reversed"], name="search_number_end"),
        ]
