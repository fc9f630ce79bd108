"""Leave: who stands in for whom, with which role, on which days. Rows are added; an end is a row of its own."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from yizhan.kernel.models import Entity
from yizhan.people.models.organisations import Organisation, RoleAssignment, Staff
from yizhan.people.models.residents import choices_of
from yizhan.people.rules.organisations import Role


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def not_ended(self) -> Self:
        return self.filter(end=None)

    def holding_on(self, day: date) -> Self:
        """Those whose days have come, that nobody ended, and whose delegator still holds the role himself."""
        own = RoleAssignment.objects.holding_on(day).filter(
            staff_id=OuterRef("from_staff_id"), role=OuterRef("role"), organisation_id=OuterRef("organisation_id")
        )
        return self.not_ended().filter(Exists(own), valid_from__lte=day, valid_until__gt=day)


class Delegation(Entity):
    """`to_staff` stands in for `from_staff` with one role in one organisation, up to and without `valid_until`."""

    from_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="handed_over")
    to_staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="stood_in")
    role = models.CharField(max_length=20, choices=choices_of(Role))
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    territory = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField()
    reason = models.CharField(max_length=100)
    handed_over_at = models.DateTimeField()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(from_staff=F("to_staff")), name="delegation_is_between_two"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="delegation_period"),
        ]
        indexes = [models.Index(fields=["to_staff", "valid_until"], name="delegation_of_delegate")]


class DelegationEnd(Entity):
    """Back earlier than planned."""

    delegation = models.OneToOneField(Delegation, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    ended_by = models.CharField(max_length=80)
