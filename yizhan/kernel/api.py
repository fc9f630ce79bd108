"""The door of the kernel: what every other module stands on, without a domain word.

Actors and permissions (`Actor`, `access`), subjects (`Subject`, `subjects`), evidence (`audit`), facts and their
delivery (`Fact`, `publish`, `on`), `timers`, `idempotency`, refusals, encrypted fields (`crypto`), `ids`, `times`,
points and datums (`geo`), pages that follow a change (`live`), how far a command is (`progress`); `joined`, `rows`,
`prepared_cursor` and `Composed` for what runs thousands of times an hour.
"""

from yizhan.kernel import (
    access,
    auditing,
    crypto,
    geo,
    idempotency,
    ids,
    live,
    outbox,
    progress,
    rates,
    restoring,
    rows,
    subjects,
    timers,
    times,
    worker,
)
from yizhan.kernel.actors import Actor, Client, RoleGrant, StandIn
from yizhan.kernel.auditing import audit, audit_each
from yizhan.kernel.composed import Composed, Part, Text
from yizhan.kernel.crypto import EncryptedField, keyed_index
from yizhan.kernel.errors import (
    DATABASE_SILENT,
    RETRY_AFTER_S,
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    Refusal,
)
from yizhan.kernel.joining import joined
from yizhan.kernel.outbox import Fact, on, publish
from yizhan.kernel.prepared import prepared_cursor
from yizhan.kernel.subjects import Subject

__all__ = [
    "DATABASE_SILENT",
    "RETRY_AFTER_S",
    "Actor",
    "BadInput",
    "Client",
    "Composed",
    "Conflict",
    "EncryptedField",
    "Fact",
    "NotAllowed",
    "NotFound",
    "Part",
    "Refusal",
    "RoleGrant",
    "StandIn",
    "Subject",
    "Text",
    "access",
    "audit",
    "audit_each",
    "auditing",
    "crypto",
    "geo",
    "idempotency",
    "ids",
    "joined",
    "keyed_index",
    "live",
    "on",
    "outbox",
    "prepared_cursor",
    "progress",
    "publish",
    "rates",
    "restoring",
    "rows",
    "subjects",
    "timers",
    "times",
    "worker",
]
