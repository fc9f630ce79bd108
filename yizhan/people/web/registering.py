"""The desk writes down a person whom the city does not know yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yizhan.kernel.api import Actor, Refusal, access, times
from yizhan.people.rules.organisations import Role
from yizhan.people.services.registering import (
    AddressRefused,
    IdentityNumberTaken,
    PlaceRefused,
    register_resident,
)
from yizhan.people.web.forms import RegisterForm
from yizhan.territory import api as territory

_FIELD_OF = {IdentityNumberTaken: "id_number", PlaceRefused: "home_community", AddressRefused: "address"}
DISTRICT = 6


@access.permission("people.find_at_desk")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Nothing is checked by this: the card is read at the desk afterwards."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _registered(actor, form):
        messages.success(request, _("登记好了。现在可以读取身份证收件。"))
        return redirect("/")
    context = {"form": form, "communities": _communities_near(actor)}
    return render(request, "people/register.html", context, status=422 if form.errors else 200)


def _registered(actor: Actor, form: RegisterForm) -> bool:
    try:
        register_resident(actor=actor, particulars=form.particulars(), at=timezone.now())
    except Refusal as refusal:
        form.add_error(_FIELD_OF.get(type(refusal)), refusal.text)
        return False
    return True


def _communities_near(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the communities in the districts of this desk; the desk's own first."""
    own = actor.territories(Role.DESK_CLERK)
    today = times.local_day(timezone.now())
    near = {
        division.code: division.short_name
        for district in sorted({code[:DISTRICT] for code in own if len(code) >= DISTRICT})
        for division in territory.communities(under=district, on=today)
    }
    return sorted(near.items(), key=lambda row: (not row[0].startswith(own), row[0]))
