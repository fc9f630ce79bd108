"""What an office has handed on: it may follow the case, and do nothing with it."""

from datetime import datetime
from uuid import UUID

from yizhan.kernel.api import Actor
from yizhan.matters.models import Case
from yizhan.matters.queries.cases import CaseView, view_of
from yizhan.matters.queries.lists import CasePage, page_of


def find_passed_case(actor: Actor, case_id: UUID) -> CaseView | None:
    """The case, if one of the actor's offices has handed it on and does not have it now."""
    found = Case.objects.handed_on_by(actor).select_related(
        "intake_organisation", "responsible_organisation", "examiner"
    )
    case = found.filter(pk=case_id).first()
    return view_of(case) if case else None


def passed_list(actor: Actor, *, page: int, now: datetime) -> CasePage:
    """Running or over, the latest accepted first."""
    return page_of(Case.objects.handed_on_by(actor).order_by("-accepted_at", "id"), page, now)
