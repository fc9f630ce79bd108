"""What an office's own system does for the examiner who sits at it. Signing is not in it: that wants her in person."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router

from yizhan.documents import api as documents
from yizhan.kernel.api import NotFound, access
from yizhan.look.api import machines
from yizhan.matters import api as matters
from yizhan.matters.rest.answering import actor_of, changed
from yizhan.matters.rest.schemas import ApplicantOut, CaseOut, FindingIn, ProposalIn, SupplementIn
from yizhan.people import api as people

router = Router(tags=["office"])


@router.get("/cases/{uuid:case_id}/applicant", response=ApplicantOut, operation_id="get_applicant")
@access.permission("people.look_for_case")
@machines.told(_("申请人和填写的内容（留查阅记录）"))
def get_applicant(request: HttpRequest, case_id: UUID) -> ApplicantOut:
    """Her card, numbers masked, and what she has answered. The look has a purpose (examination) and she sees it."""
    actor = actor_of(request)
    case = matters.get_office_case(actor, case_id)
    card = people.person_card(
        actor=actor,
        resident_id=case.applicant_id,
        purpose=people.Purpose.EXAMINATION,
        at=timezone.now(),
        case_id=case_id,
    )
    return ApplicantOut(
        name=card.name,
        id_number_masked=card.id_number_masked,
        phone_masked=card.phone_masked,
        sex=card.sex,
        born_on=card.born_on,
        home_community=card.home_community,
        hukou_division=card.hukou_division,
        level=card.level,
        answers={name: str(value) for name, value in case.answers.items()},
    )


@router.get("/cases/{uuid:case_id}/papers/{uuid:paper_id}", operation_id="get_paper", response=bytes)
@access.permission("matters.office")
@machines.told(_("文书的 PDF（留查阅记录）"))
def get_paper(request: HttpRequest, case_id: UUID, paper_id: UUID) -> HttpResponse:
    """The paper itself, as PDF, with its signature in it. A look at the person, and remembered as one."""
    actor = actor_of(request)
    case = matters.get_office_case(actor, case_id)
    if paper_id not in {one.id for one in case.documents}:
        raise NotFound
    people.person_card(
        actor=actor, resident_id=case.applicant_id, purpose=people.Purpose.DECISION, at=timezone.now(), case_id=case_id
    )
    opened = documents.document_pdf(actor=actor, document_id=paper_id)
    return HttpResponse(opened.content, content_type=opened.media_type)


@router.post("/cases/{uuid:case_id}/take-up", response=CaseOut, operation_id="take_up_case")
@access.permission("matters.examine")
@machines.told(_("领办"), machines.MATCH)
def take_up(request: HttpRequest, response: HttpResponse, case_id: UUID) -> CaseOut:
    """Begin to examine. Wants `If-Match`, as every change does."""
    actor = actor_of(request)

    def act() -> None:
        matters.take_up_case(actor=actor, case_id=case_id, at=timezone.now())

    return changed(request, response, case_id, act)


@router.post("/cases/{uuid:case_id}/findings", response=CaseOut, operation_id="record_finding")
@access.permission("matters.examine")
@machines.told(_("登记查明的情况"), machines.MATCH)
def record_finding(request: HttpRequest, response: HttpResponse, case_id: UUID, body: FindingIn) -> CaseOut:
    """Write down what the office found in its own registers."""
    actor = actor_of(request)

    def act() -> None:
        matters.record_finding(
            actor=actor,
            case_id=case_id,
            attribute=body.attribute,
            value=body.value,
            source=body.source,
            at=timezone.now(),
        )

    return changed(request, response, case_id, act)


@router.post("/cases/{uuid:case_id}/supplement-request", response=CaseOut, operation_id="request_supplement")
@access.permission("matters.examine")
@machines.told(_("要补正"), machines.MATCH)
def request_supplement(request: HttpRequest, response: HttpResponse, case_id: UUID, body: SupplementIn) -> CaseOut:
    """Ask, once and completely, for what has to be mended; the clock stands still until it comes."""
    actor = actor_of(request)

    def act() -> None:
        matters.request_supplement(
            actor=actor, case_id=case_id, materials=body.materials, note=body.note, at=timezone.now()
        )

    return changed(request, response, case_id, act)


@router.post("/cases/{uuid:case_id}/proposal", response=CaseOut, operation_id="propose_decision")
@access.permission("matters.decide")
@machines.told(_("拟决定（不能签发）"), machines.MATCH)
def propose(request: HttpRequest, response: HttpResponse, case_id: UUID, body: ProposalIn) -> CaseOut:
    """Propose to grant or to refuse; a second official signs, on her own page."""
    actor = actor_of(request)

    def act() -> None:
        matters.propose_decision(
            actor=actor, case_id=case_id, outcome=body.outcome, reasons=body.reasons, at=timezone.now()
        )

    return changed(request, response, case_id, act)
