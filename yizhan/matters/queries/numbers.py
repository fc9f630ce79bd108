"""Case numbers as the search finds them: at the desk where the case lies, then in the office that answers for it."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from yizhan.matters.models import CASE, Case
from yizhan.matters.rules.states import SEEN_BY_OFFICE, State
from yizhan.search import api as search

_COLUMNS = ("pk", "reference", "item_name", "state", "intake_organisation_id", "responsible_organisation_id")


def all_case_numbers() -> Iterator[search.NumberEntry]:
    """Every case that has left its applicant's hands."""
    yield from _numbers(Case.objects.exclude(state=State.DRAFT).values_list(*_COLUMNS).iterator(chunk_size=1000))


def case_numbers(*case_ids: UUID) -> Iterator[search.NumberEntry]:
    yield from _numbers(Case.objects.filter(pk__in=case_ids).exclude(state=State.DRAFT).values_list(*_COLUMNS))


def _numbers(rows: Iterable[tuple[UUID, str, str, str, UUID | None, UUID | None]]) -> Iterator[search.NumberEntry]:
    for case_id, reference, item, state, desk, office in rows:
        where = office if state in SEEN_BY_OFFICE else desk
        if where is not None:
            yield search.NumberEntry(
                kind=CASE,
                subject_id=str(case_id),
                title=item,
                number=reference,
                audience=search.audience_of_organisation(where),
            )
