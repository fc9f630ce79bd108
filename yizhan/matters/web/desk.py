"""接件: who is here, which matter, and taking the case in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, Refusal, access, idempotency, times
from yizhan.matters import api as matters
from yizhan.matters.web.desk_forms import NameForm, RegistrationForm, VisitorForm, uploads
from yizhan.matters.web.desk_items import items_for
from yizhan.matters.web.desk_pages import ItemOnPage, PersonOnPage, fingerprint
from yizhan.people import api as people

View = TypeVar("View", bound=Callable[..., HttpResponse])


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def go(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, for a browser and for htmx."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def desk_of(actor: Actor) -> str:
    """The community of the desk at which this clerk works, "" where that is not one community."""
    places = {grant.territory for grant in actor.roles if grant.role == "desk_clerk"}
    place = places.pop() if len(places) == 1 else ""
    return place if len(place) == 12 else ""


def day_words(actor: Actor, at: datetime) -> list[tuple[str, int]]:
    counts = matters.day_counts(actor, times.day_start(times.local_day(at)))
    return [
        (_("收件"), counts["taken_in"]),
        (_("受理"), counts["accepted"]),
        (pgettext("件数", "出件"), counts["delivered"]),
    ]


def told_at_the_desk(view: View) -> View:
    """A refusal that no form can mend, asked for by htmx, is told on the first page: fragments pick out their part."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = view(request, *args, **kwargs)
        except Refusal as refusal:
            if not getattr(request, "htmx", False):
                raise
            messages.error(request, refusal.text)
            return go(request, reverse("matters:desk"))
        return response

    return cast(View, answer)


# ── who is here ──


@access.permission("matters.desk")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_at_the_desk
def desk(request: HttpRequest) -> HttpResponse:
    form = VisitorForm(request.POST or None)
    if request.method != "POST":
        return _desk_page(request, form)
    registration = _registration(request)
    if request.POST.get("act") == "refresh":
        return _desk_page(request, VisitorForm(initial=_typed(request)), registration=registration)
    if not form.is_valid():
        return _desk_page(request, form, registration=registration, status=422)
    try:
        _receive(request, form, registration)
    except _NotRegistered:
        return _desk_page(request, form, registration=registration, status=422)
    except Refusal as refusal:
        return _desk_refused(request, form, refusal)
    return go(request, reverse("matters:desk_items"))


def _typed(request: HttpRequest) -> dict[str, Any]:
    return {name: request.POST.get(name, "") for name in VisitorForm.base_fields}


def _registration(request: HttpRequest) -> RegistrationForm | None:
    """The form for somebody new, where the page shows it: for "person" or "agent"."""
    who = request.POST.get("new", "")
    if who not in ("person", "agent"):
        return None
    desk = desk_of(actor_of(request))
    if request.POST.get("act") == "register":
        return RegistrationForm(request.POST, prefix="new", desk=desk)
    named = ("name", "phone", "district", "community")
    typed = {name: request.POST[f"new-{name}"] for name in named if f"new-{name}" in request.POST}
    return RegistrationForm(initial=typed, prefix="new", desk=desk)


@transaction.atomic
def _receive(request: HttpRequest, form: VisitorForm, registration: RegistrationForm | None) -> None:
    """Register whoever is new, then open the look; both or neither."""
    actor, at = actor_of(request), timezone.now()
    if registration is not None and registration.is_bound:
        _register(actor, form, registration, is_agent=request.POST["new"] == "agent", at=at)
    matters.receive_visitor(actor=actor, card=form.card(), agent=form.agent(), at=at)


class _NotRegistered(Exception):
    """The form of the new person says why; what was begun is taken back."""


def _register(actor: Actor, form: VisitorForm, new: RegistrationForm, *, is_agent: bool, at: datetime) -> None:
    if not new.is_valid():
        raise _NotRegistered
    number = form.cleaned_data["agent_number" if is_agent else "id_number"]
    try:
        people.register_resident(actor=actor, particulars=new.particulars(number), at=at)
    except (people.NameRefused, people.PhoneRefused, people.PlaceRefused) as refusal:
        new.refuse(refusal)
        raise _NotRegistered from None


def _desk_refused(request: HttpRequest, form: VisitorForm, refusal: Refusal) -> HttpResponse:
    if not isinstance(refusal, people.ResidentNotFound):
        form.refuse(refusal)
        return _desk_page(request, form, status=422)
    new = "agent" if isinstance(refusal, matters.AgentNotRegistered) else "person"
    registration = RegistrationForm(prefix="new", desk=desk_of(actor_of(request)))
    return _desk_page(request, form, registration=registration, new=new, status=422)


def _desk_page(
    request: HttpRequest,
    form: VisitorForm,
    *,
    registration: RegistrationForm | None = None,
    new: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    context = {
        "form": form,
        "registration": registration,
        "new": (new or request.POST.get("new", "")) if registration else "",
        "name_form": NameForm(),
        "waiting": matters.desk_waiting(actor),
        "counts": day_words(actor, at),
        "current": people.current_intake(actor=actor, at=at),
        **more,
    }
    return render(request, "matters/desk.html", context, status=status)


@access.permission("matters.desk")
@never_cache
@require_POST
def near(request: HttpRequest) -> HttpResponse:
    """People of the desk's own community by name; names stay out of addresses, so this is a post."""
    name_form = NameForm(request.POST)
    if not name_form.is_valid():
        return _desk_page(request, VisitorForm(), name_form=name_form, status=422)
    page = request.POST.get("page", "1")
    try:
        found = people.residents_near_desk(
            actor=actor_of(request),
            name=name_form.cleaned_data["name"],
            at=timezone.now(),
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )
    except people.NameRefused as refusal:
        name_form.add_error("name", refusal.text)
        return _desk_page(request, VisitorForm(), name_form=name_form, status=422)
    return _desk_page(request, VisitorForm(), name_form=name_form, found=found)


@access.permission("matters.desk")
@require_POST
def open_near(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    people.open_intake(actor=actor_of(request), resident_id=resident_id, at=timezone.now())
    return go(request, reverse("matters:desk_items"))


@access.permission("matters.deliver")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The person has left the desk: nothing of him stays on the screen."""
    people.close_current_intake(actor=actor_of(request), at=timezone.now())
    return go(request, reverse("matters:desk" if access.may(actor_of(request), "matters.desk") else "matters:pick_up"))


@access.permission("matters.deliver")
@never_cache
@require_POST
def reveal(request: HttpRequest) -> HttpResponse:
    """The whole identity number, once, on the screen; the person sees later that it was looked at."""
    actor, at = actor_of(request), timezone.now()
    intake = matters.current_visitor(actor=actor, at=at)
    number = people.reveal_id_number(
        actor=actor, resident_id=intake.resident_id, purpose=intake.purpose, at=at, case_id=intake.case_id
    )
    return render(request, "matters/_desk_number.html", {"number": number})


# ── which matter ──


@access.permission("matters.desk")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_at_the_desk
def items(request: HttpRequest) -> HttpResponse:
    """By name, or the list; a post, because what is typed may be anything, and Enter opens the first."""
    actor, at = actor_of(request), timezone.now()
    intake = people.current_intake(actor=actor, at=at)
    if intake is None or intake.purpose != people.Purpose.INTAKE:
        return redirect("matters:desk")
    if intake.case_id:
        return redirect("matters:desk_case", case_id=intake.case_id)
    text = request.POST.get("q", "").strip()[:60]
    shown = items_for(actor, text, at)
    if request.POST.get("act") == "open" and shown.first:
        return go(request, reverse("matters:desk_intake", args=[shown.first.code]))
    context = {
        "person": PersonOnPage(intake),
        "shown": shown,
        "q": text,
        "counts": day_words(actor, at),
        "here": "matters:desk",
    }
    return render(request, "matters/desk_items.html", context)


# ── taking the case in ──

ACTS = {"accept", "papers", "refuse"}


@access.permission("matters.desk")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_at_the_desk
def intake(request: HttpRequest, code: str) -> HttpResponse:
    act = request.POST.get("act", "")
    refused: Refusal | None = None
    if request.method == "POST" and act in ACTS and (act == "accept" or request.POST.get("note", "").strip()):
        try:
            case_id = _carried_out(request, code, act)
        except (matters.NobodyAtTheDesk, catalogue.ItemNotFound, idempotency.KeyReused):
            raise
        except Refusal as refusal:
            refused = refusal
        else:
            return go(request, reverse("matters:desk_done", args=[case_id]))
    return _intake_page(request, code, act=act, refused=refused)


def _carried_out(request: HttpRequest, code: str, act: str) -> str:
    """The case's id; the same form sent twice gives the same case."""
    files = uploads(request)
    for upload in files.values():
        documents.refuse_large(upload.size or 0)
    answer = idempotency.once(
        actor_of(request),
        f"desk:{request.POST.get('key', '')}",
        fingerprint(request.POST, files),
        lambda: {"case_id": str(_take_in(request, code, act))},
    )
    return str(answer["case_id"])


def _take_in(request: HttpRequest, code: str, act: str) -> UUID:
    actor, at = actor_of(request), timezone.now()
    page = _page(request, code, at)
    if page.is_hukou_new:
        matters.record_household(actor=actor, division=page.hukou_typed, at=at)
    case_id = matters.take_in_case(
        actor=actor,
        item_code=code,
        answers=page.answers,
        materials=page.papers.handed_in(one.id for one in page.materials),
        at=at,
        is_sample=page.intake.person.is_sample,
        is_complete=act == "accept",
    )
    finish(actor, case_id, act, request.POST.get("note", ""), at)
    return case_id


def finish(actor: Actor, case_id: UUID, act: str, note: str, at: datetime) -> None:
    """The step that ends a case's stay at the desk, for now or for good."""
    if act == "accept":
        matters.accept_case(actor=actor, case_id=case_id, at=at)
    elif act == "papers":
        matters.request_papers(actor=actor, case_id=case_id, note=note, at=at)
    else:
        matters.refuse_to_accept(actor=actor, case_id=case_id, reason=note, at=at)


def _page(request: HttpRequest, code: str, at: datetime) -> ItemOnPage:
    """Raises NobodyAtTheDesk, ItemNotFound."""
    actor = actor_of(request)
    posted = request.method == "POST"
    return ItemOnPage(
        version=catalogue.current_version(code, times.local_day(at)),
        intake=matters.current_visitor(actor=actor, at=at),
        actor=actor,
        at=at,
        data=request.POST.dict() if posted else None,
        files=uploads(request) if posted else None,
    )


def _intake_page(request: HttpRequest, code: str, *, act: str, refused: Refusal | None) -> HttpResponse:
    page = _page(request, code, timezone.now())
    if page.intake.purpose != people.Purpose.INTAKE or page.intake.case_id:
        return redirect("matters:desk_items")
    asks_note = act in ("papers", "refuse")
    told = tell(page, act, refused) or note_wanted(request, act)
    context = {
        "page": page,
        "person": page.person,
        "key": request.POST.get("key") or uuid4().hex,
        "act": note_form(request, act),
        "note": request.POST.get("note", ""),
        "told": told,
        "is_fresh": request.method != "POST" or act == "back",
        **_duplicates(page),
        "counts": day_words(page.actor, page.at),
        "here": "matters:desk",
        "here_url": reverse("matters:desk_intake", args=[code]),
    }
    return render(request, "matters/desk_intake.html", context, status=422 if told or asks_note else 200)


def _duplicates(page: ItemOnPage) -> dict[str, object]:
    """The open case of this very matter, and others that look like it, by what is known and typed so far."""
    person, version = page.intake.person, page.version
    keys = matters.keys_of(
        item_version_id=version.item_version_id,
        answers=page.answers,
        applicant_id=person.resident_id,
        name=person.name,
        born_on=person.born_on,
    )
    applicant, code = person.resident_id, version.code
    return {
        "first": matters.find_first(page.actor, resident_id=applicant, item_code=code),
        "alike": matters.alike(page.actor, item_code=code, applicant_id=applicant, keys=keys),
    }


def note_form(request: HttpRequest, act: str) -> str:
    """For which act the note is asked for; what else is chosen meanwhile leaves it open."""
    wanted = request.POST.get("asked", "") if act == "refresh" else act
    return wanted if wanted in ("papers", "refuse") else ""


def note_wanted(request: HttpRequest, act: str) -> list[tuple[str, str]]:
    """The form for the note was there, and nothing was written in it."""
    if act not in ("papers", "refuse") or request.POST.get("asked") != act or request.POST.get("note", "").strip():
        return []
    return [("id_note", _("请写清楚要补什么、怎样才算齐") if act == "papers" else _("请写明不予受理的理由"))]


def tell(page: ItemOnPage, act: str, refused: Refusal | None) -> list[tuple[str, str]]:
    """What is to be mended, as (id of the field, words); marks the fields themselves too."""
    found: list[tuple[str, str]] = []
    if isinstance(refused, catalogue.AnswersRefused):
        page.form.refuse(refused.errors)
        found += [(f"id_a-{one.field}", f"{one.label}{_('：')}{one.message}") for one in refused.errors]
        if act == "accept" and page.missing_papers:  # all at once: nobody presses twice to hear the rest
            found.append(("papers", _("材料还缺：{names}").format(names=_("、").join(page.missing_papers))))
    elif isinstance(refused, matters.MaterialsMissing):
        found.append(("papers", refused.text))
    elif isinstance(refused, matters.HukouUnknown | matters.NoResponsibleOffice):
        found.append(("id_hukou_district", refused.text))
    elif isinstance(refused, documents.FileRefused):
        found.append(("papers", refused.text))
    elif refused is not None:
        found.append(("", refused.text))
    if act == "accept":
        for one in page.materials:
            if page.papers.lacks_picture(one.id):
                page.paper_errors[one.id] = _("还没有选照片")
    return found


# ── afterwards ──


@access.permission("matters.deliver")
@never_cache
@require_GET
def done(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was just done, without the person: the desk has lost sight of the case."""
    actor, at = actor_of(request), timezone.now()
    receipt = matters.receipt_at_desk(actor=actor, case_id=case_id, at=at)
    today = times.local_day(at)
    is_accepted = receipt.action is matters.Action.ACCEPT
    context = {
        "receipt": receipt,
        "strip": clocks.strip(receipt.subject, today) if is_accepted else None,
        "counts": day_words(actor, at),
        "here": "matters:pick_up" if receipt.action is matters.Action.DELIVER else "matters:desk",
    }
    return render(request, "matters/desk_done.html", context)


@access.permission("matters.deliver")
@never_cache
@require_GET
def paper(request: HttpRequest, case_id: UUID, kind: str) -> HttpResponse:
    """The PDF for the printer beside the clerk."""
    opened = matters.print_at_desk(actor=actor_of(request), case_id=case_id, kind=kind, at=timezone.now())
    response = HttpResponse(opened.content, content_type=opened.media_type)
    response["Content-Disposition"] = content_disposition_header(False, opened.name) or "inline"
    response["Cache-Control"] = "private, no-store"
    return response


def say(request: HttpRequest, words: str) -> None:
    messages.success(request, words)
