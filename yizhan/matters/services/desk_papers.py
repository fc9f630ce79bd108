"""The paper that a desk prints for the person who stands there, just after it has lost sight of the case."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, NotFound, access, audit
from yizhan.matters.models import Case, Delivery

PRINT_WITHIN = timedelta(minutes=15)
_PRINTER = Actor.system("matters.desk_printer")


@transaction.atomic
def print_at_desk(*, actor: Actor, case_id: UUID, kind: str, at: datetime) -> documents.OpenedFile:
    """A paper of a case that this clerk accepted or handed over in the last minutes.

    `kind` is acceptance_notice, decision or delivery_receipt. Raises NotFound.
    """
    access.require(actor, "matters.desk")
    if not _has_just_done(actor, case_id, kind, at):
        raise NotFound
    case = Case.objects.get(pk=case_id)
    printed = [one for one in documents.documents_of(case.subject) if one.kind == f"matters.{kind}"]
    if not printed:
        raise NotFound
    audit(actor, "matters.paper.printed", case.subject, kind=kind)
    return documents.document_pdf(actor=_PRINTER, document_id=printed[-1].id)


def _has_just_done(actor: Actor, case_id: UUID, kind: str, at: datetime) -> bool:
    since = at - PRINT_WITHIN
    if kind == "acceptance_notice":
        return Case.objects.filter(pk=case_id, accepted_by_id=actor.staff_id, accepted_at__gte=since).exists()
    if kind in ("decision", "delivery_receipt"):
        return Delivery.objects.filter(case_id=case_id, staff_id=actor.staff_id, at__gte=since).exists()
    return False
