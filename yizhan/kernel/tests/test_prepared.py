"""Statements that a connection keeps prepared: planned once, in the same transaction, watched like all others."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yizhan.kernel.api import prepared_cursor

pytestmark = pytest.mark.django_db

COUNT = "SELECT count(*) FROM kernel_fact WHERE name = %s"


def _prepared(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [text])
        return int(cursor.fetchone()[0])


def test_a_statement_is_prepared_once_and_used_again() -> None:
    for _ in range(3):
        with prepared_cursor() as cursor:
            cursor.execute(COUNT, ["matters.CaseAccepted"])
            assert cursor.fetchone() == (0,)
    assert _prepared(COUNT.replace("%s", "$1")) == 1


def test_the_plain_cursor_beside_it_prepares_nothing() -> None:
    with prepared_cursor() as cursor:
        cursor.execute(COUNT, ["a"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_delivery WHERE handler = %s", ["a"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%kernel_delivery%"])
        assert cursor.fetchone() == (0,)


def test_its_statements_are_counted_and_its_errors_are_those_of_the_orm() -> None:
    twice = 'INSERT INTO kernel_rate (key, "window", calls) VALUES (%s, %s, %s)'
    with CaptureQueriesContext(connection) as counted, prepared_cursor() as cursor:
        cursor.execute(twice, ["k", 1, 1])
    assert [one["sql"] for one in counted.captured_queries] == [twice]
    with pytest.raises(IntegrityError), transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute(twice, ["k", 1, 1])


def test_what_it_writes_goes_with_its_transaction() -> None:
    with transaction.atomic():
        with prepared_cursor() as cursor:
            cursor.execute('INSERT INTO kernel_rate (key, "window", calls) VALUES (%s, %s, %s)', ["gone", 1, 1])
        transaction.set_rollback(True)
    with prepared_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_rate WHERE key = %s", ["gone"])
        assert cursor.fetchone() == (0,)


def test_values_are_never_part_of_the_text() -> None:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT %s::text", ["'; DROP TABLE kernel_fact; --"])
        assert cursor.fetchone() == ("'; DROP TABLE kernel_fact; --",)
