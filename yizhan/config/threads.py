"""How the web process runs Django: each request whole, in one of a few threads that stay.

Django's own ASGI handler makes a thread for every request and passes it between loop and threads several times, which
costs as much as a short answer itself. All our pages are plain functions, so the loop only reads what came, hands it
to a thread and writes what the thread gives back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass
from io import BytesIO
from ipaddress import ip_address
from sys import stderr
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.wsgi import get_wsgi_application

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
# A body larger than this waits on the disk.
IN_MEMORY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """What came with a request; `size` is over the limit where the rest was left unread."""

    file: IO[bytes]
    size: int


class DjangoInThreads:
    """ASGI application around Django's WSGI handler. A body over `max_body` bytes stays unread; Django refuses it.

    `proxies` of ours stand before this process and say whom they heard.
    """

    def __init__(self, *, threads: int, max_body: int, proxies: int = 0) -> None:
        self.django = get_wsgi_application()
        self.max_body = max_body
        self.proxies = proxies
        self.pool = ThreadPoolExecutor(threads, "request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served here, not {scope['type']}")
        body = await _read(receive, _announced(scope), self.max_body)
        if body is None:
            return  # who asked has left before the request was whole
        loop = asyncio.get_running_loop()
        with body.file:
            # A context of its own: nothing that one request sets is there for the next one of the same thread.
            start, rest = await loop.run_in_executor(self.pool, Context().run, self._answer, scope, body, loop, send)
        if start is not None:
            await send(start)
            await send({"type": "http.response.body", "body": rest})

    def _answer(
        self, scope: Scope, body: Body, loop: asyncio.AbstractEventLoop, send: Send
    ) -> tuple[Message | None, bytes]:
        """In a thread. An answer of one piece is given back, a long one is sent from here as it comes."""
        start: dict[str, Any] = {}

        def begin(status: str, headers: Iterable[tuple[str, str]], _fault: Any = None, /) -> Any:
            start.update(type="http.response.start", status=int(status[:3]), headers=_as_bytes(headers))

        response: Any = self.django(environ(scope, body, self.proxies), begin)
        try:
            if scope["method"] == "HEAD":
                return start, b""
            if not getattr(response, "streaming", True):
                return start, b"".join(response)
            _stream(start, response, loop, send)
            return None, b""
        finally:
            response.close()


def _stream(start: Message, pieces: Iterable[bytes], loop: asyncio.AbstractEventLoop, send: Send) -> None:
    def say(message: Message) -> None:
        asyncio.run_coroutine_threadsafe(_sent(send, message), loop).result()

    say(start)
    for piece in pieces:
        if piece:
            say({"type": "http.response.body", "body": piece, "more_body": True})
    say({"type": "http.response.body", "body": b""})


async def _sent(send: Send, message: Message) -> None:
    await send(message)


def _as_bytes(headers: Iterable[tuple[str, str]]) -> Headers:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _announced(scope: Scope) -> int:
    """The length that the request says it has; 0 where it says none, or nothing that is a number."""
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(text) if text.isdigit() and len(text) < 20 else 0


async def _read(receive: Receive, announced: int, most: int) -> Body | None:
    if announced > most:
        return Body(BytesIO(), announced)
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed with the answer
    size, more = 0, True
    while more and size <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            file.close()
            return None
        piece = message.get("body", b"")
        file.write(piece)
        size, more = size + len(piece), message.get("more_body", False)
    file.seek(0)
    return Body(file, size)


def environ(scope: Scope, body: Body, proxies: int = 0) -> dict[str, Any]:
    """The request as PEP 3333 has it."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    found: dict[str, Any] = {
        # RFC 9110, 9.3.2: HEAD is answered as GET, and its body stays here.
        "REQUEST_METHOD": "GET" if scope["method"] == "HEAD" else scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body.file,
        "wsgi.errors": stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # it would pass for the one with a hyphen, which a proxy may vouch for
        key = _key(name)
        text = value.decode("latin-1")
        found[key] = f"{found[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}" if key in found else text
    # A body sent in pieces has no length of its own to go by.
    if body.size and "HTTP_TRANSFER_ENCODING" in found:
        found["CONTENT_LENGTH"] = str(body.size)
    found["REMOTE_ADDR"] = _who_asks(found["REMOTE_ADDR"], found.get("HTTP_X_FORWARDED_FOR", ""), proxies)
    return found


def _who_asks(peer: str, forwarded: str, proxies: int) -> str:
    """The address that the outermost of our proxies heard. What stands before it, the caller may have written."""
    heard = [one.strip() for one in forwarded.split(",")][-proxies:] if proxies and forwarded else []
    try:
        return str(ip_address(heard[0])) if heard else peer
    except ValueError:
        return peer


def _key(name: bytes) -> str:
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
