"""The one upward question: what is this thing called, where is it shown, who may see it, how does it stand.

A module registers one resolver per kind of thing it owns. Many ids go in, a dict or a set comes out, with at
most one query per kind.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from yizhan.kernel.actors import Actor


@dataclass(frozen=True)
class Subject:
    """A thing that somebody else owns, e.g. Subject("matters.case", "<uuid>")."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Resolver(Protocol):
    def titles(self, ids: Collection[str]) -> Mapping[str, str]: ...
    def urls(self, ids: Collection[str]) -> Mapping[str, str]: ...
    def visible(self, actor: Actor, ids: Collection[str]) -> Collection[str]: ...
    def states(self, ids: Collection[str]) -> Mapping[str, str]: ...


_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    if kind in _resolvers:
        raise ValueError(f"subject kind {kind} is registered twice")
    _resolvers[kind] = resolver


def kinds() -> frozenset[str]:
    return frozenset(_resolvers)


def _by_kind(subjects: Iterable[Subject]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for subject in dict.fromkeys(subjects):
        if subject.kind in _resolvers:
            grouped[subject.kind].append(subject.id)
    return grouped


def _ask(subjects: Iterable[Subject], question: str) -> dict[Subject, str]:
    answers: dict[Subject, str] = {}
    for kind, ids in _by_kind(subjects).items():
        found: Mapping[str, str] = getattr(_resolvers[kind], question)(ids)
        answers.update({Subject(kind, id_): text for id_, text in found.items()})
    return answers


def titles(subjects: Iterable[Subject]) -> dict[Subject, str]:
    return _ask(subjects, "titles")


def urls(subjects: Iterable[Subject]) -> dict[Subject, str]:
    return _ask(subjects, "urls")


def states(subjects: Iterable[Subject]) -> dict[Subject, str]:
    return _ask(subjects, "states")


def visible(actor: Actor, subjects: Iterable[Subject]) -> set[Subject]:
    """The subjects that `actor` may see; an unknown kind is never visible."""
    return {
        Subject(kind, id_) for kind, ids in _by_kind(subjects).items() for id_ in _resolvers[kind].visible(actor, ids)
    }
