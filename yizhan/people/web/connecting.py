"""The security officer's pages about organisations' own systems: which there are, registering one, revoking one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizhan.kernel.api import access
from yizhan.look.api import AccessibleForm
from yizhan.people.queries import house
from yizhan.people.queries.clients import client_lines
from yizhan.people.queries.organisations import organisation
from yizhan.people.rules.organisations import OrganisationKind
from yizhan.people.services import clients
from yizhan.people.web.administering import actor_of, status_of

CONNECTED = (OrganisationKind.DESK, OrganisationKind.DEPARTMENT, OrganisationKind.OTHER)


class ClientForm(AccessibleForm):
    name = forms.CharField(
        label=gettext_lazy("哪个系统"), max_length=60, help_text=gettext_lazy("例如：民政业务系统、一楼自助机。")
    )
    scopes = forms.MultipleChoiceField(label=gettext_lazy("可以做什么"), widget=forms.CheckboxSelectMultiple)
    calls = forms.IntegerField(
        label=gettext_lazy("每分钟最多几次"),
        min_value=1,
        max_value=clients.MOST_CALLS_PER_MINUTE,
        initial=clients.CALLS_PER_MINUTE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = access.scopes()
        self.fields["scopes"].choices = [(name, known[name].words) for name in sorted(known)]  # type: ignore[attr-defined]


@access.permission("people.see_house")
@never_cache
@require_GET
def systems(request: HttpRequest) -> HttpResponse:
    may_change = access.may(actor_of(request), "people.manage_clients")
    return render(request, "people/admin_clients.html", {"lines": client_lines(), "may_change": may_change})


@access.permission("people.manage_clients")
@never_cache
@require_GET
def choose_organisation(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")
    found = house.active_organisations(asked, kinds=[*CONNECTED])
    return render(request, "people/admin_client_where.html", {"asked": house.question(asked), "found": found})


@access.weighty()
@access.permission("people.manage_clients")
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The secret is shown with the answer, and never again."""
    where = organisation(organisation_id=organisation_id)
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        client = clients.NewClient(
            organisation_id=organisation_id,
            name=form.cleaned_data["name"],
            scopes=tuple(form.cleaned_data["scopes"]),
            calls_per_minute=form.cleaned_data["calls"],
        )
        made = clients.register_client(actor=actor_of(request), client=client, at=timezone.now())
        return render(request, "people/admin_client_made.html", {"made": made, "where": where, "name": client.name})
    context = {"form": form, "where": where}
    return render(request, "people/admin_client_new.html", context, status=status_of(form))


@access.weighty()
@access.permission("people.manage_clients")
@require_POST
def revoke(request: HttpRequest, client_id: UUID) -> HttpResponse:
    clients.revoke_client(actor=actor_of(request), machine_client_id=client_id, at=timezone.now())
    messages.success(request, _("接入收回了，马上生效。"))
    return redirect("people:systems")
