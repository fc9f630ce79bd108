"""The worker: delivers facts, fires timers, seals the audit. Any number may run on the same database.

One thread listens and wakes the others; each other thread works until nothing is due and then sleeps until the
next moment it knows of, at most `POLL` seconds. A lost database is waited for, not died of, from the first moment on.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog
from django.conf import settings
from django.db import connection

from yizhan.kernel import audit_copy, auditing, outbox, timers
from yizhan.kernel.errors import DATABASE_SILENT
from yizhan.kernel.times import utc_now

POLL = 1.0
SLOTS: dict[outbox.Lane, int] = {"alarm": 1, "fact": 2, "bulk": 1}
log = structlog.get_logger()


class Worker:
    """Start with `start()`, ask to stop with `stop()`; `join()` waits for running work to end.

    What is given as `first` is done once, each for itself, as soon as there is a database.
    """

    def __init__(self, *first: Callable[[], None]) -> None:
        self._first = first
        self._stopping = threading.Event()
        self._wakes: list[threading.Event] = []
        self._woken: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for lane, slots in SLOTS.items():
            for slot in range(slots):
                self._spawn(f"{lane}-{slot}", _of_lane(lane))
        self._spawn("timers", timers.fire_next, _until_next_timer)
        self._spawn("sealer", lambda: auditing.seal_batch() > 0, is_woken=False)
        if settings.YIZHAN_AUDIT_COPY:
            copy = audit_copy.AuditCopy(settings.YIZHAN_AUDIT_COPY)
            self._spawn("audit-copy", copy, lambda: audit_copy.PERIOD_S, is_woken=False)
        for act in self._first:
            self._run(f"first-{act.__name__}", partial(self._once, act))
        self._run("listener", self._listen)

    def stop(self) -> None:
        self._stopping.set()
        for wake in self._wakes:
            wake.set()

    def join_forever(self) -> None:
        """Return when somebody has called `stop()` and running work has ended."""
        self._stopping.wait()
        self.join()

    def join(self, timeout: float = 20) -> None:
        for thread in self._threads:
            thread.join(timeout)

    def _spawn(
        self, name: str, step: Callable[[], bool], pause: Callable[[], float] = lambda: POLL, *, is_woken: bool = True
    ) -> None:
        """`is_woken` by what is published; the sealer is not: it gathers what a moment brings."""
        wake = threading.Event()
        self._wakes.append(wake)
        if is_woken:
            self._woken[name] = wake
        self._run(name, partial(self._loop, step, pause, wake))

    def _run(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _loop(self, step: Callable[[], bool], pause: Callable[[], float], wake: threading.Event) -> None:
        while not self._stopping.is_set():
            with self._living_on():
                if not step():
                    wait = pause()
                    wake.wait(wait)
                    wake.clear()
        connection.close()

    def _once(self, act: Callable[[], None]) -> None:
        is_done = False
        while not is_done and not self._stopping.is_set():
            with self._living_on():
                act()
                is_done = True
        connection.close()

    @contextmanager
    def _living_on(self) -> Iterator[None]:
        """A fault ends neither thread nor process: it is told, and a moment later the work is tried anew."""
        try:
            yield
        except DATABASE_SILENT:
            log.warning("database_lost", thread=threading.current_thread().name)
            self._rest()
        except Exception:
            log.exception("worker_step_failed", thread=threading.current_thread().name)
            self._rest()

    def _rest(self) -> None:
        connection.close()
        self._stopping.wait(POLL)

    def _wake(self, lane: str) -> None:
        """Those of one lane, or all where none is named."""
        for name, wake in self._woken.items():
            if not lane or name.startswith(f"{lane}-"):
                wake.set()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                if connection.connection is None:
                    with connection.cursor() as cursor:
                        cursor.execute(f"LISTEN {outbox.WAKE_CHANNEL}")
                    self._wake("")  # what was told before we listened nobody heard: everyone looks once more
                for note in connection.connection.notifies(timeout=POLL):
                    self._wake(note.payload)
            except DATABASE_SILENT:
                connection.close()
                self._stopping.wait(POLL)
        connection.close()


def _of_lane(lane: outbox.Lane) -> Callable[[], bool]:
    return lambda: outbox.deliver_next(lane)


def _until_next_timer() -> float:
    due_at = timers.next_due_at()
    if due_at is None:
        return POLL
    return min(POLL, max(0.0, (due_at - utc_now()).total_seconds()))
