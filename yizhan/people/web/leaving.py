"""我的岗位: in which organisation one works, what one hands over during leave, and for whom one stands in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yizhan.kernel.api import Actor, Refusal, RoleGrant, access
from yizhan.people.queries import house, labels
from yizhan.people.queries.organisations import roles_of, workplaces_of
from yizhan.people.rules.organisations import HANDED_OVER
from yizhan.people.services import delegating
from yizhan.people.web.admin_forms import LeaveForm
from yizhan.people.web.administering import actor_of, status_of, today

_FIELD_OF = {
    delegating.RoleNotOwn: "what",
    delegating.AlreadyHandedOver: "what",
    delegating.DelegateUnfit: "to_staff",
    delegating.DelegateAway: "to_staff",
    delegating.DelegationPeriodRefused: "last_day",
    delegating.DelegationReasonNeeded: "reason",
}


def delegations_of(actor: Actor) -> list[house.DelegationLine]:
    return house.delegation_lines(today=today(), staff_id=actor.staff_id) if actor.staff_id else []


def own_roles(actor: Actor) -> tuple[RoleGrant, ...]:
    """What one may hand over: roles of one's own."""
    held = roles_of(actor.staff_id, on=today()) if actor.staff_id else ()
    return tuple(one for one in held if one.role in HANDED_OVER)


@access.permission("people.hand_over")
@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = _form(request, actor)
    if request.method == "POST" and form.is_valid() and _handed_over(actor, form):
        messages.success(request, _("交好了。到了那天，同事的页面上就有您的件，最后一天过完自动收回。"))
        return redirect("people:workplace")
    context = {"form": form, "has_roles": bool(own_roles(actor))}
    return render(request, "people/hand_over.html", context, status=status_of(form))


def _form(request: HttpRequest, actor: Actor) -> LeaveForm:
    own, names = own_roles(actor), {}
    if actor.staff_id:
        names = {one.organisation_id: one.name for one in workplaces_of(staff_id=actor.staff_id, on=today())}
    roles = [
        (f"{one.role}:{one.organisation_id}", f"{labels.label(labels.ROLES, one.role)} {names[one.organisation_id]}")
        for one in own
    ]
    return LeaveForm(request.POST or None, roles=roles, colleagues=_colleagues(actor, own), today=today())


def _colleagues(actor: Actor, own: tuple[RoleGrant, ...]) -> list[tuple[UUID, str]]:
    if actor.staff_id is None:
        return []
    found: dict[UUID, str] = {}
    for place in dict.fromkeys(one.organisation_id for one in own):
        for one in delegating.delegates_for(actor.staff_id, place, on=today()):
            found[one.id] = one.name
    return list(found.items())


def _handed_over(actor: Actor, form: Any) -> bool:
    kept = form.cleaned_data
    role, organisation_id = kept["what"].split(":")
    wanted = delegating.HandOver(
        to_staff_id=UUID(kept["to_staff"]),
        role=role,
        organisation_id=UUID(organisation_id),
        first=kept["first"],
        until=kept["last_day"] + timedelta(days=1),
        reason=kept["reason"],
    )
    try:
        delegating.hand_over(actor=actor, wanted=wanted, at=timezone.now())
    except Refusal as refusal:
        form.add_error(_FIELD_OF.get(type(refusal)), refusal.text)
        return False
    return True


@access.permission("people.hand_over")
@require_POST
def take_back(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Either side ends it, at once."""
    delegating.end_delegation(actor=actor_of(request), delegation_id=delegation_id, at=timezone.now())
    messages.success(request, _("代岗结束了，马上生效。"))
    return redirect("people:workplace")
