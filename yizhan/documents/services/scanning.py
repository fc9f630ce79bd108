"""病毒查杀: a file is shown to clamd before it is kept (https://docs.clamav.net/manual/Usage/ClamdProtocol.html).

The protocol: `zINSTREAM` and a zero byte, then each piece behind its length (four bytes, the highest first), a length
of nothing at the end; clamd answers `stream: OK` or `stream: <name> FOUND` or, where it could not, `... ERROR`, and a
zero byte. A connection for each file, as clamd closes it. Where the answer is none of the first two, the file is not
taken.
"""

import socket
import struct
import threading
from contextlib import closing
from dataclasses import dataclass
from typing import ClassVar

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, Subject, audit

WITHIN_S = 30.0
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096
log = structlog.get_logger()


class FileRefused(BadInput):
    """The file cannot be kept; its subclasses say why."""

    code: ClassVar[str] = "documents.file_refused"


class FileInfected(FileRefused):
    code: ClassVar[str] = "documents.file_infected"
    message = _("这个文件里查出了病毒，没有收。请换一台设备重新拍照，或者把原件带到窗口。")


class ScannerSilent(FileRefused):
    code: ClassVar[str] = "documents.scanner_silent"
    status = 503
    message = _("检查文件的程序暂时连不上，没有收。请过几分钟再交，或者把原件带到窗口。")


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """Whether one is set, and what it says of itself; "" where it does not answer."""

    is_set: bool
    version: str = ""


def scan(content: bytes, *, subject: Subject, sha256: str, actor: Actor) -> None:
    """Nothing where no scanner is set. Raises FileInfected, which is audited, and ScannerSilent."""
    if not settings.YIZHAN_CLAMD:
        return
    found = _found_in(content)
    if found is None:
        return
    log.warning("upload_infected", signature=found)
    _audit_apart(actor, subject, sha256=sha256, signature=found)
    raise FileInfected


def _audit_apart(actor: Actor, subject: Subject, *, sha256: str, signature: str) -> None:
    """In a transaction of its own: that of the upload is taken back with the refusal, and this is to stay."""

    def write() -> None:
        try:
            with transaction.atomic():
                audit(actor, "documents.file.infected", subject, sha256=sha256, signature=signature)
        except DatabaseError:
            log.exception("infected_not_audited")
        finally:
            connection.close()

    writing = threading.Thread(target=write, name="audit-apart")
    writing.start()
    writing.join()


def find_scanner() -> Scanner:
    if not settings.YIZHAN_CLAMD:
        return Scanner(is_set=False)
    try:
        with closing(_connect()) as there:
            there.sendall(b"zVERSION\0")
            return Scanner(is_set=True, version=_answer(there))
    except (OSError, ScannerSilent, ValueError):
        return Scanner(is_set=True)


def _found_in(content: bytes) -> str | None:
    """The name of what was found; None for a clean file. Raises ScannerSilent."""
    try:
        with closing(_connect()) as there:
            there.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                there.sendall(struct.pack("!L", len(piece)) + piece)
            there.sendall(struct.pack("!L", 0))
            answer = _answer(there)
    except (OSError, ValueError) as fault:
        log.exception("scanner_silent", fault=type(fault).__name__)
        raise ScannerSilent from fault
    if answer == "stream: OK":
        return None
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:80]
    log.error("scanner_refuses", answer=answer[:80])
    raise ScannerSilent


def _connect() -> socket.socket:
    where: str = settings.YIZHAN_CLAMD
    if where.startswith("/"):
        there = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        there.settimeout(WITHIN_S)
        try:
            there.connect(where)
        except OSError:
            there.close()
            raise
        return there
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=WITHIN_S)


def _answer(there: socket.socket) -> str:
    """What stands before the zero byte. Raises ScannerSilent where the connection ends without one."""
    heard = b""
    while b"\0" not in heard:
        piece = there.recv(_LONGEST_ANSWER)
        if not piece or len(heard) > _LONGEST_ANSWER:
            raise ScannerSilent
        heard += piece
    return heard.split(b"\0", 1)[0].decode("utf-8", "replace").strip()
