"""The audit: a line in the transaction of the act, sealed into a chain afterwards.

Writing a line waits for nobody. The sealer alone chains: it takes pending lines in batches and adds a seal whose
hash covers the previous seal and each line's own hash. Lines, seals and memberships can be added, not changed.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from yizhan.kernel.actors import Actor
from yizhan.kernel.models import AuditLine, AuditPending, AuditSeal, AuditSealMember
from yizhan.kernel.prepared import prepared_cursor
from yizhan.kernel.subjects import Subject
from yizhan.kernel.times import utc_now

BATCH = 1000
GENESIS = b"\x00" * 32
_SEALER_LOCK = 0x59495A48  # "YIZH"
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def audit(actor: Actor, action: str, subject: Subject, **facts: Any) -> None:
    """Write one line in the current transaction. Facts are plain values, never personal data."""
    audit_each(actor, action, [(subject, facts)])


def audit_each(actor: Actor, action: str, acted_on: Sequence[tuple[Subject, Mapping[str, Any]]]) -> None:
    """The same act on several subjects: a line for each, with its facts, written together."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit line is written inside the transaction of its act")
    values: list[Any] = []
    for subject, facts in acted_on:
        values += _line(actor, action, subject, facts)
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)"] * len(acted_on))
    with prepared_cursor() as cursor:
        cursor.execute(_WRITE.format(places=places), values)


_WRITE = """
WITH line AS (
    INSERT INTO kernel_auditline (at, actor, actor_name, channel, action, subject_kind, subject_id, facts, content_hash)
    VALUES {places} RETURNING id)
INSERT INTO kernel_auditpending (line_id) SELECT id FROM line
"""


# Facts of these very types are read back as they were written.
_PLAIN = frozenset((str, int, bool, type(None)))


def _line(actor: Actor, action: str, subject: Subject, facts: Mapping[str, Any]) -> list[Any]:
    at = utc_now()
    text = _encode(facts)
    read = facts if _PLAIN.issuperset(map(type, facts.values())) else json.loads(text)
    name = actor.name if actor.staff_id or actor.machine else ""
    columns = [actor.key, name[:60], actor.channel, action, subject.kind, subject.id]
    return [at, *columns, text, content_hash(at, columns, read)]


def content_hash(at: datetime, columns: Sequence[str], facts: Any) -> bytes:
    """SHA-256 over the canonical JSON of a line; `at` in UTC to the microsecond.

    `columns` are the actor's key, name and channel, the action, the subject's kind and id.
    """
    row = [at.astimezone(UTC).isoformat(timespec="microseconds"), *columns, facts]
    return hashlib.sha256(_canonical(row).encode()).digest()


def hash_of_line(line: AuditLine) -> bytes:
    columns = [line.actor, line.actor_name, line.channel, line.action, line.subject_kind, line.subject_id]
    return content_hash(line.at, columns, line.facts)


def hash_of_seal(previous: bytes, number: int, sealed_at: datetime, line_hashes: Sequence[bytes]) -> bytes:
    head = f"{number}|{sealed_at.astimezone(UTC).isoformat(timespec='microseconds')}|{len(line_hashes)}".encode()
    return hashlib.sha256(previous + head + b"".join(line_hashes)).digest()


# ── sealing ──


@transaction.atomic
def seal_batch(limit: int = BATCH) -> int:
    """Seal up to `limit` pending lines into one link. Returns how many; 0 also when another sealer is at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    lines = list(
        AuditLine.objects.filter(auditpending__isnull=False).order_by("id").values_list("id", "content_hash")[:limit]
    )
    if not lines:
        return 0
    last = AuditSeal.objects.order_by("-number").first()
    previous, number = (bytes(last.hash), last.number + 1) if last else (GENESIS, 1)
    now = utc_now()
    chained = hash_of_seal(previous, number, now, [bytes(h) for _, h in lines])
    seal = AuditSeal.objects.create(
        number=number, sealed_at=now, lines=len(lines), previous_hash=previous, hash=chained
    )
    AuditSealMember.objects.bulk_create(
        [AuditSealMember(line_id=id_, seal=seal, position=i) for i, (id_, _) in enumerate(lines)]
    )
    AuditPending.objects.filter(pk__in=[id_ for id_, _ in lines]).delete()
    return len(lines)


def seal_all() -> int:
    """Seal everything that is pending; returns how many lines."""
    sealed = 0
    while batch := seal_batch():
        sealed += batch
    return sealed


# ── verifying ──


@dataclass(frozen=True)
class Problem:
    """Where the evidence does not hold: a stable code, the seal or line it is about."""

    code: str
    place: str


@dataclass(frozen=True)
class AuditReport:
    seals: int
    sealed_lines: int
    pending_lines: int
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        return not self.problems


def verify_audit() -> AuditReport:
    """Recompute the whole chain, sealed and unsealed, in constant memory."""
    problems: list[Problem] = []
    seals = sealed = 0
    previous, expected = GENESIS, 1
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=500):
        problems += _check_seal(seal, previous, expected)
        previous, expected = bytes(seal.hash), seal.number + 1
        seals, sealed = seals + 1, sealed + seal.lines
    problems += _check_pending()
    problems += [Problem("line_outside_chain", f"line {id_}") for id_ in _lines_outside()]
    return AuditReport(seals, sealed, AuditPending.objects.count(), tuple(problems))


def _check_seal(seal: AuditSeal, previous: bytes, expected: int) -> Iterator[Problem]:
    place = f"seal {seal.number}"
    if seal.number != expected:
        yield Problem("seal_missing", f"seal {expected}")
    if bytes(seal.previous_hash) != previous:
        yield Problem("chain_broken", place)
    members = AuditSealMember.objects.filter(seal=seal).select_related("line").order_by("position")
    hashes = []
    for position, member in enumerate(members):
        if member.position != position:
            yield Problem("line_missing", f"{place} position {position}")
        if hash_of_line(member.line) != bytes(member.line.content_hash):
            yield Problem("line_altered", f"line {member.line_id}")
        hashes.append(bytes(member.line.content_hash))
    if len(hashes) != seal.lines:
        yield Problem("line_missing", place)
    if hash_of_seal(bytes(seal.previous_hash), seal.number, seal.sealed_at, hashes) != bytes(seal.hash):
        yield Problem("seal_altered", place)


def _check_pending() -> Iterator[Problem]:
    has_line = Exists(AuditLine.objects.filter(pk=OuterRef("line_id")))
    gone = AuditPending.objects.exclude(has_line).values_list("line_id", flat=True)
    yield from (Problem("line_missing", f"line {id_}") for id_ in gone[:100])
    for line in AuditLine.objects.filter(auditpending__isnull=False).iterator(chunk_size=500):
        if hash_of_line(line) != bytes(line.content_hash):
            yield Problem("line_altered", f"line {line.id}")


def _lines_outside() -> list[int]:
    loose = AuditLine.objects.filter(auditpending__isnull=True, auditsealmember__isnull=True)
    return list(loose.values_list("id", flat=True)[:100])


def sealed_before(subject: Subject, action: str, moment: datetime) -> list[dict[str, Any]]:
    """The facts of lines about a subject that the chain had sealed before a moment, each proved by its own seal."""
    members = AuditSealMember.objects.select_related("line", "seal").filter(
        line__subject_kind=subject.kind,
        line__subject_id=subject.id,
        line__action=action,
        seal__sealed_at__lt=moment,
    )
    return [one.line.facts for one in members if _is_proved(one)]


def _is_proved(member: AuditSealMember) -> bool:
    """Whether the line, its seal, and the links to the seals before and after are as they were sealed."""
    seal = member.seal
    before = AuditSeal.objects.filter(number=seal.number - 1).values_list("hash", flat=True).first()
    after = AuditSeal.objects.filter(number=seal.number + 1).first()
    links = bytes(seal.previous_hash) == (bytes(before) if before is not None else GENESIS)
    if after is not None:
        links = links and bytes(after.previous_hash) == bytes(seal.hash) and after.sealed_at >= seal.sealed_at
    return links and not list(_check_seal(seal, bytes(seal.previous_hash), seal.number))


def lines_about(subjects: Sequence[Subject], limit: int = 200) -> list[AuditLine]:
    """The lines about these subjects, newest first."""
    wanted = Q(pk__in=[])
    for subject in subjects:
        wanted |= Q(subject_kind=subject.kind, subject_id=subject.id)
    return list(AuditLine.objects.filter(wanted).order_by("-id")[:limit])


def lines(
    *,
    action: str = "",
    actors: Sequence[str] | None = None,
    about: Sequence[Subject] = (),
    between: tuple[datetime, datetime] | None = None,
) -> QuerySet[AuditLine]:
    """Lines, newest first: whose action begins with `action`, by one of `actors` (keys) or `about` one of these.

    `between`: from the first moment to before the second. No `actors` (None) and nothing in `about`: by anybody.
    """
    found = AuditLine.objects.order_by("-id")
    if action:
        found = found.filter(action__startswith=action)
    if actors is not None or about:
        wanted = Q(actor__in=list(actors or ()))
        for subject in about:
            wanted |= Q(subject_kind=subject.kind, subject_id=subject.id)
        found = found.filter(wanted)
    return found.filter(at__gte=between[0], at__lt=between[1]) if between else found


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the chain stands: seals, the newest seal's moment and hash, lines still unsealed."""

    seals: int
    sealed_at: datetime | None
    hash: str
    unsealed: int


def standing() -> Standing:
    last = AuditSeal.objects.order_by("-number").first()
    return Standing(
        seals=last.number if last else 0,
        sealed_at=last.sealed_at if last else None,
        hash=bytes(last.hash).hex() if last else "",
        unsealed=AuditPending.objects.count(),
    )
