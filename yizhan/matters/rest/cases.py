"""Cases as an organisation's system hands them in and follows them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.responses import Status

from yizhan.kernel.api import Actor, Refusal, access
from yizhan.look.api import machines
from yizhan.matters import api as matters
from yizhan.matters.rest.schemas import (
    CaseIn,
    CaseMaterialOut,
    CaseOut,
    CaseReceipt,
    DeskCaseIn,
    MaterialIn,
    SeenPaper,
    SupplementOut,
)
from yizhan.people import api as people

router = Router(tags=["cases"])


class MaterialBroken(Refusal):
    code = "matters.material_not_base64"
    status = 422
    message = _("材料的 content 应是 Base64。")


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@router.post("/cases", response={201: CaseReceipt}, operation_id="hand_in_case")
@access.permission("matters.hand_in")
def hand_in_case(request: HttpRequest, response: HttpResponse, body: CaseIn) -> Status[CaseReceipt]:
    """Hand a case in for a resident; it lies at the desk of her community from now on.

    Wants `Idempotency-Key`: the same key with the same content gives the first answer again, and no second case.
    """
    actor, at = actor_of(request), timezone.now()
    filing = _filing(body)
    return _opened(request, response, lambda: matters.hand_in_case(actor=actor, filing=filing, at=at))


@router.post("/desk/cases", response={201: CaseReceipt}, operation_id="take_in_case")
@access.permission("matters.take_in")
def take_in_case(request: HttpRequest, response: HttpResponse, body: DeskCaseIn) -> Status[CaseReceipt]:
    """Take a case in at the desk whose own system this is, and accept it with `accept`; the clerk is `Yizhan-Staff`.

    Wants `Idempotency-Key`. The look at the person is opened, used and remembered as at the desk's own page.
    """
    return _opened(request, response, lambda: _take_in(actor_of(request), body, timezone.now()))


def _take_in(actor: Actor, body: DeskCaseIn, at: datetime) -> UUID:
    card = matters.SeenCard(
        id_number=body.applicant.id_number,
        is_original_seen=body.is_original_seen,
        is_face_compared=body.is_face_compared,
    )
    matters.receive_visitor(actor=actor, card=card, agent=_agent(body), at=at)
    if body.household:
        matters.record_household(actor=actor, division=body.household, at=at)
    case_id = matters.take_in_case(
        actor=actor,
        item_code=body.item,
        answers=body.answers,
        materials=[_paper(one) for one in body.materials],
        at=at,
    )
    if body.accept:
        matters.accept_case(actor=actor, case_id=case_id, at=at)
    return case_id


def _agent(body: DeskCaseIn) -> matters.AgentSeen | None:
    if body.agent is None:
        return None
    card = matters.SeenCard(id_number=body.agent.id_number, is_original_seen=body.is_original_seen)
    kind = people.RelationKind(body.agent.relation)
    return matters.AgentSeen(card=card, kind=kind, is_letter_seen=body.agent.is_letter_seen)


def _paper(one: SeenPaper | MaterialIn) -> matters.HandedIn:
    return _material(one) if isinstance(one, MaterialIn) else matters.HandedIn(material_id=one.id, status=one.status)


def _opened(request: HttpRequest, response: HttpResponse, opening: Callable[[], UUID]) -> Status[CaseReceipt]:
    """The receipt of a case that is opened once for each key."""
    actor = actor_of(request)
    answer, is_repeat = machines.once(request, actor, lambda: _receipt(matters.case_receipt(case_id=opening())))
    response["Location"] = answer["url"]
    if is_repeat:
        response["Idempotency-Replayed"] = "true"
    return Status(201, CaseReceipt(**answer))


def _filing(body: CaseIn) -> matters.Filing:
    return matters.Filing(
        item_code=body.item,
        id_number=body.applicant.id_number,
        agent_id_number=body.agent.id_number if body.agent else "",
        level=body.identity_level,
        answers=body.answers,
        materials=[_material(one) for one in body.materials],
        declaration=body.declaration,
    )


def _material(one: MaterialIn) -> matters.HandedIn:
    try:
        content = base64.b64decode(one.content, validate=True)
    except (binascii.Error, ValueError):
        raise MaterialBroken from None
    return matters.HandedIn(material_id=one.id, status="uploaded", content=content, file_name=one.file_name)


def _receipt(case: matters.Opened) -> dict[str, Any]:
    return {
        "id": str(case.case_id),
        "reference": case.reference,
        "state": str(case.state),
        "url": f"/api/v1/cases/{case.case_id}",
    }


@router.get("/cases/{uuid:case_id}", response=CaseOut, operation_id="get_case")
@access.permission("matters.read_cases")
def get_case(request: HttpRequest, response: HttpResponse, case_id: UUID) -> CaseOut | HttpResponse:
    """One case that this system handed in, or that the member of staff at it sees. `ETag` is for later changes."""
    case = matters.get_case(actor_of(request), case_id)
    tag = tag_of(case)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response["ETag"] = tag
    return _case(case)


def tag_of(case: matters.CaseView) -> str:
    papers = [(one.material_id, one.status, one.file_ids) for one in case.materials]
    return machines.entity_tag(case.case_id, case.state, len(case.steps), case.due_on, papers, len(case.documents))


def _case(one: matters.CaseView) -> CaseOut:
    asked = one.supplement
    return CaseOut(
        id=one.case_id,
        reference=one.reference,
        state=one.state,
        state_words=one.state_word,
        item=one.item_name,
        item_version_id=one.item_version_id,
        desk=one.desk,
        office=one.office,
        received_at=one.received_at,
        accepted_at=one.accepted_at,
        decided_at=one.decided_at,
        due_on=one.due_on,
        outcome=one.outcome,
        materials=[
            CaseMaterialOut(id=each.material_id, name=each.name, status=each.status, pages=len(each.file_ids))
            for each in one.materials
        ],
        supplement=SupplementOut(
            materials=list(asked.materials),
            note=asked.note,
            asked_at=asked.asked_at,
            after_acceptance=asked.after_acceptance,
        )
        if asked
        else None,
        is_sample=one.is_sample,
    )
