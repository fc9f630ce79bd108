"""Whether two people live in one home, without anybody reading either address."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from yizhan.kernel.api import keyed_index
from yizhan.people.models import Resident

PURPOSE = "people.resident.home"


def home_key(*, resident_id: UUID) -> bytes | None:
    """A keyed digest of community and address; None where either is not known. It opens nothing and is no look."""
    resident = Resident.objects.filter(pk=resident_id).only("address", "home_community_id").first()
    if resident is None or not resident.address or not resident.home_community_id:
        return None
    plain = unicodedata.normalize("NFKC", resident.address).casefold()
    written = "".join(one for one in plain if one.isalnum())
    return keyed_index(f"{resident.home_community_id}|{written}", PURPOSE) if written else None
