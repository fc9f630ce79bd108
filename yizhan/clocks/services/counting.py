"""Storing what a clock's course comes to, and doing so again when the calendar changes."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yizhan.clocks.models import Clock, ClockState
from yizhan.clocks.queries.recounts import clocks_near
from yizhan.clocks.queries.views import course_of, speaks_english
from yizhan.clocks.rules.counting import CountingRefused
from yizhan.clocks.rules.running import standing
from yizhan.facts.clocks import LimitRecounted
from yizhan.kernel.api import Actor, BadInput, Subject, audit, publish, times
from yizhan.territory.api import DayOutOfRange, UnknownRegion, calendar

COUNTED = ("promise_due_on", "legal_due_on", "provisional", "yellow_at", "red_at", "black_at")
BATCH = 500


class LimitCannotBeCounted(BadInput):
    """The limit, its pauses or its place make no sense; `reason` is one of the rules' codes."""

    code = "clocks.limit_cannot_be_counted"
    message = _("期限没法计算：{sentence}。")


def count(clock: Clock) -> None:
    """Set the counted columns of a clock whose pauses are stored. Raises LimitCannotBeCounted."""
    try:
        found = standing(course_of(clock), calendar(clock.region))
    except CountingRefused as refused:
        sentence = refused.say(english=speaks_english())
        raise LimitCannotBeCounted(reason=refused.code, sentence=sentence) from refused
    except UnknownRegion as error:
        sentence = gettext("没有这个行政区划代码")
        raise LimitCannotBeCounted(reason="territory.unknown_region", sentence=sentence) from error
    except DayOutOfRange as error:
        sentence = gettext("日历只到 1950—2099 年")
        raise LimitCannotBeCounted(reason="territory.day_out_of_range", sentence=sentence) from error
    clock.promise_due_on, clock.legal_due_on = found.promise_due_on, found.legal_due_on
    clock.provisional = found.provisional
    moments = found.moments
    clock.yellow_at, clock.red_at, clock.black_at = moments.yellow_at, moments.red_at, moments.black_at


def recompute(*, region: str, year: int, actor: Actor) -> int:
    """Count anew every open clock in the region that may touch the year. Returns how many came out differently.

    Each change is audited with the day before and after. Doing it again changes nothing, so it may be broken off
    and repeated; outside of a transaction each clock commits by itself.
    """
    changed, after = 0, 0
    while batch := touched(region=region, year=year, after=after):
        changed += sum(recount(clock_id=clock_id, actor=actor) is not None for clock_id in batch)
        after = batch[-1]
    return changed


def touched(*, region: str, year: int, after: int) -> list[int]:
    """The next open clocks of the region, by id, that a notice of the year may move."""
    return list(clocks_near(region, year).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a recount changed: the due days before and after, open ones as None."""

    subject: Subject
    due_on_before: date | None
    due_on: date | None
    legal_due_on_before: date | None
    legal_due_on: date | None
    provisional: bool


@transaction.atomic
def recount(*, clock_id: int, actor: Actor, **why: object) -> Move | None:
    """Count one clock anew; None if nothing came out differently. `why` goes into the audit line."""
    clock = Clock.objects.select_for_update().get(pk=clock_id)
    before = [getattr(clock, name) for name in COUNTED]
    if clock.state == ClockState.STOPPED:
        return None
    count(clock)
    if before == [getattr(clock, name) for name in COUNTED]:
        return None
    clock.save(update_fields=COUNTED)
    _tell(clock)
    move = Move(
        subject=Subject(clock.subject_kind, clock.subject_id),
        due_on_before=before[0],
        due_on=clock.promise_due_on,
        legal_due_on_before=before[1],
        legal_due_on=clock.legal_due_on,
        provisional=clock.provisional,
    )
    facts = {name: value for name, value in vars(move).items() if name != "subject"}
    audit(actor, "clocks.recounted", move.subject, **facts, **why)
    return move


def _tell(clock: Clock) -> None:
    publish(
        LimitRecounted(
            occurred_at=times.utc_now(),
            community="",
            of_kind=clock.subject_kind,
            of_id=clock.subject_id,
            due_on=clock.promise_due_on,
        )
    )
