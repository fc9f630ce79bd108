"""Views of cases as a machine gets them, and the one way in which it changes one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from yizhan.documents import api as documents
from yizhan.kernel.api import Actor
from yizhan.look.api import machines
from yizhan.matters import api as matters
from yizhan.matters.rest.schemas import CaseLineOut, CaseMaterialOut, CaseOut, PaperOut, SupplementOut


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def changed(request: HttpRequest, response: HttpResponse, case_id: UUID, act: Callable[[], object]) -> CaseOut:
    """Act if the case still stands as the caller has read it; its new tag comes with the answer."""
    match = machines.Match(request)
    case = matters.change_case(
        actor=actor_of(request), case_id=case_id, refuse_changed=lambda now: match.check(*tags_of(now)), act=act
    )
    response["ETag"] = tag_of(case)
    return case_out(case)


def tag_of(case: matters.CaseView, language: str = "") -> str:
    """Of the case as it stands, told in this language, or in the reader's."""
    papers = [(one.material_id, one.status, one.file_ids) for one in case.materials]
    told_in = language or get_language()
    return machines.entity_tag(
        case.case_id, case.state, len(case.steps), case.due_on, papers, len(case.documents), told_in
    )


def tags_of(case: matters.CaseView) -> tuple[str, ...]:
    """In whatever language it was read: what is changed is the same case."""
    return tuple(tag_of(case, language) for language, _name in settings.LANGUAGES)


def case_out(one: matters.CaseView) -> CaseOut:
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


def line_out(one: matters.CaseLine) -> CaseLineOut:
    return CaseLineOut(
        id=one.case_id,
        reference=one.reference,
        state=one.state,
        state_words=one.state_word,
        item=one.item_code,
        item_name=one.item_name,
        created_at=one.created_at,
        accepted_at=one.accepted_at,
        due_on=one.due_on,
    )


def paper_out(one: documents.DocumentView) -> PaperOut:
    return PaperOut(
        id=one.id,
        title=one.title,
        number=one.number,
        issuer=one.issuer_name,
        issued_at=one.issued_at,
        sha256=one.sha256,
        is_signed=one.is_signed,
        verify_url=one.verify_url,
        revoked_at=one.revoked_at,
    )
