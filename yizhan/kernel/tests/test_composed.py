"""A list's statement is composed once for each shape, and gives what Django gives for every value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from django.db.models import F, Q
from django.db.models.functions import Upper

from yizhan.kernel.api import Composed, Part, Text
from yizhan.kernel.composed import ValueChanged
from yizhan.kernel.models import AuditLine, Timer

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 10, 1, 4, tzinfo=UTC)
KINDS = ("a", "b", "c")


@pytest.fixture
def timers():
    made = [
        Timer(kind=KINDS[at % 3], subject_kind="tests.bell", subject_id=f"{at:02}", due_at=NOON + timedelta(hours=at))
        for at in range(20)
    ]
    return Timer.objects.bulk_create(made)


def due(*, kinds, until, word="", part=None):
    found = Timer.objects.filter(kind__in=kinds, due_at__lte=until)
    if word:
        found = found.filter(subject_id=word)
    found = found.order_by("-due_at").values_list("id", "kind", "due_at")
    return found[part.first : part.last] if part else found


class TestSameAsDjango:
    @pytest.mark.parametrize("kinds", [("a",), ("a", "b"), ("c", "b", "a")])
    @pytest.mark.parametrize("hours", [-1, 0, 7, 30])
    @pytest.mark.parametrize("part", [None, Part(0, 3), Part(2, 5), Part(19, 40), Part(3, 3)])
    def test_for_every_value(self, timers, kinds, hours, part):
        composed, until = Composed(due), NOON + timedelta(hours=hours)
        for _ in range(2):
            assert composed.rows(kinds=kinds, until=until, part=part) == list(due(kinds=kinds, until=until, part=part))

    def test_texts_are_values(self, timers):
        composed = Composed(due)
        for word in ("03", "04", "%s", "LIMIT 1000000001 OFFSET 3", "'; --", "Mark 2"):
            found = composed.rows(kinds=KINDS, until=NOON + timedelta(days=9), word=Text(word))
            assert [one[0] for one in found] == [one.id for one in timers if one.subject_id == word]

    def test_columns_are_converted(self, timers):
        line = AuditLine.objects.create(
            at=NOON, actor="system:tests", channel="system", action="tests.ring", subject_kind="a", subject_id="b",
            facts={"times": [1, 2]}, content_hash=b"0" * 32,
        )  # fmt: skip
        composed = Composed(lambda at: AuditLine.objects.filter(at=at).values_list("id", "facts"))
        assert composed.rows(at=NOON) == [(line.id, {"times": [1, 2]})]

    def test_what_is_empty_for_any_value_asks_nobody(self, timers, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert Composed(due).rows(kinds=(), until=NOON) == []


class Span(NamedTuple):
    since: datetime
    until: datetime


def test_a_statement_is_composed_once_for_a_shape(timers, django_assert_num_queries):
    composed_for = []

    def spanned(span):
        composed_for.append(span)
        return Timer.objects.filter(due_at__gte=span.since, due_at__lt=span.until).values_list("id")

    composed = Composed(spanned)
    for hours in range(1, 6):
        with django_assert_num_queries(1):
            assert len(composed.rows(span=Span(NOON, NOON + timedelta(hours=hours)))) == hours
    assert len(composed_for) == 2  # with two sets of marks


def test_equal_values_are_a_shape_of_their_own(timers):
    composed = Composed(
        lambda ids: Timer.objects.filter(subject_id__in=tuple(dict.fromkeys(ids))).values_list("subject_id")
    )
    assert sorted(composed.rows(ids=(Text("03"), Text("04")))) == [("03",), ("04",)]
    assert composed.rows(ids=(Text("03"), Text("03"))) == [("03",)]
    assert composed.rows(ids=(Text("05"), Text("06"))) == [("05",), ("06",)]


def test_around_it_stands_what_is_wanted_of_the_rows(timers):
    composed = Composed(
        lambda until, part: Timer.objects.filter(due_at__lt=until).values_list("kind")[part.first : part.last],
        around="SELECT kind, count(*) FROM ({}) AS those GROUP BY kind ORDER BY kind",
    )
    assert composed.rows(until=NOON + timedelta(hours=5), part=Part(0, 10)) == [("a", 2), ("b", 2), ("c", 1)]


@pytest.mark.parametrize("change", [
    lambda word: Q(subject_id__contains=word),
    lambda word: Q(subject_id=word.upper()),
    lambda word: Q(subject_id=f"0{word}"),
    lambda word: Q(subject_id__in=[word, word + "1"]),
])  # fmt: skip
def test_a_text_that_is_changed_on_its_way_is_refused(change):
    with pytest.raises(ValueChanged):
        Composed(lambda word: Timer.objects.filter(change(word)).values_list("id")).rows(word=Text("3"))


@pytest.mark.parametrize(("value", "change"), [
    (NOON, lambda moment: Q(due_at=moment + timedelta(hours=1))),
    (NOON, lambda moment: Q(due_at__date=moment.date())),
    (date(2026, 10, 1), lambda day: Q(due_at__year=day.year)),
    (UUID(int=7), lambda one: Q(subject_id=one.hex)),
    (UUID(int=7), lambda one: Q(subject_id=str(one))),
    (Part(3, 9), lambda part: Q(id__lt=part.last)),
])  # fmt: skip
def test_a_value_that_is_counted_on_is_refused(value, change):
    with pytest.raises(ValueChanged):
        Composed(lambda value: Timer.objects.filter(change(value)).values_list("id")).rows(value=value)


def test_a_condition_on_a_value_is_refused():
    composed = Composed(lambda at: Timer.objects.filter(**{"due_at": at} if at.year > 1720 else {}).values_list("id"))
    with pytest.raises(ValueChanged):
        composed.rows(at=NOON)


def test_expressions_keep_their_own_constants(timers):
    def loud(until):
        found = Timer.objects.annotate(loud=Upper(F("kind"))).filter(loud="A", due_at__lte=until)
        return found.order_by("id").values_list("loud", "subject_id")

    assert Composed(loud).rows(until=NOON + timedelta(hours=4)) == [("A", "00"), ("A", "03")]
    assert Composed(loud).rows(until=NOON) == [("A", "00")]


def test_values_of_nobody_find_nothing(timers):
    composed = Composed(lambda one: Timer.objects.filter(subject_id__in=[Text("x").value]).values_list("id"))
    assert composed.rows(one=uuid4()) == []
