"""A change that was based on what somebody has read: made only if the case still stands like that."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from yizhan.kernel.api import Actor
from yizhan.matters.models import Case
from yizhan.matters.queries.cases import CaseView, view_of
from yizhan.matters.services.steps import CaseNotFound


@transaction.atomic
def change_case(
    *, actor: Actor, case_id: UUID, refuse_changed: Callable[[CaseView], None], act: Callable[[], object]
) -> CaseView:
    """Hold the case still, let `refuse_changed` look at it, act, and give it back as it stands then.

    Raises CaseNotFound, and whatever the two raise.
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    refuse_changed(view_of(case))
    act()
    return view_of(Case.objects.get(pk=case_id))
