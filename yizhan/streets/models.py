"""Sites and the versions of their networks. The arrays of a version are kept as one file, in compressed pieces."""

from typing import Any, ClassVar

from django.db import models

from yizhan.kernel.models import Entity


class Site(Entity):
    """A piece of the world with its own walking network, e.g. "nanning"."""

    name = models.CharField(max_length=40, unique=True)
    # What people read instead of the name, where somebody has given it one.
    title = models.CharField(max_length=40, blank=True)
    attribution = models.CharField(max_length=200, blank=True)
    is_sample = models.BooleanField(default=False)
    current = models.OneToOneField("NetworkVersion", on_delete=models.PROTECT, null=True, related_name="current_of")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(name__regex=r"^[\w-]{1,40}$"), name="site_name"),
        ]


class NetworkVersion(Entity):
    """A network that was built and checked. `digest` is of the file of arrays, `network_hash` of what it means."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    network_hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    source_sha256 = models.CharField(max_length=64)
    source_datum = models.CharField(max_length=10)
    profiles_from = models.DateField()
    nodes = models.PositiveIntegerField()
    edges = models.PositiveIntegerField()
    components = models.PositiveIntegerField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["site", "number"], name="network_version_number"),
            models.CheckConstraint(condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="network_digest"),
            models.CheckConstraint(condition=models.Q(network_hash__regex=r"^[0-9a-f]{64}$"), name="network_hash"),
        ]


class NetworkPiece(models.Model):
    """A piece of a version's file, compressed with zlib."""

    version = models.ForeignKey(NetworkVersion, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["version", "number"], name="network_piece_number"),
        ]
