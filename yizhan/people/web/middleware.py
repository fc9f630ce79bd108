"""Who is asking: every request carries an `actor`."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yizhan.kernel.api import Actor, times
from yizhan.people.models import Account
from yizhan.people.queries.organisations import actor_of

WORKPLACE = "people.workplace"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Sets `request.actor` from the signed-in account: roles that hold today, one workplace if one was chosen.

    Two small queries for somebody signed in, none for anybody else. A request is answered as its actor began.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = _actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    channel = _channel(request)
    if not request.user.is_authenticated:
        return Actor(channel=channel)
    accounts = Account.objects.select_related("resident", "staff").filter(is_active=True)
    account = accounts.filter(pk=request.user.pk).first()
    if account is None:
        return Actor(channel=channel)
    chosen = request.session.get(WORKPLACE)
    workplace = UUID(chosen) if chosen else None
    return actor_of(account, on=times.local_day(timezone.now()), channel=channel, workplace=workplace)


def _channel(request: HttpRequest) -> str:
    is_mobile = request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")
    return "phone" if is_mobile else "web"
