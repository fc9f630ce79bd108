"""The administrator's pages: organisations, and staff with the phone they sign in by. Others of the three read them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizhan.kernel.api import Actor, Refusal, access, times
from yizhan.people.queries import house, labels
from yizhan.people.queries.organisations import OrganisationNotFound
from yizhan.people.rules.organisations import OrganisationKind
from yizhan.people.services import accounts, organising
from yizhan.people.web.admin_forms import OPENED, OrganisationForm, ReasonForm, SignInPhoneForm, StaffForm


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def today() -> date:
    return times.local_day(timezone.now())


def status_of(form: Any) -> int:
    return 422 if form is not None and form.is_bound and form.errors else 200


# ── organisations ──


@access.permission("people.see_house")
@never_cache
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    asked, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    context = {
        "page": house.organisation_lines(asked=asked, kind=kind, page=request.GET.get("page", "1")),
        "asked": house.question(asked),
        "kind": kind if kind in list(OrganisationKind) else "",
        "kinds": [(one, labels.KINDS[one]) for one in OPENED],
        "may_change": access.may(actor_of(request), "people.manage_organisations"),
    }
    return render(request, "people/admin_organisations.html", context)


@access.permission("people.manage_organisations")
@never_cache
@require_http_methods(["GET", "POST"])
def add_organisation(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organising.open_organisation(actor=actor_of(request), organisation=form.organisation())
        except organising.OrganisationCodeRefused as refusal:
            form.add_error("credit_code", refusal.text)
        except Refusal as refusal:
            form.add_error("name", refusal.text)
        else:
            messages.success(request, _("单位建好了：{name}").format(name=form.cleaned_data["name"]))
            return redirect("people:organisations")
    return render(request, "people/admin_organisation_new.html", {"form": form}, status=status_of(form))


@access.permission("people.manage_organisations")
@never_cache
@require_http_methods(["GET", "POST"])
def stop_organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    line = house.organisation_line(organisation_id)
    if line is None:
        raise OrganisationNotFound
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organising.stop_organisation(
                actor=actor_of(request), organisation_id=organisation_id, reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error("reason", refusal.text)
        else:
            messages.success(request, _("已停用：{name}。那里的岗位现在都不能用了。").format(name=line.name))
            return redirect("people:organisations")
    return render(request, "people/admin_organisation_stop.html", {"form": form, "line": line}, status=status_of(form))


# ── staff ──


@access.permission("people.see_house")
@never_cache
@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")
    without = request.GET.get("without") == "1"
    context = {
        "page": house.staff_lines(today=today(), asked=asked, without_role=without, page=request.GET.get("page", "1")),
        "asked": house.question(asked),
        "without": without,
        "may_change": access.may(actor_of(request), "people.manage_staff"),
    }
    return render(request, "people/admin_staff.html", context)


@access.weighty()
@access.permission("people.manage_staff")
@never_cache
@require_http_methods(["GET", "POST"])
def add_staff(request: HttpRequest) -> HttpResponse:
    where = request.GET.get("where", "")
    found = house.active_organisations(where)
    form = StaffForm(request.POST or None, organisations=found)
    if request.method == "POST" and form.is_valid() and _employed(actor_of(request), form):
        messages.success(request, _("人员加好了。岗位由安全管理员给。"))
        return redirect("people:staff")
    context = {"form": form, "where": house.question(where), "is_cut": len(found) == house.MOST_CHOICES}
    return render(request, "people/admin_staff_new.html", context, status=status_of(form))


def _employed(actor: Actor, form: StaffForm) -> bool:
    """Both or neither: a person without a way in is of no use, a phone without a person neither."""
    kept = form.cleaned_data
    try:
        with transaction.atomic():
            staff_id = organising.employ_staff(
                actor=actor,
                organisation_id=UUID(kept["organisation"]),
                name=kept["name"],
                employee_number=kept["employee_number"],
            )
            accounts.change_sign_in_phone(actor=actor, staff_id=staff_id, phone=kept["phone"], at=timezone.now())
    except accounts.PhoneTaken as refusal:
        form.add_error("phone", refusal.text)
    except organising.StaffNumberTaken as refusal:
        form.add_error("employee_number", refusal.text)
    except Refusal as refusal:
        form.add_error("name", refusal.text)
    return not form.errors


@access.permission("people.see_house")
@never_cache
@require_GET
def person(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    return person_page(request, staff_id)


def person_page(request: HttpRequest, staff_id: UUID, *, phone_form: SignInPhoneForm | None = None) -> HttpResponse:
    line = house.staff_line(staff_id, today=today())
    if line is None:
        raise organising.StaffNotFound
    actor = actor_of(request)
    context = {
        "line": line,
        "delegations": house.delegation_lines(today=today(), staff_id=staff_id),
        "may_change": access.may(actor, "people.manage_staff", staff_id) and not line.is_one_of_three,
        "may_grant": access.may(actor, "people.grant_roles", staff_id),
        "is_oneself": actor.staff_id == staff_id,
        "phone_form": phone_form or SignInPhoneForm(),
    }
    return render(request, "people/admin_person.html", context, status=status_of(phone_form))


@access.weighty()
@access.permission("people.manage_staff")
@require_http_methods(["GET", "POST"])
def change_phone(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect("people:person", staff_id)
    form = SignInPhoneForm(request.POST)
    if form.is_valid():
        try:
            accounts.change_sign_in_phone(
                actor=actor_of(request), staff_id=staff_id, phone=form.cleaned_data["phone"], at=timezone.now()
            )
        except accounts.PhoneTaken as refusal:
            form.add_error("phone", refusal.text)
        else:
            messages.success(request, _("登录手机换好了，两部手机都发了短信。他在别处的登录已经全部退出。"))
            return redirect("people:person", staff_id)
    return person_page(request, staff_id, phone_form=form)


@access.permission("people.manage_staff")
@require_POST
def leave(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """The person leaves: every role ends the same day."""
    count = organising.end_roles(actor=actor_of(request), staff_id=staff_id, at=timezone.now())
    messages.success(request, _("他的岗位全部收回了，一共{count}个，马上生效。").format(count=count))
    return redirect("people:person", staff_id)


@access.weighty()
@access.permission("people.manage_staff")
@require_POST
def clear_app(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    accounts.clear_second_factor(actor=actor_of(request), staff_id=staff_id)
    messages.success(request, _("动态口令取消了。请他用短信登录后重新打开。"))
    return redirect("people:person", staff_id)
