"""Where a clerk works, in the words of the header. The room of people knows; the look only asks."""

from __future__ import annotations

from collections.abc import Callable

from yizhan.kernel.api import Actor


class Workplace:
    """One function, given by the module that knows organisations: actor in, words out."""

    def __init__(self) -> None:
        self._words_of: Callable[[Actor], str] | None = None

    def register(self, words_of: Callable[[Actor], str]) -> None:
        self._words_of = words_of

    def of(self, actor: Actor) -> str:
        return self._words_of(actor) if self._words_of else ""


workplace = Workplace()
