"""Filing online: for whom, step by step with a draft that saves itself, and handing in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, Refusal, access, idempotency, subjects
from yizhan.look import api as look
from yizhan.look.api import Receipt, moment_words
from yizhan.matters import api as matters
from yizhan.matters.rules.references import parts_of
from yizhan.matters.web.apply_forms import DECLARATION, FILES, PHOTOGRAPHS, DeclarationForm, ForWhomForm, typed_in
from yizhan.matters.web.apply_pages import REVIEW, ApplyPage, Step
from yizhan.matters.web.desk_pages import fingerprint
from yizhan.matters.web.my_words import saved_words
from yizhan.people import api as people

HERE = "matters:mine"


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def is_elder(request: HttpRequest) -> bool:
    return look.is_elder(request.COOKIES)


# ── for whom ──


@access.permission("matters.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Choose for whom; then the draft, the begun one if there is one."""
    actor, now = actor_of(request), timezone.now()
    options = matters.filing_options(actor, code, now)
    asks = options.is_online and options.is_level_enough
    likely = matters.likely_applicant(actor=actor, options=options, at=now) if asks else matters.NOBODY_LIKELY
    rows = [
        (str(one.resident_id), _name_of(one), _note_of(one, likely.sexes.get(one.resident_id), now))
        for one in options.choices
    ]
    posted = request.method == "POST"
    chosen = request.GET.get("for") or str(likely.one or "")
    form = ForWhomForm(request.POST if posted else None, people=rows, initial={"applicant": chosen})
    if posted and form.is_valid():
        try:
            case_id = matters.start_draft(
                actor=actor, item_code=code, applicant_id=UUID(form.cleaned_data["applicant"]), at=now
            )
            return redirect("matters:apply_draft", case_id)
        except (matters.CaseAlreadyOpen, matters.GuardianFiles, matters.NotForThisPerson) as refusal:
            form.add_error("applicant", refusal.text)
    context = {
        "options": options,
        "form": form,
        "version": options.version,
        "guide": subjects.urls([options.version.subject])[options.version.subject],
        "desks": [] if asks else _desks(actor),
        "running": [one for one in options.choices if one.open_case_id],
        "here": HERE,
    }
    return render(request, "matters/apply_begin.html", context, status=422 if posted else 200)


def _name_of(choice: matters.FilingChoice) -> str:
    return _("我自己（{name}）").format(name=choice.name) if choice.is_self else choice.name


def _note_of(choice: matters.FilingChoice, sex: people.Sex | None, now: Any) -> str:
    if choice.open_case_id:
        return _("已经在办，不用再交")
    if choice.saved_at:
        return _("有一份没交的，{saved}，接着填").format(saved=saved_words(choice.saved_at, now))
    if choice.relation:
        words = {
            people.Sex.FEMALE: _("您是她{relation}，已登记代办"),
            people.Sex.MALE: _("您是他{relation}，已登记代办"),
        }
        said = words[sex] if sex else _("您是本人的{relation}，已登记代办")
        return said.format(relation=people.RELATIONS.get(choice.relation.kind, ""))
    return ""


def _desks(actor: Actor) -> list[people.OrganisationView]:
    """Where to go in person: the own community's desk first."""
    found = people.organisations(kind=people.OrganisationKind.DESK)
    home = ""
    if actor.resident_id:
        card = people.person_card(
            actor=actor, resident_id=actor.resident_id, purpose=people.Purpose.ACTING, at=timezone.now()
        )
        home = card.home_community
    return sorted(found, key=lambda desk: (not home.startswith(desk.territory or "-"), desk.name))[:3]


# ── a draft ──


def with_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The draft as a page; one that has been handed in leads to its case, any other is not found."""

    @wraps(view)
    def seen(request: HttpRequest, case_id: UUID, **kwargs: str) -> HttpResponse:
        page = _page(request, case_id)
        if page is None:
            matters.get_own_case(actor_of(request), case_id)
            return redirect("matters:my_case", case_id)
        return view(request, page, **kwargs)

    return seen


def _page(request: HttpRequest, case_id: UUID) -> ApplyPage | None:
    now = timezone.now()
    draft = matters.find_draft(actor_of(request), case_id, now)
    return ApplyPage(draft, actor=actor_of(request), now=now, is_elder=is_elder(request)) if draft else None


@access.permission("matters.file")
@never_cache
@require_GET
@with_page
def go_on(_request: HttpRequest, page: ApplyPage) -> HttpResponse:
    """Where the filer left off."""
    return redirect(page.url(page.first_open))


@access.permission("matters.file")
@never_cache
@require_POST
@with_page
def save(request: HttpRequest, page: ApplyPage) -> HttpResponse:
    """Keeps what has been typed so far and answers when; where other questions apply now, the page comes anew."""
    matters.save_draft(actor=page.actor, case_id=page.draft.case_id, answers=typed_in(request.POST), at=page.now)
    answer = HttpResponse(saved_words(page.now, page.now))
    now_asked = _page(request, page.draft.case_id)
    step = now_asked.find(request.POST.get("step", "")) if now_asked else None
    if step is None or " ".join(step.field_ids) != request.POST.get("asked", ""):
        answer["HX-Refresh"] = "true"
    return answer


@access.permission("matters.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_page
def step(request: HttpRequest, page: ApplyPage, step_id: str) -> HttpResponse:
    here = page.find(step_id)
    if here is None:
        return redirect(page.url(page.nearest(step_id)))
    if here.materials:
        return _papers(request, page, here)
    if request.method != "POST":
        return _questions(request, page, here, is_checked="mend" in request.GET)
    matters.save_draft(actor=page.actor, case_id=page.draft.case_id, answers=typed_in(request.POST), at=page.now)
    if request.POST.get("go") == "later":
        return redirect(HERE)
    page = _page(request, page.draft.case_id) or page
    here = page.find(step_id) or page.nearest(step_id)
    if page.errors_at(here):
        return _questions(request, page, here, is_checked=True, status=422)
    return redirect(page.url(page.after(here)))


def _questions(
    request: HttpRequest, page: ApplyPage, here: Step, *, is_checked: bool, status: int = 200
) -> HttpResponse:
    context = {
        "page": page,
        "step": here,
        "form": page.form(here, is_checked=is_checked),
        "problems": page.errors_at(here) if is_checked else [],
        "takes_focus": True,
        "here": HERE,
    }
    return render(request, "matters/apply_step.html", {**context, **_frame(page, here)}, status=status)


def _frame(page: ApplyPage, here: Step) -> dict[str, Any]:
    return {
        "stops": page.stops(here),
        "back": page.back_url(here),
        "is_first": page.steps.index(here) == 0,
        "is_last": here.group == REVIEW,
    }


# ── papers ──


def _papers(request: HttpRequest, page: ApplyPage, here: Step) -> HttpResponse:
    if request.method == "POST":
        _keep_papers(request, page, here)
        go = request.POST.get("go", "")
        page, kept = _page(request, page.draft.case_id) or page, page.paper_errors
        page.paper_errors |= kept
        here = page.find(here.id) or page.nearest(here.id)
        stays = bool(kept) or (go == "next" and page.say_missing(here))
        if not stays:
            return redirect(_way_on(page, here, go))
    elif "mend" in request.GET:
        page.say_missing(here)
    context = {
        "page": page,
        "step": here,
        "cards": page.paper_cards(here),
        "problems": page.errors_at(here),
        "takes_focus": True,
        "photographs": PHOTOGRAPHS,
        "files": FILES,
        "limit_mb": documents.file_limit() // 1024 // 1024,
        "here": HERE,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "matters/apply_papers.html", {**context, **_frame(page, here)}, status=status)


def _way_on(page: ApplyPage, here: Step, go: str) -> str:
    if go == "later":
        return reverse(HERE)
    return page.url(page.after(here) if go == "next" else here)


def _keep_papers(request: HttpRequest, page: ApplyPage, here: Step) -> None:
    """Each file on its own: what is wrong with one does not lose the others."""
    who: dict[str, Any] = {"actor": page.actor, "case_id": page.draft.case_id, "at": page.now}
    material_id, _sep, file_id = request.POST.get("remove", "").partition(":")
    if file_id:
        matters.remove_draft_material(**who, material_id=material_id, file_id=file_id)
    if request.POST.get("reuse"):
        matters.reuse_material(**who, material_id=request.POST["reuse"])
    for one in here.materials:
        for upload in (*request.FILES.getlist(f"c-{one.id}"), *request.FILES.getlist(f"f-{one.id}")):
            if isinstance(upload, UploadedFile):
                _keep_file(page, one.id, upload, who)


def _keep_file(page: ApplyPage, material_id: str, upload: UploadedFile[Any], who: dict[str, Any]) -> None:
    try:
        documents.refuse_large(upload.size or 0)
        handed_in = matters.HandedIn(
            material_id=material_id, status="uploaded", content=upload.read(), file_name=(upload.name or "")[:120]
        )
        matters.add_draft_material(**who, material=handed_in)
    except (documents.FileRefused, matters.TooManyPages) as refusal:
        page.paper_errors[material_id] = refusal.text


# ── handing in ──

_SHOWN_HERE = (
    matters.DraftOutdated,
    matters.LevelTooLow,
    matters.NoDeskForHome,
    matters.CaseAlreadyOpen,
    matters.MaterialsMissing,
    catalogue.AnswersRefused,
)


@access.permission("matters.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_page
def review(request: HttpRequest, page: ApplyPage) -> HttpResponse:
    """Every answer once more, what is known of the conditions, by when; then the declaration and handing in."""
    form = DeclarationForm(request.POST if request.method == "POST" else None)
    refused: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            idempotency.once(
                page.actor,
                f"apply:{request.POST.get('key', '')}",
                fingerprint(request.POST.dict(), {}),
                lambda: _hand_in(page),
            )
            return redirect("matters:apply_done", page.draft.case_id)
        except _SHOWN_HERE as refusal:
            refused = refusal
    here = page.steps[-1]
    context = {
        "page": page,
        "step": here,
        "form": form,
        "problems": page.problems,
        "takes_focus": form.is_bound,
        "refused": refused if not page.problems else None,
        "key": uuid4().hex,
        "here": HERE,
    }
    status = 422 if form.is_bound else 200
    return render(request, "matters/apply_review.html", {**context, **_frame(page, here)}, status=status)


def _hand_in(page: ApplyPage) -> dict[str, Any]:
    matters.submit_case(actor=page.actor, case_id=page.draft.case_id, declaration=str(DECLARATION), at=page.now)
    return {"case_id": str(page.draft.case_id)}


@access.permission("matters.file")
@never_cache
@require_GET
def done(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The receipt; a draft has none yet."""
    case = matters.get_own_case(actor_of(request), case_id)
    handed_in = next((one for one in case.steps if one.action is matters.Action.SUBMIT), None)
    if handed_in is None:
        return redirect("matters:apply_draft" if case.state is matters.State.DRAFT else "matters:my_case", case_id)
    count = sum(len(one.urls) for one in case.materials)
    receipt = Receipt(
        title=catalogue.item_name(case.item_version_id),
        code=case.reference,
        code_parts=parts_of(case.reference),
        code_label=_("办件编号"),
        rows=(
            (_("交给"), case.desk),
            (_("交件时间"), moment_words(handed_in.at)),
            (_("材料"), _("{kinds} 样，{count} 张").format(kinds=len(case.materials), count=count)),
        ),
        sample=case.is_sample,
    )
    return render(request, "matters/apply_done.html", {"case": case, "receipt": receipt, "here": HERE})


@access.permission("matters.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_page
def discard(request: HttpRequest, page: ApplyPage) -> HttpResponse:
    """Asks once more, then throws the draft away."""
    if request.method == "POST":
        matters.discard_draft(actor=page.actor, case_id=page.draft.case_id, at=page.now)
        return redirect(HERE)
    return render(request, "matters/apply_discard.html", {"page": page, "here": HERE})
