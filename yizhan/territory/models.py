"""Divisions with their validity, the homes inside them, and the calendar's notices as they were entered."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Right
from django.db.models.lookups import Exact

from yizhan.kernel.models import Entity


class Level(models.TextChoices):
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"


class Division(models.Model):
    """One statistical code (12 digits) for as long as it is in use. Names repeat in a city: never a key."""

    code = models.CharField(max_length=12, primary_key=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    level = models.CharField(max_length=12, choices=Level.choices)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    # Half-open; empty means since before the first list that we loaded, or until further notice.
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    succeeded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="predecessors")
    is_statistical = models.BooleanField(default=False)  # 虚拟社区, 生活区: in the statistics, without a desk

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="division_code_has_12_digits"),
            models.CheckConstraint(condition=~Q(parent=F("code")), name="division_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_from__lt=F("valid_until")),
                name="division_valid_until_after_from",
            ),
            models.CheckConstraint(
                condition=Q(succeeded_by__isnull=True) | Q(valid_until__isnull=False),
                name="division_successor_only_when_ended",
            ),
        ]


class Compound(Entity):
    """小区: a housing estate inside one community."""

    community = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="compounds")
    name = models.CharField(max_length=60)
    street_address = models.CharField(max_length=120, blank=True)
    # Where its homes are, in degrees, WGS84; empty where nobody has said.
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="compound_name_once_in_a_community"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="compound_lies_on_earth_or_nowhere",
            ),
            models.CheckConstraint(
                condition=~Q(Exact(Right("community", 3), Value("000"))), name="compound_lies_in_a_community"
            ),
        ]


class Building(Entity):
    """楼栋."""

    compound = models.ForeignKey(Compound, on_delete=models.PROTECT, related_name="buildings")
    name = models.CharField(max_length=30)
    # Where its door is, in degrees, WGS84; empty where its compound's position has to do.
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["compound", "name"], name="building_name_once_in_a_compound"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="building_lies_on_earth_or_nowhere",
            ),
        ]


class Dwelling(Entity):
    """户: the door behind which a household lives. Its id stays, whatever is painted on the door."""

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="dwellings")
    unit = models.CharField(max_length=10, blank=True)
    room = models.CharField(max_length=10)
    floor = models.SmallIntegerField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["building", "unit", "room"], name="dwelling_door_once_in_a_building"),
        ]


class CalendarNotice(models.Model):
    """One body's notice for one year, as entered. Append-only: the latest of a (region, year) is in force."""

    id = models.BigAutoField(primary_key=True)
    region = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=200)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(region__regex=r"^[0-9]{6}$"), name="notice_region_has_6_digits"),
            models.CheckConstraint(condition=Q(year__range=(1950, 2099)), name="notice_year_within_the_tables"),
        ]
        indexes = [models.Index(fields=["region", "year", "-id"], name="notice_in_force")]


class CalendarDay(models.Model):
    """A day that a notice names: off, or made up."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(CalendarNotice, on_delete=models.PROTECT, related_name="days")
    date = models.DateField()
    is_off = models.BooleanField()
    name = models.CharField(max_length=30)
    english = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "date"], name="calendar_day_once_in_a_notice")]
