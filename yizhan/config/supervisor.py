"""`yizhan up`: the whole of Yizhan on one machine, started in order and stopped together."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections import deque
from collections.abc import Callable, Sequence

import psycopg

from yizhan.config.embedded import APP, OWNER, EmbeddedPostgres, default_data_dir
from yizhan.config.env import PROJECT, env

READY_WITHIN = 60.0
STATIC_STAMP = PROJECT / "var" / "static.made-from"
MAX_RESTARTS, RESTARTS_WITHIN = 6, 60.0


def run(*, port: int | None, opens: bool) -> int:
    """Start everything, print the address, wait for Ctrl-C, stop everything. Returns the exit code."""
    supervisor = Supervisor(port)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda *_: supervisor.ask_to_stop())
    try:
        return supervisor.run(opens)
    finally:
        supervisor.stop_all()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Supervisor:
    def __init__(self, port: int | None) -> None:
        self.port = _free_port(port or env().port, fixed=port is not None)
        self.server = None if env().database_url else EmbeddedPostgres(default_data_dir())
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.commands: dict[str, tuple[str, ...]] = {}
        self.restarts: deque[float] = deque(maxlen=MAX_RESTARTS)
        self.stopping = False
        self.owns_server = False

    def run(self, opens: bool) -> int:
        self._step("数据库 · database", self._start_database)
        self._step("表与基础数据 · tables and reference data", lambda: self._command("migrate", user=OWNER))
        if env().is_demo and self._is_empty():
            self._step("样例城市 · sample city", lambda: self._command("demo"))
        if not static_files_are_current():
            self._step("静态文件 · static files", self._gather_static_files)
        self._step("后台进程 · worker", lambda: self._spawn("worker"))
        self._step("网页 · web", self._start_web)
        self._welcome()
        if opens:
            webbrowser.open(self.address)
        return self._watch()

    @property
    def address(self) -> str:
        return f"http://{env().host}:{self.port}"

    def ask_to_stop(self) -> None:
        self.stopping = True

    def stop_all(self) -> None:
        if self.processes:
            say("正在停止 · stopping…")
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 15
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.server is not None and self.owns_server:
            self.server.stop()
            say("已停止 · stopped")

    # ── steps ──

    def _step(self, name: str, act: Callable[[], object]) -> None:
        if self.stopping:
            raise SystemExit(130)
        started = time.monotonic()
        act()
        say(f"  ✓ {name}  {time.monotonic() - started:.1f} s")

    def _is_empty(self) -> bool:
        """Whether nobody lives here yet; asked of the database, which is quicker than starting Django for it."""
        with psycopg.connect(self._environment()["DATABASE_URL"]) as connection:
            row = connection.execute("SELECT NOT EXISTS (SELECT FROM people_account)").fetchone()
            return bool(row and row[0])

    def _gather_static_files(self) -> None:
        self._command("manage", "collectstatic", "--noinput", "-v", "0")
        STATIC_STAMP.write_text(static_mark())

    def _start_database(self) -> None:
        if self.server is not None:
            self.owns_server = not self.server.is_running
            self.server.start()

    def _environment(self, user: str = APP) -> dict[str, str]:
        given = env().owner_database_url if user == OWNER and env().owner_database_url else env().database_url
        url = given or (self.server.url(user) if self.server else "")
        return {
            **os.environ,
            "DATABASE_URL": url,
            "YIZHAN_OWNER_DATABASE_URL": url if user == OWNER else "",
            "YIZHAN_PORT": str(self.port),
            "YIZHAN_PUBLIC_URL": os.environ.get("YIZHAN_PUBLIC_URL", self.address),
            "DJANGO_SETTINGS_MODULE": "yizhan.config.settings",
        }

    def _program(self, *arguments: str) -> Sequence[str]:
        return [sys.executable, "-c", "from yizhan.config.cli import main; main()", *arguments]

    def _command(self, *arguments: str, user: str = APP) -> None:
        done = subprocess.run(
            self._program(*arguments),
            env=self._environment(user),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"yizhan {' '.join(arguments)}:\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")

    def _spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches us alone, and we stop the parts in order.
        process = subprocess.Popen(
            self._program(*arguments), env=self._environment(), cwd=PROJECT, start_new_session=True
        )
        self.processes[arguments[0]], self.commands[arguments[0]] = process, arguments
        return process

    def _start_web(self) -> None:
        process = self._spawn("web", "--host", env().host, "--port", str(self.port))
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and not self.stopping:
            if process.poll() is not None:
                raise SystemExit("网页没有起来，原因见上 · the web process ended while starting; see above")
            try:
                with urllib.request.urlopen(f"{self.address}/livez", timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                time.sleep(0.1)
        if not self.stopping:
            raise SystemExit("网页没有按时应答 · the web process did not answer in time")

    def _watch(self) -> int:
        """Start again whatever ends by itself; give up where it keeps ending."""
        while not self.stopping:
            if self.server is not None and self.owns_server and not self.server.is_running:
                say("数据库意外停了，重新启动 · the database ended, starting it again")
                if not self._may_restart():
                    return 1
                self.server.start()
            for name, process in list(self.processes.items()):
                if process.poll() is not None and not self.stopping:
                    code = process.returncode
                    say(f"{name} 意外结束，重新启动 · {name} ended (exit {code}), starting it again")
                    if not self._may_restart():
                        return 1
                    self._spawn(*self.commands[name])
            time.sleep(0.3)
        return 0

    def _may_restart(self) -> bool:
        now = time.monotonic()
        self.restarts.append(now)
        if len(self.restarts) == MAX_RESTARTS and now - self.restarts[0] < RESTARTS_WITHIN:
            say("反复意外结束，全部停止 · it keeps ending, stopping everything")
            return False
        return True

    def _welcome(self) -> None:
        say(f"\n一站已启动 · Yizhan is ready: {self.address}\n")
        if env().is_demo:
            say(demo_sign_ins())
            say(f"  验证码见登录页 · codes show on the sign-in page and at {self.address}/demo/phone/")
        say("  停止 · stop: Ctrl-C\n")


def demo_sign_ins() -> str:
    """Who may sign in to the sample city, and whose identity cards may be laid on a desk."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
    os.environ.setdefault("DATABASE_URL", "postgresql:///none")
    import django

    django.setup()
    from yizhan.matters.demo import CLIENTS
    from yizhan.people.demo import CARDS, SIGN_INS
    from yizhan.places.demo import SIGN_INS as MERCHANTS

    lines = [f"  {phone}  {who}  {part}" for who, part, phone in [*SIGN_INS, *MERCHANTS]]
    cards = [f"  {number}  {name}" for name, number in CARDS]
    systems = [f"  {client_id}  {secret}  {name}" for client_id, secret, _place, name, _scopes in CLIENTS]
    return "\n".join(
        [
            "  手机号 · phones to sign in with:",
            *lines,
            "",
            "  样例身份证（编的） · invented cards for a desk:",
            *cards,
            "",
            "  接入系统（见 /api/） · systems that may call the API (/api/), id and secret:",
            *systems,
            "",
        ]
    )


def static_files_are_current() -> bool:
    """Whether what lies gathered and compressed was made from the files as they are now."""
    return STATIC_STAMP.exists() and STATIC_STAMP.read_text() == static_mark()


def static_mark() -> str:
    digest = hashlib.sha256()
    package = PROJECT / "yizhan"
    for path in sorted([*package.glob("*/static/**/*"), *package.glob("*/web/static/**/*")]):
        if path.is_file():
            digest.update(f"{path.relative_to(package)}|".encode() + path.read_bytes())
    return digest.hexdigest()


def _free_port(wanted: int, *, fixed: bool) -> int:
    for port in range(wanted, wanted + (1 if fixed else 50)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((env().host, port))
            except OSError:
                continue
            return port
    raise SystemExit(f"端口已被占用 · port {wanted} is taken; another one: yizhan up --port {wanted + 1}")
