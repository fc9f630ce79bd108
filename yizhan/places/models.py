"""Outlets, what was seen of them, and a number for each site that grows with every change."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yizhan.kernel.models import Entity
from yizhan.places.rules.states import OutletState


class Outlet(Entity):
    """A place that a person can walk to. Positions are degrees in WGS84.

    `source_ref` is what its source calls it, e.g. node/123 of OpenStreetMap. `is_kept_by_hand`: a person has entered or
    changed it, and no later import overwrites what he wrote. `version` is the site's version of its last change.
    """

    site = models.CharField(max_length=40)
    name = models.CharField(max_length=100, blank=True)
    category = models.CharField(max_length=40)
    lon = models.FloatField()
    lat = models.FloatField()
    entrance_lon = models.FloatField(null=True)
    entrance_lat = models.FloatField(null=True)
    hours = models.CharField(max_length=500, blank=True)
    keeps_office_hours = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default=OutletState.STANDING)
    last_seen_on = models.DateField()
    closed_on = models.DateField(null=True)
    chain = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    wheelchair = models.CharField(max_length=10, blank=True)
    community = models.CharField(max_length=12, blank=True)
    organisation_id = models.UUIDField(null=True)
    claimant_id = models.UUIDField(null=True)
    source = models.CharField(max_length=20)
    source_ref = models.CharField(max_length=60, blank=True)
    is_kept_by_hand = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    version = models.BigIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["site", "source", "source_ref"], condition=~Q(source_ref=""), name="outlet_source_once"
            ),
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="outlet_on_earth"
            ),
            models.CheckConstraint(
                condition=Q(entrance_lon=None, entrance_lat=None)
                | Q(entrance_lon__gte=-180, entrance_lon__lte=180, entrance_lat__gte=-90, entrance_lat__lte=90),
                name="outlet_entrance_whole",
            ),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in OutletState]), name="outlet_state"),
            models.CheckConstraint(
                condition=Q(state=OutletState.CLOSED, closed_on__isnull=False)
                | (~Q(state=OutletState.CLOSED) & Q(closed_on=None)),
                name="outlet_closed_on_a_day",
            ),
            models.CheckConstraint(condition=Q(community__regex=r"^(\d{12})?$"), name="outlet_community"),
            models.CheckConstraint(condition=Q(category__regex=r"^[a-z_]{1,40}$"), name="outlet_category"),
            models.CheckConstraint(condition=Q(wheelchair__in=["", "yes", "limited", "no"]), name="outlet_wheelchair"),
            models.CheckConstraint(
                condition=Q(claimant_id=None) | Q(organisation_id=None), name="outlet_claim_open_or_settled"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["site", "version"], name="outlet_site_version"),
            models.Index(fields=["site", "category", "name"], name="outlet_site_category"),
            models.Index(fields=["site", "state", "last_seen_on"], name="outlet_site_seen"),
            models.Index(fields=["community", "state", "last_seen_on"], name="outlet_community_seen"),
            models.Index(
                fields=["organisation_id"], name="outlet_organisation", condition=Q(organisation_id__isnull=False)
            ),
        ]


class Sighting(models.Model):
    """One look at an outlet: evidence, added and never changed. `photo_id` is a file of documents."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="sightings", db_index=False)
    kind = models.CharField(max_length=12)
    is_standing = models.BooleanField()
    seen_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    photo_id = models.UUIDField(null=True)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(kind__in=["import", "entry", "claim", "report", "visit"]), name="sighting_kind"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["outlet", "-id"], name="sighting_outlet")]


class SiteVersion(models.Model):
    """Grows with every commit that changes an outlet of the site. Its row is the lock of the site's writers."""

    site = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)


class ImportDraft(Entity):
    """A table that somebody has uploaded and not taken in yet, with what he said about its columns.

    `packed` is a compressed list of rows of texts, the headings first. Only he sees it; after a day it is thrown away.
    """

    site = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    uploaded_by = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField(db_index=True)
    packed = models.BinaryField()
    rows = models.PositiveIntegerField()
    columns = models.JSONField(default=dict)
    datum = models.CharField(max_length=10, blank=True)
    community = models.CharField(max_length=12, blank=True)
    seen_on = models.DateField(null=True)
    refused = models.JSONField(default=list)
    taken_at = models.DateTimeField(null=True)
