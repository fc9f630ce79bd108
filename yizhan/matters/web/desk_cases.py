"""我收的办件: what this desk has taken in, and the cases that lie here."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.kernel.api import Refusal, access, idempotency
from yizhan.look.api import PersonView, Stop, moment_words
from yizhan.matters import api as matters
from yizhan.matters.web import desk_places
from yizhan.matters.web.apply_pages import shown_answer
from yizhan.matters.web.desk import (
    actor_of,
    day_words,
    finish,
    go,
    note_form,
    note_wanted,
    say,
    tell,
    told_at_the_desk,
)
from yizhan.matters.web.desk_forms import STATUSES, PaperLine, VisitorForm, papers_in, uploads
from yizhan.matters.web.desk_pages import ItemOnPage, fingerprint
from yizhan.matters.web.presenting import person_of
from yizhan.people import api as people


@access.permission("matters.desk")
@never_cache
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    lines, number, pages = matters.desk_cases(actor, page=number)
    context = {
        "lines": lines,
        "page": Paginator(range(pages), 1).get_page(number) if pages > 1 else None,
        "waiting": matters.desk_waiting(actor),
        "lapses": matters.lapses_of_desk(actor),
        "counts": day_words(actor, timezone.now()),
    }
    return render(request, "matters/desk_cases.html", context)


@access.permission("matters.desk")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_at_the_desk
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case that lies at this desk: without the person the course and the papers, with the person all of it."""
    found = matters.get_case(actor_of(request), case_id) if request.method != "POST" else None
    if found is not None:
        return CasePage(request, found).answer()
    act = request.POST.get("act", "")
    if act == "open":
        return _open(request, case_id)
    if act == "go_on":
        matters.go_on_with_visitor(actor=actor_of(request), case_id=case_id, at=timezone.now())
        return go(request, reverse("matters:desk_case", args=[case_id]))
    if act == "take_in":
        matters.take_in_submitted(actor=actor_of(request), case_id=case_id, at=timezone.now())
        say(request, _("已收件。接着核材料，齐了就受理。"))
        return go(request, reverse("matters:desk_case", args=[case_id]))
    return _act(request, case_id, act)


def _open(request: HttpRequest, case_id: UUID) -> HttpResponse:
    form = VisitorForm(request.POST)
    if form.is_valid():
        try:
            matters.receive_for_case(
                actor=actor_of(request), case_id=case_id, card=form.card(), agent=form.agent(), at=timezone.now()
            )
            return go(request, reverse("matters:desk_case", args=[case_id]))
        except matters.CaseNotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    return CasePage(request, matters.get_case(actor_of(request), case_id), visitor_form=form).answer(422)


def _act(request: HttpRequest, case_id: UUID, act: str) -> HttpResponse:
    needs_note = act in ("papers", "refuse")
    if act not in ("save", "accept", "papers", "refuse") or (needs_note and not request.POST.get("note", "").strip()):
        return CasePage(request, matters.get_case(actor_of(request), case_id), act=act).answer(422)
    files = uploads(request)
    try:
        for upload in files.values():
            documents.refuse_large(upload.size or 0)
        idempotency.once(
            actor_of(request),
            f"desk:{request.POST.get('key', '')}",
            fingerprint(request.POST, files),
            lambda: _carry_out(request, case_id, act),
        )
    except (matters.CaseNotFound, idempotency.KeyReused):
        raise
    except Refusal as refusal:
        return CasePage(request, matters.get_case(actor_of(request), case_id), act=act, refused=refusal).answer(422)
    if act == "save":
        say(request, _("补来的材料已登记。"))
        return go(request, reverse("matters:desk_case", args=[case_id]))
    return go(request, reverse("matters:desk_done", args=[case_id]))


@transaction.atomic
def _carry_out(request: HttpRequest, case_id: UUID, act: str) -> dict[str, Any]:
    """Write down what has come, then take the step."""
    actor, at = actor_of(request), timezone.now()
    page = CasePage(request, matters.get_case(actor, case_id), act=act)
    item = page.item
    if item is not None:
        if item.is_hukou_new:
            matters.record_household(actor=actor, division=item.hukou_typed, at=at)
        if act in ("save", "accept") and item.answers:
            matters.complete_answers(actor=actor, case_id=case_id, answers=item.answers, at=at)
    elif page.household:
        matters.record_household_of_case(actor=actor, case_id=case_id, division=page.household, at=at)
    page.write_papers(at)
    if act != "save":
        finish(actor, case_id, act, request.POST.get("note", ""), at)
    return {"case_id": str(case_id)}


class CasePage:
    """One case on the desk's screen."""

    def __init__(
        self,
        request: HttpRequest,
        case: matters.CaseView,
        *,
        visitor_form: VisitorForm | None = None,
        act: str = "",
        refused: Refusal | None = None,
    ) -> None:
        self.request, self.case = request, case
        self.actor, self.at = actor_of(request), timezone.now()
        self.visitor_form = visitor_form or VisitorForm()
        self.act, self.refused = act, refused
        self.visitor = matters.visitor_of_case(actor=self.actor, case_id=case.case_id, at=self.at)
        self.item = self._item(self.visitor) if self.visitor else None

    def _item(self, visitor: people.Intake) -> ItemOnPage:
        posted = self.request.method == "POST"
        return ItemOnPage(
            version=catalogue.item_version(self.case.item_version_id),
            intake=visitor,
            actor=self.actor,
            at=self.at,
            data=self.request.POST.dict() if posted else None,
            files=uploads(self.request) if posted else None,
            known=self.case.answers,
        )

    @property
    def is_open_to_acts(self) -> bool:
        """A case from a desk needs its person there; one filed online can be worked on from its papers."""
        return self.item is not None or self.case.channel != "desk"

    @property
    def waits_here(self) -> people.Intake | None:
        """The applicant, or who came for him, was received a moment ago and no case is open yet."""
        found = people.current_intake(actor=self.actor, at=self.at) if self.item is None else None
        is_free = found is not None and found.case_id is None and found.purpose == people.Purpose.INTAKE
        return found if is_free and found and found.resident_id == self.case.applicant_id else None

    @cached_property
    def applicant(self) -> PersonView | None:
        """Whose papers these are, where they came online and nobody stands there; the look is remembered."""
        if self.item is not None or self.case.channel == "desk" or self.case.state not in matters.AT_THE_DESK:
            return None
        card = people.person_card(
            actor=self.actor,
            resident_id=self.case.applicant_id,
            purpose=people.Purpose.FILED_ONLINE,
            at=self.at,
            case_id=self.case.case_id,
        )
        return person_of(card)

    @property
    def answer_rows(self) -> list[tuple[str, str]]:
        """What was filled in online, to be read beside the photographs."""
        if self.item is not None or self.case.channel == "desk":
            return []
        form = catalogue.item_version(self.case.item_version_id).definition.form
        known = self.case.answers
        return [
            (str(one.label), shown_answer(one, known[one.id]))
            for section in form
            for one in section.fields
            if one.id in known
        ]

    @property
    def households(self) -> desk_places.Choices:
        """Districts to choose from, where routing wants a registration that nobody has verified yet."""
        if not (isinstance(self.refused, matters.HukouUnknown) or self.household):
            return []
        return [("", _("请选")), *desk_places.districts()]

    @property
    def household(self) -> str:
        chosen = self.request.POST.get("household", "")
        return chosen if chosen in dict(desk_places.districts()) else ""

    @property
    def is_submitted(self) -> bool:
        return self.case.state is matters.State.SUBMITTED

    @property
    def is_waiting(self) -> bool:
        return self.case.state is matters.State.AWAITING_PAPERS

    @property
    def may_ask(self) -> bool:
        return self.case.supplement is None

    statuses = STATUSES

    @property
    def paper_lines(self) -> list[PaperLine]:
        papers = papers_in(self.request.POST.dict(), {})
        return [
            PaperLine(
                id=one.material_id,
                name=one.name,
                hint=one.note,
                status=papers.statuses.get(one.material_id, one.status),
                is_fixed=one.status != "missing" or not self.is_open_to_acts or self.is_submitted,
                file_url=one.file_url,
                more_urls=one.more_urls,
            )
            for one in self.case.materials
        ]

    @property
    def course(self) -> list[Stop]:
        return [Stop(title=one.word, when=moment_words(one.at), note=one.who, state="done") for one in self.case.steps]

    def write_papers(self, at: Any) -> None:
        coming = self._coming()
        if coming or self.act == "save":
            matters.add_papers(actor=self.actor, case_id=self.case.case_id, materials=coming, at=at)

    def _coming(self) -> list[matters.HandedIn]:
        papers = papers_in(self.request.POST.dict(), uploads(self.request))
        missing = [one.material_id for one in self.case.materials if one.status == "missing"]
        return [one for one in papers.handed_in(missing) if one.status != "missing"]

    def answer(self, status: int = 200) -> HttpResponse:
        told = tell(self.item, self.act, self.refused) if self.item else []
        told = told or note_wanted(self.request, self.act)
        if not self.item and self.refused:
            told = [("", self.refused.text)]
        context = {
            "page": self,
            "case": self.case,
            "item": self.item,
            "person": self.item.person if self.item else None,
            "form": self.visitor_form,
            "waits_here": self.waits_here,
            "is_fresh": self.request.method != "POST" or self.act == "back",
            "told": told,
            "alike": matters.possible_duplicates(self.actor, self.case.case_id),
            "act": note_form(self.request, self.act),
            "note": self.request.POST.get("note", ""),
            "key": self.request.POST.get("key") or uuid4().hex,
            "counts": day_words(self.actor, self.at),
            "here": "matters:desk_cases",
        }
        return render(self.request, "matters/desk_case.html", context, status=status)
