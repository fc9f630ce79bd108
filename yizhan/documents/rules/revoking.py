"""Statements that a paper is revoked: signed one by one, numbered within the office, each naming the one before.

Whoever has the published list can tell a changed, a left-out and a foreign statement. A list that is cut off at its
end is an older list: that is why the check says of which day it is.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from yizhan.documents.rules.envelope import Envelope, canonical, is_genuine

FIRST = "0" * 64


def statement(
    *, code: str, sha256: str, organisation_id: str, serial: int, previous: str, ground: str, revoked_at: datetime
) -> dict[str, Any]:
    """What is signed, version 1 of its form. No word about a person stands in it."""
    return {
        "v": 1,
        "what": "revocation",
        "code": code,
        "sha256": sha256,
        "issuer_organisation_id": organisation_id,
        "serial": serial,
        "previous": previous,
        "ground": ground,
        "revoked_at": revoked_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }


def digest(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(said)).hexdigest()


def are_whole(entries: Sequence[Mapping[str, Any]], keys: Mapping[tuple[str, str], bytes]) -> bool:
    """Whether every office's statements are signed by a key of its own and follow each other without a gap.

    An entry is a statement with its `envelope`; `keys` are public keys by (office, kid).
    """
    last: dict[str, tuple[int, str]] = {}
    for entry in sorted(entries, key=lambda one: (str(one["issuer_organisation_id"]), int(one["serial"]))):
        said = {name: value for name, value in entry.items() if name != "envelope"}
        office, envelope = str(said["issuer_organisation_id"]), Envelope(**entry["envelope"])
        key = keys.get((office, envelope.kid))
        serial, previous = last.get(office, (0, FIRST))
        follows = said["serial"] == serial + 1 and said["previous"] == previous
        if key is None or not follows or not is_genuine(said, envelope, key):
            return False
        last[office] = (serial + 1, digest(said))
    return True
