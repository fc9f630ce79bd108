"""What every page of outlets asks of its request."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from yizhan.kernel.api import Actor, times


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def today() -> date:
    return times.local_day(timezone.now())


def words_of(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in request.GET}


def posted(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is bound to: nothing before it is posted, and an empty post is one too."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
