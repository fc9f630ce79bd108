"""The head of the audit's chain, sent by itself to a second place: a file, or the machine's syslog.

Whoever changes the database cannot change what another machine has kept: a chain of which one link differs from the
copy was exchanged as a whole. One line for each head, so a collector or a mounted share of another machine takes it.
"""

import json
import logging
import logging.handlers
from dataclasses import dataclass
from pathlib import Path

from yizhan.kernel.models import AuditSeal

SYSLOG = "syslog"
PERIOD_S = 60.0


@dataclass
class AuditCopy:
    """Writes each head once. `target`: a path, `syslog` (this machine's) or `syslog:host:port`; "" writes nothing."""

    target: str
    last: int = 0

    def __call__(self) -> bool:
        """One step of the worker: never more to do at once."""
        head = AuditSeal.objects.order_by("-number").first() if self.target else None
        if head is not None and head.number > self.last:
            self._write(line_of(head))
            self.last = head.number
        return False

    def _write(self, line: str) -> None:
        if self.target.partition(":")[0] == SYSLOG:
            _to_syslog(self.target, line)
            return
        with Path(self.target).open("a", encoding="ascii") as file:
            file.write(line + "\n")


def line_of(seal: AuditSeal) -> str:
    """Number, moment and hash; nothing of what the lines say."""
    return json.dumps({"seal": seal.number, "sealed_at": seal.sealed_at.isoformat(), "hash": bytes(seal.hash).hex()})


class _Syslog(logging.handlers.SysLogHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  logging's own name
        """What did not go out is tried again: the worker logs it, and the head is not yet written."""
        raise  # noqa: PLE0704  called where logging has caught it


def _to_syslog(target: str, line: str) -> None:
    _name, _colon, where = target.partition(":")
    host, _colon, port = where.partition(":")
    address: str | tuple[str, int] = (host, int(port or 514)) if host else "/dev/log"
    handler = _Syslog(address, facility=logging.handlers.SysLogHandler.LOG_AUTH)
    try:
        handler.emit(logging.LogRecord("yizhan.audit", logging.INFO, "", 0, f"yizhan-audit {line}", None, None))
    finally:
        handler.close()
