"""kill -9 under load, two hundred times: is anything that was answered lost, is anything done twice?

Four clients file cases over HTTP, one of them takes them in and accepts them at a desk: with clock, printed notice and
a text to the resident. Each repeats its call with the same key until it is answered. Meanwhile web, worker, single
processes of the database, the whole database, or all at once are killed, at moments that chance chooses, and started
again; in every round a timer falls due. At the end everybody finishes what is in hand, and the database is asked.
Nothing is repaired by hand in between.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
from django.db import connection, connections

from bench.harness import Row, app_url, percentile, row, the_server
from bench.serving import PAPERS, call, filing_body, free_port
from tests.crash.city import Process, wait_until
from tests.crash.faults import TIMER
from yizhan.config.verify import verify_evidence
from yizhan.kernel.api import Actor, times
from yizhan.matters import testing
from yizhan.people import api as people_api
from yizhan.people import testing as people

SCHEMA = ""
CLIENTS = 4
SECRET = "secret-of-the-systems-of-the-benchmark"
PATIENCE = 90.0
# What is killed, and how often among a hundred.
VICTIMS = {"web": 30, "worker": 25, "a process of the database": 20, "database": 15, "everything": 10}


@dataclass(frozen=True, kw_only=True)
class Sizes:
    rounds: int
    residents: int


FULL = Sizes(rounds=200, residents=14_000)
QUICK = Sizes(rounds=6, residents=600)


def prepare() -> None:
    from yizhan.config.setup import load_reference_data

    load_reference_data()


def rows(*, quick: bool) -> Iterator[Row]:
    sizes = QUICK if quick else FULL
    chance = random.Random(20261124)
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        load = Load(house, _people(sizes.residents))
        connections.close_all()
        try:
            house.start()
            with load:
                for number in range(sizes.rounds):
                    house.round(number, chance, load)
            wait_until(house.is_quiet, PATIENCE)
        finally:
            house.close()
        yield from _found(house, load, sizes)


def _people(count: int) -> list[str]:
    """A desk with its own system and its clerk, an office, and residents who can be reached."""
    town = testing.make_town()
    for client_id, scope in (("bench-terminal", "cases.hand_in"), ("bench-desk", "cases.desk")):
        people_api.register_client(
            actor=Actor.system("bench"),
            client=people_api.NewClient(
                organisation_id=town.desk.id,
                name=client_id,
                scopes=(scope,),
                calls_per_minute=60_000,
                is_sample=True,
                client_id=client_id,
                secret=SECRET,
            ),
            at=times.utc_now(),
        )
    clerk = people.make_staff("desk_clerk", town.desk, name="黄小英")
    people.make_account(staff=clerk)
    CLERK.append(clerk.employee_number)
    return [str(one.id_number) for one in people.make_residents(count, has_phone=True)]


CLERK: list[str] = []


# ── what is killed ──


class House:
    """Web, worker and database, each killed by its process group and started again."""

    def __init__(self, folder: Path) -> None:
        self.server, self.port = the_server(), free_port()
        self.log = (folder / "processes.log").open("wb")
        self.processes: dict[str, Process] = {}
        self.kills: Counter[str] = Counter()
        self.ended = 0  # that were dead before they were killed: of those nothing was tried
        self.recoveries: list[float] = []
        self.bells: list[str] = []

    def start(self) -> None:
        for name in ("web", "worker"):
            self.start_one(name)
        wait_until(self.answers, 60)

    def start_one(self, name: str) -> None:
        environment = {
            **os.environ,
            "DATABASE_URL": app_url(),
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
            "YIZHAN_MODE": "demo",
            "YIZHAN_PORT": str(self.port),
            "YIZHAN_LOG_LEVEL": "CRITICAL",
        }
        self.processes[name] = Process([name], environment, self.log)

    def answers(self) -> bool:
        try:
            return call(self._connection(), "GET", "/livez")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def round(self, number: int, chance: random.Random, load: "Load") -> None:
        """A timer is set, something dies at some moment, what died begins again; over when cases are filed again."""
        victims = dict(VICTIMS) if self.server else {"web": 55, "worker": 45}
        victim = chance.choices(list(victims), list(victims.values()))[0]
        self._set_bell(number, chance)
        time.sleep(chance.uniform(0.02, 0.6))
        begun, before = time.monotonic(), len(load.answered)
        self._kill(victim, chance)
        wait_until(lambda: len(load.answered) >= before + CLIENTS or load.is_over, PATIENCE)
        self.recoveries.append(time.monotonic() - begun)

    def _set_bell(self, number: int, chance: random.Random) -> None:
        bell = f"bell-{number}"
        self._sql(
            "INSERT INTO kernel_timer (kind, subject_kind, subject_id, due_at, token, attempts, is_parked, last_error)"
            " VALUES (%s, 'crash.bell', %s, now() + %s * interval '1 second', 1, 0, false, '')",
            [TIMER, bell, chance.uniform(0, 1)],
        )
        self.bells.append(bell)

    def _kill(self, victim: str, chance: random.Random) -> None:
        if victim == "a process of the database":
            wait_until(lambda: self._kill_backend(chance), PATIENCE)
            self.kills[victim] += 1
            return
        names = {"web": ["web"], "worker": ["worker"], "database": [], "everything": ["web", "worker"]}[victim]
        for name in names:
            self.ended += not self.processes[name].lives()
            self.processes[name].kill()
        self.kills[victim] += 1
        if victim in ("database", "everything") and self.server:
            self.server.kill()
            self.server.start()
        for name in names:
            self.start_one(name)

    def _kill_backend(self, chance: random.Random) -> bool:
        """One process of the database dies; the database ends all others and recovers by itself. Whether one was."""
        assert self.server
        found = subprocess.run(["pgrep", "-P", str(self.server.pid)], capture_output=True, text=True, check=False)
        with suppress(ProcessLookupError, IndexError):
            os.kill(int(chance.choice(found.stdout.split())), signal.SIGKILL)
            return True
        return False

    def _sql(self, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        def asked() -> list[list[tuple[Any, ...]]]:
            try:
                with psycopg.connect(app_url(), autocommit=True) as own:
                    cursor = own.execute(statement, values)
                    return [cursor.fetchall() if cursor.description else []]
            except psycopg.OperationalError:
                return []

        found: list[tuple[Any, ...]] = wait_until(asked, PATIENCE)[0]
        return found

    def is_quiet(self) -> bool:
        return bool(self._sql(_QUIET, [])[0][0])

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
        self.log.close()


_QUIET = """
SELECT NOT EXISTS (SELECT FROM kernel_delivery WHERE state IN ('ready', 'waiting'))
   AND NOT EXISTS (SELECT FROM kernel_auditpending)
   AND NOT EXISTS (SELECT FROM kernel_timer WHERE due_at <= now() AND NOT is_parked)
"""


# ── who files meanwhile ──


@dataclass
class Answer:
    """What a client was told: the case, by the key under which it was asked for."""

    case_id: str
    reference: str
    is_accepted: bool


@dataclass
class Load:
    """Clients in threads. Each repeats its call with the same key until the answer comes."""

    house: House
    numbers: list[str]
    answered: list[Answer] = field(default_factory=list)
    repeats: int = 0
    faults: list[str] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)
    _taken: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Load":
        for number in range(CLIENTS):
            act = self._at_a_desk if number == 0 else self._at_a_terminal
            self._threads.append(threading.Thread(target=self._work, args=(act,), daemon=True))
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    @property
    def is_over(self) -> bool:
        return bool(self.faults) or not self.numbers

    def _work(self, act: Callable[[str, str, str], tuple[int, bytes]]) -> None:
        client = "bench-desk" if act == self._at_a_desk else "bench-terminal"
        token, taken_at = "", 0.0
        while not self._ending.is_set() and not self.is_over:
            with self._taken:
                number = self.numbers.pop()
            key, status, text = uuid4().hex, 0, b""
            while status != 201 and not self.faults:
                try:
                    if not token:
                        token, taken_at = self._token(client), time.monotonic()
                    status, text = act(token, key, number)
                except (OSError, http.client.HTTPException):
                    status = 0
                if status == 401 and time.monotonic() - taken_at > 60:
                    token = ""  # it lives a quarter of an hour
                elif status != 201:
                    self._again(status, text)
            if status == 201:
                told = json.loads(text)
                is_accepted = act == self._at_a_desk
                self.answered.append(Answer(str(told["id"]), told["reference"], is_accepted))

    def _again(self, status: int, text: bytes) -> None:
        self.repeats += 1
        if 400 <= status < 500:
            self.faults.append(f"{status} {text[:300]!r}")
        time.sleep(0.05)

    def _token(self, client_id: str) -> str:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": SECRET}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, text = self._post("/api/v1/oauth/token", urlencode(form).encode(), headers)
        if status != 200:
            raise http.client.HTTPException(f"no token: {status}")
        return str(json.loads(text)["access_token"])

    def _at_a_terminal(self, token: str, key: str, number: str) -> tuple[int, bytes]:
        return self._post("/api/v1/cases", filing_body(number), _headers(token, key))

    def _at_a_desk(self, token: str, key: str, number: str) -> tuple[int, bytes]:
        body = {
            "item": testing.ITEM,
            "applicant": {"id_number": number},
            "is_original_seen": True,
            "household": people.WANLI,
            "answers": testing.ANSWERS,
            "materials": [{"id": one.material_id, "status": "seen"} for one in testing.ALL_SEEN],
            "accept": True,
        }
        return self._post("/api/v1/desk/cases", json.dumps(body).encode(), _headers(token, key) | _staff())

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        connection_ = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=20)
        try:
            return call(connection_, "POST", path, body, headers)
        finally:
            connection_.close()


def _headers(token: str, key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}


def _staff() -> dict[str, str]:
    return {"Yizhan-Staff": CLERK[0]}


# ── what the database says afterwards ──

_OF_CASES = """
SELECT c.id::text, c.reference, c.state,
       (SELECT count(*) FROM kernel_fact f WHERE f.subject_id = c.id::text AND f.name = 'matters.CaseSubmitted'),
       (SELECT count(*) FROM kernel_fact f WHERE f.subject_id = c.id::text AND f.name = 'matters.CaseAccepted'),
       (SELECT count(*) FROM kernel_auditline l WHERE l.subject_id = c.id::text
        AND l.action IN ('matters.case.submit', 'matters.case.accept')),
       (SELECT count(*) FROM search_searchnumber n WHERE n.subject_id = c.id::text),
       (SELECT count(*) FROM clocks_clock k WHERE k.subject_id = c.id::text),
       (SELECT count(*) FROM documents_document d WHERE d.subject_id = c.id::text),
       (SELECT count(*) FROM notices_notice n WHERE n.subject_id = c.id::text),
       (SELECT count(*) FROM messaging_message m JOIN notices_notice n ON m.reference = 'notices:' || n.id
        WHERE n.subject_id = c.id::text AND m.state = 'sent'),
       (SELECT count(*) FROM matters_casematerial m WHERE m.case_id = c.id AND m.status IN ('seen', 'uploaded')),
       (SELECT count(*) FROM matters_casematerial m JOIN documents_storedfile s ON s.id = m.file_id
        JOIN documents_filecontent f ON f.sha256 = s.content_id WHERE m.case_id = c.id)
FROM matters_case c
"""
# state, submitted, accepted, audit lines, numbers to search, clocks, papers, notices, texts sent, materials, files of
# theirs; the letter of authorisation is wanted of nobody who stands there himself
_SUBMITTED = ("submitted", 1, 0, 1, 1, 0, 0, 0, 0, len(PAPERS), len(PAPERS))
_ACCEPTED = ("accepted", 0, 1, 1, 1, 1, 1, 1, 1, len(PAPERS), 0)


def _found(house: House, load: Load, sizes: Sizes) -> Iterator[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_CASES)
        cases = {found[0]: found[1:] for found in cursor.fetchall()}
        cursor.execute("SELECT subject_id, count(*) FROM kernel_auditline WHERE action = 'crash.rang' GROUP BY 1")
        rung = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM kernel_delivery WHERE state NOT IN ('done')")
        undone = int(cursor.fetchone()[0])
        cursor.execute("SELECT count(*) FROM (SELECT FROM messaging_message GROUP BY reference HAVING count(*) > 1) d")
        texts_twice = int(cursor.fetchone()[0])
    lost = [one for one in load.answered if cases.get(one.case_id, ("",))[0] != one.reference]
    told = Counter(one.reference for one in load.answered)
    untold = set(cases) - {one.case_id for one in load.answered}
    strange = [
        one
        for one in load.answered
        if one.case_id in cases and cases[one.case_id][1:] != (_ACCEPTED if one.is_accepted else _SUBMITTED)
    ]
    for one in strange[:3]:
        print("not as it should be:", one, cases[one.case_id], flush=True)
    for fault in load.faults[:3]:
        print("a client was refused:", fault, flush=True)
    kills = ", ".join(f"{name} {count}" for name, count in sorted(house.kills.items()))
    yield row(f"kills ({kills})", float(sum(house.kills.values())), "kill", at_least=sizes.rounds)
    yield row(f"cases answered, calls repeated {load.repeats} times", float(len(load.answered)), "case")
    yield row("answered and not there", float(len(lost)), "case", at_most=0)
    yield row("there and never answered", float(len(untold)), "case", at_most=0)
    yield row("numbers given twice", float(sum(count > 1 for count in told.values())), "number", at_most=0)
    yield row("effects missing or doubled", float(len(strange) + texts_twice), "case", at_most=0)
    yield row("deliveries not done, without anybody's help", float(undone), "delivery", at_most=0)
    wrong = [bell for bell in house.bells if rung.get(bell, 0) != 1]
    yield row(f"timers of {len(house.bells)} that did not fire once", float(len(wrong)), "timer", at_most=0)
    report = verify_evidence()
    yield row("problems of the evidence", float(len(report["problems"])), "problem", at_most=0)
    yield row("processes that had ended before they were killed", float(house.ended), "process", at_most=0)
    yield row("clients that were refused", float(len(load.faults)), "client", at_most=0)
    yield row("from a kill to the next cases filed, p95", percentile(house.recoveries, 0.95), "s")
