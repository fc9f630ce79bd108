"""The database answers from its indexes: words from the GIN index, numbers from the two B-trees."""

from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from yizhan.search import api as search
from yizhan.search.data import packaged_synonyms
from yizhan.search.queries.candidates import Circle, full_statement, numbers_statement, partly_statement
from yizhan.search.rules.asking import question
from yizhan.search.tests.things import NUMBERED, entry

DAY = date(2026, 11, 24)
CIRCLE = Circle(audiences=["public"], kinds=[], day=DAY)


def plan(statement: str, values: list) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.fixture
def many(committed_db, owner_url):
    """A city's worth of both, counted by the server as it does by itself in time."""
    search.put(
        entry(f"{word}办理事项第{number}种") for number in range(400) for word in ("户口", "津贴", "补领", "登记")
    )
    offices = [uuid4(), uuid4()]
    search.put(
        search.NumberEntry(
            kind=NUMBERED,
            subject_id=str(number),
            title="高龄津贴",
            number=f"450103MZ0520261124{number:07d}X",
            audience=[search.audience_of_organisation(offices[number % 2])],
        )
        for number in range(4000)
    )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE search_searchentry, search_searchnumber")
    return search.audience_of_organisation(offices[0])


def test_words_come_from_the_gin_index(many) -> None:
    for typed in ("法律援助", "身份证丢了", "jintei", "gljt", "old age allowance", "第399种"):
        asked = question(typed, packaged_synonyms(DAY))
        full, partly = plan(*full_statement(asked, CIRCLE)), plan(*partly_statement(asked, CIRCLE))
        assert "Bitmap Index Scan on search_entry_tokens" in full, f"{typed}\n{full}"
        assert "Seq Scan" not in full, f"{typed}\n{full}"
        assert "Bitmap Index Scan on search_entry_tokens" in partly, f"{typed}\n{partly}"


def test_numbers_come_from_the_two_b_trees(many) -> None:
    for typed in ("450103MZ05202611240000123X", "4501", "0123X"):
        told = plan(*numbers_statement(typed, [many, "staff", "public"], 100))
        assert "search_number_begin" in told, f"{typed}\n{told}"
        assert "search_number_end" in told, f"{typed}\n{told}"
        assert "Seq Scan on search_searchnumber" not in told, f"{typed}\n{told}"
