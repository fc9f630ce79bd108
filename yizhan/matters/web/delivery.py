"""出件: the decision into the hand of whoever stands there with the code and the card."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yizhan.kernel.api import Actor, Refusal, access, idempotency
from yizhan.matters import api as matters
from yizhan.matters.web.desk import actor_of, day_words, go, say
from yizhan.matters.web.desk_forms import PapersForm, PickUpForm, WithdrawalForm
from yizhan.matters.web.desk_pages import PersonOnPage, fingerprint


@access.permission("matters.deliver")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pick_up(request: HttpRequest) -> HttpResponse:
    form = PickUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor, at = actor_of(request), timezone.now()
        matters.refuse_guessing(actor=actor, at=at)
        try:
            return go(request, reverse("matters:desk_supplement", args=[_for_papers(actor, form, at)]))
        except matters.PickupCodeUnknown:
            pass  # not a case that waits for papers: then for its decision
        except Refusal as refusal:
            form.refuse(refusal)
            return _pick_up_page(request, form)
        try:
            case_id = matters.open_delivery(actor=actor, pickup_code=form.cleaned_data["code"], card=form.card(), at=at)
            return go(request, reverse("matters:deliver", args=[case_id]))
        except matters.PickupCodeUnknown:
            pass  # not decided yet: then to take it back
        except Refusal as refusal:
            form.refuse(refusal)
            return _pick_up_page(request, form)
        try:
            return go(request, reverse("matters:desk_withdraw", args=[_to_take_back(actor, form, at)]))
        except matters.PickupCodeUnknown as refusal:
            matters.note_wrong_code(actor=actor)
            form.refuse(refusal)
        except Refusal as refusal:
            form.refuse(refusal)
    return _pick_up_page(request, form)


def _pick_up_page(request: HttpRequest, form: PickUpForm) -> HttpResponse:
    context = {"form": form, "counts": day_words(actor_of(request), timezone.now())}
    return render(request, "matters/desk_pick_up.html", context, status=422 if form.errors else 200)


def _for_papers(actor: Actor, form: PickUpForm, at: datetime) -> UUID:
    """Raises PickupCodeUnknown for whoever only delivers."""
    if not access.may(actor, "matters.take_in"):
        raise matters.PickupCodeUnknown
    return matters.open_supplement(actor=actor, pickup_code=form.cleaned_data["code"], card=form.card(), at=at)


def _to_take_back(actor: Actor, form: PickUpForm, at: datetime) -> UUID:
    """Raises PickupCodeUnknown for whoever only delivers."""
    if not access.may(actor, "matters.take_in"):
        raise matters.PickupCodeUnknown
    return matters.open_withdrawal(actor=actor, pickup_code=form.cleaned_data["code"], card=form.card(), at=at)


@access.permission("matters.desk")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """撤回 in writing, into the hand of any desk."""
    actor, at = actor_of(request), timezone.now()
    found = matters.withdrawal_in_hand(actor=actor, case_id=case_id, at=at)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        is_seen = form.cleaned_data["is_request_seen"]
        matters.withdraw_at_desk(actor=actor, case_id=case_id, is_request_seen=is_seen, at=at)
        say(
            request,
            _("{item}（尾号 {tail}）已撤回，期限不再算。").format(item=found.item_name, tail=found.reference[-5:]),
        )
        return go(request, reverse("matters:desk"))
    context = {
        "found": found,
        "form": form,
        "person": PersonOnPage(found.visitor),
        "counts": day_words(actor, at),
        "here": "matters:pick_up",
    }
    return render(request, "matters/desk_withdraw.html", context, status=422 if form.errors else 200)


@access.permission("matters.desk")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """补正 into the hand of any desk."""
    actor, at = actor_of(request), timezone.now()
    found = matters.supplement_in_hand(actor=actor, case_id=case_id, at=at)
    form = PapersForm(request.POST if request.method == "POST" else None, papers=found.papers)
    if request.method == "POST" and form.is_valid():
        seen = [matters.HandedIn(material_id=one, status="seen") for one in form.cleaned_data["materials"]]
        matters.supplement_at_desk(actor=actor, case_id=case_id, materials=seen, at=at)
        say(request, _("材料已收下，转给{office}接着办。").format(office=found.office))
        return go(request, reverse("matters:pick_up"))
    context = {
        "found": found,
        "form": form,
        "person": PersonOnPage(found.visitor),
        "key": uuid4().hex,
        "counts": day_words(actor, at),
        "here": "matters:pick_up",
    }
    return render(request, "matters/desk_supplement.html", context, status=422 if form.errors else 200)


@access.permission("matters.deliver")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def deliver(request: HttpRequest, case_id: UUID) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    if request.method == "POST":
        idempotency.once(
            actor,
            f"deliver:{request.POST.get('key', '')}",
            fingerprint(request.POST, {}),
            lambda: {"document_id": str(matters.deliver_case(actor=actor, case_id=case_id, at=at))},
        )
        return go(request, reverse("matters:desk_done", args=[case_id]))
    found = matters.decision_in_hand(actor=actor, case_id=case_id, at=at)
    context = {
        "decision": found,
        "person": PersonOnPage(found.visitor),
        "key": uuid4().hex,
        "counts": day_words(actor, at),
        "here": "matters:pick_up",
    }
    return render(request, "matters/desk_deliver.html", context)
