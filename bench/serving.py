"""Filings over HTTP: web and worker as `yizhan up` starts them, ten clients that keep their connections.

Each filing is a whole one: POST /api/v1/cases by a self-service terminal of a community, with a token, an idempotency
key, the person's answers and a picture for each of three papers; answered when it is committed. The picture is of one
pixel and the same every time, so its bytes are kept once: what photographs weigh is not in these figures. The clients
are threads of one other process and share the cores with web, worker and database; so do those of every figure beside
it.
"""

import base64
import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connections

from bench.floor import sql
from bench.harness import AnswersDiffer, Row, app_url, must_agree, percentile, row, the_server
from yizhan.config.env import PROJECT
from yizhan.kernel.api import Actor, times
from yizhan.matters import testing
from yizhan.people import api as people_api
from yizhan.people import testing as people

CLIENTS = 10
OPEN_ZAAK_FILINGS, OPEN_ZAAK_P50_MS = 24.0, 399.0
SECRET = "secret-of-the-terminal-of-the-benchmark"
PAPERS = ("social_security_card", "identity_card", "household_register")
FIRST = 20_000  # of the residents: others have been made before


@dataclass(frozen=True, kw_only=True)
class Sizes:
    filings: int
    warm: int
    at_least: float
    p95_ms: float


FULL = Sizes(filings=1500, warm=150, at_least=80, p95_ms=250)
# Beside the tests of a busy machine the bar is the peer's figure, not our own promise.
QUICK = Sizes(filings=120, warm=30, at_least=8, p95_ms=2500)


def rows(sizes: Sizes) -> Iterator[Row]:
    numbers = _city(sizes.filings + sizes.warm)
    with running("web", "worker") as port:
        token = _token(port)
        _load(port, token, numbers[: sizes.warm])
        before, cpu = _cases(), _cpu_of_us()
        taken, answers = _load(port, token, numbers[sizes.warm :])
        used = {name: seconds - cpu[name] for name, seconds in _cpu_of_us().items()}
        must_agree("cases filed over HTTP", _cases() - before, len(answers))
        behind = int(sql("SELECT count(*) FROM kernel_delivery WHERE state IN ('ready', 'waiting')")[0][0])
    yield row(
        f"filings over HTTP, {CLIENTS} clients (peer: Open Zaak)",
        len(answers) / taken,
        "filing/s",
        peer=OPEN_ZAAK_FILINGS,
        at_least=sizes.at_least,
    )
    yield row("  their p50", percentile(answers, 0.5) * 1000, "ms", peer=OPEN_ZAAK_P50_MS)
    yield row("  their p95", percentile(answers, 0.95) * 1000, "ms", at_most=sizes.p95_ms)
    yield row("  deliveries that the worker is behind at the end", float(behind), "delivery")
    for name, seconds in used.items():
        yield row(f"  processor of the {name} for each", seconds / len(answers) * 1000, "ms")


# ── who files ──


def _city(count: int) -> list[str]:
    """A desk with a terminal, and people of its community. Returns their numbers."""
    desk = people.make_organisation(name="新竹社区自助机窗口")
    people_api.register_client(
        actor=Actor.system("bench"),
        client=people_api.NewClient(
            organisation_id=desk.id,
            name="自助机",
            scopes=("cases.hand_in",),
            calls_per_minute=60_000,
            is_sample=True,
            client_id="bench-terminal",
            secret=SECRET,
        ),
        at=times.utc_now(),
    )
    return [str(one.id_number) for one in people.make_residents(count, first=FIRST)]


def filing_body(number: str) -> bytes:
    papers = [{"id": one, "file_name": "photo.png", "content": _PICTURE} for one in PAPERS]
    filing = {
        "item": testing.ITEM,
        "applicant": {"id_number": number},
        "identity_level": 3,
        "declaration": "所填内容属实",
        "answers": testing.ANSWERS,
        "materials": papers,
    }
    return json.dumps(filing).encode()


_PICTURE = base64.b64encode(testing.PNG).decode()


def _cases() -> int:
    return int(sql("SELECT count(*) FROM matters_case")[0][0])


# ── processes ──

_processes: dict[str, subprocess.Popen[bytes]] = {}


@contextmanager
def running(*names: str) -> Iterator[int]:
    """The product's own processes on the run's database. Gives the port."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": app_url(),
        "YIZHAN_MODE": "demo",
        "YIZHAN_PORT": str(port),
        "YIZHAN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "YIZHAN_LOG_LEVEL": "ERROR",
    }
    connections.close_all()
    program = [sys.executable, "-c", "from yizhan.config.cli import main; main()"]
    try:
        for name in names:
            _processes[name] = subprocess.Popen([*program, name], env=environment, cwd=PROJECT)
        _wait_for(port)
        yield port
    finally:
        for process in _processes.values():
            process.terminate()
        for process in _processes.values():
            process.wait(20)
        _processes.clear()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 90  # a machine that tests as well may start slowly
    while time.monotonic() < deadline:
        try:
            if call(http.client.HTTPConnection("127.0.0.1", port, timeout=2), "GET", "/livez")[0] == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise AnswersDiffer("the web process did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cpu_of_us() -> dict[str, float]:
    """Seconds of processor that web, worker (with their children) and the database's processes have used."""
    server = the_server()
    roots = {name: [process.pid] for name, process in _processes.items()}
    roots["database"] = [server.pid] if server and server.pid else []
    return {name: _cpu_of(pids) for name, pids in roots.items()}


def _cpu_of(pids: Sequence[int]) -> float:
    ours = set(pids)
    stats = [_stat(int(pid)) for pid in os.listdir("/proc") if pid.isdigit()] if os.path.isdir("/proc") else []
    known = [one for one in stats if one]
    for _ in range(3):
        ours |= {pid for pid, parent, _name, _used in known if parent in ours}
    ticks = sum(used for pid, _parent, _name, used in known if pid in ours)
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> tuple[int, int, str, int] | None:
    try:
        text = open(f"/proc/{pid}/stat").read()  # noqa: SIM115
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    parts = rest.split()
    return pid, int(parts[1]), name, int(parts[11]) + int(parts[12])


# ── the clients ──


def _token(port: int) -> str:
    form = {"grant_type": "client_credentials", "client_id": "bench-terminal", "client_secret": SECRET}
    status, text = call(
        http.client.HTTPConnection("127.0.0.1", port, timeout=20),
        "POST",
        "/api/v1/oauth/token",
        urlencode(form).encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    must_agree("status of the token", 200, status)
    return str(json.loads(text)["access_token"])


def _load(port: int, token: str, numbers: Sequence[str]) -> tuple[float, list[float]]:
    """(seconds in all, seconds of each answer), by ten clients in a process of their own."""
    context = multiprocessing.get_context("fork")
    parent, child = context.Pipe()
    connections.close_all()
    bodies = [filing_body(number) for number in numbers]
    process = context.Process(target=_clients, args=(child, port, token, bodies))
    process.start()
    taken, answers, wrong = parent.recv()
    process.join(10)
    must_agree("answers that were not 201", [], wrong[:3])
    return taken, answers


def _clients(pipe: Any, port: int, token: str, bodies: Sequence[bytes]) -> None:
    answers: list[float] = []
    wrong: list[str] = []
    threads = [
        threading.Thread(target=_client, args=(port, token, bodies[number::CLIENTS], answers, wrong))
        for number in range(CLIENTS)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send((time.perf_counter() - begun, answers, wrong))


def _client(port: int, token: str, bodies: Sequence[bytes], answers: list[float], wrong: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body in bodies:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid4().hex,
        }
        begun = time.perf_counter()
        status, text = call(connection, "POST", "/api/v1/cases", body, headers)
        answers.append(time.perf_counter() - begun)
        if status != 201:
            wrong.append(f"{status} {text[:200]!r}")


def call(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None, headers: Any = None
) -> tuple[int, bytes]:
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()
