"""Every fact is frozen, plain and impersonal, comes back from the database as it went in, and has one publisher."""

import dataclasses
import datetime
import typing
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest

from tests.architecture.houses import HOUSE, assert_none, build
from tools.walls import facts
from yizhan.kernel.api import Fact, outbox

for file in sorted((HOUSE / "facts").glob("[a-z]*.py")):
    import_module(f"yizhan.facts.{file.stem}")

KINDS = [
    kind
    for name, kind in sorted(outbox.fact_types().items())
    if kind.__module__.startswith("yizhan.facts.") and not kind.__name__.startswith("_")
]


def test_there_are_facts() -> None:
    assert len(KINDS) > 5


def test_facts_are_frozen_plain_and_impersonal() -> None:
    assert_none(facts.misshapen(KINDS))


def test_a_module_publishes_its_own_facts_alone() -> None:
    assert_none(facts.foreign_publications(HOUSE))


def sample(hint: object) -> object:
    """A value of a fact's field."""
    arguments = [a for a in typing.get_args(hint) if a is not type(None)]
    if typing.get_origin(hint) is tuple:
        return (sample(arguments[0]),)
    if arguments:
        return sample(arguments[0])
    noon = datetime.datetime(2026, 2, 13, 12, tzinfo=datetime.UTC)
    values = {datetime.datetime: noon, datetime.date: noon.date(), UUID: UUID(int=7), int: 3, bool: True}
    return values.get(hint, "字")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_fact_comes_back_as_it_went_in(kind: type[Fact]) -> None:
    from yizhan.kernel.testing import facts_published

    hints = typing.get_type_hints(kind)
    values = {f.name: sample(hints[f.name]) for f in dataclasses.fields(kind)}
    fact = kind(**values | {"community": "450103001005", "done_at": "", "channel": "desk"})
    outbox.publish(fact)
    record = facts_published(kind.fact_name())[-1]
    assert outbox._decode(record.name, record.payload) == fact


# ── the checks find what they are there to find ──


def of_care(kind: type) -> type:
    kind.__module__ = "yizhan.facts.care"
    return kind


@of_care
@dataclasses.dataclass(frozen=True, kw_only=True)
class Good:
    subject_kind: typing.ClassVar[str] = "care.alarm"
    subject_field: typing.ClassVar[str] = "alarm_id"
    alarm_id: UUID
    rooms: tuple[str, ...] = ()


FAULTS = {
    "personal": dataclasses.make_dataclass("Bad", [("phone", str)], bases=(Good,), frozen=True, kw_only=True),
    "not plain": dataclasses.make_dataclass("Bad", [("extra", dict)], bases=(Good,), frozen=True, kw_only=True),
    "of nobody": type("Bad", (Good,), {"subject_kind": "people.resident"}),
    "without subject": type("Bad", (Good,), {"subject_field": "no_such"}),
}


def test_a_good_fact_is_taken() -> None:
    assert facts.misshapen([Good]) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_fact_is_found(fault: str) -> None:
    assert len(facts.misshapen([of_care(FAULTS[fault])])) == 1


def test_positional_and_changeable_facts_are_found() -> None:
    @of_care
    @dataclasses.dataclass
    class Loose:
        subject_kind: typing.ClassVar[str] = "care.alarm"
        subject_field: typing.ClassVar[str] = "alarm_id"
        alarm_id: UUID

    assert len(facts.misshapen([Loose])) == 2


def test_publishing_for_somebody_else_is_found(tmp_path: Path) -> None:
    text = "from yizhan.facts.people import LevelRaised\npublish(LevelRaised(level=1))\n"
    house = build(tmp_path / "yizhan", {"matters/services.py": text, "people/services.py": text})
    assert facts.foreign_publications(house) == ["matters/services.py:2: LevelRaised is another module's fact"]
