"""Who looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core.paginator import Paginator

from yizhan.kernel.api import Actor, Subject, subjects
from yizhan.people.models import RecordRead
from yizhan.people.queries.people import may_act_for
from yizhan.people.queries.views import ReadPage, ReadView

CASE = "matters.case"


def may_see_reads(actor: Actor, resident_id: UUID, *, on: date) -> bool:
    """The person himself, and an agent whose scope holds "reads"."""
    if actor.resident_id is None:
        return False
    if actor.resident_id == resident_id:
        return True
    return may_act_for(agent_id=actor.resident_id, principal_id=resident_id, scope="reads", on=on)


def reads_of(*, actor: Actor, on: date, resident_id: UUID | None = None, page: int = 1, size: int = 20) -> ReadPage:
    """The looks into one's own record (or a principal's), newest first; empty where `actor` may not see them."""
    wanted = resident_id or actor.resident_id
    reads = RecordRead.objects.none()
    if wanted is not None and may_see_reads(actor, wanted, on=on):
        reads = RecordRead.objects.filter(resident_id=wanted)
    paginator = Paginator(reads.select_related("organisation").order_by("-at", "-id"), size)
    shown = paginator.get_page(page)
    return ReadPage(
        reads=_views(actor, list(shown.object_list)),
        number=shown.number,
        pages=paginator.num_pages,
        total=paginator.count,
    )


def _views(actor: Actor, rows: Sequence[RecordRead]) -> tuple[ReadView, ...]:
    cases = {Subject(CASE, str(row.case_id)) for row in rows if row.case_id}
    titles, urls = subjects.titles(cases), subjects.urls(subjects.visible(actor, cases))
    return tuple(_view(row, titles, urls) for row in rows)


def _view(row: RecordRead, titles: dict[Subject, str], urls: dict[Subject, str]) -> ReadView:
    case = Subject(CASE, str(row.case_id))
    return ReadView(
        read_id=row.id,
        reader_name=row.reader_name,
        organisation_name=row.organisation.name if row.organisation else "",
        purpose=row.purpose,
        fields=tuple(row.fields),
        case_id=row.case_id,
        case_title=titles.get(case, ""),
        case_url=urls.get(case, ""),
        at=row.at,
        channel=row.channel,
    )
