"""A city of its own for the crash tests: a durable server, clerks who are signed in, residents not yet served."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from yizhan.config.embedded import APP, OWNER, EmbeddedPostgres, default_data_dir
from yizhan.config.env import PROJECT
from yizhan.matters.testing import ANSWERS, ITEM

CSRF = "c" * 32
MATERIALS = ("social_security_card", "identity_card", "household_register", "letter_of_authorisation")
YIZHAN = [sys.executable, "-c", "from yizhan.config.cli import main; main()"]


# How long to wait for what must come at all: a busy machine takes half a minute to start a process.
PATIENCE_S = 90.0


def wait_until(holds, within=PATIENCE_S):
    """Polls; returns what `holds` gives once that is true."""
    deadline = time.monotonic() + within
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {holds}")
        time.sleep(0.03)
    return found


class Process:
    """A command of the product in a process group of its own, which can be killed whole."""

    def __init__(self, arguments, environment, log):
        self.popen = subprocess.Popen(
            [*YIZHAN, *arguments],
            env=environment,
            cwd=PROJECT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self):
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(PATIENCE_S)

    def lives(self):
        return self.popen.poll() is None

    def was_killed(self):
        return self.popen.wait(PATIENCE_S) == -signal.SIGKILL


class City:
    def __init__(self, folder):
        data = default_data_dir().parent / f"crash-{os.getpid()}"
        self.server = EmbeddedPostgres(data, durable=True)
        self.quick_server = EmbeddedPostgres(data, durable=False)
        self.log = (folder / "processes.log").open("wb")
        self.log_path = folder / "processes.log"
        self.processes = []
        self.web = None
        self.port = _free_port()
        self.residents = []
        self.clerks = []
        self.filed = {}
        self._taken = threading.Lock()

    # ── processes ──

    def start(self, *arguments, **faults):
        environment = {
            **os.environ,
            "DATABASE_URL": self.server.url(APP),
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
            "YIZHAN_MODE": "demo",
            "YIZHAN_LOG_LEVEL": "ERROR",
            **faults,
        }
        process = Process(arguments, environment, self.log)
        self.processes.append(process)
        return process

    def worker(self, crash_after=""):
        return self.start("worker", **({"CRASH_AFTER": crash_after} if crash_after else {}))

    def fresh_web(self):
        if self.web is not None:
            self.web.kill()
        self.web = self.start("web", "--host", "127.0.0.1", "--port", str(self.port))
        wait_until(self.answers)
        return self.web

    def web_that_answers(self):
        is_well = self.web is not None and self.web.popen.poll() is None and self.answers()
        return self.web if is_well else self.fresh_web()

    def answers(self):
        try:
            return _request(self.port, "GET", "/livez")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path):
        """(status, Retry-After, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Retry-After", ""), answer.read().decode()
        finally:
            connection.close()

    @contextmanager
    def running(self, process):
        """Ends it with kill -9 too: every stop here is a hard one."""
        try:
            yield process
        finally:
            process.kill()

    def close(self):
        for process in self.processes:
            process.kill()
        self.log.close()
        self.server.kill()
        for folder in (self.server.data, self.server.socket_dir):
            shutil.rmtree(folder, ignore_errors=True)
        (self.server.data.parent / f".{self.server.data.name}.lock").unlink(missing_ok=True)

    # ── what the database says ──

    def sql(self, statement, *values, user=APP):
        with psycopg.connect(self.server.url(user), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def one(self, statement, *values):
        return self.sql(statement, *values)[0][0]

    def is_quiet(self):
        """Everything is delivered and sealed, and nothing was given up."""
        return not self.unrest()

    def unrest(self):
        """What is still open, as (handler, state, last error, how many)."""
        return self.sql(
            "SELECT handler, state, last_error, count(*) FROM kernel_delivery"
            " WHERE state IN ('ready', 'waiting', 'parked') GROUP BY 1, 2, 3"
            " UNION ALL SELECT 'sealer', 'pending', '', count(*) FROM kernel_auditpending HAVING count(*) > 0"
        )

    def until_quiet(self, worker):
        """Waits as long as the worker lives; says what is open where that takes too long."""
        try:
            wait_until(lambda: not worker.lives() or self.is_quiet())
        except AssertionError as fault:
            raise AssertionError(f"{fault}; open: {self.unrest()}; {self.said()[-3000:]}") from fault
        assert worker.lives(), self.said()[-3000:]

    def said(self):
        """What the processes have said."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    # ── people ──

    def next_resident(self):
        with self._taken:
            return self.residents.pop()


class Clerk:
    """A desk clerk's browser: signed in, one person at the desk at a time."""

    def __init__(self, city, session_key):
        self.city, self.session_key = city, session_key

    def post(self, path, fields, crash=None):
        """(status, Location). Raises OSError or HTTPException where no answer comes."""
        cookies = f"yz_session={self.session_key}; yz_csrf={CSRF}"
        headers = {"Cookie": cookies, "X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
        if crash:
            headers["X-Crash"] = crash
        return _request(self.city.port, "POST", path, urlencode(fields), headers)

    def receive(self, number):
        seen = {"is_original_seen": "on", "is_face_compared": "on"}
        return self.post("/desk/", {"id_number": number, "who": "self", "act": "receive", **seen})

    def file(self, key, crash=None):
        """Take in and accept the case of whoever is at the desk."""
        fields = {"act": "accept", "key": key, "hukou_district": "450107", "hukou": "450107006010"}
        fields |= {f"a-{name}": value for name, value in ANSWERS.items()}
        fields |= {f"m-{one}": "seen" for one in MATERIALS}
        return self.post(f"/desk/intake/{ITEM}/", fields, crash)


class Filing:
    """One person's case, filed until it is answered: each step is repeated with the same key until an answer comes."""

    def __init__(self, city, clerk):
        self.city, self.clerk, self.key = city, clerk, uuid4().hex
        self.resident_id, self.number = city.next_resident()
        self.is_received, self.case_id = False, None

    def go_on(self):
        """Whether it is answered now; never raises for a server that is down."""
        try:
            if not self.is_received:
                status, location = self.clerk.receive(self.number)
                self.is_received = status == 302 and location.startswith("/desk/intake/")
            if self.is_received:
                self._file()
        except (OSError, http.client.HTTPException):
            return False
        return self.case_id is not None

    def _file(self, crash=None):
        status, location = self.clerk.file(self.key, crash)
        if status == 302:
            self.case_id = location.rstrip("/").rsplit("/", 1)[-1]
            self.city.filed[self.case_id] = self.resident_id
        elif status < 500:
            raise AssertionError(f"filing was answered with {status} {location}")

    def file_into(self, crash):
        """The answer must not come."""
        assert self.clerk.receive(self.number)[0] == 302
        self.is_received = True
        try:
            self._file(crash)
        except (OSError, http.client.HTTPException):
            return
        raise AssertionError("the process should have been killed before it answered")


def _request(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")
    finally:
        connection.close()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


__all__ = ["OWNER", "PATIENCE_S", "City", "Clerk", "Filing", "wait_until"]
