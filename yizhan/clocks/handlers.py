"""What clocks does when territory announces a notice, and while counting goes on."""

from datetime import datetime

from yizhan.clocks import api
from yizhan.facts.territory import CalendarNoticeEntered
from yizhan.kernel.api import Actor, Subject, on, timers


@on(CalendarNoticeEntered, name="clocks.recount", lane="bulk")
def recount(fact: CalendarNoticeEntered) -> None:
    if fact.notice_id:
        api.begin_recount(notice_id=fact.notice_id, region=fact.region, year=fact.year, at=fact.occurred_at)
    else:  # told before notices had numbers
        api.recompute(region=fact.region, year=fact.year, actor=Actor.system("clocks.worker"))


def go_on(subject: Subject, due_at: datetime) -> None:  # noqa: ARG001  how late it is does not matter
    api.go_on_recounting(notice_id=int(subject.id))


timers.on("clocks.recount", go_on)
