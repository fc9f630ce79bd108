"""Of which grade a circle is, by conditions that the data file states; each condition says what it asks and what is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One condition: `at_least` kinds of a list (or every one, together) within reach of a share of the residents."""

    list_code: str
    profile: str
    share: Fraction
    at_least: int | None  # None: all of the list at once, home by home

    @property
    def is_joint(self) -> bool:
        return self.at_least is None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A condition with what was found: a share of residents, or a number of kinds; None where nobody lives."""

    asked: Asked
    found: Fraction | int | None

    @property
    def holds(self) -> bool:
        if self.found is None:
            return False
        return self.found >= (self.asked.share if self.asked.at_least is None else self.asked.at_least)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A grade with its conditions as they stand."""

    code: str
    title: str
    title_en: str
    source: str
    answers: tuple[Answer, ...]

    @property
    def holds(self) -> bool:
        return all(answer.holds for answer in self.answers)


@dataclass(frozen=True, kw_only=True)
class Grading:
    """All grades from the lowest up. A higher one counts only where those below it hold."""

    steps: tuple[Step, ...]

    @property
    def grade(self) -> Step | None:
        reached = None
        for step in self.steps:
            if not step.holds:
                break
            reached = step
        return reached

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if not step.holds), None)


def conditions_of(grade: Mapping[str, Any]) -> tuple[Asked, ...]:
    """Raises ValueError for a condition that cannot be read."""
    return tuple(_asked(one) for one in grade["conditions"])


def _asked(one: Mapping[str, Any]) -> Asked:
    if ("every_of" in one) == ("kinds_of" in one):
        raise ValueError(f"a condition asks for every_of or kinds_of: {one}")
    return Asked(
        list_code=one.get("every_of") or one["kinds_of"],
        profile=one["profile"],
        share=Fraction(one["share"], 100),
        at_least=one["at_least"] if "kinds_of" in one else None,
    )


def grading(
    grades: Sequence[Mapping[str, Any]],
    *,
    joint: Mapping[tuple[str, str], Fraction | None],
    single: Mapping[tuple[str, str], Mapping[str, Fraction | None]],
) -> Grading:
    """`joint` is the share that reaches all of (list, profile), `single` by category the share that reaches it."""
    return Grading(
        steps=tuple(
            Step(
                code=grade["code"],
                title=grade["title"],
                title_en=grade["title_en"],
                source=grade["source"],
                answers=tuple(_answer(asked, joint, single) for asked in conditions_of(grade)),
            )
            for grade in grades
        )
    )


def _answer(
    asked: Asked,
    joint: Mapping[tuple[str, str], Fraction | None],
    single: Mapping[tuple[str, str], Mapping[str, Fraction | None]],
) -> Answer:
    key = asked.list_code, asked.profile
    if asked.is_joint:
        return Answer(asked=asked, found=joint[key])
    shares = single[key].values()
    if any(share is None for share in shares):
        return Answer(asked=asked, found=None)
    return Answer(asked=asked, found=sum(share is not None and share >= asked.share for share in shares))
