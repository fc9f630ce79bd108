"""Counting anew after a notice, in batches that each commit: what has been done is seen, and survives a stop."""

from datetime import datetime

from django.db import transaction

from yizhan.clocks.models import Recount, RecountMove
from yizhan.clocks.queries.recounts import clocks_near
from yizhan.clocks.services.counting import Move, recount, touched
from yizhan.kernel.api import Actor, Subject, timers, times

TIMER = "clocks.recount"
_WORKER = Actor.system("clocks.worker")


def _subject(notice_id: int) -> Subject:
    return Subject("territory.notice", str(notice_id))


@transaction.atomic
def begin_recount(*, notice_id: int, region: str, year: int, at: datetime) -> None:
    """Count the first batch at once and leave the rest to a timer. Beginning twice is beginning once."""
    row, is_new = Recount.objects.get_or_create(
        notice_id=notice_id,
        defaults={"region": region, "year": year, "begun_at": at, "total": clocks_near(region, year).count()},
    )
    if is_new:
        _count_batch(row)


@transaction.atomic
def go_on_recounting(*, notice_id: int) -> None:
    """One batch more, from where the last one ended."""
    row = Recount.objects.select_for_update().filter(notice_id=notice_id, finished_at=None).first()
    if row is not None:
        _count_batch(row)


def _count_batch(row: Recount) -> None:
    batch = touched(region=row.region, year=row.year, after=row.after)
    moves = [move for clock_id in batch if (move := recount(clock_id=clock_id, actor=_WORKER, notice=row.notice_id))]
    RecountMove.objects.bulk_create([_evidence(row, move) for move in moves])
    row.seen += len(batch)
    row.moved += len(moves)
    row.after = batch[-1] if batch else row.after
    now = times.utc_now()
    if touched(region=row.region, year=row.year, after=row.after):
        timers.set_timer(TIMER, _subject(row.notice_id), now)
    else:
        # Clocks that stopped or moved away meanwhile were never seen.
        row.finished_at, row.total = now, row.seen
    row.save(update_fields=["seen", "moved", "after", "finished_at", "total"])


def _evidence(row: Recount, move: Move) -> RecountMove:
    return RecountMove(
        recount=row,
        subject_kind=move.subject.kind,
        subject_id=move.subject.id,
        due_on_before=move.due_on_before,
        due_on=move.due_on,
        legal_due_on_before=move.legal_due_on_before,
        legal_due_on=move.legal_due_on,
        provisional=move.provisional,
    )
