"""The security officer's pages: who holds which role, granting one, ending one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizhan.kernel.api import NotAllowed, Refusal, access
from yizhan.people.queries import house, labels
from yizhan.people.queries.organisations import organisation
from yizhan.people.rules.organisations import ROLES_OF_KIND, Role, roles_in
from yizhan.people.services import delegating, organising
from yizhan.people.web.admin_forms import RoleForm
from yizhan.people.web.administering import actor_of, status_of, today


@access.permission("people.see_house")
@never_cache
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    asked, role = request.GET.get("q", ""), request.GET.get("role", "")
    role = role if role in list(Role) else ""
    context = {
        "page": house.staff_lines(today=today(), asked=asked, role=role, page=request.GET.get("page", "1")),
        "asked": house.question(asked),
        "role": role,
        "roles": [(one, labels.ROLES[one]) for one in Role],
        "delegations": house.delegation_lines(today=today()),
        "may_grant": access.may(actor_of(request), "people.grant_roles"),
    }
    return render(request, "people/admin_roles.html", context)


@access.permission("people.grant_roles")
@never_cache
@require_GET
def choose_organisation(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """First where, then what: the roles depend on the kind of organisation."""
    line = _somebody_else(request, staff_id)
    asked = request.GET.get("q", line.organisation)
    context = {
        "line": line,
        "asked": house.question(asked),
        "found": house.active_organisations(asked, kinds=[*ROLES_OF_KIND]),
    }
    return render(request, "people/admin_role_where.html", context)


def _somebody_else(request: HttpRequest, staff_id: UUID) -> house.StaffLine:
    line = house.staff_line(staff_id, today=today())
    if line is None:
        raise organising.StaffNotFound
    if not access.may(actor_of(request), "people.grant_roles", staff_id):
        raise NotAllowed(permission="people.grant_roles")
    return line


@access.weighty()
@access.permission("people.grant_roles")
@never_cache
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, staff_id: UUID, organisation_id: UUID) -> HttpResponse:
    line, where = _somebody_else(request, staff_id), organisation(organisation_id=organisation_id)
    form = RoleForm(request.POST or None, roles=roles_in(where.kind), today=today())
    if request.method == "POST" and form.is_valid():
        try:
            organising.assign_role(
                actor=actor_of(request),
                staff_id=staff_id,
                role=Role(form.cleaned_data["role"]),
                organisation_id=organisation_id,
                valid_from=form.cleaned_data["first"],
                valid_until=form.until(),
            )
        except organising.RolePeriodRefused as refusal:
            form.add_error("last_day", refusal.text)
        except Refusal as refusal:
            form.add_error("role", refusal.text)
        else:
            messages.success(request, _("岗位给好了。"))
            return redirect("people:person", staff_id)
    context = {"form": form, "line": line, "where": where}
    return render(request, "people/admin_role_new.html", context, status=status_of(form))


@access.weighty()
@access.permission("people.grant_roles")
@require_POST
def end(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    staff_id = organising.end_role(actor=actor_of(request), assignment_id=assignment_id, at=timezone.now())
    messages.success(request, _("岗位收回了，马上生效。"))
    return redirect("people:person", staff_id)


@access.weighty()
@access.permission("people.grant_roles")
@require_POST
def end_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    delegating.end_delegation(actor=actor_of(request), delegation_id=delegation_id, at=timezone.now())
    messages.success(request, _("代岗收回了，马上生效。"))
    return redirect("people:roles")
