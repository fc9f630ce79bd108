"""Cases as an organisation's system hands them in and follows them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.responses import Status

from yizhan.kernel.api import Actor, NotFound, Refusal, access
from yizhan.look.api import machines
from yizhan.matters import api as matters
from yizhan.matters.rest.answering import actor_of, case_out, changed, line_out, paper_out, tag_of
from yizhan.matters.rest.schemas import (
    CaseIn,
    CaseOut,
    CasePage,
    CaseReceipt,
    DecisionOut,
    DeskCaseIn,
    MaterialIn,
    MaterialsIn,
    SeenPaper,
    StateName,
)
from yizhan.people import api as people

router = Router(tags=["cases"])


class NotDecided(NotFound):
    code = "matters.not_decided"
    message = _("还没有决定。")


class MaterialBroken(Refusal):
    code = "matters.material_not_base64"
    status = 422
    message = _("材料的 content 应是 Base64。")


@router.post("/cases", response={201: CaseReceipt}, operation_id="hand_in_case")
@access.permission("matters.hand_in")
@machines.told(_("替居民交件"), machines.KEY)
def hand_in_case(request: HttpRequest, response: HttpResponse, body: CaseIn) -> Status[CaseReceipt]:
    """Hand a case in for a resident; it lies at the desk of her community from now on.

    Wants `Idempotency-Key`: the same key with the same content gives the first answer again, and no second case.
    """
    actor, at = actor_of(request), timezone.now()
    filing = _filing(body)
    return _opened(request, response, lambda: matters.hand_in_case(actor=actor, filing=filing, at=at))


@router.post("/desk/cases", response={201: CaseReceipt}, operation_id="take_in_case")
@access.permission("matters.take_in")
@machines.told(_("窗口收件，也可以同时受理"), machines.KEY)
def take_in_case(request: HttpRequest, response: HttpResponse, body: DeskCaseIn) -> Status[CaseReceipt]:
    """Take a case in at the desk whose own system this is, and accept it with `accept`; the clerk is `Yizhan-Staff`.

    Wants `Idempotency-Key`. The look at the person is opened, used and remembered as at the desk's own page.
    """
    return _opened(request, response, lambda: _take_in(actor_of(request), body, timezone.now()))


def _take_in(actor: Actor, body: DeskCaseIn, at: datetime) -> matters.Opened:
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
    return matters.case_receipt(case_id=case_id)


def _agent(body: DeskCaseIn) -> matters.AgentSeen | None:
    if body.agent is None:
        return None
    card = matters.SeenCard(id_number=body.agent.id_number, is_original_seen=body.is_original_seen)
    kind = people.RelationKind(body.agent.relation)
    return matters.AgentSeen(card=card, kind=kind, is_letter_seen=body.agent.is_letter_seen)


def _paper(one: SeenPaper | MaterialIn) -> matters.HandedIn:
    return material_of(one) if isinstance(one, MaterialIn) else matters.HandedIn(material_id=one.id, status=one.status)


def _opened(request: HttpRequest, response: HttpResponse, opening: Callable[[], matters.Opened]) -> Status[CaseReceipt]:
    """The receipt of a case that is opened once for each key."""
    actor = actor_of(request)
    answer, is_repeat = machines.once(request, actor, lambda: _receipt(opening()))
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
        materials=[material_of(one) for one in body.materials],
        declaration=body.declaration,
    )


def material_of(one: MaterialIn) -> matters.HandedIn:
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


@router.get("/cases", response=CasePage, operation_id="list_cases")
@access.permission("matters.read_cases")
@machines.told(_("看得到的办件，新的在前"))
def list_cases(
    request: HttpRequest, response: HttpResponse, cursor: str = "", limit: machines.Limit = 50, state: StateName = ""
) -> CasePage:
    """The newest first: what this system handed in, or what the member of staff at it sees. `next` leads on."""
    before = _case_id(machines.read_cursor(cursor, 1)[0]) if cursor else None
    found = matters.case_lines(actor_of(request), before=before, state=state, most=limit + 1)
    following = machines.cursor_of(str(found[limit - 1].case_id)) if len(found) > limit else None
    if following:
        query = {"cursor": following, "limit": limit} | ({"state": state} if state else {})
        response["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return CasePage(cases=[line_out(one) for one in found[:limit]], next=following)


def _case_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise machines.CursorRefused from None


@router.get("/cases/{uuid:case_id}", response=CaseOut, operation_id="get_case")
@access.permission("matters.read_cases")
@machines.told(_("一件办件"), machines.NONE_MATCH)
def get_case(request: HttpRequest, response: HttpResponse, case_id: UUID) -> CaseOut | HttpResponse:
    """One case that this system handed in, or that the member of staff at it sees. `ETag` is for later changes."""
    case = matters.get_case(actor_of(request), case_id)
    tag = tag_of(case)
    if machines.is_unchanged(request, tag):
        return HttpResponseNotModified(headers={"ETag": tag})
    response["ETag"] = tag
    return case_out(case)


@router.post("/cases/{uuid:case_id}/materials", response=CaseOut, operation_id="hand_in_materials")
@access.permission("matters.supplement")
@machines.told(_("补交要补正的材料"), machines.MATCH)
def hand_in_materials(request: HttpRequest, response: HttpResponse, case_id: UUID, body: MaterialsIn) -> CaseOut:
    """Hand in, all at once, what was asked for after acceptance; the clock runs on. Wants `If-Match`."""
    actor, materials = actor_of(request), [material_of(one) for one in body.materials]

    def act() -> None:
        matters.supplement_case(actor=actor, case_id=case_id, materials=materials, at=timezone.now())

    return changed(request, response, case_id, act)


@router.get("/cases/{uuid:case_id}/decision", response=DecisionOut, operation_id="get_decision")
@access.permission("matters.read_cases")
@machines.told(_("决定和文书"))
def get_decision(request: HttpRequest, case_id: UUID) -> DecisionOut:
    """What was decided, with the papers that were issued and where each can be verified. 404 before the decision."""
    case = matters.get_case(actor_of(request), case_id)
    if not case.is_decided or case.decided_at is None:
        raise NotDecided
    return DecisionOut(
        outcome=case.outcome, decided_at=case.decided_at, papers=[paper_out(one) for one in case.documents]
    )
