"""保存: how long the papers of a case are kept, who has no part in their end, and what of a draft is deleted when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from yizhan.catalogue import api as catalogue
from yizhan.documents import api as documents
from yizhan.kernel.api import Actor, audit, times
from yizhan.matters.models import CASE, Case, CaseKey, CaseMaterial
from yizhan.matters.rules.states import State

# As the retention table of documents and migration 0015 say; a test holds the three together.
DRAFT_DAYS = 30
YEARS: Mapping[str, int | None] = {"ten_years": 10, "thirty_years": 30, "permanent": None}
# So many times the limit of discarded drafts, the latest first, are looked at for pictures.
_LOOKED_AT = 20
SWEEPER = Actor.system("matters.retention")


def begin(case: Case, *, actor: Actor, at: datetime) -> None:
    """From its archiving on a case is kept for the term that its item says."""
    archive = catalogue.course_of(case.item_version_id).procedure.archive
    if case.responsible_organisation_id is None:
        return
    documents.begin_keeping(
        subject=case.subject,
        organisation_id=case.responsible_organisation_id,
        years=YEARS[archive.term],
        from_on=times.local_day(at),
        basis=archive.source or f"{case.item_code}: archive {archive.term}",
        actor=actor,
        at=at,
    )


def years_kept(item_version_id: UUID) -> int | None:
    """None is for ever."""
    return YEARS[catalogue.course_of(item_version_id).procedure.archive.term]


def register() -> None:
    documents.register_kept(CASE, documents.KeptKind(parts=parts_of, emptied=empty_answers))
    documents.register_sweep("draft", delete_old_drafts)
    documents.register_sweep("put_aside", erase_discarded)


def parts_of(case_ids: Collection[str]) -> dict[str, frozenset[UUID]]:
    """Who examined, decided or signed each; migration 0015 refuses the same."""
    found = Case.objects.filter(pk__in=list(case_ids)).values_list("pk", "examiner_id", "decided_by_id", "signed_by_id")
    return {str(pk): frozenset(one for one in parts if one) for pk, *parts in found}


def empty_answers(case_id: str) -> None:
    """With the papers go the answers of the form, and the keys by which a case is compared with others."""
    Case.objects.filter(pk=case_id).update(answers={}, personal_answers="{}")
    CaseKey.objects.filter(case_id=case_id).delete()


# ── what was never handed in ──


def delete_old_drafts(before: datetime, limit: int) -> int:
    """Drafts that nobody has touched since: pictures, answers and the draft itself."""
    old = Case.objects.filter(state=State.DRAFT, saved_at__lt=before).order_by("saved_at", "pk")
    old_ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    for case_id in old_ids:
        case = Case.objects.only("pk", "item_code").get(pk=case_id)
        erased = _erase(case_id)
        CaseMaterial.objects.filter(case_id=case_id).delete()
        CaseKey.objects.filter(case_id=case_id).delete()
        audit(SWEEPER, "matters.draft.lapsed", case.subject, item=case.item_code, erased=erased)
        case.delete()
    return len(old_ids)


def erase_discarded(before: datetime, limit: int) -> int:
    """The pictures of drafts that were thrown away; the case itself stays as the withdrawn one that it is."""
    discarded = Case.objects.filter(
        state=State.WITHDRAWN, received_at=None, intake_organisation=None, closed_at__lt=before
    ).order_by("-closed_at")
    latest = [str(pk) for pk in discarded.values_list("pk", flat=True)[: limit * _LOOKED_AT]]
    with_files = documents.with_files(kind=CASE, ids=latest)
    return sum(_erase(UUID(one)) for one in sorted(with_files)[:limit])


def _erase(case_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT matters_erase_draft(%s)", [case_id])
        return int(cursor.fetchone()[0])
