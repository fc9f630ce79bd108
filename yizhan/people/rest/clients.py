"""Who calls, told to the caller: whether the token works and what it opens."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from yizhan.kernel.api import Actor, access
from yizhan.look.api import machines
from yizhan.people.queries.organisations import organisation

router = Router(tags=["client"])


class ScopeOut(Schema):
    name: str
    words: str


class ClientOut(Schema):
    """`staff` is the name of the member of staff whom `Yizhan-Staff` has named."""

    id: UUID
    name: str
    organisation: str
    scopes: list[ScopeOut]
    staff: str | None


@router.get("/client", response=ClientOut, operation_id="get_client")
@access.permission("people.own_client")
@machines.told(_("这个令牌是谁的，可以做什么"))
def get_client(request: HttpRequest) -> ClientOut:
    """This system as Yizhan knows it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    client = actor.client
    assert client is not None  # the permission has seen to it
    known = access.scopes()
    return ClientOut(
        id=client.client_id,
        name=client.name,
        organisation=organisation(organisation_id=client.organisation_id).name,
        scopes=[ScopeOut(name=name, words=str(known[name].words)) for name in sorted(client.scopes) if name in known],
        staff=actor.name if actor.staff_id else None,
    )
