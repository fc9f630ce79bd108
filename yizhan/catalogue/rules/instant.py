"""May an instant item be decided by its rules alone? Where every clause stands on the sources that the item names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from yizhan.catalogue.rules.assessment import Assessment, ClauseResult, Verdict, comes_from
from yizhan.catalogue.rules.definition import Instant, ItemDefinition


class Why(StrEnum):
    """Why the rules do not decide."""

    NOT_AUTOMATIC = "not_automatic"
    NOT_MET = "not_met"
    NOT_KNOWN = "not_known"
    SOURCE = "source"
    ANSWER = "answer"


@dataclass(frozen=True, kw_only=True)
class Objection:
    """``clause_id`` empty: the item itself leaves it to an examiner. ``name``: the attribute or answer in question."""

    why: Why
    clause_id: str = ""
    name: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class AutomaticDecision:
    """``allowed``: the department's rules grant it; else an examiner on duty looks, for these reasons."""

    allowed: bool
    objections: tuple[Objection, ...]
    sampling_percent: int
    examiner_minutes: int
    duty: tuple[time, time] = (time.min, time.max)  # between which hours of working days the minutes run


def automatic_decision(item: ItemDefinition, assessment: Assessment) -> AutomaticDecision:
    instant = item.procedure.instant
    if instant is None or not instant.automatic:
        objections: tuple[Objection, ...] = (Objection(why=Why.NOT_AUTOMATIC),)
    else:
        objections = tuple(one for clause in assessment.clauses for one in objections_to(clause, instant))
        if not objections and assessment.verdict is not Verdict.MET:  # nothing was asked, so nothing is met
            objections = (Objection(why=Why.NOT_KNOWN),)
    return AutomaticDecision(
        allowed=not objections,
        objections=objections,
        sampling_percent=instant.sampling_percent if instant else 0,
        examiner_minutes=instant.examiner_minutes if instant else 0,
        duty=hours_of(instant) if instant else (time.min, time.max),
    )


def hours_of(instant: Instant) -> tuple[time, time]:
    return time.fromisoformat(instant.duty_from), time.fromisoformat(instant.duty_until)


def objections_to(clause: ClauseResult, instant: Instant) -> list[Objection]:
    """A refusal is never automatic: what is not met goes to a person too."""
    if clause.verdict is not Verdict.MET:
        why = Why.NOT_MET if clause.verdict is Verdict.NOT_MET else Why.NOT_KNOWN
        return [Objection(why=why, clause_id=clause.clause_id)]
    accepted = instant.sources.get(clause.clause_id, ())
    found = [Objection(why=Why.ANSWER, clause_id=clause.clause_id, name=name) for name in clause.answers_used]
    for one in clause.used:
        if not comes_from(one.source, accepted):
            found.append(Objection(why=Why.SOURCE, clause_id=clause.clause_id, name=one.name, source=one.source))
    return found
