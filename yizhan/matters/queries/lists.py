"""Rows of lists: an office's queue and what it has decided, a resident's own cases.

Lists are read as far as they are shown: which rows stand on a page is found in an index that has their order, and only
they are read; what is counted is counted up to `MOST_COUNTED`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Q, QuerySet, Value, When
from django.db.models import Case as Choice

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.kernel.api import Actor, Composed, Part, Subject, Text, times
from yizhan.look.api import Strip
from yizhan.matters.models import CASE, ENDED_AT, Case, offices_of
from yizhan.matters.queries.cases import HANDED_IN, ActsFor, acts_for_of
from yizhan.matters.queries.instants import InstantRow, at_once
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
    # Of a queue: what has to be decided within minutes, whatever the list is narrowed to.
    at_once: tuple[InstantRow, ...] = ()


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


class CaseList:
    """A list of cases in its order, which `compose` puts together: counted as far as wanted, shown page by page."""

    def __init__(self, compose: Callable[..., QuerySet[Case]]) -> None:
        def counted(*, part: Part, **values: Any) -> QuerySet[Any, Any]:
            return compose(**values).order_by().values_list("pk")[part.first : part.last]

        def shown(*, part: Part, is_from_end: bool, **values: Any) -> QuerySet[Any, Any]:
            """Which rows stand on a page is looked for first, in an index alone; only they are read."""
            found = compose(**values)
            ids = (found.reverse() if is_from_end else found).values("pk")[part.first : part.last]
            return Case.objects.filter(pk__in=ids).order_by(*found.query.order_by).values_list(*_COLUMNS)

        self._counted = Composed(counted, around="SELECT count(*) FROM ({}) AS counted")
        self._shown = Composed(shown)

    def page(self, asked: Mapping[str, Any], number: int, now: datetime, *, counted: Counted | None = None) -> CasePage:
        """One page; a number that is too high gives the last. `counted`, if that is known."""
        counted = counted or self.count(asked)
        pages = max(1, -(-counted.total // PAGE))
        shown = min(max(number, 1), pages)
        first, last = (shown - 1) * PAGE, min(shown * PAGE, counted.total)
        found = self._rows(asked, first, last, None if counted.is_more else counted.total)
        return CasePage(
            rows=rows_of(found, now),
            number=shown,
            pages=pages,
            total=counted.total,
            first=min(first + 1, counted.total),
            last=last,
            is_more=counted.is_more,
        )

    def count(self, asked: Mapping[str, Any]) -> Counted:
        found = self._counted.rows(part=Part(0, MOST_COUNTED + 1), **asked)
        count = found[0][0] if found else 0
        return Counted(total=min(count, MOST_COUNTED), is_more=count > MOST_COUNTED)

    def _rows(self, asked: Mapping[str, Any], first: int, last: int, total: int | None) -> list[tuple[Any, ...]]:
        """Those on the page, which is looked for from the nearer end of the list."""
        is_from_end = total is not None and first > total - last
        if total is not None and is_from_end:
            first, last = total - last, total - first
        return self._shown.rows(part=Part(first, last), is_from_end=is_from_end, **asked) if last > first else []


def rows_of(found: Sequence[tuple[Any, ...]], now: datetime) -> tuple[CaseRow, ...]:
    """Rows with the `_COLUMNS`, with their clocks."""
    cases = [dict(zip(_COLUMNS, row, strict=True)) for row in found]
    subjects = [Subject(CASE, str(case["pk"])) for case in cases]
    running = clocks.of_many_with_strips(subjects, times.local_day(now))
    return tuple(_row(case, running.get(subject), now) for case, subject in zip(cases, subjects, strict=True))


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
    return replace(_QUEUE.page(_asked(actor, wanted, now), page, now, counted=known), at_once=at_once(actor, now))


def queue_rows(actor: Actor, wanted: QueueFilter, *, most: int, now: datetime) -> Iterator[CaseRow]:
    """The same list from its head, at most `most` rows, read in portions: for a file."""
    ids = [one[0] for one in _QUEUE_IDS.rows(part=Part(0, most), **_asked(actor, wanted, now))]
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        found = Case.objects.filter(pk__in=portion).values_list(*_COLUMNS)
        by_id = {row.case_id: row for row in rows_of(list(found), now)}
        yield from (by_id[one] for one in portion if one in by_id)


def _asked(actor: Actor, wanted: QueueFilter, now: datetime) -> dict[str, Any]:
    """What `_queue` is composed from."""
    return {
        "offices": in_order(offices_of(actor)),
        "staff_id": actor.staff_id,
        "signs_for": in_order(actor.organisations("signer")) if wanted.whose == "sign" else (),
        "whose": wanted.whose,
        "light": wanted.light,
        "item": Text(wanted.item) if wanted.item else None,
        "now": now,
    }


def in_order(ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """A set as a composed statement takes it: always in the same order."""
    return tuple(sorted(ids))


def _queue(
    *,
    offices: tuple[UUID, ...],
    staff_id: UUID | None,
    signs_for: tuple[UUID, ...],
    whose: str,
    light: str,
    item: str | None,
    now: datetime,
) -> QuerySet[Case]:
    found = Case.objects.waiting_in(offices).filter(_whose(whose, staff_id, signs_for))
    if item is not None:
        found = found.filter(item_name=item)
    if light:
        found = found.alias(light=_light(now)).filter(light=light)
    return found.order_by(F("due_on").asc(nulls_last=True), "id")


def _queue_ids(*, part: Part, **asked: Any) -> QuerySet[Any, Any]:
    return _queue(**asked).values_list("pk")[part.first : part.last]


_QUEUE, _QUEUE_IDS = CaseList(_queue), Composed(_queue_ids)


def _light(now: datetime) -> Any:
    return clocks.light_of_kept(now, stands_still=Q(due_on=None))


def _whose(whose: str, staff_id: UUID | None, signs_for: tuple[UUID, ...]) -> Q:
    if whose == "mine":
        return Q(examiner_id=staff_id)
    if whose == "free":
        return Q(state=State.ACCEPTED)
    if whose == "sign":
        parts = Q(decided_by_id=staff_id) | Q(taken_in_by_id=staff_id) | Q(accepted_by_id=staff_id)
        return Q(state=State.PROPOSED, responsible_organisation_id__in=signs_for) & ~parts
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
    return _GROUPS.rows(
        offices=in_order(offices_of(actor)),
        staff_id=actor.staff_id,
        signs_for=in_order(actor.organisations("signer")),
        now=now,
        most=Part(0, MOST_COUNTED),
    )


def _grouped(
    *, offices: tuple[UUID, ...], staff_id: UUID | None, signs_for: tuple[UUID, ...], now: datetime, most: Part
) -> QuerySet[Any, Any]:
    belongs = {f"is_{name}": _is(_whose(name, staff_id, signs_for)) for name in WHOSE}
    asked: dict[str, Any] = {"offices": offices, "staff_id": staff_id, "signs_for": signs_for, "now": now}
    whole = _queue(whose="all", light="", item=None, **asked).annotate(light=_light(now), **belongs)
    return whole.values_list("light", "item_name", *belongs)[most.first : most.last]


_GROUPED_BY = ", ".join(("light", "item_name", *(f"is_{name}" for name in WHOSE)))
_GROUPS = Composed(
    _grouped,
    around=f"SELECT {_GROUPED_BY}, count(*) FROM ({{}}) AS open GROUP BY {_GROUPED_BY}",  # noqa: S608  our own names
)


# ── what an office has decided ──


def decided_list(actor: Actor, *, page: int, now: datetime, before: str = "") -> CasePage:
    """What the actor's offices have decided or ended, newest first; `before` is the `older` of another page."""
    shown = _DECIDED.page({"offices": in_order(offices_of(actor)), "place": _place_of(before)}, page, now)
    if not (shown.is_more and shown.number == shown.pages):
        return shown
    last = Case.objects.annotate(ended_at=ENDED_AT).values_list("ended_at", "pk").get(pk=shown.rows[-1].case_id)
    return replace(shown, older=_PLACE.join((last[0].isoformat(), str(last[1]))))


def _decided(*, offices: tuple[UUID, ...], place: tuple[datetime, UUID] | None) -> QuerySet[Case]:
    found = Case.objects.done_in(offices).annotate(ended_at=ENDED_AT)
    if place:
        ended_at, case_id = place
        found = found.filter(ended_at__lte=ended_at).filter(Q(ended_at__lt=ended_at) | Q(pk__gt=case_id))
    return found.order_by(ENDED_AT.desc(), "id")


_DECIDED = CaseList(_decided)
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
        return CasePage(rows=(), number=1, pages=1, total=0, first=0, last=0)
    asked = {"resident_id": actor.resident_id, "acts_for": acts_for_of(actor.resident_id, relations)}
    return _OWN.page(asked, page, now)


def _own(*, resident_id: UUID, acts_for: tuple[ActsFor, ...]) -> QuerySet[Case]:
    found = Case.objects.visible_to(Actor(resident_id=resident_id), acts_for).filter(HANDED_IN)
    return found.order_by(F("closed_at").desc(nulls_first=True), "-created_at")


_OWN = CaseList(_own)
