"""公示: shown for the days of the item before anything is granted; the clock stands still unless they count."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import PublicNoticeBegan, PublicNoticeEnded
from yizhan.kernel.api import Actor, Conflict, publish, timers, times
from yizhan.matters.models import Case, NoticePeriod
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services.lapses import CLOCK
from yizhan.matters.services.limits import (
    KEPT,
    end_of,
    last_day,
    last_moment,
    office_of,
    pause_clocks,
    region_of,
    resume_clocks,
)
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import lock_case, move

NOTICE_PERIOD = "matters.public_notice"


class NoPublicNotice(Conflict):
    code = "matters.no_public_notice"
    message = _("这个事项不需要公示，或者已经公示过。")


class NoticeNotOver(Conflict):
    code = "matters.notice_not_over"
    message = _("这个事项准予以前要公示满 {days} 天。请先公示，期满再决定。")


def refuse_unpublished(case: Case) -> None:
    """Raises NoticeNotOver where the item wants a public notice and there has been none."""
    rule = catalogue.course_of(case.item_version_id).procedure.public_notice
    if rule is not None and not NoticePeriod.objects.filter(case=case).exists():
        raise NoticeNotOver(days=rule.minimum_days)


@transaction.atomic
def begin_public_notice(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Show what the item says for as long as it says. Raises CaseNotFound, CaseActionNotAllowed, NoPublicNotice."""
    case = lock_case(case_id, actor, "matters.decide")
    rule = catalogue.course_of(case.item_version_id).procedure.public_notice
    if rule is None or NoticePeriod.objects.filter(case=case).exists():
        raise NoPublicNotice
    move(case, Action.PUBLISH, actor=actor, at=at, organisation_id=case.responsible_organisation_id)
    start, region = times.local_day(at), region_of(office_of(case))
    period = NoticePeriod.objects.create(
        case=case,
        place=str(rule.place),
        shows=str(rule.shows),
        begun_by_id=actor.staff_id,
        begun_at=at,
        last_day=last_day(days=rule.minimum_days, unit=rule.unit, start=start, region=region),
        is_counted=rule.counted,
    )
    if not rule.counted:
        pause_clocks(case, actor=actor, at=at, reason="public_notice")
    case.save(update_fields=["state", *KEPT])
    timers.set_timer(NOTICE_PERIOD, case.subject, end_of(period.last_day))
    publish(PublicNoticeBegan(**facts_of(case, at), last_day=period.last_day))


def _last_day(case: Case, period: NoticePeriod) -> date:
    """As it was said, or later where a notice of days off has come since: it is shown for all the days of the item."""
    rule = catalogue.course_of(case.item_version_id).procedure.public_notice
    assert rule is not None  # a version never changes
    start, region = times.local_day(period.begun_at), region_of(office_of(case))
    return max(period.last_day, last_day(days=rule.minimum_days, unit=rule.unit, start=start, region=region))


@transaction.atomic
def public_notice_is_over(*, case_id: UUID, at: datetime) -> None:
    """The last day has passed: the case goes back to its examiner, from that day on."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, state=State.PUBLISHING).first()
    if case is None:
        return
    period = NoticePeriod.objects.get(case=case)
    over_on = _last_day(case, period)
    if end_of(over_on) > at:
        timers.set_timer(NOTICE_PERIOD, case.subject, end_of(over_on))
        return
    at = last_moment(over_on)
    move(case, Action.END_NOTICE, actor=CLOCK, at=at, organisation_id=case.responsible_organisation_id)
    if not period.is_counted:
        resume_clocks(case, actor=CLOCK, at=at)
    case.save(update_fields=["state", *KEPT])
    publish(PublicNoticeEnded(**facts_of(case, at), due_on=case.due_on))
