"""A desk's open look at one person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yizhan.kernel.models import Entity
from yizhan.people.models.organisations import Organisation, Staff
from yizhan.people.models.residents import Resident, choices_of
from yizhan.people.rules.acting import Presence


class IntakeGrant(Entity):
    """One open at a time per member of staff; closed when the case is routed, or when the next person comes."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="intakes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="intakes")
    purpose = models.CharField(max_length=8, choices=[("intake", "intake"), ("delivery", "delivery")])
    presence = models.CharField(max_length=6, choices=choices_of(Presence))
    agent = models.ForeignKey(Resident, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff"], condition=Q(closed_at=None), name="intake_one_open_per_staff"),
            models.CheckConstraint(
                condition=Q(presence="person", agent=None) | Q(presence="agent", agent__isnull=False),
                name="intake_agent_is_named",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="delivery") | Q(case_id__isnull=False), name="delivery_names_its_case"
            ),
        ]
        indexes = [
            models.Index(fields=["case_id"], name="intake_of_case", condition=Q(closed_at=None)),
        ]
