"""What places tells: an outlet was entered, changed, moved, closed, seen, doubted or claimed; a file was taken in."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from yizhan.kernel.api import Fact


@dataclass(frozen=True, kw_only=True)
class _OutletFact(Fact):
    subject_kind: ClassVar[str] = "places.outlet"
    subject_field: ClassVar[str] = "outlet_id"

    outlet_id: UUID
    site: str
    category: str


@dataclass(frozen=True, kw_only=True)
class OutletOpened(_OutletFact):
    """An outlet is on the map that was not there before, or is there again."""


@dataclass(frozen=True, kw_only=True)
class OutletChanged(_OutletFact):
    """Name, category, hours or the like are different now; `fields` names them."""

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OutletMoved(_OutletFact):
    """Its position or its entrance is elsewhere: points snapped to streets have to be snapped again."""


@dataclass(frozen=True, kw_only=True)
class OutletClosed(_OutletFact):
    """Closed for good, as somebody who may say so has seen."""


@dataclass(frozen=True, kw_only=True)
class OutletVerified(_OutletFact):
    """A community worker was there and found it standing."""

    has_photo: bool = False


@dataclass(frozen=True, kw_only=True)
class OutletReportedClosed(_OutletFact):
    """A resident says that it is closed; until somebody has looked it does not count as open."""


@dataclass(frozen=True, kw_only=True)
class OutletClaimed(_OutletFact):
    """An organisation says that the outlet is its own; `is_confirmed` once a community worker agrees."""

    organisation_id: UUID
    is_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class OutletsImported(Fact):
    """A file was taken in: one fact, however many outlets. `version` is the site's version of outlets after it."""

    subject_kind: ClassVar[str] = "places.site"
    subject_field: ClassVar[str] = "site"

    site: str
    version: int
    opened: int
    changed: int
