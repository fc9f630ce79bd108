"""What clocks does when territory announces a notice."""

from yizhan.clocks import api
from yizhan.facts.territory import CalendarNoticeEntered
from yizhan.kernel.api import Actor, on


@on(CalendarNoticeEntered, name="clocks.recount", lane="bulk")
def recount(fact: CalendarNoticeEntered) -> None:
    api.recompute(region=fact.region, year=fact.year, actor=Actor.system("clocks.worker"))
