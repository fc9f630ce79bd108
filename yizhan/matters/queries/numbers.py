"""Case numbers as the search finds them: at the desk where the case lies, then in every office that has had it."""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from yizhan.kernel.api import prepared_cursor
from yizhan.matters.models import CASE, Case
from yizhan.matters.rules.states import AT_THE_DESK, SEEN_BY_OFFICE, State
from yizhan.search import api as search

PORTION = 1000
# Asked with every step of every case: written out, because composing it anew takes longer than the answer.
_CASES = """
SELECT c.id, c.reference, c.item_name, c.state, c.intake_organisation_id, c.responsible_organisation_id,
       ARRAY(SELECT DISTINCT t.organisation_id FROM matters_officeturn t WHERE t.case_id = c.id)
FROM matters_case c WHERE c.id = ANY(%s) AND c.state <> %s
"""


def all_case_numbers() -> Iterator[search.NumberEntry]:
    """Every case that has left its applicant's hands."""
    ids = Case.objects.exclude(state=State.DRAFT).values_list("pk", flat=True).iterator(chunk_size=PORTION)
    while portion := list(islice(ids, PORTION)):
        yield from case_numbers(*portion)


def case_numbers(*case_ids: UUID) -> Iterator[search.NumberEntry]:
    with prepared_cursor() as cursor:
        cursor.execute(_CASES, [list(case_ids), State.DRAFT])
        rows = cursor.fetchall()
    for case_id, reference, item, state, desk, office, had in rows:
        now = office if state in SEEN_BY_OFFICE else desk if state in AT_THE_DESK else None
        places = {*had, now} - {None}
        if places:
            yield search.NumberEntry(
                kind=CASE,
                subject_id=str(case_id),
                title=item,
                number=reference,
                audience=tuple(search.audience_of_organisation(one) for one in sorted(places)),
            )
