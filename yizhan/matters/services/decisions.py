"""The decision on paper, signed with the office's key, and the clock of its delivery."""

from datetime import datetime

from yizhan.catalogue import api as catalogue
from yizhan.clocks import api as clocks
from yizhan.facts.matters import CaseDecided
from yizhan.kernel.api import Actor, publish, times
from yizhan.matters.models import Case, Decision, Proposal
from yizhan.matters.services import receiving
from yizhan.matters.services.assessing import APPLICANT, assess_case, refuse_unmet
from yizhan.matters.services.chinese import in_chinese
from yizhan.matters.services.limits import office_of, region_of
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.papers import print_decision
from yizhan.people import api as people


@in_chinese  # the paper quotes the clauses
def write_decision(
    case: Case, proposal: Proposal, clock: clocks.ClockView, *, actor: Actor, at: datetime, is_automatic: bool = False
) -> None:
    """Print it, keep it, start the delivery clock and tell. Raises ClausesNotMet where something has changed."""
    assessment = assess_case(case, actor=actor, at=at, purpose=people.Purpose.DECISION, who=APPLICANT)
    if proposal.outcome == "granted":
        refuse_unmet(assessment)
    office, number = office_of(case), _number(case, at)
    document = print_decision(
        case,
        outcome=proposal.outcome,
        number=number,
        assessment=assessment,
        reasons=proposal.reasons,
        office=office,
        actor=actor,
        at=at,
    )
    Decision.objects.create(
        case=case,
        proposal=proposal,
        number=number,
        outcome=proposal.outcome,
        document_id=document.id,
        signed_by_id=None if is_automatic else actor.staff_id,
        signed_at=at,
        is_automatic=is_automatic,
    )
    start_delivery_clock(case, office, actor=actor, at=at)
    publish(
        CaseDecided(
            **facts_of(case, at),
            outcome=proposal.outcome,
            document_id=document.id,
            responsible_organisation_id=office.organisation_id,
            in_time=clock.promise.due_on is None or times.local_day(at) <= clock.promise.due_on,
            automatic=is_automatic,
        )
    )


def start_delivery_clock(case: Case, office: people.OrganisationView, *, actor: Actor, at: datetime) -> None:
    """行政许可法 44: what was decided is delivered within the item's days."""
    rule = catalogue.course_of(case.item_version_id).procedure.delivery
    clock = clocks.start(
        subject=case.delivery_subject,
        limits=clocks.Limits(unit=clocks.LimitUnit(rule.unit.value), promise_days=rule.days, legal_days=None),
        from_day=times.local_day(at),
        region=region_of(office),
        actor=actor,
        at=at,
    )
    receiving.watch(case, clock)


def _number(case: Case, at: datetime) -> str:
    """文号: the office's division, the department and the year, then the case's own serial, which is unique."""
    division = region_of(office_of(case))
    return f"{division}{case.reference[6:8]}决〔{times.local_day(at).year}〕{case.reference[10:25]}号"
