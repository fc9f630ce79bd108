"""One's own cases, and those of people for whom one acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, access, times
from yizhan.look.api import LightView, Stop, Strip, links
from yizhan.matters import api as matters
from yizhan.matters.web import my_words as words
from yizhan.matters.web import presenting
from yizhan.matters.web.my_forms import SupplementForm
from yizhan.matters.web.my_remedies import Remedies, remedies_of
from yizhan.matters.web.queue import page_number
from yizhan.people import api as people

READS_ROUTE, DESK_ROUTE = "people:reads", "matters:desk_case"
_MANY = 200


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@access.permission("matters.see_case")
@never_cache
@require_GET
def case_for_whom(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case's own address: leads to the page that fits whoever follows it."""
    actor = actor_of(request)
    if matters.find_own_case(actor, case_id):
        return redirect("matters:my_case", case_id)
    if matters.find_office_case(actor, case_id) or matters.find_passed_case(actor, case_id):
        return redirect("matters:office_case", case_id)
    matters.get_case(actor, case_id)
    try:
        return redirect(reverse(DESK_ROUTE, args=[case_id]))
    except NoReverseMatch:
        raise matters.CaseNotFound from None


@access.permission("matters.own_cases")
@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    today = times.local_day(now)
    relations = words.relations_of(actor, today)
    principals = {one.principal_id: one for one in relations}
    found = matters.own_cases(actor, page=page_number(request.GET), now=now, relations=relations)
    rows = [words.own_row(row, row.strip, principals, today) for row in found.rows]
    context = {
        "open_rows": [row for row in rows if row.is_open],
        "closed_rows": [row for row in rows if not row.is_open],
        "drafts": words.draft_rows(matters.own_drafts(actor, relations), principals, now),
        "pager": presenting.pager_of(found),
        "starts": links.at("home.ways", actor),
    }
    return render(request, "matters/my_cases.html", context)


# ── one case ──


@dataclass(frozen=True, kw_only=True)
class MyPage:
    case: matters.CaseView
    whose: str
    is_own: bool
    headline: str
    lead: str
    elder_lead: str
    light: LightView | None
    clock: clocks.ClockView | None
    strip: Strip | None
    elder_strip: Strip | None
    days: tuple[clocks.DayLine, ...]
    story: tuple[str, ...]
    elder_story: str
    stops: list[Stop]
    elder_stops: list[Stop]
    asked: dict[str, str]
    phone: words.Phone | None
    remedies: Remedies | None
    reads_url: str
    reads_note: str
    keeping: str
    actions: frozenset[matters.Action]

    @property
    def is_running(self) -> bool:
        return self.case.state in words.WAITING_FOR_ANSWER

    @property
    def is_to_be_fetched(self) -> bool:
        return self.case.state in words.DECIDED

    @property
    def is_electronic(self) -> bool:
        """Asked for without paper, and not yet said to have come."""
        return self.is_to_be_fetched and self.case.answers.get("delivery") == "online"

    @property
    def may_withdraw(self) -> bool:
        return matters.Action.WITHDRAW in self.actions

    @property
    def may_supplement(self) -> bool:
        return matters.Action.SUPPLEMENT in self.actions

    @property
    def decision(self) -> documents.DocumentView | None:
        return presenting.document_of(self.case, "decision")


@access.permission("matters.own_cases")
@never_cache
@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    if matters.find_draft(actor_of(request), case_id, timezone.now()):
        return redirect("matters:apply_draft", case_id)
    page = _page(actor_of(request), case_id, timezone.now())
    return render(request, "matters/my_case.html", {"page": page, "case": page.case, "here": "matters:mine"})


@access.permission("matters.own_cases")
@never_cache
@require_GET
def more(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """In the elder version: documents, who looked, withdrawing, on a page of their own."""
    page = _page(actor_of(request), case_id, timezone.now())
    return render(request, "matters/my_more.html", {"page": page, "case": page.case, "here": "matters:mine"})


def _page(actor: Actor, case_id: UUID, now: datetime) -> MyPage:
    found = matters.get_own_case(actor, case_id)
    today = times.local_day(now)
    clock = clocks.find(found.subject)
    strip = clocks.strip(found.subject, today) if clock else None
    whose = _whose(actor, found, now)
    reads_url, reads_note = _reads(actor, found, today)
    still, why_still = words.standing_still(matters.course_of_case(actor, case_id), found.state)
    return MyPage(
        case=found,
        whose=whose,
        is_own=found.applicant_id == actor.resident_id,
        headline=still or words.headline_of_decision(found) or words.headline(found.state, found.due_on, today),
        lead=why_still or words.lead(found, clock, strip, today),
        elder_lead=words.elder_lead(whose, clock, strip, today),
        light=presenting.light_of(clock, now),
        clock=clock,
        strip=strip,
        elder_strip=words.elder_strip(clock, strip) if clock and strip else None,
        days=clocks.explain(found.subject, today) if clock else (),
        story=presenting.day_story(clock, strip, pause_words=presenting.pause_words(found)) if clock and strip else (),
        elder_story=words.elder_story(strip) if strip else "",
        stops=words.own_stops(found, today, is_elder=False),
        elder_stops=words.own_stops(found, today, is_elder=True),
        asked=words.papers_asked(found),
        phone=words.phone_of(found, _consult_phone(found)),
        remedies=remedies_of(found),
        reads_url=reads_url,
        reads_note=reads_note,
        keeping=words.keeping_words(documents.find_keeping(found.subject), matters.years_kept(found.item_version_id)),
        actions=matters.turn_of(actor, case_id).actions,
    )


def _whose(actor: Actor, found: matters.CaseView, now: datetime) -> str:
    """Acting for another, one looks at that person's card, and the look is remembered."""
    if found.applicant_id == actor.resident_id:
        return found.item_name
    relation = words.principals_of(actor, times.local_day(now)).get(found.applicant_id)
    card = people.person_card(
        actor=actor,
        resident_id=found.applicant_id,
        purpose=people.Purpose.ACTING,
        at=now,
        case_id=found.case_id,
    )
    return words.whose_matter(found.item_name, relation, card.sex)


def _consult_phone(found: matters.CaseView) -> str:
    return str(catalogue.item_version(found.item_version_id).definition.contacts.consult_phone)


def _reads(actor: Actor, found: matters.CaseView, today: date) -> tuple[str, str]:
    """Where it is told who looked, and in a few words how often; only for one's own record."""
    url = next((link.url for link in links.at("resident.menu", actor) if link.route == READS_ROUTE), "")
    if found.applicant_id != actor.resident_id or not url:
        return "", ""
    reads = people.reads_of(actor=actor, on=today, size=_MANY)
    for_this = sum(read.case_id == found.case_id for read in reads.reads)
    if not reads.total:
        return url, _("还没有人看过")
    if for_this == reads.total:
        return url, ngettext("{count} 次，都为这件事", "{count} 次，都为这件事", for_this).format(count=for_this)
    return url, _("一共 {total} 次，{count} 次为这件事").format(total=reads.total, count=for_this)


@access.permission("matters.supplement")
@never_cache
@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The photographs or PDFs that were asked for, all at once."""
    actor, now = actor_of(request), timezone.now()
    found = matters.get_own_case(actor, case_id)
    if found.state is not matters.State.AWAITING_SUPPLEMENT:  # not asked, or already sent
        return redirect("matters:my_case", case_id)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SupplementForm(*posted, papers=words.papers_asked(found))
    if form.is_bound and form.is_valid() and _handed_over(actor, case_id, form, now):
        return redirect("matters:my_case", case_id)
    context = {"case": found, "form": form, "whose": _whose(actor, found, now), "here": "matters:mine"}
    return render(request, "matters/my_supplement.html", context, status=422 if form.is_bound else 200)


def _handed_over(actor: Actor, case_id: UUID, form: SupplementForm, now: datetime) -> bool:
    try:
        matters.supplement_case(actor=actor, case_id=case_id, materials=form.handed_in(), at=now)
    except documents.FileRefused as refusal:
        form.add_error(None, refusal.text)
        return False
    return True


@access.permission("matters.receive")
@require_POST
def received(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The electronic decision is enough; nobody has to come."""
    matters.receive_electronically(actor=actor_of(request), case_id=case_id, at=timezone.now())
    return redirect("matters:my_case", case_id)


@access.permission("matters.withdraw")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Asks once more, then withdraws."""
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST":
        matters.withdraw_case(actor=actor, case_id=case_id, at=now)
        return redirect("matters:my_case", case_id)
    found = matters.get_own_case(actor, case_id)
    if matters.Action.WITHDRAW not in matters.turn_of(actor, case_id).actions:
        return redirect("matters:my_case", case_id)
    context = {"case": found, "whose": _whose(actor, found, now), "here": "matters:mine"}
    return render(request, "matters/my_withdraw.html", context)
