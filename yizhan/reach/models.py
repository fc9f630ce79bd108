"""The whole city, live: for every home, category and profile the nearest outlet; months kept; planners' scenarios.

What is nearest is a function of the homes, the outlets held and the network: each can be thrown away and made anew.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q


class LiveSite(models.Model):
    """Up to where a site's table is. Its row is the lock of its writers; `version` grows with every change of a figure.

    `places_version` is the version of the site's outlets that is taken in, `network_id` the network walked on.
    """

    site = models.CharField(max_length=40, primary_key=True)
    version = models.BigIntegerField(default=0)
    places_version = models.BigIntegerField(default=0)
    network_id = models.UUIDField(null=True)
    homes_version = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reach_livesite"


class Home(models.Model):
    """The homes behind one door, as territory knows them: a building, with its number of dwellings."""

    id = models.BigAutoField(primary_key=True)
    site = models.CharField(max_length=40)
    home_id = models.UUIDField()
    community = models.CharField(max_length=12)
    title = models.CharField(max_length=100)
    lon = models.FloatField()
    lat = models.FloatField()
    dwellings = models.PositiveIntegerField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        db_table = "reach_home"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["site", "home_id"], name="home_once_in_a_site"),
            models.CheckConstraint(condition=Q(community__regex=r"^\d{12}$"), name="home_lies_in_a_community"),
            models.CheckConstraint(condition=Q(dwellings__gt=0), name="home_has_dwellings"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["site", "community", "id"], name="home_of_community")]


class HeldOutlet(models.Model):
    """An outlet as the table counts it: what it is and the point that people walk to."""

    outlet_id = models.UUIDField(primary_key=True)
    site = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        db_table = "reach_heldoutlet"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["site", "category", "lat"], name="held_of_category")]


class NearestOutlet(models.Model):
    """The outlet of a category that is nearest to a home as a profile walks; no row where none is within the hour."""

    pk = models.CompositePrimaryKey("home_id", "category", "profile")
    home = models.ForeignKey(Home, on_delete=models.CASCADE, related_name="nearest", db_index=False)
    category = models.CharField(max_length=40)
    profile = models.CharField(max_length=10)
    site = models.CharField(max_length=40)
    outlet_id = models.UUIDField()
    ds = models.PositiveIntegerField()

    class Meta:
        db_table = "reach_nearest"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["outlet_id"], name="nearest_of_outlet"),
            models.Index(fields=["site", "category", "profile"], name="nearest_of_category"),
        ]
