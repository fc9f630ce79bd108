"""Organisations' own systems: each an OAuth2 client, with the scopes that were granted to it."""

from __future__ import annotations

from django.db import models

from yizhan.kernel.models import Entity
from yizhan.people.models.organisations import Organisation


class MachineClient(Entity):
    """A system of an organisation. Its secret is hashed in `application`; a revoked one gets no token and has none."""

    # OAuth2's own row (django-oauth-toolkit): client id, hashed secret, tokens.
    application = models.OneToOneField(
        "oauth2_provider.Application", on_delete=models.PROTECT, related_name="machine_client"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clients")
    name = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)
    calls_per_minute = models.PositiveIntegerField()
    is_sample = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=80)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-registered_at"], name="client_of_organisation")]
