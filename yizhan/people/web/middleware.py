"""Who is asking: every request carries an `actor`."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yizhan.kernel.api import Actor, rows, times
from yizhan.people.models import Account, Resident, Staff
from yizhan.people.queries.organisations import actor_of

WORKPLACE = "people.workplace"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Sets `request.actor` from the signed-in account: roles that hold today, one workplace if one was chosen.

    One small query for a resident, two for staff, none for anybody else. A request is answered as its actor began.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = _actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    channel = _channel(request)
    account = request.user
    if not isinstance(account, Account):
        return Actor(channel=channel)
    if account.resident_id:
        account.resident = rows.find(Resident, id=account.resident_id)
    if account.staff_id:
        account.staff = rows.find(Staff, id=account.staff_id)
    chosen = request.session.get(WORKPLACE)
    workplace = UUID(chosen) if chosen else None
    return actor_of(account, on=times.local_day(timezone.now()), channel=channel, workplace=workplace)


def _channel(request: HttpRequest) -> str:
    is_mobile = request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")
    return "phone" if is_mobile else "web"
