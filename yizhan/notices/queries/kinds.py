"""Kinds of notices. The module in which something happens registers the words for it."""

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """Words with {placeholders}; `sms` is empty where the inbox alone is enough."""

    name: str
    title: Words
    body: Words
    sms: Words


_kinds: dict[str, NoticeKind] = {}


def register_kind(name: str, *, title: Words, body: Words, sms: Words = "") -> None:
    """Register the words for a kind such as "matters.accepted"; called from apps.py of the module that owns it."""
    if name in _kinds:
        raise ValueError(f"notice kind {name} is registered twice")
    _kinds[name] = NoticeKind(name=name, title=title, body=body, sms=sms)


def kind_of(name: str) -> NoticeKind:
    """Raises KeyError for a kind that nobody registered: a fault of the caller."""
    return _kinds[name]


def find_kind(name: str) -> NoticeKind | None:
    """For reading: a notice may be older than the release that dropped its kind."""
    return _kinds.get(name)


def kinds() -> frozenset[str]:
    return frozenset(_kinds)
