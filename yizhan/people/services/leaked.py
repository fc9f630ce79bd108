"""Loading a list of leaked passwords, and asking it: a file of its own beside the database, on each web machine."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.kernel.api import Actor, BadInput, Subject, access, audit
from yizhan.people.rules.leaked import HEAD, KEPT, Trouble, is_among, kept_of, sum_of

log = structlog.get_logger()


class LeakedListRefused(BadInput):
    """The list is not put in place, the former one still holds; its subclasses say why and in which line."""

    code = "people.leaked_list_refused"


class LeakedLineUnreadable(LeakedListRefused):
    code = "people.leaked_line_unreadable"
    message = _("名单第 {line} 行看不懂，没有换上，原来的名单还在用。")


class LeakedLineOutOfOrder(LeakedListRefused):
    code = "people.leaked_line_out_of_order"
    message = _("名单第 {line} 行没有按顺序排，没有换上，原来的名单还在用。")


class LeakedLineCutOff(LeakedListRefused):
    code = "people.leaked_line_cut_off"
    message = _("名单第 {line} 行不完整，文件可能没下全，没有换上，原来的名单还在用。")


class LeakedListEmpty(LeakedListRefused):
    code = "people.leaked_list_empty"
    message = _("名单是空的，没有换上。")


_REFUSALS: dict[Trouble, type[LeakedListRefused]] = {
    Trouble.NO_LINE: LeakedLineUnreadable,
    Trouble.OUT_OF_ORDER: LeakedLineOutOfOrder,
    Trouble.CUT_OFF: LeakedLineCutOff,
}


@dataclass(frozen=True, kw_only=True)
class LeakedList:
    """The list in place: how many sums; `is_whole` is false for a file that is not what was loaded."""

    count: int
    is_whole: bool


def load_leaked_list(*, source: Path, actor: Actor) -> int:
    """Put the list in place of the former one, at once or not at all. Returns how many sums.

    Raises LeakedListRefused, NotAllowed.
    """
    access.require(actor, "people.load_leaked_list")
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=place.name)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, source.open("rb") as lines:
            count = _write(lines, target)
            target.flush()
            os.fsync(target.fileno())
        made.chmod(0o644)
        made.replace(place)
    finally:
        made.unlink(missing_ok=True)
    with transaction.atomic():
        audit(actor, "people.leaked_list.loaded", Subject("people.leaked_list", place.name), count=count)
    return count


def _write(lines: IO[bytes], target: IO[bytes]) -> int:
    target.write(HEAD)
    before, number = b"", 0
    for number, line in enumerate(lines, 1):
        kept = kept_of(line)
        if isinstance(kept, bytes) and kept <= before:
            kept = Trouble.OUT_OF_ORDER
        if isinstance(kept, Trouble):
            raise _REFUSALS[kept](line=number)
        target.write(kept[:KEPT])
        before = kept
    if number == 0:
        raise LeakedListEmpty
    return number


def find_leaked_list() -> LeakedList | None:
    """None where none was loaded."""
    try:
        with _place().open("rb") as kept:
            size = os.fstat(kept.fileno()).st_size - len(HEAD)
            return LeakedList(count=size // KEPT, is_whole=kept.read(len(HEAD)) == HEAD and size % KEPT == 0)
    except FileNotFoundError:
        return None


def is_leaked(password: str) -> bool:
    """Whether the list names this password; False where there is none. A broken list is logged, and names nothing."""
    held = find_leaked_list()
    if held is None:
        return False
    if not held.is_whole:
        log.error("leaked_list_broken")
        return False
    with _place().open("rb", buffering=0) as kept:
        # Of the file that is open now: another may have taken its place since it was measured.
        count = (os.fstat(kept.fileno()).st_size - len(HEAD)) // KEPT
        return is_among(sum_of(password), count=count, read=lambda at, most: os.pread(kept.fileno(), most, at))


def _place() -> Path:
    return Path(settings.YIZHAN_LEAKED_PASSWORDS)
