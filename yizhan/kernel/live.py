"""Live pages: an open page hears that something it shows has changed, and reads it again.

Only the name of the thing travels, at the commit of the change; what is new is read through the normal permission.
A name is a subject's key ("matters.case:<uuid>", said by every fact about it), or that of a topic which a module
registers here ("reach.site:nanning") and announces itself.
"""

import re
from collections.abc import Callable, Collection

from django.db import connection

from yizhan.kernel import subjects
from yizhan.kernel.actors import Actor
from yizhan.kernel.subjects import Subject

CHANNEL = "yizhan_live"
_NAME = re.compile(r"[a-z]+(?:\.[a-z_]+)+:[A-Za-z0-9._-]{1,60}")
# What a page follows is named by a UUID; a resolver is asked for nothing else.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_topics: dict[str, Callable[[Actor, str], bool]] = {}


def register(kind: str, may_follow: Callable[[Actor, str], bool]) -> None:
    """Topics `kind:key` are announced by the module itself; `may_follow(actor, key)` says who may hear of one."""
    if kind in _topics or kind in subjects.kinds():
        raise ValueError(f"live topic {kind} is registered twice")
    _topics[kind] = may_follow


def announce(kind: str, key: str) -> None:
    """Tell open pages at the commit of the current transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("a change is announced inside its transaction")
    if kind not in _topics or not _NAME.fullmatch(f"{kind}:{key}"):
        raise ValueError(f"no live topic {kind}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{kind}:{key}"])


def followable(actor: Actor, names: Collection[str]) -> list[str]:
    """Those of the names that exist as kinds and that `actor` may hear of, in their order."""
    wanted = {name: Subject(*name.split(":", 1)) for name in names if _NAME.fullmatch(name)}
    seen = subjects.visible(actor, [each for each in wanted.values() if _ID.fullmatch(each.id)])
    return [
        name
        for name, each in wanted.items()
        if each in seen or (each.kind in _topics and _topics[each.kind](actor, each.id))
    ]
