"""What a case has besides its steps: offices in turn, special procedure, extension, public notice, lapses, samples."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, Composed, Subject, access
from yizhan.matters.models import DELIVERY, Case, Lapse, Sample, Suspension
from yizhan.matters.queries.past import Past
from yizhan.matters.queries.words import LAPSE_WORDS
from yizhan.matters.rules.states import DECIDED, State

LAPSES_SHOWN = 20
SAMPLES_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class OpinionView:
    """What an office said before it handed the case on."""

    office: str
    is_in_favour: bool
    text: str
    given_by: str
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class SuspensionView:
    """A special procedure; `is_now` while the case stands still for it."""

    name: str
    basis: str
    reason: str
    begun_at: datetime
    planned_end: date
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class ExtensionView:
    days: int
    reason: str
    approved_by: str
    granted_at: datetime


@dataclass(frozen=True, kw_only=True)
class AskedExtension:
    """报请延期 as the office reads it; `denied_because` is "" while it waits."""

    days: int
    reason: str
    approver_words: str
    asked_at: datetime
    denied_because: str


@dataclass(frozen=True, kw_only=True)
class NoticePeriodView:
    place: str
    shows: str
    last_day: date
    is_counted: bool


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """An automatic decision that was drawn; `is_right` None until somebody has looked."""

    is_right: bool | None
    note: str
    reviewed_by: str


@dataclass(frozen=True, kw_only=True)
class CourseView:
    """Beside CaseView: what this case had, and what its item would still allow (`*_rule`, None or empty if nothing)."""

    offices: tuple[str, ...]
    office_number: int
    step_due_on: date | None
    instant_due_at: datetime | None
    is_automatic: bool
    is_deemed: bool
    supplement_due_on: date | None
    opinions: tuple[OpinionView, ...]
    suspension: SuspensionView | None
    extension: ExtensionView | None
    notice_period: NoticePeriodView | None
    review: ReviewView | None
    lapses: tuple[str, ...]
    # The latest request for more days, until one is granted.
    extension_asked: AskedExtension | None
    special_rules: tuple[catalogue.SpecialProcedure, ...]
    extension_rule: catalogue.Extension | None
    notice_rule: catalogue.PublicNotice | None
    delivery: clocks.ClockView | None
    archive_rule: catalogue.Archive

    @property
    def is_last_office(self) -> bool:
        return self.office_number + 1 >= len(self.offices)

    @property
    def next_office(self) -> str:
        return "" if self.is_last_office else self.offices[self.office_number + 1]


def course_of_case(actor: Actor, case_id: UUID) -> CourseView | None:
    """Of a case that this actor sees; None of any other."""
    found = Case.objects.visible_to(actor).select_related("supplement", "extension", "notice_period")
    case = found.filter(pk=case_id).first()
    return course_in(case) if case else None


def course_of_passed(actor: Actor, case_id: UUID) -> CourseView | None:
    """Of a case that an office of this actor has handed on."""
    case = Case.objects.handed_on_by(actor).filter(pk=case_id).first()
    return course_in(case) if case else None


def course_in(case: Case, past: Past | None = None) -> CourseView:
    """The same with the row, which whoever asks sees."""
    past = past or Past(case)
    course, suspensions = past.course, past.suspensions
    procedure, now = course.procedure, course.offices[min(case.office_number, len(course.offices) - 1)]
    used = {one.procedure for one in suspensions}
    supplement, extension = getattr(case, "supplement", None), getattr(case, "extension", None)
    period = getattr(case, "notice_period", None)
    return CourseView(
        offices=tuple(str(one.name) for one in course.offices),
        office_number=case.office_number,
        step_due_on=case.step_due_on,
        instant_due_at=case.instant_due_at,
        is_automatic=case.decided_automatically,
        is_deemed=case.deemed_accepted,
        supplement_due_on=supplement.due_on if supplement else None,
        opinions=_opinions(past),
        suspension=_suspension(case, suspensions[-1]) if suspensions else None,
        extension=ExtensionView(
            days=extension.days,
            reason=extension.reason,
            approved_by=extension.approved_by_words,
            granted_at=extension.granted_at,
        )
        if extension
        else None,
        notice_period=NoticePeriodView(
            place=period.place, shows=period.shows, last_day=period.last_day, is_counted=period.is_counted
        )
        if period
        else None,
        review=_review(case),
        lapses=tuple(str(LAPSE_WORDS[kind]) for (kind,) in _lapses_of.rows(case_id=case.pk)),
        special_rules=tuple(
            one for one in procedure.special if one.id not in used and (not one.step or one.step in now.steps)
        ),
        extension_asked=None if extension or procedure.extension is None else _asked(past),
        extension_rule=None if extension else procedure.extension,
        notice_rule=None if period else procedure.public_notice,
        delivery=clocks.find(case.delivery_subject) if case.decided_at else None,
        archive_rule=procedure.archive,
    )


@Composed
def _lapses_of(*, case_id: UUID) -> QuerySet[Lapse, tuple[Any, ...]]:
    return Lapse.objects.filter(case_id=case_id).order_by("found_at").values_list("kind")


def _asked(past: Past) -> AskedExtension | None:
    if not past.extension_requests:
        return None
    one = past.extension_requests[-1]
    denial = getattr(one, "denial", None)
    return AskedExtension(
        days=one.days,
        reason=one.reason,
        approver_words=one.approver_words,
        asked_at=one.asked_at,
        denied_because=denial.reason if denial else "",
    )


def _opinions(past: Past) -> tuple[OpinionView, ...]:
    return tuple(
        OpinionView(
            office=office,
            is_in_favour=one.is_in_favour,
            text=one.text,
            given_by=one.given_by.name if one.given_by else "",
            given_at=one.given_at,
        )
        for one, office in past.opinions
    )


def _suspension(case: Case, one: Suspension) -> SuspensionView:
    return SuspensionView(
        name=one.name,
        basis=one.basis,
        reason=one.reason,
        begun_at=one.begun_at,
        planned_end=one.planned_end,
        is_now=case.state == State.SUSPENDED,
    )


def _review(case: Case) -> ReviewView | None:
    if not case.decided_automatically:
        return None
    sample = Sample.objects.filter(case=case).select_related("review__reviewed_by").first()
    if sample is None:
        return None
    review = getattr(sample, "review", None)
    return ReviewView(
        is_right=review.is_right if review else None,
        note=review.note if review else "",
        reviewed_by=review.reviewed_by.name if review and review.reviewed_by else "",
    )


# ── lists ──


@dataclass(frozen=True, kw_only=True)
class LapseView:
    """A limit that somebody missed; no person of the case in it."""

    case_id: UUID
    tail: str
    item_name: str
    kind: str
    word: str
    who: str
    due_on: date
    found_at: datetime


def lapses_of_desk(actor: Actor) -> tuple[LapseView, ...]:
    """What the desks of this clerk have missed, newest first; at most twenty."""
    return _lapses(Lapse.objects.filter(organisation_id__in=actor.organisations("desk_clerk"), kind="notice"))


def lapses_of_office(actor: Actor) -> tuple[LapseView, ...]:
    """What the offices in which this actor examines or signs have missed, newest first; at most twenty."""
    offices = actor.organisations("examiner") | actor.organisations("signer")
    return _lapses(Lapse.objects.filter(organisation_id__in=offices).exclude(kind="notice"))


def _lapses(found: QuerySet[Lapse]) -> tuple[LapseView, ...]:
    return tuple(
        LapseView(
            case_id=one.case_id,
            tail=one.case.reference[-5:],
            item_name=catalogue.item_name(one.case.item_version_id),
            kind=one.kind,
            word=str(LAPSE_WORDS[one.kind]),
            who=one.staff.name if one.staff else "",
            due_on=one.due_on,
            found_at=one.found_at,
        )
        for one in found.select_related("case", "staff").order_by("-found_at")[:LAPSES_SHOWN]
    )


@dataclass(frozen=True, kw_only=True)
class SampleRow:
    """An automatic decision that waits for somebody's look."""

    case_id: UUID
    tail: str
    item_name: str
    drawn_at: datetime


def samples_waiting(actor: Actor) -> tuple[SampleRow, ...]:
    """Of the offices in which this actor examines, oldest first; those he took in himself are not for him."""
    found = Sample.objects.filter(organisation_id__in=actor.organisations("examiner"), review=None)
    rows = found.select_related("case").order_by("drawn_at")[:SAMPLES_SHOWN]
    return tuple(
        SampleRow(
            case_id=one.case_id,
            tail=one.case.reference[-5:],
            item_name=catalogue.item_name(one.case.item_version_id),
            drawn_at=one.drawn_at,
        )
        for one in rows
        if access.may(actor, "matters.review_sample", one.case)
    )


def delivery_clocks(case_ids: Iterable[UUID]) -> dict[UUID, clocks.ClockView]:
    """The clocks of those that are decided and not yet handed over."""
    waiting = Case.objects.filter(pk__in=list(case_ids), state__in=DECIDED).values_list("pk", flat=True)
    found = clocks.of_many([Subject(DELIVERY, str(pk)) for pk in waiting])
    return {UUID(subject.id): clock for subject, clock in found.items()}
