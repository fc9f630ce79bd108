"""`yizhan restore FILE`: a city from its backup, into an empty place, and proved before anybody may use it.

Order: look at the file; look at the place; put everything in, in one transaction; compare counts and the head of the
audit with the manifest; bring the schema up to date; hold what would leave the house a second time; recompute the
evidence.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from yizhan.config.backup import (
    DUMP,
    FORMAT,
    KIND,
    MANIFEST,
    KeepingFailed,
    Manifest,
    audit_head_in,
    checksum_of,
    client_environment,
    key_fingerprints,
    rows_in,
)
from yizhan.config.embedded import client_program

_MANIFEST_MOST = 4 * 1024 * 1024
# What pg_restore of a later PostgreSQL says first and an earlier server does not know.
_NOT_KNOWN_EVERYWHERE = b"SET transaction_timeout"


@dataclass(frozen=True, kw_only=True)
class Restored:
    manifest: Manifest
    rows: int
    held: int
    timers: int
    seals: int


def restore_backup(file: Path, url: str) -> Restored:
    """Put the backup into the empty database of `url`, the owner's, where Django is too. Raises KeepingFailed."""
    with opened(file) as (manifest, dump):
        _refuse_other_keys(manifest)
        _refuse_newer(manifest)
        _refuse_inhabited(url)
        _load(dump, url)
        try:
            _compare(manifest, url)
            return _resume(manifest)
        except KeepingFailed as failed:
            raise KeepingFailed(f"{failed}. The place is not to be used: empty it and try another backup") from failed


# ── the file ──


@contextmanager
def opened(file: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and the dump, whole and unharmed. Raises KeepingFailed."""
    if not file.is_file():
        raise KeepingFailed(f"there is no file {file}")
    if tarfile.is_tarfile(file) and file.stat().st_size % tarfile.RECORDSIZE:
        raise KeepingFailed(f"{file} is cut off: it does not end as it was written")
    with tempfile.TemporaryDirectory(dir=file.parent if os.access(file.parent, os.W_OK) else None) as folder:
        dump = Path(folder) / DUMP
        try:
            with tarfile.open(file, mode="r:") as archive:
                manifest = _manifest_of(archive)
                _extract(archive, dump)
        except (tarfile.TarError, EOFError, OSError) as harmed:
            raise KeepingFailed(f"{file} is no backup of Yizhan, or it is cut off: {harmed}") from None
        if dump.stat().st_size != manifest.dump_bytes:
            raise KeepingFailed(f"{file} is cut off: {dump.stat().st_size} of {manifest.dump_bytes} bytes are there")
        if checksum_of(dump) != manifest.dump_sha256:
            raise KeepingFailed(f"{file} is damaged: its checksum is not the one that was written down")
        yield manifest, dump


def _manifest_of(archive: tarfile.TarFile) -> Manifest:
    member = archive.next()
    if member is None or member.name != MANIFEST or member.size > _MANIFEST_MOST:
        raise KeepingFailed("the file is no backup of Yizhan: it does not begin with a manifest")
    content = archive.extractfile(member)
    try:
        manifest = Manifest.read(content.read() if content else b"")
    except (ValueError, KeyError, TypeError):
        raise KeepingFailed(
            "the manifest cannot be read: the file is damaged, or made by a newer Yizhan (try its version)"
        ) from None
    if manifest.kind != KIND:
        raise KeepingFailed("the file is no backup of Yizhan")
    if manifest.format > FORMAT:
        raise KeepingFailed(
            f"the backup has format {manifest.format}, this Yizhan reads up to {FORMAT}: use a newer one"
        )
    return manifest


def _extract(archive: tarfile.TarFile, into: Path) -> None:
    member = archive.next()
    content = archive.extractfile(member) if member and member.name == DUMP else None
    if content is None:
        raise KeepingFailed("the file is cut off: there is no database in it")
    into.touch(mode=0o600)
    with into.open("wb") as target:
        shutil.copyfileobj(content, target)


# ── the place ──


def _refuse_other_keys(manifest: Manifest) -> None:
    ours = key_fingerprints()
    wrong = [name for name, print_ in manifest.keys.items() if ours.get(name) != print_]
    if wrong:
        raise KeepingFailed(
            f"the keys here are not those of the backup ({', '.join(wrong)}): nothing encrypted could be read. "
            "Set YIZHAN_FIELD_KEYS and YIZHAN_INDEX_KEY as they were"
        )


def _refuse_newer(manifest: Manifest) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    installed = {name.split(".")[0] for name in known}
    strange = [one for one in manifest.migrations if one not in known and one.split(".")[0] in installed]
    foreign = sorted({one.split(".")[0] for one in manifest.migrations} - installed)
    if strange or foreign:
        what = ", ".join([*strange, *foreign][:5])
        raise KeepingFailed(f"the backup was made by a newer Yizhan, or by another: {what} is not known here")


def _refuse_inhabited(url: str) -> None:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND relkind IN ('r', 'p', 'v', 'm', 'S') ORDER BY 1 LIMIT 3"
        ).fetchall()
    if found:
        names = ", ".join(name for (name,) in found)
        raise KeepingFailed(f"the database is not empty ({names} …): a restore goes into an empty one alone")


# ── putting it in ──


def _load(dump: Path, url: str) -> None:
    """All of it or nothing: one transaction."""
    reader = subprocess.Popen(
        [client_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    writer = subprocess.Popen(
        [client_program("psql"), "-X", "-q", "-1", "-o", os.devnull, "-v", "ON_ERROR_STOP=1"],
        env=client_environment(url),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert reader.stdout
    assert reader.stderr
    assert writer.stdin
    assert writer.stderr
    try:
        for line in _head(reader.stdout):
            writer.stdin.write(line)
        shutil.copyfileobj(reader.stdout, writer.stdin)
        # Half of a script would be a whole transaction: what breaks off in the reader ends the writer first.
        if reader.wait():
            writer.kill()
            raise KeepingFailed(f"pg_restore: {reader.stderr.read().decode(errors='replace')[-1500:]}")
        writer.stdin.close()
    except BrokenPipeError:
        reader.kill()
    if writer.wait():
        raise KeepingFailed(f"the database refused it: {writer.stderr.read().decode(errors='replace').strip()[-1500:]}")


def _head(script: Any) -> Iterator[bytes]:
    """The settings at the beginning, without those that not every server knows."""
    for _ in range(40):
        line = script.readline()
        if not line.startswith(_NOT_KNOWN_EVERYWHERE):
            yield line


# ── proving it ──


def _compare(manifest: Manifest, url: str) -> None:
    with psycopg.connect(url) as connection:
        rows, head = rows_in(connection), audit_head_in(connection)
    if rows != manifest.rows:
        wrong = [table for table in {*rows, *manifest.rows} if rows.get(table) != manifest.rows.get(table)]
        raise KeepingFailed(f"not all rows arrived: {', '.join(sorted(wrong)[:5])}")
    if head != manifest.audit:
        raise KeepingFailed("the audit does not end where the backup's did")


def _resume(manifest: Manifest) -> Restored:
    from yizhan.config import setup
    from yizhan.config.verify import verify_evidence
    from yizhan.kernel.api import Actor, restoring

    setup.migrate()
    resumed = restoring.resume(
        actor=Actor.system("config.restore"),
        at=datetime.now(UTC),
        backup_at=manifest.moment,
        checksum=manifest.dump_sha256,
    )
    report = verify_evidence()
    if not report["holds"]:
        raise KeepingFailed(f"the evidence does not hold: {report['problems'][:3]}")
    setup.load_reference_data()
    return Restored(
        manifest=manifest,
        rows=sum(manifest.rows.values()),
        held=resumed.held,
        timers=resumed.timers,
        seals=report["seals"],
    )
