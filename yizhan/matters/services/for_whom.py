"""Whom an application is most likely for, by what the register says of those it may be for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, times
from yizhan.matters.queries.drafts import FilingOptions
from yizhan.people import api as people


@dataclass(frozen=True, kw_only=True)
class Likely:
    """`one`: the only person on the list who can be entitled; None where several can, or nobody."""

    one: UUID | None
    sexes: Mapping[UUID, people.Sex]
    """Of the persons on the list, where it is known."""


NOBODY_LIKELY = Likely(one=None, sexes={})


def likely_applicant(*, actor: Actor, options: FilingOptions, at: datetime) -> Likely:
    """A logged look at each person on the list. Whose case is under way already is not filed for again."""
    purpose = people.Purpose.ELIGIBILITY
    cards = {
        one.resident_id: people.person_card(actor=actor, resident_id=one.resident_id, purpose=purpose, at=at)
        for one in options.choices
    }
    entitled = [
        one.resident_id
        for one in options.choices
        if not one.open_case_id and _can_be_entitled(options, cards[one.resident_id], at)
    ]
    return Likely(
        one=entitled[0] if len(entitled) == 1 else None,
        sexes={key: card.sex for key, card in cards.items() if card.sex},
    )


def _can_be_entitled(options: FilingOptions, card: people.PersonCard, at: datetime) -> bool:
    """By age and household register no clause is known to fail; what is not known may well be met."""
    known = {"born_on": card.born_on, "hukou_division": card.hukou_division}
    attributes = {
        name: people.Attribute(name=name, value=value, source="people:register", seen_at=at, level=card.level)
        for name, value in known.items()
        if value
    }
    found = catalogue.assess(options.version.item_version_id, attributes, times.local_day(at))
    return all(one.verdict is not catalogue.Verdict.NOT_MET for one in found.clauses)
