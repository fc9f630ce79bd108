"""Case numbers as the search finds them: at the desk where the case lies, then in every office that has had it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

from yizhan.matters.models import CASE, Case, OfficeTurn
from yizhan.matters.rules.states import AT_THE_DESK, SEEN_BY_OFFICE, State
from yizhan.search import api as search

_COLUMNS = ("pk", "reference", "item_name", "state", "intake_organisation_id", "responsible_organisation_id")
Row = tuple[UUID, str, str, str, UUID | None, UUID | None]
PORTION = 1000


def all_case_numbers() -> Iterator[search.NumberEntry]:
    """Every case that has left its applicant's hands."""
    rows = Case.objects.exclude(state=State.DRAFT).values_list(*_COLUMNS).iterator(chunk_size=PORTION)
    while portion := list(islice(rows, PORTION)):
        yield from _numbers(portion)


def case_numbers(*case_ids: UUID) -> Iterator[search.NumberEntry]:
    found = Case.objects.filter(pk__in=case_ids).exclude(state=State.DRAFT).values_list(*_COLUMNS)
    yield from _numbers(list(found))


def _numbers(rows: Sequence[Row]) -> Iterator[search.NumberEntry]:
    had: dict[UUID, set[UUID]] = {}
    turns = OfficeTurn.objects.filter(case_id__in=[row[0] for row in rows])
    for case_id, place in turns.values_list("case_id", "organisation_id"):
        had.setdefault(case_id, set()).add(place)
    for case_id, reference, item, state, desk, office in rows:
        now = office if state in SEEN_BY_OFFICE else desk if state in AT_THE_DESK else None
        places = had.get(case_id, set()) | ({now} if now else set())
        if places:
            yield search.NumberEntry(
                kind=CASE,
                subject_id=str(case_id),
                title=item,
                number=reference,
                audience=tuple(search.audience_of_organisation(one) for one in sorted(places)),
            )
