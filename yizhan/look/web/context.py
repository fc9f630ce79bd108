"""What every page knows: `look`, given to all templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from yizhan.kernel.api import Actor
from yizhan.look.queries.workplaces import workplace
from yizhan.look.rules.versions import ELDER, STANDARD, is_elder


@dataclass(frozen=True)
class Language:
    code: str
    name: str


class Look:
    """How this reader wants to see the page, and who reads it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def version(self) -> str:
        return ELDER if is_elder(self._request.COOKIES) else STANDARD

    @property
    def is_elder(self) -> bool:
        return self.version == ELDER

    @cached_property
    def actor(self) -> Actor | None:
        found: Actor | None = getattr(self._request, "actor", None)
        return found

    @cached_property
    def workplace(self) -> str:
        """Where a clerk works, for the header: 新竹社区 · 综合窗口 2 号."""
        return workplace.of(self.actor) if self.actor else ""

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def is_sample_city(self) -> bool:
        return bool(getattr(settings, "YIZHAN_SAMPLE_CITY", False))

    @cached_property
    def other_language(self) -> Language | None:
        """The language one may change to."""
        others = [Language(code, name) for code, name in settings.LANGUAGES if code != get_language()]
        return others[0] if others else None

    @cached_property
    def version_url(self) -> str:
        return reverse("look:version")

    @cached_property
    def language_url(self) -> str:
        return reverse("look:language")


def look(request: HttpRequest) -> dict[str, Look]:
    """Context processor."""
    return {"look": Look(request)}
