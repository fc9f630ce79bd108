"""撤销 (行政许可法 69): the office takes back what it has granted; the holder is heard before and told after."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yizhan.clocks import api as clocks
from yizhan.documents import api as documents
from yizhan.facts.matters import CaseRevoked
from yizhan.kernel.api import Actor, publish, timers
from yizhan.matters.models import Decision
from yizhan.matters.queries.words import ACTION_WORDS, STATE_WORDS
from yizhan.matters.rules.states import Action, State
from yizhan.matters.services.ending import ARCHIVE
from yizhan.matters.services.letters import print_revocation
from yizhan.matters.services.limits import office_of
from yizhan.matters.services.opening import facts_of
from yizhan.matters.services.steps import CaseActionNotAllowed, ReasonMissing, lock_case, move


@transaction.atomic
def revoke_decision(*, actor: Actor, case_id: UUID, ground: str, reason: str, heard: str, at: datetime) -> None:
    """Revoke what was granted, in writing. `heard`: what the holder said to it, or that he did not want to.

    Raises CaseNotFound, NotAllowed (no signer of the office, or one who took the case in or accepted it),
    CaseActionNotAllowed (also for a refusal), ReasonMissing, and of documents RevocationGroundMissing.
    """
    case = lock_case(case_id, actor, "matters.revoke")
    if not reason.strip() or not heard.strip():
        raise ReasonMissing
    decision = Decision.objects.filter(case=case, outcome="granted").first()
    if decision is None:
        raise CaseActionNotAllowed(state=STATE_WORDS[State(case.state)], action=ACTION_WORDS[Action.REVOKE])
    move(case, Action.REVOKE, actor=actor, at=at, note=reason, organisation_id=case.responsible_organisation_id)
    documents.revoke_document(document_id=decision.document_id, ground=ground, reason=reason, actor=actor, at=at)
    if case.closed_at is None and clocks.find(case.delivery_subject) is not None:
        clocks.stop(subject=case.delivery_subject, actor=actor, at=at)
    timers.cancel(ARCHIVE, case.subject)
    case.closed_at, case.due_on = at, None
    case.save(update_fields=["state", "closed_at", "due_on"])
    print_revocation(case, ground=ground, reason=reason, heard=heard, number=decision.number, actor=actor, at=at)
    publish(
        CaseRevoked(
            **facts_of(case, at),
            responsible_organisation_id=office_of(case).organisation_id,
            document_id=decision.document_id,
            ground=ground,
        )
    )
