"""`yizhan backup FILE`: the whole city in one file, as of one moment.

The file is a tar with two members: `manifest.json`, which says what is in it and has the checksum of the other, and
`database.dump`, which `pg_dump` has made on the same snapshot. The keys of the encrypted fields are not in it: without
them the dump names nobody. The manifest carries their fingerprints, so that a restore knows whether it has the right
ones.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from yizhan.config.embedded import client_program
from yizhan.config.env import env

FORMAT = 1
KIND = "yizhan-backup"
MANIFEST, DUMP = "manifest.json", "database.dump"
# Left out: what is made again by itself, and sessions, which end with a restore anyway.
_WITHOUT_ROWS = ("kernel_cache", "django_session")
_BLOCK = 1024 * 1024


class KeepingFailed(Exception):
    """A backup or restore that did not happen, with the reason in words for the operator."""


@dataclass(frozen=True, kw_only=True)
class AuditHead:
    """How far the chain reaches: seals, the last one's hash, lines in all and those not sealed yet."""

    seals: int
    hash: str
    lines: int
    pending: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds. `keys` are fingerprints; `migrations` all that had been applied, as "app.name"."""

    kind: str
    format: int
    made_at: str
    mode: str
    server: str
    migrations: tuple[str, ...]
    rows: dict[str, int]
    audit: AuditHead
    keys: dict[str, str]
    dump_bytes: int
    dump_sha256: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def read(cls, text: bytes) -> "Manifest":
        """Raises ValueError, KeyError, TypeError where it is none of ours."""
        values: dict[str, Any] = json.loads(text)
        values["audit"] = AuditHead(**values["audit"])
        values["migrations"] = tuple(values["migrations"])
        return cls(**values)


def make_backup(file: Path, url: str) -> Manifest:
    """Write the file, which must not exist yet; `url` is the owner's. Raises KeepingFailed."""
    if file.exists():
        raise KeepingFailed(f"{file} is there already; a backup never overwrites another")
    if not file.parent.is_dir():
        raise KeepingFailed(f"there is no folder {file.parent}")
    unfinished = file.with_name(f".{file.name}.part")
    try:
        with _snapshot(url) as (connection, snapshot), tempfile.TemporaryDirectory(dir=file.parent) as folder:
            dump = Path(folder) / DUMP
            _dump(url, snapshot, dump)
            manifest = _manifest(connection, dump)
            _pack(unfinished, manifest, dump)
        unfinished.rename(file)
        _to_disk(file.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A transaction whose view of the data pg_dump shares."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, row[0]


def _dump(url: str, snapshot: str, into: Path) -> None:
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={into}"]
    arguments += [f"--exclude-table-data={table}" for table in _WITHOUT_ROWS]
    into.touch(mode=0o600)
    run_client("pg_dump", arguments, url)


def run_client(name: str, arguments: list[str], url: str) -> None:
    """Run one of PostgreSQL's programs against `url`; the password goes by the environment. Raises KeepingFailed."""
    done = subprocess.run(
        [client_program(name), *arguments], env=client_environment(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise KeepingFailed(f"{name}: {done.stderr.strip()[-1500:]}")


def client_environment(url: str) -> dict[str, str]:
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    known = conninfo_to_dict(url)
    return {**os.environ, **{names[key]: str(value) for key, value in known.items() if key in names}}


def _manifest(connection: psycopg.Connection[Any], dump: Path) -> Manifest:
    return Manifest(
        kind=KIND,
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(),
        mode=env().mode,
        server=str(connection.info.parameter_status("server_version")),
        migrations=tuple(migrations_in(connection)),
        rows=rows_in(connection),
        audit=audit_head_in(connection),
        keys=key_fingerprints(),
        dump_bytes=dump.stat().st_size,
        dump_sha256=checksum_of(dump),
    )


def migrations_in(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    return [name for (name,) in found]


def rows_in(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each table has, but for those that are left out."""
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return {table: _count(connection, table) for (table,) in found if table not in _WITHOUT_ROWS}


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def audit_head_in(connection: psycopg.Connection[Any]) -> AuditHead:
    row = connection.execute(
        "SELECT COALESCE((SELECT max(number) FROM kernel_auditseal), 0),"
        " COALESCE((SELECT encode(hash, 'hex') FROM kernel_auditseal ORDER BY number DESC LIMIT 1), ''),"
        " (SELECT count(*) FROM kernel_auditline), (SELECT count(*) FROM kernel_auditpending)"
    ).fetchone()
    assert row is not None
    return AuditHead(seals=row[0], hash=row[1], lines=row[2], pending=row[3])


def key_fingerprints() -> dict[str, str]:
    """Name of each key → what tells it from others and gives nothing away."""
    keys = {f"field:{name}": key for name, key in env().field_keys.items()} | {"index": env().index_key}
    return {name: hashlib.sha256(b"yizhan key fingerprint|" + key).hexdigest()[:16] for name, key in keys.items()}


def checksum_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _pack(file: Path, manifest: Manifest, dump: Path) -> None:
    """Readable by nobody else: it is the whole city."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        with tarfile.open(fileobj=target, mode="w") as archive:
            text = manifest.as_json()
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mtime, head.mode = len(text), int(manifest.moment.timestamp()), 0o600
            archive.addfile(head, io.BytesIO(text))
            archive.add(dump, arcname=DUMP, filter=_of_nobody)
        target.flush()
        os.fsync(target.fileno())


def _of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
