"""The office: what waits, and one case on one page with what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, access, times
from yizhan.look.api import LightView, Paper, PersonView, Stop, Strip, day_words
from yizhan.matters import api as matters
from yizhan.matters.web import office_forms as forms
from yizhan.matters.web import presenting
from yizhan.matters.web.clauses import ClauseLine, choices_of, clauses_now, clauses_then, refusal_reasons
from yizhan.matters.web.office_course_forms import FORMS as COURSE_FORMS
from yizhan.matters.web.office_course_forms import course_forms, course_lines
from yizhan.matters.web.queue import MinutesLine, QueuePage, decided_page, minutes_line, queue_page, step_light
from yizhan.people import api as people

PASSED = "passed"
Action, State = matters.Action, matters.State
DECIDED = frozenset({State.GRANTED, State.REFUSED})
SIGNS = frozenset({Action.GRANT, Action.REFUSE})


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@access.permission("matters.office")
@never_cache
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    page: QueuePage = queue_page(actor_of(request), request.GET, timezone.now())
    return render(request, "matters/office_queue.html", {"page": page})


@access.permission("matters.office")
@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    is_passed = request.GET.get("kind") == PASSED
    page = decided_page(actor_of(request), request.GET, timezone.now(), is_passed=is_passed)
    return render(request, "matters/office_done.html", {"page": page, "is_passed": is_passed})


# ── one case ──


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The case page: what is known, and the forms of what may be done now."""

    case: matters.CaseView
    turn: matters.Turn
    is_mine: bool
    applicant: PersonView
    agent: PersonView | None
    clauses: list[ClauseLine]
    is_snapshot: bool
    papers: list[Paper]
    answers: list[presenting.AnswerLine]
    light: LightView | None
    clock: clocks.ClockView | None
    strip: Strip | None
    standing: tuple[str, str]
    minutes: MinutesLine | None
    days: tuple[clocks.DayLine, ...]
    story: tuple[str, ...]
    stops: list[Stop]
    course: matters.CourseView
    alike: tuple[matters.Pointer, ...]
    course_forms: dict[str, Form]
    delivery_light: LightView | None
    forms: dict[str, Form] = field(default_factory=dict)

    @property
    def may_take_up(self) -> bool:
        return Action.TAKE_UP in self.turn.actions and not self.is_mine

    @property
    def is_examining(self) -> bool:
        return self.is_mine and Action.PROPOSE in self.turn.actions

    @property
    def proposal(self) -> matters.ProposalView | None:
        """The one that waits for a signature, or was signed."""
        return self.case.proposal if self.case.state is State.PROPOSED or self.case.is_decided else None

    @property
    def may_sign(self) -> bool:
        return bool(SIGNS & self.turn.actions)

    @property
    def all_met(self) -> bool:
        return all(line.verdict == "met" for line in self.clauses)

    @property
    def course_lines(self) -> list[str]:
        """What is special about this case, one sentence each."""
        return course_lines(self.course)

    @property
    def is_kept_apart(self) -> bool:
        return self.case.state in (State.ACCEPTED, State.EXAMINING, State.PROPOSED) and bool(self.turn.bar)


@access.permission("matters.office")
@never_cache
@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    found = matters.find_office_page(actor_of(request), case_id, now=timezone.now())
    if found is None and (passed := matters.find_passed_case(actor_of(request), case_id)):
        return passed_page(request, passed)
    return case_page(request, case_id, found=found)


def passed_page(request: HttpRequest, case: matters.CaseView) -> HttpResponse:
    """Of a case that this office has handed on: how it goes, and no more of the person than its own queue shows."""
    now = timezone.now()
    today = times.local_day(now)
    clock = clocks.find(case.subject)
    strip = clocks.strip(case.subject, today) if clock else None
    standing = presenting.standing_words(clock, strip, today) if clock and strip else ("", "")
    context = {
        "case": case,
        "course": matters.course_of_passed(actor_of(request), case.case_id),
        "light": presenting.light_of(clock, now),
        "strip": strip,
        "standing": standing,
        "is_over": clock is not None and clock.stopped_at is not None,
        "stops": presenting.office_stops(case, today),
    }
    return render(request, "matters/office_passed.html", context)


def case_page(
    request: HttpRequest,
    case_id: UUID,
    *,
    bound: dict[str, Form] | None = None,
    found: matters.OfficeCase | None = None,
) -> HttpResponse:
    """`found` where it has been read already."""
    found = found or matters.find_office_page(actor_of(request), case_id, now=timezone.now())
    if found is None:
        raise matters.CaseNotFound
    shown = _shown(actor_of(request), found, timezone.now(), bound or {})
    return render(
        request, "matters/office_case.html", {"page": shown, "case": shown.case}, status=422 if bound else 200
    )


def _shown(actor: Actor, found: matters.OfficeCase, now: datetime, bound: dict[str, Form]) -> Shown:
    case, turn, course = found.case, found.turn, found.course
    purpose = _purpose(actor, case)
    item = catalogue.item_version(case.item_version_id).definition
    file = people.person_file(
        actor=actor,
        resident_id=case.applicant_id,
        names=() if _is_kept(case) else catalogue.attributes_needed(case.item_version_id),
        purpose=purpose,
        at=now,
        case_id=case.case_id,
    )
    is_mine = case.examiner_id is not None and case.examiner_id == actor.staff_id
    is_examining = is_mine and Action.PROPOSE in turn.actions
    clauses = _clauses(case, file, item, now)
    today = times.local_day(now)
    whole = clocks.find_whole(case.subject, today)
    clock, strip = (whole.view, whole.strip) if whole else (None, None)
    may_review = access.may(actor, "matters.examine") and not turn.bar
    return Shown(
        case=case,
        turn=turn,
        is_mine=is_mine,
        applicant=presenting.person_of(file.card),
        agent=_agent(actor, case, purpose, now),
        clauses=[line.with_form(bound) if is_examining else line.closed() for line in clauses],
        is_snapshot=case.is_decided,
        papers=presenting.papers_of(case),
        answers=presenting.answers_of(case, item),
        light=step_light(clock.light_at(now) if clock else None, is_step_late=is_step_late(case, course, today)),
        clock=clock,
        strip=strip,
        standing=_standing(case, course, clock, strip, today),
        minutes=minutes_line(found.minutes, now) if found.minutes else None,
        days=whole.days if whole else (),
        story=presenting.day_story(clock, strip, for_office=True, pause_words=presenting.pause_words(case))
        if clock and strip
        else (),
        stops=presenting.office_stops(case, today),
        course=course,
        delivery_light=presenting.light_of(course.delivery, now) if case.state in DECIDED else None,
        alike=found.alike,
        course_forms=course_forms(turn, course, is_mine=is_mine, may_review=may_review)
        | {name: form for name, form in bound.items() if name in COURSE_FORMS},
        forms=_forms(case, turn, clauses) | {name: form for name, form in bound.items() if name in FORMS}
        if is_mine or turn.actions & SIGNS
        else {},
    )


def is_step_late(case: matters.CaseView, course: matters.CourseView, today: date) -> bool:
    return course.step_due_on is not None and course.step_due_on < today and not case.is_decided


def _standing(
    case: matters.CaseView,
    course: matters.CourseView,
    clock: clocks.ClockView | None,
    strip: Strip | None,
    today: date,
) -> tuple[str, str]:
    if clock is None or strip is None:
        return "", ""
    if case.state is State.SUSPENDED and course.suspension is not None:
        words = _("停算，计划 {day}结束").format(day=day_words(course.suspension.planned_end))
        return words, course.suspension.name
    if case.state is State.PUBLISHING and course.notice_period is not None and not clock.promise.due_on:
        return _("公示，停算到 {day}").format(day=day_words(course.notice_period.last_day)), ""
    return presenting.standing_words(clock, strip, today)


FORMS = frozenset({"ask", "propose", "receive", "return"})


def _purpose(actor: Actor, case: matters.CaseView) -> str:
    """Who signs looks in order to decide; everybody else of the office to examine."""
    is_signer = case.office_id in actor.organisations("signer")
    return people.Purpose.DECISION if is_signer and case.state is State.PROPOSED else people.Purpose.EXAMINATION


def _agent(actor: Actor, case: matters.CaseView, purpose: str, now: datetime) -> PersonView | None:
    if case.agent_id is None:
        return None
    card = people.person_card(actor=actor, resident_id=case.agent_id, purpose=purpose, at=now, case_id=case.case_id)
    relation = str(matters.RELATION_WORDS.get(case.agent_relation, ""))
    words = _("代办，申请人的{relation}").format(relation=relation) if relation else _("代办")
    return presenting.person_of(card, relation=words)


def _is_kept(case: matters.CaseView) -> bool:
    """Whether its clauses are shown as they stood when it was decided."""
    return case.is_decided and case.proposal is not None


def _clauses(
    case: matters.CaseView, file: people.PersonFile, item: catalogue.ItemDefinition, now: datetime
) -> list[ClauseLine]:
    """As they stand now; of a decided case as they stood when it was decided."""
    if case.is_decided and case.proposal:
        return clauses_then(case.proposal, item)
    return clauses_now(matters.assess_shown(case, file.attributes, now, who=_("申请人")), item)


def _forms(case: matters.CaseView, turn: matters.Turn, clauses: list[ClauseLine]) -> dict[str, Form]:
    found: dict[str, Form] = {}
    if Action.REQUEST_SUPPLEMENT in turn.actions and case.supplement is None:
        found["ask"] = forms.AskForm(papers=case.materials)
    if Action.PROPOSE in turn.actions:
        reasons = refusal_reasons(clauses)
        found["propose"] = forms.ProposalForm(initial={"reasons": reasons, "outcome": "refused" if reasons else ""})
    if Action.SUPPLEMENT in turn.actions:
        found["receive"] = forms.ReceiveForm(papers=_asked(case))
    if Action.RETURN in turn.actions:
        found["return"] = forms.ReturnForm()
    return found


def _asked(case: matters.CaseView) -> tuple[matters.MaterialView, ...]:
    asked = case.supplement.materials if case.supplement else ()
    return tuple(one for one in case.materials if one.material_id in asked)


# ── what is done ──


def _done(request: HttpRequest, case_id: UUID, words: str = "") -> HttpResponse:
    """Back to the case, which says what was done."""
    if words:
        messages.success(request, words)
    return redirect("matters:office_case", case_id)


@access.permission("matters.examine")
@require_POST
def take_up(request: HttpRequest, case_id: UUID) -> HttpResponse:
    matters.take_up_case(actor=actor_of(request), case_id=case_id, at=timezone.now())
    return _done(request, case_id, _("已接手，由您审查。"))


@access.permission("matters.examine")
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Record what was found where, about one attribute of the item."""
    if request.method != "POST":
        return _done(request, case_id)
    case = matters.get_office_case(actor_of(request), case_id)
    item = catalogue.item_version(case.item_version_id).definition
    name = request.POST.get("of", "")
    need = item.attributes.get(name)
    if need is None:
        raise matters.FindingRefused
    form = forms.FindingForm(
        request.POST,
        attribute=name,
        title=str(need.title),
        kind=str(need.kind),
        choices=choices_of(need),
        unit=need.unit.en,
        unit_word=str(need.unit),
    )
    if not form.is_valid():
        return case_page(request, case_id, bound={name: form})
    matters.record_finding(
        actor=actor_of(request),
        case_id=case_id,
        attribute=name,
        value=form.value(),
        source=form.cleaned_data["source"],
        at=timezone.now(),
    )
    return redirect(f"{_done(request, case_id).headers['Location']}#clauses")


@access.permission("matters.examine")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return _done(request, case_id)
    case = matters.get_office_case(actor_of(request), case_id)
    form = forms.AskForm(request.POST, papers=case.materials)
    if not form.is_valid():
        return case_page(request, case_id, bound={"ask": form})
    matters.request_supplement(
        actor=actor_of(request),
        case_id=case_id,
        materials=form.cleaned_data["materials"],
        note=form.cleaned_data["note"],
        at=timezone.now(),
    )
    return _done(request, case_id, _("补正通知已发给申请人。"))


@access.permission("matters.supplement")
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The papers that were asked for came to the office in person."""
    if request.method != "POST":
        return _done(request, case_id)
    case = matters.get_office_case(actor_of(request), case_id)
    form = forms.ReceiveForm(request.POST, papers=_asked(case))
    if not form.is_valid():
        return case_page(request, case_id, bound={"receive": form})
    seen = [matters.HandedIn(material_id=one, status="seen") for one in form.cleaned_data["materials"]]
    matters.supplement_case(actor=actor_of(request), case_id=case_id, materials=seen, at=timezone.now())
    return _done(request, case_id, _("材料已收下，期限接着算。"))


@access.permission("matters.decide")
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, case_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return _done(request, case_id)
    form = forms.ProposalForm(request.POST)
    if form.is_valid():
        try:
            matters.propose_decision(actor=actor_of(request), case_id=case_id, at=timezone.now(), **form.cleaned_data)
        except (matters.ClausesNotMet, matters.LaterPapersMissing, matters.NoticeNotOver) as refusal:
            form.add_error("outcome", refusal.text)
        else:
            return _done(request, case_id, _("已送签发人。"))
    return case_page(request, case_id, bound={"propose": form})


@access.weighty()
@access.permission("matters.sign")
@require_POST
def sign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Sign what was shown: the moment of the proposal goes along."""
    try:
        proposed_at = datetime.fromisoformat(request.POST.get("proposed_at", ""))
    except ValueError:
        raise matters.ProposalChanged from None
    matters.sign_decision(actor=actor_of(request), case_id=case_id, at=timezone.now(), proposed_at=proposed_at)
    return _done(request, case_id, _("已签发，决定书已生成，申请人收得到通知。"))


@access.permission("matters.sign")
@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return _done(request, case_id)
    form = forms.ReturnForm(request.POST)
    if not form.is_valid():
        return case_page(request, case_id, bound={"return": form})
    matters.return_proposal(
        actor=actor_of(request), case_id=case_id, reason=form.cleaned_data["reason"], at=timezone.now()
    )
    return _done(request, case_id, _("已退回给经办人。"))
