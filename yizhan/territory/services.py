"""Entering a notice, and loading what the product brings with it."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.facts.territory import CalendarNoticeEntered
from yizhan.kernel.api import Actor, BadInput, Conflict, Subject, access, audit, publish, times
from yizhan.territory import queries
from yizhan.territory.data import DIVISIONS_FILE, SUCCESSIONS_FILE, packaged_notices
from yizhan.territory.models import CalendarDay, CalendarNotice, Division
from yizhan.territory.rules.calendar import Notice
from yizhan.territory.rules.divisions import is_statistical
from yizhan.territory.rules.drafts import DraftFault, DraftWrong, NoticeDraft, notice_of

_ANNOUNCING = 0x595A434C  # "YZCL"
_PACKAGE = Actor.system("territory.package")


class NoticeRefused(BadInput):
    """`facts["fault"]` is the rule's code, with the day or the name that it is about."""

    code = "territory.notice_refused"
    message = _("这份放假安排有对不上的地方，请改正后再看一遍。")

    def __init__(self, *, fault: DraftFault, day: date | None, name: str) -> None:
        super().__init__(fault=str(fault), day=day.isoformat() if day else "", name=name)
        self.fault = fault

    @property
    def text(self) -> str:
        return str(DRAFT_FAULTS[self.fault]).format(**self.facts)


class NoticeUnchanged(Conflict):
    code = "territory.notice_unchanged"
    message = _("和现在生效的安排一模一样，不用再录。")


class CalendarMovedOn(Conflict):
    code = "territory.calendar_moved_on"
    message = _("您看预览的时候，别人刚录了一份安排。请重新看一遍影响，再确认。")


DRAFT_FAULTS = {
    DraftFault.REGION: _("请选是哪里的安排。"),
    DraftFault.EMPTY: _("一天放假都没有写。至少写一段。"),
    DraftFault.BACKWARDS: _("“{name}”的最后一天（{day}）在第一天以前。"),
    DraftFault.TOO_LONG: _("“{name}”放得太长了，到{day}。一段最多16天，请看看年份有没有写错。"),
    DraftFault.OTHER_YEAR: _("{day}不在这一年里。请看看年份有没有写错。"),
    DraftFault.TWICE: _("{day}写了两次。每一天只能属于一段放假。"),
    DraftFault.OFF_AND_MADE_UP: _("{day}又放假又上班，只能是一样。"),
    DraftFault.MAKE_UP_WORKS_ANYWAY: _("{day}本来就上班，不用调休。调休上班只能是周末。"),
}


@transaction.atomic
def enter_notice(*, notice: Notice, actor: Actor, at: datetime) -> int:
    """Put a notice in force; it takes the place of an earlier one of the same region and year. Returns its id.

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
    facts = {"title": notice.title, "source": notice.source, "days_off": len(notice.days_off)}
    audit(actor, "territory.calendar.notice_entered", subject, year=notice.year, notice=row.pk, **facts)
    publish(
        CalendarNoticeEntered(
            occurred_at=at,
            community=notice.region.ljust(12, "0"),
            region=notice.region,
            year=notice.year,
            notice_id=row.pk,
        )
    )
    return row.pk


@transaction.atomic
def announce_notice(*, draft: NoticeDraft, based_on: str, actor: Actor, at: datetime) -> int:
    """Enter what an administrator has typed and looked through. `based_on` is the calendar's version that he saw.

    Raises NoticeRefused for what makes no sense, NoticeUnchanged, CalendarMovedOn, NotAllowed.
    """
    access.require(actor, "territory.enter_notice")
    with connection.cursor() as cursor:
        # One at a time: two administrators with the same paper enter it once.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ANNOUNCING])
    notice = checked_notice(draft)
    if based_on != str(_newest()):
        raise CalendarMovedOn
    return enter_notice(notice=notice, actor=actor, at=at)


def checked_notice(draft: NoticeDraft) -> Notice:
    """The notice that the draft comes to. Raises NoticeRefused, NoticeUnchanged."""
    try:
        notice = notice_of(draft)
    except DraftWrong as wrong:
        raise NoticeRefused(fault=wrong.fault, day=wrong.day, name=wrong.name) from None
    present = {(one.region, one.year): one for one in queries.notices_in_force(_newest())}
    former = present.get((notice.region, notice.year))
    if former and (former.days_off, former.make_up) == (notice.days_off, notice.make_up):
        raise NoticeUnchanged
    return notice


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
