"""即办: decided at acceptance by rule where every clause stands on a register; else by whoever is on duty.

What the rules grant is signed with the department's key in the office's name, and now and then a person looks at it
afterwards. A refusal is never automatic.
"""

import json
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yizhan.catalogue import api as catalogue
from yizhan.facts.matters import SampleDrawn, SampleReviewed
from yizhan.kernel.api import Actor, Conflict, NotFound, access, audit, publish, timers, times
from yizhan.matters.models import Case, Proposal, Sample, SampleReview
from yizhan.matters.rules.duty import end_of_minutes
from yizhan.matters.rules.states import INSTANT_RUNS, Action, State
from yizhan.matters.services.assessing import assess_known, clause_records, known_of
from yizhan.matters.services.decisions import write_decision
from yizhan.matters.services.lapses import write_lapse
from yizhan.matters.services.limits import office_of, region_of, stop_clocks
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import ReasonMissing, move
from yizhan.people import api as people
from yizhan.territory import api as territory

RULES = Actor.system("matters.rules")
INSTANT = "matters.instant"


class SampleNotFound(NotFound):
    code = "matters.sample_not_found"
    message = _("没有找到这件抽查，可能已经有人查过。")


class NothingToDraw(Conflict):
    code = "matters.nothing_to_draw"
    message = _("只有系统按规则自动准予的件可以列入抽查，而且只列一次。")


class SampleAlreadyReviewed(Conflict):
    code = "matters.sample_reviewed"
    message = _("这件抽查已经有人查过了。")


def decide_or_assign(case: Case, *, at: datetime) -> None:
    """On the case that has just been accepted, in the same transaction."""
    known = known_of(case, actor=RULES, at=at, purpose=people.Purpose.DECISION)
    answer = catalogue.automatic_decision(case.item_version_id, assess_known(case, known, at))
    if not answer.allowed:
        case.instant_due_at = _due_at(case, answer, at)
        case.save(update_fields=["instant_due_at"])
        timers.set_timer(INSTANT, case.subject, case.instant_due_at)
        return
    move(case, Action.GRANT_BY_RULE, actor=RULES, at=at, organisation_id=case.responsible_organisation_id)
    proposal = Proposal.objects.create(
        case=case,
        outcome="granted",
        reasons="",
        clauses=json.dumps(clause_records(case, known, at), ensure_ascii=False),
        proposed_at=at,
    )
    clock = stop_clocks(case, actor=RULES, at=at)
    case.decided_automatically, case.decided_at = True, at
    case.save(update_fields=["state", "decided_automatically", "decided_at", "step_due_on"])
    write_decision(case, proposal, clock, actor=RULES, at=at, is_automatic=True)
    if secrets.randbelow(100) < answer.sampling_percent:
        _draw(case, at)


def _due_at(case: Case, answer: catalogue.AutomaticDecision, at: datetime) -> datetime:
    """At 03:00 of a holiday nobody is on duty, so no minute passes."""
    begins, ends = answer.duty
    return end_of_minutes(
        at.astimezone(times.SHANGHAI),
        answer.examiner_minutes,
        begins=begins,
        ends=ends,
        is_working_day=territory.calendar(region_of(office_of(case))).is_working_day,
    )


@transaction.atomic
def instant_is_late(*, case_id: UUID, at: datetime) -> None:
    """Nobody on duty decided within the minutes."""
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None or State(case.state) not in INSTANT_RUNS:
        return
    assert case.responsible_organisation_id is not None
    write_lapse(
        case,
        "instant",
        organisation_id=case.responsible_organisation_id,
        staff_id=case.examiner_id,
        due_on=times.local_day(case.instant_due_at or at),
        at=at,
    )


# ── looked at afterwards ──


def _draw(case: Case, at: datetime) -> None:
    assert case.responsible_organisation_id is not None
    Sample.objects.create(case=case, organisation_id=case.responsible_organisation_id, drawn_at=at)
    publish(SampleDrawn(**facts_of(case, at), organisation_id=case.responsible_organisation_id))


@transaction.atomic
def draw_sample(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """An examiner wants to look at what the rules granted, though chance has not drawn it.

    Raises SampleNotFound, NotAllowed, NothingToDraw.
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise SampleNotFound
    access.require(actor, "matters.review_sample", case)
    if not case.decided_automatically or Sample.objects.filter(case=case).exists():
        raise NothingToDraw
    audit(actor, "matters.sample.drawn", case.subject)
    _draw(case, at)


@transaction.atomic
def review_sample(*, actor: Actor, case_id: UUID, is_right: bool, note: str, at: datetime) -> None:
    """An examiner of the office has looked at what the rules granted.

    Raises SampleNotFound, SampleAlreadyReviewed, ReasonMissing for a decision that was wrong, NotAllowed.
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=case_id).first()
    sample = Sample.objects.filter(case=case).first() if case else None
    if case is None or sample is None:
        raise SampleNotFound
    access.require(actor, "matters.review_sample", case)
    if SampleReview.objects.filter(sample=sample).exists():
        raise SampleAlreadyReviewed
    if not is_right and not note.strip():
        raise ReasonMissing
    SampleReview.objects.create(
        sample=sample, is_right=is_right, note=note.strip(), reviewed_by_id=actor.staff_id, reviewed_at=at
    )
    audit(actor, "matters.sample.reviewed", case.subject, is_right=is_right)
    publish(SampleReviewed(**facts_of(case, at), is_right=is_right))
