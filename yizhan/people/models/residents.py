"""Residents and who acts for whom."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Func, Q, Value

from yizhan.kernel.api import EncryptedField, keyed_index
from yizhan.kernel.models import Entity
from yizhan.people.rules.acting import RelationKind
from yizhan.people.rules.identity import Sex

ID_NUMBER_PURPOSE = "people.resident.id_number"
PHONE_PURPOSE = "people.resident.phone"


def choices_of(values: type) -> list[tuple[str, str]]:
    return [(str(value), str(value)) for value in values]  # type: ignore[attr-defined]


def letters_of_name_key() -> Func:
    """The name as it is typed in pinyin: li3 xiao3 yue4 → lixiaoyue."""
    return Func(F("name_key"), Value("[^a-z]"), Value(""), Value("g"), function="regexp_replace")


class ResidentQuerySet(models.QuerySet["Resident"]):
    def with_id_number(self, number: str) -> Self:
        """By the full number in its parsed form; there is no other way to ask by number."""
        return self.filter(id_number_index=keyed_index(number, ID_NUMBER_PURPOSE))

    def living_in(self, territories: tuple[str, ...]) -> Self:
        """Whose home lies in one of the territories (prefixes of division codes)."""
        inside = Q(pk__in=[])
        for territory in territories:
            inside |= Q(home_community__code__startswith=territory)
        return self.filter(inside)

    def by_name(self) -> Self:
        return self.order_by("name_key", "name", "id")


class Resident(Entity):
    """A person whom the city serves, with or without an account."""

    name = models.CharField(max_length=50)
    name_key = models.CharField(max_length=500, db_collation="C")
    id_number = EncryptedField(null=True)
    id_number_index = models.BinaryField(max_length=32, null=True, unique=True)
    sex = models.CharField(max_length=6, blank=True, choices=choices_of(Sex))
    born_on = models.DateField(null=True)
    # One phone may serve several persons, so the index is not unique.
    phone = EncryptedField(null=True)
    phone_index = models.BinaryField(max_length=32, null=True, db_index=True)
    home_community = models.ForeignKey(
        "territory.Division", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # A code, not a key: a hukou may lie in another city or in a division that is no more.
    hukou_division = models.CharField(max_length=12, blank=True)
    address = EncryptedField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    level_at = models.DateTimeField(null=True)
    level_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    is_sample = models.BooleanField(default=False)
    registered_at = models.DateTimeField()

    objects = ResidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=0, level__lte=4), name="resident_level_0_to_4"),
            models.CheckConstraint(
                condition=Q(id_number__isnull=True, id_number_index__isnull=True)
                | Q(id_number__isnull=False, id_number_index__isnull=False),
                name="resident_id_number_is_indexed",
            ),
            models.CheckConstraint(
                condition=Q(level__lt=2) | Q(id_number__isnull=False), name="resident_level_2_has_a_number"
            ),
        ]
        indexes = [
            models.Index(fields=["home_community", "name_key"], name="resident_community_name"),
            models.Index(fields=["name"], name="resident_name"),
            models.Index(letters_of_name_key(), name="resident_name_letters"),
        ]

    def set_id_number(self, number: str) -> None:
        self.id_number = number
        self.id_number_index = keyed_index(number, ID_NUMBER_PURPOSE)

    def set_phone(self, phone: str) -> None:
        self.phone = phone or None
        self.phone_index = keyed_index(phone, PHONE_PURPOSE) if phone else None

    def __str__(self) -> str:
        return f"resident {self.id}"


class RelationQuerySet(models.QuerySet["Relation"]):
    def holding_on(self, day: date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)


class Relation(Entity):
    """`agent` may act for `principal` within `scope`, from the first day up to and without `valid_until`."""

    principal = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="agent_relations")
    agent = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="principal_relations")
    kind = models.CharField(max_length=10, choices=choices_of(RelationKind))
    scope = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    evidence_id = models.UUIDField(null=True)
    evidence_note = models.CharField(max_length=100, blank=True)
    level = models.PositiveSmallIntegerField()
    established_at = models.DateTimeField()
    established_by = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    ended_by_key = models.CharField(max_length=80, blank=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(agent=models.F("principal")), name="relation_is_between_two"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")), name="relation_period"
            ),
            models.UniqueConstraint(
                fields=["principal", "agent"], condition=Q(valid_until=None), name="relation_one_open_per_pair"
            ),
        ]
