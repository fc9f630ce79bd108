"""销毁: the office proposes, the security officer approves, and in that moment the bytes go; their sums stay."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yizhan.documents.models import Disposal, DisposalAnswer, Keeping
from yizhan.documents.queries.retention import kept_kind, parts_in
from yizhan.documents.rules.retention import is_over
from yizhan.documents.services.signing import one_at_a_time
from yizhan.kernel.api import Actor, Conflict, NotAllowed, NotFound, Refusal, access, audit, times
from yizhan.people import api as people


class KeepingNotFound(NotFound):
    code: ClassVar[str] = "documents.keeping_not_found"


class StillKept(Conflict):
    code: ClassVar[str] = "documents.still_kept"
    message = _("保存期还没有满，不能销毁。")


class DisposalUnderWay(Conflict):
    code: ClassVar[str] = "documents.disposal_under_way"
    message = _("这一件已经有人提出或者核准过，请刷新页面看最新情况。")


class DecidedByThisPerson(NotAllowed):
    code: ClassVar[str] = "documents.decided_by_this_person"
    message = _("这一件是您审批或签发的，销毁要由没有经手过的人来办。")


class ProposedByThisPerson(NotAllowed):
    code: ClassVar[str] = "documents.proposed_by_this_person"
    message = _("这一件是您提出销毁的，要由另一个人核准。")


class DenialReasonMissing(Refusal):
    code: ClassVar[str] = "documents.denial_reason_missing"
    status = 422
    message = _("不同意销毁的，请写明理由。")


@transaction.atomic
def propose_disposal(*, actor: Actor, keeping_id: UUID, at: datetime) -> UUID:
    """Propose that the papers be destroyed. Returns the id of the disposal.

    Raises KeepingNotFound, NotAllowed (no lead of the office), StillKept, DisposalUnderWay, DecidedByThisPerson.
    """
    keeping = Keeping.objects.filter(pk=keeping_id).first()
    if keeping is None or not access.may(actor, "documents.propose_disposal", keeping):
        raise KeepingNotFound
    one_at_a_time("documents.disposal", str(keeping_id))
    if not is_over(keeping.until_on, times.local_day(at)):
        raise StillKept
    last = keeping.disposals.select_related("answer").order_by("-number").first()
    if last is not None and (not hasattr(last, "answer") or last.answer.is_approved):
        raise DisposalUnderWay
    _refuse_who_decided(actor, keeping)
    made = Disposal.objects.create(
        keeping=keeping,
        number=last.number + 1 if last else 1,
        proposed_by_id=_staff_of(actor),
        proposed_at=at,
    )
    audit(actor, "documents.disposal.proposed", keeping.subject, disposal=str(made.pk), until=str(keeping.until_on))
    return made.pk


@transaction.atomic
def answer_disposal(*, actor: Actor, disposal_id: UUID, is_approved: bool, reason: str = "", at: datetime) -> int:
    """Approve, and the papers are destroyed; or not, with the reason. Returns how many files and papers went.

    Raises KeepingNotFound, NotAllowed, DisposalUnderWay, ProposedByThisPerson, DecidedByThisPerson,
    DenialReasonMissing.
    """
    access.require(actor, "documents.approve_disposal")
    disposal = Disposal.objects.select_related("keeping").filter(pk=disposal_id).first()
    if disposal is None:
        raise KeepingNotFound
    keeping = disposal.keeping
    one_at_a_time("documents.disposal", str(keeping.pk))
    if DisposalAnswer.objects.filter(disposal=disposal).exists():
        raise DisposalUnderWay
    if disposal.proposed_by_id == actor.staff_id:
        raise ProposedByThisPerson
    _refuse_who_decided(actor, keeping)
    if not is_approved and not reason.strip():
        raise DenialReasonMissing
    DisposalAnswer.objects.create(
        disposal=disposal,
        is_approved=is_approved,
        reason="" if is_approved else reason.strip()[:200],
        answered_by_id=_staff_of(actor),
        answered_at=at,
    )
    if not is_approved:
        audit(actor, "documents.disposal.denied", keeping.subject, disposal=str(disposal.pk))
        return 0
    gone = _erase(disposal)
    audit(actor, "documents.disposal.carried_out", keeping.subject, disposal=str(disposal.pk), erased=gone)
    return gone


def _erase(disposal: Disposal) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents_dispose(%s)", [disposal.pk])
        gone = int(cursor.fetchone()[0])
    kept = kept_kind(disposal.keeping.subject_kind)
    if kept is not None:
        kept.emptied(disposal.keeping.subject_id)
    return gone


def _staff_of(actor: Actor) -> UUID:
    if actor.staff_id is None:
        raise NotAllowed
    return actor.staff_id


def _refuse_who_decided(actor: Actor, keeping: Keeping) -> None:
    """Neither he himself nor anybody whom he stands in for."""
    parts = parts_in([keeping])[keeping.pk]
    lent = actor.on_behalf_of(keeping.organisation_id, people.Role.OFFICE_LEAD)
    if actor.staff_id in parts or (lent is not None and lent.staff_id in parts):
        raise DecidedByThisPerson
