import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from yizhan.kernel import outbox
from yizhan.kernel.outbox import Fact

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Rang(Fact):
    subject_kind = "tests.bell"
    subject_field = "bell_id"
    bell_id: UUID
    times: int = 1
    days: tuple[datetime, ...] = ()


def rang(bell: UUID | None = None, times: int = 1) -> Rang:
    return Rang(occurred_at=NOON, community="450103001005", bell_id=bell or uuid4(), times=times)


@pytest.fixture
def handlers():
    """Register handlers for one test: `handlers(Rang, name, call)`."""
    added = []

    def add(fact_type, name, call, lane="fact"):
        outbox.on(fact_type, name=name, lane=lane)(call)
        added.append((fact_type, name))

    yield add
    for fact_type, name in added:
        outbox._by_name.pop(name)
        outbox._handlers[fact_type.fact_name()] = [h for h in outbox._handlers[fact_type.fact_name()] if h.name != name]


@pytest.fixture
def timer_kind():
    from yizhan.kernel import timers

    added = []

    def add(kind, call):
        timers.on(kind, call)
        added.append(kind)

    yield add
    for kind in added:
        timers._handlers.pop(kind)


@contextlib.contextmanager
def in_thread(call):
    """Run `call` in a thread with its own connection; join at the end and raise what it raised."""
    import threading

    from django.db import connection

    failures = []

    def run():
        try:
            call()
        except BaseException as fault:
            failures.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join(20)
    assert not thread.is_alive()
    if failures:
        raise failures[0]
