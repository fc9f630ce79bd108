"""What an office has handed on: it may follow the case, and do nothing with it."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from yizhan.kernel.api import Actor
from yizhan.matters.models import Case, offices_of
from yizhan.matters.queries.cases import CaseView, view_of
from yizhan.matters.queries.lists import CaseList, CasePage, in_order


def find_passed_case(actor: Actor, case_id: UUID) -> CaseView | None:
    """The case, if one of the actor's offices has handed it on and does not have it now."""
    found = Case.objects.handed_on_by(actor).select_related(
        "intake_organisation", "responsible_organisation", "examiner"
    )
    case = found.filter(pk=case_id).first()
    return view_of(case) if case else None


def passed_list(actor: Actor, *, page: int, now: datetime) -> CasePage:
    """Running or over, the latest accepted first."""
    return _PASSED.page({"offices": in_order(offices_of(actor))}, page, now)


def _passed(*, offices: tuple[UUID, ...]) -> QuerySet[Case]:
    return Case.objects.handed_on_from(offices).order_by("-accepted_at", "id")


_PASSED = CaseList(_passed)
