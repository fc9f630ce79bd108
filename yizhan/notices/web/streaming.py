"""The open end of a live page: Django answers who may hear what, then the answer stays open.

Django would keep a thread and a database connection for every open page. So the answer is taken over here: one
connection for the process listens, and each page costs a coroutine.
"""

import asyncio
import contextlib
import json
import signal
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import psycopg
import structlog
from django.db import connections

from yizhan.kernel.api import live

PATH = "/live/"
TOPICS = "yizhan-topics"
MAX_STREAMS = 2000
HEARTBEAT_S = 20.0
# After this long the browser comes back by itself and is asked again who it is.
LIFETIME_S = 300.0
# Changes that follow each other closely are told as one.
PAUSE_S = 0.1

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
log = structlog.get_logger()


class Page:
    """One open page: which of its topics have changed since it was last told."""

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = tuple(topics)
        self.changed: set[str] = set()
        self.woken = asyncio.Event()
        self.over = False

    def end(self) -> None:
        self.over = True
        self.woken.set()

    def tell(self, topics: Iterable[str]) -> None:
        self.changed.update(topics)
        self.woken.set()

    async def next(self, timeout_s: float) -> list[str]:
        """The changed topics, or nothing after `timeout_s`."""
        # Not wait_for: until Python 3.12 it swallows a cancellation that meets the event, and the page would never end.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self.woken.wait()
            await asyncio.sleep(PAUSE_S)
        self.woken.clear()
        changed, self.changed = sorted(self.changed), set()
        return changed


class Hub:
    """Listens on one connection while any page is open, and wakes the pages of a topic."""

    def __init__(self) -> None:
        self.pages: dict[str, set[Page]] = defaultdict(set)
        self.count = 0
        self.over = False
        self._listening: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @contextlib.asynccontextmanager
    async def opened(self, page: Page) -> Any:
        for topic in page.topics:
            self.pages[topic].add(page)
        self.count += 1
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._ready.wait()
        try:
            yield
        finally:
            self._close(page)

    def end(self) -> None:
        """Let every page go: an open answer would hold up the end of the process for minutes."""
        self.over = True
        for page in {page for pages in self.pages.values() for page in pages}:
            page.end()

    def end_with(self, signals: Iterable[signal.Signals]) -> None:
        """End when the process is told to; whoever listens to the same signals through the loop still hears them."""
        loop = asyncio.get_running_loop()
        for each in signals:
            signal.signal(each, lambda *_: loop.call_soon_threadsafe(self.end))

    def _close(self, page: Page) -> None:
        self.count -= 1
        for topic in page.topics:
            self.pages[topic].discard(page)
            if not self.pages[topic]:
                del self.pages[topic]
        if not self.count and self._listening:
            self._listening.cancel()
            self._listening = None
            self._ready.clear()

    async def _listen(self) -> None:
        while True:
            try:
                async with await self._connection() as connection:
                    await connection.execute(f"LISTEN {live.CHANNEL}")
                    self._ready.set()
                    async for note in connection.notifies():
                        for page in self.pages.get(note.payload, ()):
                            page.tell([note.payload])
            except psycopg.Error:
                log.warning("live_pages_lost_the_database")
                self._ready.clear()
                await asyncio.sleep(1)
            # What happened meanwhile nobody heard: every page looks again.
            for pages in list(self.pages.values()):
                for page in pages:
                    page.tell(page.topics)

    async def _connection(self) -> psycopg.AsyncConnection[Any]:
        parameters = connections["default"].get_connection_params()
        wanted = {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)}
        return await psycopg.AsyncConnection.connect(**wanted, autocommit=True)


class LiveStreams:
    """ASGI: whatever Django answers at /live/ with topics becomes a stream of server-sent events."""

    def __init__(self, app: App, ends_with: Iterable[signal.Signals] = ()) -> None:
        self.app = app
        self.ends_with = tuple(ends_with)
        self.hub: Hub | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] == "HEAD":
            await self.app(scope, receive, send)
            return
        answer: list[Message] = []
        await self.app(scope, _empty_body(), lambda message: _keep(answer, message))
        topics = _topics_of(answer)
        if not topics:
            for message in answer:
                await send(message)
            return
        if self.hub is None:
            self.hub = Hub()
            self.hub.end_with(self.ends_with)
        if self.hub.over or self.hub.count >= MAX_STREAMS:
            await _full(send)
            return
        await self._stream(self.hub, Page(topics), receive, send)

    async def _stream(self, hub: Hub, page: Page, receive: Receive, send: Send) -> None:
        async with hub.opened(page):
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await _say(send, "retry: 2000\n\n")
            talking = asyncio.create_task(_talk(page, send))
            leaving = asyncio.create_task(_gone(receive))
            try:
                await asyncio.wait({talking, leaving}, timeout=LIFETIME_S, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (talking, leaving):
                    task.cancel()
                await asyncio.gather(talking, leaving, return_exceptions=True)
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _talk(page: Page, send: Send) -> None:
    while True:
        changed = await page.next(HEARTBEAT_S)
        if page.over:
            return
        await _say(send, f"event: changed\ndata: {json.dumps(changed)}\n\n" if changed else ":\n\n")


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _keep(answer: list[Message], message: Message) -> None:
    answer.append(message)


def _empty_body() -> Receive:
    first = True

    async def receive() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.Event().wait()
        raise AssertionError  # never woken

    return receive


def _topics_of(answer: list[Message]) -> list[str]:
    start = next((each for each in answer if each["type"] == "http.response.start"), None)
    if start is None or start["status"] != 200:
        return []
    headers = {bytes(name).lower(): bytes(value).decode() for name, value in start.get("headers", [])}
    return [topic for topic in headers.get(TOPICS.encode(), "").split(" ") if topic]


async def _full(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"30")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
