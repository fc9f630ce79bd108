"""The files of networks: kept in the database, mapped from a folder that can be emptied at any time.

A process maps the file copy-on-write: all processes of a machine share its pages, and only the few spare places that a
search writes into become its own.
"""

import hashlib
import mmap
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from yizhan.streets.models import NetworkPiece
from yizhan.streets.rules.network import Arrays
from yizhan.streets.rules.packing import pack, unpack

PIECE_BYTES = 4 * 1024 * 1024
_KEPT_S = 30 * 24 * 3600
_WRITTEN = ("indices", "indptr", "cost")
_CONTRACTED = "low1"  # another name for each way of making them


def folder() -> Path:
    path = Path(settings.YIZHAN_CACHE_DIR) / "streets"
    path.mkdir(parents=True, exist_ok=True)
    return path


def path_of(digest: str) -> Path:
    return folder() / f"{digest}.net"


def write_file(arrays: Arrays) -> tuple[str, int]:
    """Write the arrays into the folder: (digest, size). Seen by others only when it is whole."""
    return _written(pack(arrays), path_of)


def _written(parts: Iterator[memoryview | bytes], place: Callable[[str], Path]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), suffix=".part", delete=False) as file:
        try:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
            file.close()
            Path(file.name).chmod(0o644)
            Path(file.name).replace(place(digest.hexdigest()))
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return digest.hexdigest(), size


def pieces_of(digest: str) -> Iterator[bytes]:
    """The file in compressed pieces, as the database keeps it."""
    with path_of(digest).open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield zlib.compress(piece, 1)


def open_arrays(version_id: UUID, digest: str, size: int) -> Arrays:
    """The arrays of a version, mapped; the file is fetched from the database where it is missing or not whole."""
    path = path_of(digest)
    if not path.exists() or path.stat().st_size != size:
        _fetch(version_id, digest)
    return _mapped(path)


def open_contracted(digest: str, profile: str, make: Callable[[], Arrays]) -> Arrays:
    """What is made from a network for searches of the whole of it, mapped; made where it is missing or not whole."""
    path = folder() / f"{digest}-{profile}.{_CONTRACTED}"
    try:
        return _mapped(path)
    except (FileNotFoundError, ValueError):
        _written(pack(make()), lambda _digest: path)
        return _mapped(path)


def _mapped(path: Path) -> Arrays:
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    os.utime(path)
    arrays = unpack(mapped, size=len(mapped))
    for name, array in arrays.items():
        array.flags.writeable = name.startswith(_WRITTEN)
    return arrays


def _fetch(version_id: UUID, digest: str) -> None:
    numbers = NetworkPiece.objects.filter(version_id=version_id).order_by("number")
    found, _size = _written((zlib.decompress(piece.packed) for piece in numbers.iterator(chunk_size=1)), path_of)
    if found != digest:
        path_of(found).unlink(missing_ok=True)
        raise RuntimeError(f"network version {version_id}: the pieces in the database do not make its file")
    _sweep()


def _sweep() -> None:
    """Remove files that nobody has opened for a month."""
    oldest = time.time() - _KEPT_S
    for path in folder().iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
