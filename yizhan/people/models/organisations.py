"""Organisations, their staff and who holds which role where."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from yizhan.kernel.models import Entity
from yizhan.people.models.residents import choices_of
from yizhan.people.rules.organisations import Department, OrganisationKind, Role


class Organisation(Entity):
    kind = models.CharField(max_length=12, choices=choices_of(OrganisationKind))
    name = models.CharField(max_length=100)
    credit_code = models.CharField(max_length=18, null=True, unique=True)  # noqa: DJ001  null lets many have none
    department = models.CharField(max_length=20, blank=True, choices=choices_of(Department))
    # A prefix of division codes: 4501, 450103, 450103001005; empty for an organisation without a territory.
    territory = models.CharField(max_length=12, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="department") | ~Q(department=""), name="organisation_department_is_named"
            ),
            models.UniqueConstraint(
                fields=["department", "territory"],
                condition=Q(kind="department", is_active=True),
                name="organisation_one_office_per_territory",
            ),
        ]
        indexes = [models.Index(fields=["kind", "territory"], name="organisation_place")]


class Staff(Entity):
    """A person at work. The private person, if known to the city, is a Resident of its own."""

    name = models.CharField(max_length=50)
    name_key = models.CharField(max_length=500, db_collation="C")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff")
    employee_number = models.CharField(max_length=20)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "staff"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "employee_number"], name="staff_number_in_organisation")
        ]
        indexes = [models.Index(fields=["name"], name="staff_name")]


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def holding_on(self, day: date) -> Self:
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day, organisation__is_active=True
        )

    def not_over_on(self, day: date) -> Self:
        """Held on that day or later, wherever."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=day))

    def touching(self, first: date, until: date | None) -> Self:
        """Held on some day from `first` up to and without `until`."""
        found = self.filter(Q(valid_until=None) | Q(valid_until__gt=first) & Q(valid_until__gt=F("valid_from")))
        return found if until is None else found.filter(valid_from__lt=until)


class RoleAssignment(Entity):
    """A role in an organisation over a territory, for a time. Rights end at 00:00 of `valid_until`."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=choices_of(Role))
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assignments")
    territory = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")), name="assignment_period"
            ),
            models.UniqueConstraint(
                fields=["staff", "role", "organisation"],
                condition=Q(valid_until=None),
                name="assignment_one_open_per_role",
            ),
        ]
