"""Homes for the tests of every room, all of them samples; calendars forgotten where a database begins anew."""

from uuid import UUID

from yizhan.territory import queries
from yizhan.territory.models import Building, Compound, Dwelling


def make_compound(
    community: str, name: str = "试验小区", *, lon: float | None = None, lat: float | None = None
) -> UUID:
    """A compound of the community; gives its id."""
    return Compound.objects.create(community_id=community, name=name, lon=lon, lat=lat, is_sample=True).id


def make_building(
    compound: UUID, name: str = "1栋", *, doors: int = 1, lon: float | None = None, lat: float | None = None
) -> UUID:
    """A building with so many dwellings; gives its id."""
    building = Building.objects.create(compound_id=compound, name=name, lon=lon, lat=lat, is_sample=True)
    add_dwellings(building.id, doors)
    return building.id


def add_dwellings(building: UUID, doors: int) -> None:
    taken = Dwelling.objects.filter(building=building).count()
    Dwelling.objects.bulk_create(
        Dwelling(building_id=building, room=str(number)) for number in range(taken + 1, taken + doors + 1)
    )


def pull_down(building: UUID) -> None:
    """Nobody lives there any more."""
    Dwelling.objects.filter(building=building).delete()


def forget_calendars() -> None:
    """In a fresh database numbers begin again: a notice may have the number and the moment of one that is gone."""
    queries.forget_calendars()
