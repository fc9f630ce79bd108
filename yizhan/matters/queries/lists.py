"""Rows of lists: an office's queue and what it has decided, a resident's own cases.

Lists are read as far as they are shown: which rows stand on a page is found in an index that has their order, and only
they are read; what is counted is counted up to `MOST_COUNTED`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Q, QuerySet, Value, When
from django.db.models import Case as Choice

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, Subject, times
from yizhan.look.api import Strip
from yizhan.matters.models import CASE, ENDED_AT, Case, offices_of
from yizhan.matters.queries.cases import HANDED_IN, as_resident
from yizhan.matters.queries.words import STATE_WORDS
from yizhan.matters.rules.states import IN_THE_OFFICE, State
from yizhan.people import api as people

PAGE = 20
PORTION = 200
ITEMS_SHOWN = 12
MOST_COUNTED = 5_000
WHOSE = ("all", "mine", "free", "sign")


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One line of a list. `clock` is None before acceptance; `light` as of the moment of asking."""

    case_id: UUID
    reference: str
    state: State
    state_word: str
    item_name: str
    applicant_id: UUID
    applicant_name: str
    desk: str
    office: str
    examiner_id: UUID | None
    examiner: str
    due_on: date | None
    accepted_at: datetime | None
    created_at: datetime
    light: clocks.Light | None
    clock: clocks.ClockView | None
    # The office that has it is over its own days, though the promise may hold: 环节超时.
    is_step_late: bool = False
    # The limit as days, as of the day of asking; only in lists that are looked at.
    strip: Strip | None = None

    @property
    def subject(self) -> Subject:
        return Subject(CASE, str(self.case_id))

    @property
    def tail(self) -> str:
        return self.reference[-5:]


@dataclass(frozen=True, kw_only=True)
class CasePage:
    rows: tuple[CaseRow, ...]
    number: int
    pages: int
    total: int
    first: int
    last: int
    # There are more than `total`; `older` is the place in the list behind the last page, where it can go on.
    is_more: bool = False
    older: str = ""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """So many, and whether there are more."""

    total: int
    is_more: bool


# What a row needs, and no more: the rest of a case and of a person is not even decrypted.
_COLUMNS = (
    "pk",
    "reference",
    "state",
    "item_version_id",
    "applicant_id",
    "applicant__name",
    "intake_organisation__name",
    "responsible_organisation__name",
    "examiner_id",
    "examiner__name",
    "due_on",
    "step_due_on",
    "accepted_at",
    "created_at",
)


def page_of(
    found: QuerySet[Case], number: int, now: datetime, size: int = PAGE, *, counted: Counted | None = None
) -> CasePage:
    """One page of an ordered list; a number that is too high gives the last page. `counted`, if that is known."""
    counted = counted or count_of(found)
    pages = max(1, -(-counted.total // size))
    shown = min(max(number, 1), pages)
    first, last = (shown - 1) * size, min(shown * size, counted.total)
    rows = list(_rows_of(found, first, last, None if counted.is_more else counted.total))
    running = clocks.of_many_with_strips([Subject(CASE, str(row["pk"])) for row in rows], times.local_day(now))
    return CasePage(
        rows=tuple(_row(row, running.get(Subject(CASE, str(row["pk"]))), now) for row in rows),
        number=shown,
        pages=pages,
        total=counted.total,
        first=min(first + 1, counted.total),
        last=last,
        is_more=counted.is_more,
    )


def count_of(found: QuerySet[Case]) -> Counted:
    count = found.order_by()[: MOST_COUNTED + 1].count()
    return Counted(total=min(count, MOST_COUNTED), is_more=count > MOST_COUNTED)


def _rows_of(found: QuerySet[Case], first: int, last: int, total: int | None) -> Iterator[dict[str, Any]]:
    """Those on the page, which is looked for from the nearer end of the list."""
    ids = found.values("pk")
    if total is not None and first > total - last:
        ids = found.reverse().values("pk")
        first, last = total - last, total - first
    those = Case.objects.filter(pk__in=ids[first:last]).order_by(*found.query.order_by)
    yield from those.values(*_COLUMNS) if last > first else ()


def _row(case: Mapping[str, Any], drawn: tuple[clocks.ClockView, Strip] | None, now: datetime) -> CaseRow:
    clock, strip = drawn or (None, None)
    return CaseRow(
        case_id=case["pk"],
        reference=case["reference"],
        state=State(case["state"]),
        state_word=str(STATE_WORDS[State(case["state"])]),
        item_name=catalogue.item_name(case["item_version_id"]),
        applicant_id=case["applicant_id"],
        applicant_name=case["applicant__name"],
        desk=case["intake_organisation__name"] or "",
        office=case["responsible_organisation__name"] or "",
        examiner_id=case["examiner_id"],
        examiner=case["examiner__name"] or "",
        due_on=case["due_on"],
        accepted_at=case["accepted_at"],
        created_at=case["created_at"],
        light=clock.light_at(now) if clock else None,
        clock=clock,
        is_step_late=is_step_late(case["state"], case["step_due_on"], times.local_day(now)),
        strip=strip,
    )


def is_step_late(state: str, step_due_on: date | None, today: date) -> bool:
    return step_due_on is not None and step_due_on < today and state in IN_THE_OFFICE


# ── what waits in an office ──


@dataclass(frozen=True, kw_only=True)
class QueueFilter:
    """`whose`: all, mine, free or sign; `light` one of the lights, "" for any; `item` an item's name."""

    whose: str = "all"
    light: str = ""
    item: str = ""


@dataclass(frozen=True, kw_only=True)
class QueueCounts:
    """How many by whose, by light and by item; `wanted` is what the filter leaves, None where that was not counted.

    Of an office with `MOST_COUNTED` open cases or more the most urgent are counted, and `is_more`.
    """

    whose: Mapping[str, int]
    light: Mapping[str, int]
    item: Mapping[str, int]
    wanted: int | None
    is_more: bool


def office_queue(
    actor: Actor, wanted: QueueFilter, *, page: int, now: datetime, counts: QueueCounts | None = None
) -> CasePage:
    """Open cases of the actor's offices, the most urgent first; those that stand still come last."""
    known = None if counts is None or counts.wanted is None else Counted(total=counts.wanted, is_more=False)
    return page_of(_queue(actor, wanted, now), page, now, counted=known)


def queue_rows(actor: Actor, wanted: QueueFilter, *, most: int, now: datetime) -> Iterator[CaseRow]:
    """The same list from its head, at most `most` rows, read in portions: for a file."""
    ids = list(_queue(actor, wanted, now).values_list("pk", flat=True)[:most])
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        known = Counted(total=len(portion), is_more=False)
        page = page_of(Case.objects.filter(pk__in=portion).order_by("pk"), 1, now, size=PORTION, counted=known)
        by_id = {row.case_id: row for row in page.rows}
        yield from (by_id[one] for one in portion if one in by_id)


def _queue(actor: Actor, wanted: QueueFilter, now: datetime) -> QuerySet[Case]:
    found = Case.objects.waiting_in_offices(actor).filter(_whose(actor, wanted.whose))
    if wanted.item:
        found = found.filter(item_name=wanted.item)
    if wanted.light:
        found = found.alias(light=_light(now)).filter(light=wanted.light)
    return found.order_by(F("due_on").asc(nulls_last=True), "id")


def _light(now: datetime) -> Any:
    return clocks.light_expression(now, kind=CASE, of_open=True)


def _whose(actor: Actor, whose: str) -> Q:
    if whose == "mine":
        return Q(examiner_id=actor.staff_id)
    if whose == "free":
        return Q(state=State.ACCEPTED)
    if whose == "sign":
        parts = Q(decided_by_id=actor.staff_id) | Q(taken_in_by_id=actor.staff_id) | Q(accepted_by_id=actor.staff_id)
        return Q(state=State.PROPOSED, responsible_organisation_id__in=actor.organisations("signer")) & ~parts
    return Q()


def _is(condition: Q) -> Choice | Value:
    return Choice(When(condition, then=True), default=False, output_field=BooleanField()) if condition else Value(True)


def queue_counts(actor: Actor, wanted: QueueFilter, now: datetime) -> QueueCounts:
    """What stands beside the queue, and how long the queue is: one query."""
    counts: dict[str, Counter[str]] = {"whose": Counter(), "light": Counter(), "item": Counter()}
    total = left = 0
    for light, item, *whose, count in _groups(actor, now):
        belongs = dict(zip(WHOSE, whose, strict=True))
        counts["whose"].update({name: count for name in WHOSE if belongs[name]})
        counts["light"][light or ""] += count
        counts["item"][item] += count
        total += count
        if belongs[wanted.whose] and wanted.light in ("", light) and wanted.item in ("", item):
            left += count
    is_more = total >= MOST_COUNTED
    return QueueCounts(
        whose=dict(counts["whose"]),
        light=dict(counts["light"]),
        item=dict(counts["item"].most_common(ITEMS_SHOWN)),
        wanted=None if is_more else left,
        is_more=is_more,
    )


def _groups(actor: Actor, now: datetime) -> list[tuple[Any, ...]]:
    """(light, item, belongs to each of WHOSE, how many) of the most urgent, as far as they are counted."""
    if not offices_of(actor):
        return []
    belongs = {f"is_{name}": _is(_whose(actor, name)) for name in WHOSE}
    whole = _queue(actor, QueueFilter(), now).annotate(light=_light(now), **belongs)
    inner, values = whole.values_list("light", "item_name", *belongs)[:MOST_COUNTED].query.sql_with_params()
    columns = ", ".join(str(number) for number in range(1, len(WHOSE) + 3))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT *, count(*) FROM ({inner}) AS whole GROUP BY {columns}", values)  # noqa: S608
        return list(cursor.fetchall())


# ── what an office has decided ──


def decided_list(actor: Actor, *, page: int, now: datetime, before: str = "") -> CasePage:
    """What the actor's offices have decided or ended, newest first; `before` is the `older` of another page."""
    found = Case.objects.done_in_offices(actor).annotate(ended_at=ENDED_AT)
    place = _place_of(before)
    if place:
        ended_at, case_id = place
        found = found.filter(ended_at__lte=ended_at).filter(Q(ended_at__lt=ended_at) | Q(pk__gt=case_id))
    shown = page_of(found.order_by(ENDED_AT.desc(), "id"), page, now)
    if not (shown.is_more and shown.number == shown.pages):
        return shown
    last = found.values_list("ended_at", "pk").get(pk=shown.rows[-1].case_id)
    return replace(shown, older=_PLACE.join((last[0].isoformat(), str(last[1]))))


_PLACE = "~"


def _place_of(text: str) -> tuple[datetime, UUID] | None:
    """Where the list goes on; None for what makes no sense."""
    moment, _separator, case_id = text.partition(_PLACE)
    try:
        place = datetime.fromisoformat(moment), UUID(case_id)
    except ValueError:
        return None
    return place if place[0].tzinfo else None


# ── a resident's own ──


def own_cases(
    actor: Actor, *, page: int, now: datetime, relations: Sequence[people.RelationView] | None = None
) -> CasePage:
    """The resident's cases and those of people he acts for, open ones first; no drafts."""
    if actor.resident_id is None:
        return page_of(Case.objects.none(), 1, now, counted=Counted(total=0, is_more=False))
    found = Case.objects.visible_to(as_resident(actor), relations).filter(HANDED_IN)
    return page_of(found.order_by(F("closed_at").desc(nulls_first=True), "-created_at"), page, now)
