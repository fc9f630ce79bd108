"""What a desk still has of a case just after it has lost sight of it: the paper for the person, and its own receipt."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, NotFound, Subject, access, audit
from yizhan.matters.models import CASE, Case, CaseStep, Delivery
from yizhan.matters.rules.states import Action
from yizhan.people import api as people

PRINT_WITHIN = timedelta(minutes=15)
# What is printed with a step that this clerk took.
_WITH_STEP = {"supplement_notice": Action.REQUEST_PAPERS, "not_accepted": Action.REFUSE_TO_ACCEPT}
_PRINTER = Actor.system("matters.desk_printer")


@transaction.atomic
def print_at_desk(*, actor: Actor, case_id: UUID, kind: str, at: datetime) -> documents.OpenedFile:
    """A paper of a case that this clerk accepted or handed over in the last minutes.

    `kind` is acceptance_notice, decision, delivery_receipt, supplement_notice or not_accepted. Raises NotFound.
    """
    access.require(actor, "matters.deliver")
    if not _has_just_done(actor, case_id, kind, at) and not _is_in_hand(actor, case_id, kind, at):
        raise NotFound
    case = Case.objects.get(pk=case_id)
    printed = [one for one in documents.documents_of(case.subject) if one.kind == f"matters.{kind}"]
    if not printed:
        raise NotFound
    audit(actor, "matters.paper.printed", case.subject, kind=kind)
    return documents.document_pdf(actor=_PRINTER, document_id=printed[-1].id)


def _has_just_done(actor: Actor, case_id: UUID, kind: str, at: datetime) -> bool:
    since = at - PRINT_WITHIN
    if actor.staff_id is None:
        return False
    if kind == "acceptance_notice":
        return Case.objects.filter(pk=case_id, accepted_by_id=actor.staff_id, accepted_at__gte=since).exists()
    if kind in _WITH_STEP:
        steps = CaseStep.objects.filter(case_id=case_id, staff_id=actor.staff_id, at__gte=since)
        return steps.filter(action=_WITH_STEP[kind]).exists()
    if kind in ("decision", "delivery_receipt"):
        return Delivery.objects.filter(case_id=case_id, staff_id=actor.staff_id, at__gte=since).exists()
    return False


def _is_in_hand(actor: Actor, case_id: UUID, kind: str, at: datetime) -> bool:
    """The decision is printed before it is handed over, while the case is open for delivery."""
    visitor = people.current_intake(actor=actor, at=at)
    return (
        kind == "decision"
        and visitor is not None
        and visitor.purpose == people.Purpose.DELIVERY
        and visitor.case_id == case_id
    )


@dataclass(frozen=True, kw_only=True)
class DeskReceipt:
    """What this clerk has just done with a case; no person in it. `papers` are kinds for print_at_desk."""

    case_id: UUID
    reference: str
    item_name: str
    action: Action
    at: datetime
    office: str
    due_on: date | None
    missing: tuple[str, ...]
    papers: tuple[str, ...]
    is_sample: bool

    @property
    def subject(self) -> Subject:
        return Subject(CASE, str(self.case_id))


_ENDS_HERE = (Action.ACCEPT, Action.REQUEST_PAPERS, Action.REFUSE_TO_ACCEPT, Action.DELIVER)
_PAPERS = {
    Action.ACCEPT: ("acceptance_notice",),
    Action.DELIVER: ("delivery_receipt", "decision"),
    Action.REQUEST_PAPERS: ("supplement_notice",),
    Action.REFUSE_TO_ACCEPT: ("not_accepted",),
}


def receipt_at_desk(*, actor: Actor, case_id: UUID, at: datetime) -> DeskReceipt:
    """Of the last step that this clerk took in the last minutes. Raises NotFound."""
    access.require(actor, "matters.deliver")
    if actor.staff_id is None:
        raise NotFound
    steps = CaseStep.objects.filter(
        case_id=case_id, staff_id=actor.staff_id, action__in=_ENDS_HERE, at__gte=at - PRINT_WITHIN
    )
    step = steps.select_related("case__responsible_organisation").order_by("-at", "-id").first()
    if step is None:
        raise NotFound
    case, action = step.case, Action(step.action)
    asked = case.materials.filter(status="missing") if action is Action.REQUEST_PAPERS else case.materials.none()
    return DeskReceipt(
        case_id=case.pk,
        reference=case.reference,
        item_name=catalogue.item_name(case.item_version_id),
        action=action,
        at=step.at,
        office=case.responsible_organisation.name if case.responsible_organisation else "",
        due_on=case.due_on,
        missing=tuple(asked.order_by("id").values_list("name", flat=True)),
        papers=_PAPERS.get(action, ()),
        is_sample=case.is_sample,
    )
