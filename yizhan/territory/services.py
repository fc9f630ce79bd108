"""Entering a notice, and loading what the product brings with it."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from yizhan.facts.territory import CalendarNoticeEntered
from yizhan.kernel.api import Actor, Subject, access, audit, publish, times
from yizhan.territory import queries
from yizhan.territory.data import DIVISIONS_FILE, SUCCESSIONS_FILE, packaged_notices
from yizhan.territory.models import CalendarDay, CalendarNotice, Division
from yizhan.territory.rules.calendar import Notice
from yizhan.territory.rules.divisions import is_statistical

_PACKAGE = Actor.system("territory.package")


@transaction.atomic
def enter_notice(*, notice: Notice, actor: Actor, at: datetime) -> None:
    """Put a notice in force; it takes the place of an earlier one of the same region and year.

    Raises NotAllowed; a notice that contradicts itself cannot be made (CalendarConflict).
    """
    access.require(actor, "territory.enter_notice")
    row = CalendarNotice.objects.create(
        region=notice.region,
        year=notice.year,
        title=notice.title,
        source=notice.source,
        entered_by=actor.key,
        entered_at=at,
    )
    CalendarDay.objects.bulk_create(_days_of(notice, row))
    subject = Subject("territory.calendar", notice.region)
    audit(actor, "territory.calendar.notice_entered", subject, year=notice.year, title=notice.title)
    publish(
        CalendarNoticeEntered(
            occurred_at=at, community=notice.region.ljust(12, "0"), region=notice.region, year=notice.year
        )
    )


def _days_of(notice: Notice, row: CalendarNotice) -> Iterator[CalendarDay]:
    for is_off, days in ((True, notice.days_off), (False, notice.make_up)):
        for day, occasion in days.items():
            yield CalendarDay(notice=row, date=day, is_off=is_off, name=occasion.chinese, english=occasion.english)


@transaction.atomic
def load_reference_data() -> None:
    """The divisions and notices that come with the product. Idempotent; what was entered here stays as it is."""
    rows = [*_rows(DIVISIONS_FILE), *_rows(SUCCESSIONS_FILE)]
    Division.objects.bulk_create([_division(row) for row in rows], batch_size=500, ignore_conflicts=True)
    in_force = {(notice.region, notice.year): notice for notice in queries.notices_in_force(_newest())}
    for notice in packaged_notices():
        if _is_news(notice, in_force.get((notice.region, notice.year))):
            enter_notice(notice=notice, actor=_PACKAGE, at=times.utc_now())


def _newest() -> int:
    return CalendarNotice.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _is_news(packaged: Notice, present: Notice | None) -> bool:
    if present is None:
        return True
    if (packaged.days_off, packaged.make_up) == (present.days_off, present.make_up):
        return False
    row = queries.latest_notice(region=packaged.region, year=packaged.year)
    return row is not None and row.entered_by == _PACKAGE.key


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _division(row: dict[str, str]) -> Division:
    until = row.get("valid_until")
    return Division(
        code=row["code"],
        parent_id=row["parent_code"] or None,
        level=row["level"],
        kind=row["kind"],
        name=row["name"],
        valid_until=date.fromisoformat(until) if until else None,
        succeeded_by_id=row.get("succeeded_by") or None,
        is_statistical=is_statistical(row["name"]),
    )
