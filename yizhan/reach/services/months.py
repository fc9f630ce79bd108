"""At the turn of a month the figures of a site are kept, so that months can be compared."""

from datetime import date, datetime, time

from django.db import transaction

from yizhan.kernel.api import Actor, Subject, audit, timers, times
from yizhan.reach.models import CoverageMonth, LiveSite
from yizhan.reach.queries.months import rows_now
from yizhan.reach.rules.months import digest_of, month_before, next_first
from yizhan.streets import api as streets

TIMER = "reach.month"
SITE = "reach.site"
MONTHS = Actor.system("reach.months")
_AT = time(2, 30)  # at night, when nobody waits for the database


@transaction.atomic
def keep_month(*, site: str, month: date, actor: Actor, at: datetime) -> bool:
    """Write the figures of now down as those of `month`; False where that was done already. Raises SiteNotFound."""
    view = streets.get_site(site)
    LiveSite.objects.select_for_update().filter(pk=site).first()
    if CoverageMonth.objects.filter(site=site, month=month).exists():
        return False
    rows = rows_now(view)
    newest = CoverageMonth.objects.filter(site=site).order_by("-month").first()
    before = newest.digest if newest else ""
    made = CoverageMonth.objects.create(
        site=site,
        month=month,
        taken_at=at,
        network_hash=view.network_hash,
        rows=rows,
        digest=digest_of(site, month, view.network_hash, rows, before),
        before=before,
    )
    audit(actor, "reach.month.kept", Subject(streets.SITE, str(view.id)), month=month.isoformat(), digest=made.digest)
    return True


def set_next_month(site: str, day: date) -> None:
    """The next first of a month keeps the figures; asked again it stays as it is."""
    due = datetime.combine(next_first(day), _AT, tzinfo=times.SHANGHAI)
    timers.set_timer(TIMER, Subject(SITE, site), due)


def when_month_turns(subject: Subject, due_at: datetime) -> None:
    """The timer: keep the month that has ended, and set the next one."""
    day = times.local_day(due_at)
    set_next_month(subject.id, day)
    if any(one.name == subject.id for one in streets.sites()):
        keep_month(site=subject.id, month=month_before(day), actor=MONTHS, at=times.utc_now())
