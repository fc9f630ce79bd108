"""The whole city, live: for every home, category and profile the nearest outlet; months kept; planners' scenarios.

What is nearest is a function of the homes, the outlets held and the network: each can be thrown away and made anew.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yizhan.kernel.models import Entity


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


class Scenario(Entity):
    """What a planner opens, closes and moves on paper. It is his own and touches nothing that is live."""

    site = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    staff_id = models.UUIDField()
    profile = models.CharField(max_length=10, default="adult")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "reach_scenario"
        constraints: ClassVar[list[Any]] = [models.CheckConstraint(condition=~Q(name=""), name="scenario_has_a_name")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["staff_id", "-created_at"], name="scenario_of_planner")]


class ScenarioChange(models.Model):
    """One step of a scenario: an outlet opens at a point, one closes, one moves to a point."""

    id = models.BigAutoField(primary_key=True)
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8)
    category = models.CharField(max_length=40)
    outlet_id = models.UUIDField()
    title = models.CharField(max_length=100)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        db_table = "reach_scenariochange"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["scenario", "outlet_id"], name="scenario_changes_an_outlet_once"),
            models.CheckConstraint(condition=Q(kind__in=["open", "close", "move"]), name="scenario_change_kind"),
            models.CheckConstraint(
                condition=Q(kind="close", lon=None, lat=None)
                | (
                    Q(kind__in=["open", "move"])
                    & Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90, lon__isnull=False, lat__isnull=False)
                ),
                name="scenario_change_has_its_point",
            ),
        ]


class CoverageMonth(models.Model):
    """The figures of a site at the turn of a month: kept as they were, never changed.

    `rows` are the figures, one for each community, category and profile; `digest` is the SHA-256 of them as they were
    written, `before` that of the month before, so that none can be taken out or changed unseen.
    """

    id = models.BigAutoField(primary_key=True)
    site = models.CharField(max_length=40)
    month = models.DateField()
    taken_at = models.DateTimeField()
    network_hash = models.CharField(max_length=64)
    rows = models.JSONField()
    digest = models.CharField(max_length=64)
    before = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "reach_coveragemonth"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["site", "month"], name="coverage_month_once"),
        ]


class Backdrop(models.Model):
    """What a site's map shows beside streets: water and green, as rings of degrees. Every import has its `mark`."""

    site = models.CharField(max_length=40, primary_key=True)
    mark = models.CharField(max_length=12)
    areas = models.JSONField()
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "reach_backdrop"


class CommunityBorder(models.Model):
    """The border of a community as somebody drew it: GeoJSON coordinates of a MultiPolygon in WGS84."""

    community = models.CharField(max_length=12, primary_key=True)
    polygons = models.JSONField()
    source = models.CharField(max_length=200)
    is_sample = models.BooleanField(default=False)
    imported_at = models.DateTimeField()

    class Meta:
        db_table = "reach_communityborder"
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(community__regex=r"^\d{12}$"), name="border_is_of_a_community"),
        ]
