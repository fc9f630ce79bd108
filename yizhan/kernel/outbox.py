"""How a fact travels: published in the transaction of the change, delivered afterwards, once in effect.

A delivery is one fact for one handler. It is done in the same transaction as the handler's effect. Within a
(handler, subject) facts keep their order: one that fails is tried again, then parked, and only what comes after
it for the same handler and subject waits. Order rests on services locking the subject's row before they publish.
"""

import json
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Literal, TypeVar
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Count, Q

from yizhan.kernel import live
from yizhan.kernel.actors import Actor
from yizhan.kernel.auditing import audit
from yizhan.kernel.errors import Conflict
from yizhan.kernel.models import Delivery, DeliveryState
from yizhan.kernel.prepared import prepared_cursor
from yizhan.kernel.subjects import Subject
from yizhan.kernel.times import utc_now

Lane = Literal["alarm", "fact", "bulk"]
LANES: tuple[Lane, ...] = ("alarm", "fact", "bulk")
WAKE_CHANNEL = "yizhan_wake"
MAX_ATTEMPTS = 6
log = structlog.get_logger()

_fact_types: dict[str, type["Fact"]] = {}
_known_hints: dict[type["Fact"], dict[str, Any]] = {}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened: past tense, plain values, ids instead of objects, no personal data.

    `community` is the 12-digit code of where the thing belongs, `done_at` where it was done ("" online).
    """

    subject_kind: ClassVar[str]
    subject_field: ClassVar[str]

    occurred_at: datetime
    community: str
    done_at: str = ""
    channel: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _fact_types[cls.fact_name()] = cls

    @classmethod
    def fact_name(cls) -> str:
        """Publisher and class, e.g. "matters.CaseAccepted"."""
        return f"{cls.__module__.rsplit('.', 1)[-1]}.{cls.__name__}"

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, str(getattr(self, self.subject_field)))


F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Handler:
    name: str
    lane: Lane
    call: Callable[[Any], None]
    leaves: bool = False


_handlers: dict[str, list[Handler]] = {}
_by_name: dict[str, Handler] = {}


def on(
    fact_type: type[F], *, name: str, lane: Lane = "fact", leaves: bool = False
) -> Callable[[Callable[[F], None]], Callable[[F], None]]:
    """Register a handler under a stable name; it runs in a transaction and may be called again after a fault.

    `leaves` where its effect leaves the house and cannot be taken back, as a text to a phone does: such a delivery is
    held after a restore (see `restoring`), because it may have been made before.
    """

    def register(call: Callable[[F], None]) -> Callable[[F], None]:
        if name in _by_name:
            raise ValueError(f"handler {name} is registered twice")
        handler = Handler(name, lane, call, leaves)
        _by_name[name] = handler
        _handlers.setdefault(fact_type.fact_name(), []).append(handler)
        return call

    return register


def fact_types() -> dict[str, type[Fact]]:
    return dict(_fact_types)


def handlers_of(fact_name: str) -> tuple[Handler, ...]:
    return tuple(_handlers.get(fact_name, ()))


def publish(fact: Fact) -> None:
    """Write the fact and its deliveries in the current transaction; its commit tells open pages of the subject.

    A delivery begins as waiting where we can hold the one at its head still until we commit: whoever ends that one
    then sees ours and releases it. Where somebody has the head in hand, ours begins as ready and finds out by itself.
    While we hold a due head still, workers pass it by: our commit wakes them for it too.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is published inside the transaction of its change")
    name, subject, now = fact.fact_name(), fact.subject, utc_now()
    key, (names, lanes) = str(subject), _columns(handlers_of(name))
    whom = lanes[0] if len(set(lanes)) == 1 else ""  # whom to wake: the workers of one lane, or all
    row: list[Any] = [name, subject.kind, subject.id, fact.community, fact.done_at, fact.channel, fact.occurred_at, now]
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            WITH published AS (
                INSERT INTO kernel_fact (name, subject_kind, subject_id, community, done_at, channel,
                                         occurred_at, recorded_at, payload)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb) RETURNING id),
            head AS MATERIALIZED (
                SELECT handler, state = 'ready' AND due_at <= %s AS is_due FROM kernel_delivery
                WHERE state IN ('ready', 'waiting', 'parked') AND id IN (
                    SELECT (SELECT min(id) FROM kernel_delivery WHERE handler = h.name AND subject_key = %s
                            AND state IN ('ready', 'waiting', 'parked')) FROM unnest(%s::text[]) AS h(name))
                FOR SHARE SKIP LOCKED),
            delivered AS (
                INSERT INTO kernel_delivery (fact_id, handler, lane, subject_key, state, attempts, due_at,
                                             last_error, reason)
                SELECT published.id, h.name, h.lane, %s, CASE WHEN head.handler IS NULL THEN 'ready' ELSE 'waiting' END,
                       0, %s, '', ''
                FROM published CROSS JOIN unnest(%s::text[], %s::text[]) AS h(name, lane)
                LEFT JOIN head ON head.handler = h.name RETURNING state)
            SELECT pg_notify(%s, %s), CASE WHEN EXISTS (SELECT FROM delivered WHERE state = 'ready')
                                             OR EXISTS (SELECT FROM head WHERE is_due) THEN pg_notify(%s, %s) END
            """,
            [*row, _encode(fact), now, key, names, key, now, names, lanes, live.CHANNEL, key, WAKE_CHANNEL, whom],
        )
        if is_done_again():
            cursor.execute("SELECT currval(pg_get_serial_sequence('kernel_fact', 'id'))")
            mark_as_done_again(cursor.fetchone()[0])


# ── what a restored city does over again ──

HELD, AGAIN = "restored: hold", "restored"
_is_again: ContextVar[bool] = ContextVar("yizhan_done_again", default=False)


@contextmanager
def done_again(active: bool) -> Iterator[None]:
    """What is published in here may have happened before, after the backup from which the city was restored."""
    token = _is_again.set(active)
    try:
        yield
    finally:
        _is_again.reset(token)


def is_done_again() -> bool:
    return _is_again.get()


def leaving_handlers() -> list[str]:
    return sorted(name for name, handler in _by_name.items() if handler.leaves)


def mark_as_done_again(fact_id: int | None = None) -> int:
    """Hold open deliveries that leave the house, mark the others; of one fact, or of all. Returns how many are held."""
    of_fact = "AND fact_id = %s" if fact_id else ""
    values = [fact_id] if fact_id else []
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE kernel_delivery SET reason = %s WHERE state IN ('ready', 'waiting', 'parked') {of_fact}",  # noqa: S608
            [AGAIN, *values],
        )
        cursor.execute(
            "UPDATE kernel_delivery SET state = 'parked', last_error = %s "  # noqa: S608
            f"WHERE state IN ('ready', 'waiting') AND handler = ANY(%s) {of_fact}",
            [HELD, leaving_handlers(), *values],
        )
        return int(cursor.rowcount)


def _columns(handlers: Sequence[Handler]) -> tuple[list[str], list[str]]:
    return [h.name for h in handlers], [h.lane for h in handlers]


def wake_after_commit() -> None:
    """Tell the workers that there is something to do; PostgreSQL says it once for each transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [WAKE_CHANNEL])


# ── delivering ──


@dataclass(frozen=True)
class _Claimed:
    """A delivery whose row we hold; `is_ours` says whether we hold its handler and subject too."""

    id: int
    handler: str
    subject_key: str
    attempts: int
    fact_id: int
    fact_name: str
    payload: str
    is_again: bool
    is_ours: bool


def deliver_next(lane: Lane) -> bool:
    """Take one due delivery of the lane and carry it out. Returns whether there was one."""
    with transaction.atomic():
        claimed = _claim(lane)
        if claimed is None:
            return False
        if _is_head(claimed):
            _carry_out(claimed)
        return True


def deliver_all(lane: Lane | None = None, limit: int = 100_000) -> int:
    """Carry out everything that is due; returns how many were taken. For tests, demo data and shutdown."""
    taken = 0
    lanes: Sequence[Lane] = (lane,) if lane else LANES
    while taken < limit and sum(deliver_next(each) for each in lanes):  # every lane has its turn
        taken += 1
    return taken


def _claim(lane: Lane) -> _Claimed | None:
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            WITH next AS MATERIALIZED (
                SELECT id, handler, subject_key, attempts, fact_id, reason = %s AS is_again FROM kernel_delivery
                WHERE state = 'ready' AND lane = %s AND due_at <= %s
                ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            SELECT next.id, handler, subject_key, attempts, fact_id, kernel_fact.name, kernel_fact.payload::text,
                   next.is_again,
                   pg_try_advisory_xact_lock(hashtextextended(next.handler || '|' || next.subject_key, %s))
            FROM next JOIN kernel_fact ON kernel_fact.id = next.fact_id
            """,
            [AGAIN, lane, utc_now(), _CARRYING],
        )
        row = cursor.fetchone()
    return _Claimed(*row) if row else None


def _is_head(delivery: _Claimed) -> bool:
    """Whether nothing comes before it; otherwise it, and all behind it, wait for their turn.

    The check is a statement of its own, after the lock: its snapshot then sees what the last holder committed.
    """
    if not delivery.is_ours:
        _lay_aside(delivery)
        return False
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (SELECT FROM kernel_delivery WHERE handler = %s AND subject_key = %s
                           AND state IN ('ready', 'waiting', 'parked') AND id < %s)
            """,
            [delivery.handler, delivery.subject_key, delivery.id],
        )
        has_earlier: bool = cursor.fetchone()[0]
    if has_earlier:
        behind = _open_for(delivery).filter(id__gte=delivery.id, state=DeliveryState.READY)
        behind.update(state=DeliveryState.WAITING)
        _ready_head(delivery)
    return not has_earlier


# Two locks for each handler and subject, kept until the commit. Who carries out holds the first. Who ends holds the
# second as well, before he looks for those behind: whoever lays himself aside under it is then seen by that look.
# Nobody waits for the first but a person who gives a parked one up, and for the second only he who ends.
_CARRYING, _ENDING = 7, 8
_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(%s::text || '|' || %s::text, %s))"


def _hold(which: int, handler: str, subject_key: str) -> None:
    with prepared_cursor() as cursor:
        cursor.execute(_HOLD, [handler, subject_key, which])


def _lay_aside(delivery: _Claimed) -> None:
    """Let it wait for whoever holds its handler and subject; if that one is ending already, leave it ready instead.

    He may have looked for those behind him before ours was there, and would never release it.
    """
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            UPDATE kernel_delivery SET state = 'waiting'
            WHERE id = %s AND pg_try_advisory_xact_lock(hashtextextended(%s::text || '|' || %s::text, %s))
            """,
            [delivery.id, delivery.handler, delivery.subject_key, _ENDING],
        )


def _open_for(delivery: _Claimed) -> Any:
    return Delivery.objects.filter(
        Q(state__in=["ready", "waiting", "parked"]), handler=delivery.handler, subject_key=delivery.subject_key
    )


def _carry_out(delivery: _Claimed) -> None:
    handler = _by_name.get(delivery.handler)
    try:
        if handler is None:
            raise LookupError(f"no handler is called {delivery.handler}")
        with transaction.atomic(), done_again(delivery.is_again):
            handler.call(_decode(delivery.fact_name, json.loads(delivery.payload)))
    except Exception as fault:
        _put_off(delivery, fault)
    else:
        _finish(delivery.id, delivery.handler, delivery.subject_key, DeliveryState.DONE)


def _put_off(delivery: _Claimed, fault: Exception) -> None:
    attempts = delivery.attempts + 1
    is_parked = attempts >= MAX_ATTEMPTS
    # The class alone: a message may quote what a person typed.
    error = type(fault).__name__[:200]
    Delivery.objects.filter(pk=delivery.id).update(
        attempts=attempts,
        state=DeliveryState.PARKED if is_parked else DeliveryState.READY,
        due_at=utc_now() + timedelta(seconds=min(2**attempts, 300)),
        last_error=error,
    )
    log.warning(
        "delivery_failed",
        handler=delivery.handler,
        fact=delivery.fact_id,
        attempts=attempts,
        parked=is_parked,
        error=error,
        exc_info=is_parked and not isinstance(fault, LookupError),
    )


_END = "WITH ended AS (UPDATE kernel_delivery SET state = %s, done_at = %s, reason = %s WHERE id = %s)"
_RELEASE = """
UPDATE kernel_delivery SET state = 'ready', due_at = COALESCE(%s::timestamptz, due_at)
WHERE state <> 'parked' AND id = (
    SELECT min(id) FROM kernel_delivery
    WHERE handler = %s AND subject_key = %s AND state IN ('ready', 'waiting', 'parked') AND id > %s)
"""


def _finish(id_: int, handler: str, subject_key: str, state: DeliveryState, reason: str = "") -> None:
    """End one whose row we hold, and make the next of its handler and subject ready."""
    _hold(_ENDING, handler, subject_key)
    now = utc_now()
    with prepared_cursor() as cursor:
        cursor.execute(_END + _RELEASE, [state.value, now, reason, id_, now, handler, subject_key, id_])


def _ready_head(delivery: _Claimed) -> None:
    """Make the first open delivery of this handler and subject ready, unless it is parked.

    Where a later one finds the head still ahead: another worker may be laying the head aside at this moment,
    because we hold the lock; the update waits for that worker's commit and takes the head up again.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_RELEASE, [None, delivery.handler, delivery.subject_key, 0])


# ── parked ones: a person decides ──


class NotParked(Conflict):
    code = "kernel.not_parked"


def parked() -> Any:
    """Deliveries that failed too often, oldest first, with their facts."""
    return Delivery.objects.filter(state=DeliveryState.PARKED).select_related("fact").order_by("id")


def counts() -> dict[str, int]:
    """How many deliveries stand in each state that is not over."""
    found = Delivery.objects.exclude(state__in=[DeliveryState.DONE, DeliveryState.SKIPPED])
    return dict(found.values_list("state").annotate(count=Count("pk")).order_by())


def _locked_parked(delivery_id: int) -> Delivery:
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id, state=DeliveryState.PARKED).first()
    if delivery is None:
        raise NotParked
    return delivery


@transaction.atomic
def rerun(*, delivery_id: int, actor: Actor) -> None:
    """Try a parked delivery again. Raises NotParked."""
    delivery = _locked_parked(delivery_id)
    delivery.state, delivery.attempts, delivery.due_at = DeliveryState.READY, 0, utc_now()
    delivery.save(update_fields=["state", "attempts", "due_at"])
    audit(actor, "kernel.delivery.rerun", delivery.fact_subject, handler=delivery.handler, fact=delivery.fact_id)
    wake_after_commit()


@transaction.atomic
def skip(*, delivery_id: int, reason: str, actor: Actor) -> None:
    """Give a parked delivery up, with a reason, and let those behind it go on. Raises NotParked."""
    delivery = _locked_parked(delivery_id)
    _hold(_CARRYING, delivery.handler, delivery.subject_key)
    _finish(delivery.pk, delivery.handler, delivery.subject_key, DeliveryState.SKIPPED, reason)
    audit(actor, "kernel.delivery.skipped", delivery.fact_subject, handler=delivery.handler, fact=delivery.fact_id)
    wake_after_commit()


# ── a fact as JSON ──


def _encode(fact: Fact) -> str:
    values = {f.name: getattr(fact, f.name) for f in fields(fact)}
    return json.dumps(values, default=_plain, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a fact carries plain values, not {type(value).__name__}")


def _hints(fact_type: type[Fact]) -> dict[str, Any]:
    if fact_type not in _known_hints:
        hints = typing.get_type_hints(fact_type)
        _known_hints[fact_type] = {f.name: hints[f.name] for f in fields(fact_type)}
    return _known_hints[fact_type]


def _decode(name: str, payload: dict[str, Any]) -> Fact:
    """A field that the class no longer has is passed over; one that is newer than the fact has its default."""
    fact_type: Any = _fact_types[name]
    hints = _hints(fact_type)
    fact: Fact = fact_type(**{k: _read(hints[k], v) for k, v in payload.items() if k in hints})
    return fact


def _read(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _read(next(a for a in arguments if a is not type(None)), value)
    if origin is tuple:
        return tuple(_read(arguments[0], each) for each in value)
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    return hint(value) if hint is UUID else value
