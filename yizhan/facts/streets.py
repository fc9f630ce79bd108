"""What streets tell: a site walks on another network from now on."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from yizhan.kernel.api import Fact


@dataclass(frozen=True, kw_only=True)
class NetworkSwitched(Fact):
    """Points snapped to the site's old network have to be snapped again. A site has no community of its own."""

    subject_kind: ClassVar[str] = "streets.site"
    subject_field: ClassVar[str] = "site_id"

    site_id: UUID
    version_id: UUID
    number: int
    network_hash: str
