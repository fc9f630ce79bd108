"""What a change of the calendar would move, and what it has moved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from yizhan.clocks.models import Clock, ClockState, Recount, RecountMove
from yizhan.clocks.queries.views import course_of
from yizhan.clocks.rules.counting import CountingRefused
from yizhan.clocks.rules.running import Standing, standing
from yizhan.kernel.api import Subject
from yizhan.territory.api import Calendar, DayOutOfRange, UnknownRegion, region_prefix

MOST_PREVIEWED = 20_000
SHOWN = 20
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class MoveView:
    """One due day as it was and as it is, or would be; an open one is None."""

    subject: Subject
    due_on_before: date | None
    due_on: date | None
    legal_due_on_before: date | None
    legal_due_on: date | None
    provisional: bool


@dataclass(frozen=True, kw_only=True)
class RecountPreview:
    """What a notice would do to the open clocks. `certain` lose the mark "provisional" without moving.

    `is_cut`: there are more clocks than were counted, so the numbers are a least.
    """

    open: int
    counted: int
    moved: int
    certain: int
    examples: tuple[MoveView, ...]

    @property
    def is_cut(self) -> bool:
        return self.counted < self.open


@dataclass(frozen=True, kw_only=True)
class RecountView:
    """How far the counting after a notice has come."""

    notice_id: int
    total: int
    seen: int
    moved: int
    begun_at: datetime
    finished_at: datetime | None


def clocks_near(region: str, year: int) -> QuerySet[Clock]:
    """The open clocks in the region that a notice of the year may move."""
    # A notice names days of the neighbouring years too.
    began = Q(start_on__lt=date(year + 2, 1, 1))
    reaches = Q(promise_due_on__isnull=True) | Q(legal_due_on__gte=date(year - 1, 1, 1))
    reaches |= Q(promise_due_on__gte=date(year - 1, 1, 1))
    found = Clock.objects.filter(began, reaches, region__startswith=region_prefix(region))
    return found.exclude(state=ClockState.STOPPED)


def preview_recount(*, region: str, year: int, calendar_of: Callable[[str], Calendar]) -> RecountPreview:
    """Count the open clocks by other calendars, without changing anything: at most 20,000 of them."""
    near = clocks_near(region, year)
    counted = moved = certain = 0
    examples: list[MoveView] = []
    for clock in near.order_by("pk").prefetch_related("pauses")[:MOST_PREVIEWED].iterator(chunk_size=1000):
        counted += 1
        found = _standing(clock, calendar_of)
        if found is None:
            continue
        if (found.promise_due_on, found.legal_due_on) != (clock.promise_due_on, clock.legal_due_on):
            moved += 1
            if len(examples) < SHOWN:
                examples.append(_would_move(clock, found))
        elif clock.provisional and not found.provisional:
            certain += 1
    total = counted if counted < MOST_PREVIEWED else near.count()
    return RecountPreview(open=total, counted=counted, moved=moved, certain=certain, examples=tuple(examples))


def _standing(clock: Clock, calendar_of: Callable[[str], Calendar]) -> Standing | None:
    """None where the limit cannot be counted: the recount will say so."""
    try:
        return standing(course_of(clock), calendar_of(clock.region))
    except (CountingRefused, UnknownRegion, DayOutOfRange):
        return None


def _would_move(clock: Clock, found: Standing) -> MoveView:
    return MoveView(
        subject=Subject(clock.subject_kind, clock.subject_id),
        due_on_before=clock.promise_due_on,
        due_on=found.promise_due_on,
        legal_due_on_before=clock.legal_due_on,
        legal_due_on=found.legal_due_on,
        provisional=found.provisional,
    )


def recount_of(*, notice_id: int) -> RecountView | None:
    """None while the worker has not begun."""
    row = Recount.objects.filter(notice_id=notice_id).first()
    if row is None:
        return None
    return RecountView(
        notice_id=row.notice_id,
        total=row.total,
        seen=row.seen,
        moved=row.moved,
        begun_at=row.begun_at,
        finished_at=row.finished_at,
    )


def moves_of(*, notice_id: int, page: str = "1") -> Page[MoveView]:
    """What a notice has moved, in the order of counting."""
    rows = RecountMove.objects.filter(recount__notice_id=notice_id).order_by("id")
    shown = Paginator(rows, PAGE).get_page(page)
    views: Page[MoveView] = Page([_view(row) for row in shown.object_list], shown.number, shown.paginator)  # type: ignore[arg-type]
    return views


def _view(row: RecountMove) -> MoveView:
    return MoveView(
        subject=Subject(row.subject_kind, row.subject_id),
        due_on_before=row.due_on_before,
        due_on=row.due_on,
        legal_due_on_before=row.legal_due_on_before,
        legal_due_on=row.legal_due_on,
        provisional=row.provisional,
    )
