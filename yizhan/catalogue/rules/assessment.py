"""Is this person entitled, clause by clause, on this day? What stands on whose word, what is missing, and from when.

A clause looks only at attributes that are good enough: of the level the item asks for, and not the applicant's own word
unless the item takes it. Anything else counts as not known, and not known never passes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from yizhan.catalogue.rules.definition import (
    AttributeNeed,
    Band,
    Clause,
    DatedValue,
    ItemDefinition,
    Text,
    Trust,
    as_value,
)
from yizhan.catalogue.rules.expression import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    Kind,
    Literal,
    Logic,
    Membership,
    Node,
    Not,
    Scope,
    Value,
    Vocabulary,
    evaluate,
    full_years,
    plus_days,
    plus_months,
    read_expression,
)
from yizhan.catalogue.rules.reasons import Reason, reasons_of
from yizhan.catalogue.rules.words import Words

SELF_DECLARED = "self"
HORIZON_YEARS = 120


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_KNOWN = "not_known"

    @classmethod
    def of(cls, value: Value | None) -> "Verdict":
        return cls.NOT_KNOWN if value is None else cls.MET if value is True else cls.NOT_MET


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A fact about a person with where it comes from. ``value`` None: the source does not say."""

    name: str
    value: Value | None
    source: str  # "self" is the applicant's own word
    seen_at: datetime
    level: int


@dataclass(frozen=True, kw_only=True)
class MissingAttribute:
    """What a clause would need. ``too_weak``: something is there, but not on a good enough source."""

    name: str
    title: str
    supplier: str
    minimum_level: int
    too_weak: bool = False


@dataclass(frozen=True, kw_only=True)
class ClauseResult:
    clause_id: str
    verdict: Verdict
    statement: str
    sentence: str
    used: tuple[Attribute, ...]
    missing: tuple[MissingAttribute, ...]
    met_on: date | None = None  # the first later day on which this clause will be met, if a date decides it
    refusal: str = ""
    provisional: bool = False  # it stands on a parameter that the city has not confirmed
    answers_used: tuple[str, ...] = ()  # answers of the form, the applicant's own word: their ids
    reasons: tuple[Reason, ...] = ()  # its parts, each with the values it was answered by


@dataclass(frozen=True, kw_only=True)
class Amount:
    """``fen`` None: the city has not said. ``historical``: what was once paid, never what is paid."""

    band_id: str
    title: str
    fen: int | None
    trust: Trust
    applies: Verdict = Verdict.NOT_KNOWN
    historical: tuple[DatedValue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Assessment:
    on: date
    clauses: tuple[ClauseResult, ...]
    verdict: Verdict
    entitled_from: date | None = None  # where only dates stand in the way
    amounts: tuple[Amount, ...] = field(default=())

    def clause(self, clause_id: str) -> ClauseResult:
        return next(one for one in self.clauses if one.clause_id == clause_id)


def vocabulary_of(item: ItemDefinition) -> Vocabulary:
    return Vocabulary(
        names={
            **{name: need.kind for name, need in item.attributes.items()},
            **{f"p.{name}": parameter.kind for name, parameter in item.parameters.items()},
            **item.answer_kinds(),
            **{f"c.{one.from_context}": Kind.TEXT for one in item.form_fields() if one.from_context},
        }
    )


def assess(
    item: ItemDefinition,
    *,
    attributes: Mapping[str, Attribute],
    on: date,
    parameters: Mapping[str, Value] | None = None,
    answers: Mapping[str, Value | None] | None = None,
    who: str = "您",
    english: bool = False,
) -> Assessment:
    """Every clause and the whole. ``parameters`` overrides the item's own dated values by name.

    ``answers`` are the checked answers of the form, where a clause looks at one (``a.x``).
    """
    person = _Person(
        item=item,
        attributes=readable(item, attributes),
        on=on,
        overrides=parameters or {},
        answers=readable_answers(item, answers or {}),
        who=who,
        english=english,
        vocabulary=vocabulary_of(item),
    )
    clauses = tuple(person.result_of(clause) for clause in item.eligibility)
    return Assessment(
        on=on,
        clauses=clauses,
        verdict=joint_verdict(clauses),
        entitled_from=_entitled_from(clauses),
        amounts=tuple(person.amounts()),
    )


def readable(item: ItemDefinition, attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    """Values as the language sees them (a date may come as ISO text); one that cannot be read is not known."""
    return {
        name: replace(one, value=_readable(one.value, item.attributes.get(name))) for name, one in attributes.items()
    }


def _readable(value: Value | None, need: AttributeNeed | None) -> Value | None:
    try:
        return as_value(value, need.kind) if need else None
    except ValueError:
        return None


def readable_answers(item: ItemDefinition, answers: Mapping[str, Value | None]) -> dict[str, Value | None]:
    """Answers under the names that the language has for them; one that cannot be read is not known."""
    found: dict[str, Value | None] = {}
    for name, kind in item.answer_kinds().items():
        try:
            found[name] = as_value(answers.get(name.removeprefix("a.")), kind)
        except ValueError:
            found[name] = None
    return found


def joint_verdict(clauses: tuple[ClauseResult, ...]) -> Verdict:
    """All must be met; one not met decides; else what is not known keeps the whole not known."""
    verdicts = {clause.verdict for clause in clauses}
    for decisive in (Verdict.NOT_MET, Verdict.NOT_KNOWN):
        if decisive in verdicts:
            return decisive
    return Verdict.MET if clauses else Verdict.NOT_KNOWN


def _entitled_from(clauses: tuple[ClauseResult, ...]) -> date | None:
    dates = [clause.met_on for clause in clauses if clause.verdict is Verdict.NOT_MET]
    known = [day for day in dates if day is not None]
    if not known or len(known) < len(dates) or any(c.verdict is Verdict.NOT_KNOWN for c in clauses):
        return None
    return max(known)


@dataclass(frozen=True, kw_only=True)
class _Person:
    """One person before one item on one day."""

    item: ItemDefinition
    attributes: Mapping[str, Attribute]
    on: date
    overrides: Mapping[str, Value]
    answers: Mapping[str, Value | None]
    who: str
    english: bool
    vocabulary: Vocabulary

    def result_of(self, clause: Clause) -> ClauseResult:
        expression = read_expression(clause.expression, self.vocabulary)
        scope = self.scope(expression, clause.levels, self.on)
        outcome = evaluate(expression, scope)
        verdict = Verdict.of(outcome.value)
        met_on = self.first_day_met(expression, clause.levels) if verdict is Verdict.NOT_MET else None
        sentence = self.sentence(clause, verdict, met_on)
        return ClauseResult(
            clause_id=clause.id,
            verdict=verdict,
            statement=self.filled(clause.statement, met_on) or self.said(clause.statement),
            sentence=sentence,
            used=tuple(self.attributes[name] for name in expression.names if self.is_good(name, clause.levels)),
            missing=tuple(self.missing(name, clause.levels) for name in sorted(outcome.missing)),
            met_on=met_on,
            refusal=(self.filled(clause.refusal, met_on) or sentence) if verdict is Verdict.NOT_MET else "",
            provisional=any(self.is_provisional(name) for name in expression.names),
            answers_used=tuple(
                name.removeprefix("a.") for name in expression.names if self.answers.get(name) is not None
            ),
            reasons=reasons_of(
                expression.node, scope, titles=self.words_of, said=self.said_value, english=self.english
            ),
        )

    # ── what may be looked at ──

    def minimum_level(self, name: str, levels: Mapping[str, int]) -> int:
        return levels.get(name, self.item.attributes[name].minimum_level)

    def is_good(self, name: str, levels: Mapping[str, int]) -> bool:
        attribute, need = self.attributes.get(name), self.item.attributes.get(name)
        if attribute is None or need is None or attribute.value is None:
            return False
        if attribute.source == SELF_DECLARED:
            return need.self_declared
        if need.sources and not comes_from(attribute.source, need.sources):
            return False
        return attribute.level >= self.minimum_level(name, levels)

    def scope(self, expression: Expression, levels: Mapping[str, int], on: date) -> Scope:
        values: dict[str, Value | None] = {
            name: self.attributes[name].value for name in expression.names if self.is_good(name, levels)
        }
        values |= {name: self.answers[name] for name in expression.names if name in self.answers}
        values |= {name: self.parameter_value(name, on) for name in expression.names if name.startswith("p.")}
        return Scope(on=on, values=values)

    def parameter_value(self, name: str, on: date) -> Value | None:
        key = name.removeprefix("p.")
        if key in self.overrides:
            return self.overrides[key]
        parameter = self.item.parameters[key]
        dated = parameter.on(on)
        return as_value(dated.value, parameter.kind) if dated else None

    def is_provisional(self, name: str) -> bool:
        key = name.removeprefix("p.")
        if not name.startswith("p.") or key in self.overrides:
            return False
        dated = self.item.parameters[key].on(self.on)
        return dated is None or dated.trust is not Trust.CONFIRMED

    def missing(self, name: str, levels: Mapping[str, int]) -> MissingAttribute:
        need = self.item.attributes.get(name)
        if need is None:  # a parameter without a value on this day
            return MissingAttribute(name=name, title=self.title_of(name), supplier="", minimum_level=0)
        there = self.attributes.get(name)
        return MissingAttribute(
            name=name,
            title=self.said(need.title),
            supplier=self.said(need.supplier),
            minimum_level=self.minimum_level(name, levels),
            too_weak=there is not None and there.value is not None and not self.is_good(name, levels),
        )

    def title_of(self, name: str) -> str:
        words = self.words_of(name)
        return words.en if self.english else words.zh

    def words_of(self, name: str) -> Words:
        """What an attribute, a parameter or a field of the form is called."""
        text = Text(name)
        if name in self.item.attributes:
            text = self.item.attributes[name].title
        elif name.startswith("p."):
            text = self.item.parameters[name.removeprefix("p.")].title
        elif name.startswith("a."):
            text = next((one.label for one in self.item.form_fields() if f"a.{one.id}" == name), text)
        return Words(text.zh, text.en or text.zh)

    def said_value(self, value: Value) -> str:
        return said_value(value, english=self.english)

    # ── from when ──

    def first_day_met(self, expression: Expression, levels: Mapping[str, int]) -> date | None:
        """The first later day on which nothing but the date has changed and the clause is met."""
        today = self.scope(expression, levels, self.on)
        for day in sorted(self.turning_days(expression, today)):
            if evaluate(expression, self.scope(expression, levels, day)).value is True:
                return day
        return None

    def turning_days(self, expression: Expression, scope: Scope) -> set[date]:
        """The only days on which an answer can change: anniversaries, the dates named, and new parameter values."""
        named = {day for value in scope.values.values() for day in dates_in(value)}
        named |= {value for value in literals(expression.node) if isinstance(value, date)}
        days = {day for start in named for day in anniversaries(start, _steps_of(expression.node))}
        days |= {day + timedelta(days=1) for day in named if day < date.max}
        for name in expression.names:
            if name.startswith("p."):
                days |= {one.valid_from for one in self.item.parameters[name.removeprefix("p.")].values}
        return {day for day in days if day > self.on}

    # ── how it is said ──

    def said(self, text: Text) -> str:
        return (text.en or text.zh) if self.english else text.zh

    def sentence(self, clause: Clause, verdict: Verdict, met_on: date | None) -> str:
        texts = {
            Verdict.MET: clause.met,
            Verdict.NOT_MET: clause.not_yet if met_on and clause.not_yet else clause.not_met,
            Verdict.NOT_KNOWN: clause.not_known,
        }
        return (
            self.filled(texts[verdict], met_on) or self.filled(clause.statement, met_on) or self.said(clause.statement)
        )

    def filled(self, text: Text, met_on: date | None) -> str:
        """The text with its facts; empty if one of them is not known."""
        words = self.said(text)
        facts = {name: self.fact(name, met_on) for name in clause_names(words)}
        if any(fact is None for fact in facts.values()):
            return ""
        return NAME_IN_TEXT.sub(lambda match: str(facts[match.group(1)]), words)

    def fact(self, name: str, met_on: date | None) -> str | None:
        if name == "who":
            return self.who
        if name == "age":
            born = self.value_of("born_on")
            return str(full_years(born, self.on)) if isinstance(born, date) else None
        value = {"met_on": met_on, "on": self.on}.get(name) or self.value_of(name)
        return None if value is None else said_value(value, english=self.english)

    def value_of(self, name: str) -> Value | None:
        if name.startswith("p."):
            return self.parameter_value(name, self.on)
        return self.attributes[name].value if self.is_good(name, {}) else None

    # ── how much ──

    def amounts(self) -> Iterator[Amount]:
        for band in self.item.benefit.bands if self.item.benefit else ():
            yield self.amount(band)

    def amount(self, band: Band) -> Amount:
        parameter = self.item.parameters[band.parameter]
        dated = parameter.on(self.on)
        value = self.parameter_value(f"p.{band.parameter}", self.on)
        expression = read_expression(band.when, self.vocabulary)
        return Amount(
            band_id=band.id,
            title=self.said(band.title),
            fen=int(value) if isinstance(value, (int, Decimal)) else None,
            trust=dated.trust if dated else Trust.TO_BE_CONFIRMED,
            applies=Verdict.of(evaluate(expression, self.scope(expression, {}, self.on)).value),
            historical=tuple(one for one in parameter.values if one.trust is Trust.HISTORICAL),
        )


def dates_in(value: Value | None) -> Iterator[date]:
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, date):
            yield one


NAME_IN_TEXT = re.compile(r"\{([a-z_][a-z0-9_.]*)\}", re.ASCII)


def comes_from(source: str, accepted: tuple[str, ...]) -> bool:
    """``public_security`` is also ``public_security.register`` and ``public_security:…``, not ``public_security_x``."""
    return any(source == one or source.startswith((f"{one}.", f"{one}:")) for one in accepted)


def clause_names(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(NAME_IN_TEXT.findall(words)))


def said_value(value: Value, *, english: bool = False) -> str:
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else ("是" if value else "否")
    if isinstance(value, date):
        return said_date(value, english=english)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        words = [said_value(one, english=english) for one in value if one is not None]
        return (", " if english else "、").join(words)
    return str(value)


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def said_date(day: date, *, english: bool = False) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if english else f"{day.year}年{day.month}月{day.day}日"


def literals(node: Node) -> Iterator[Value]:
    for one in walk(node):
        if isinstance(one, Literal):
            yield one.value


def walk(node: Node) -> Iterator[Node]:
    yield node
    for part in _parts(node):
        yield from walk(part)


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Not(operand):
            return (operand,)
        case Logic(_, parts) | Call(_, parts):
            return parts
        case Comparison(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Membership(item, options):
            return (item, *options)
        case _:
            return ()


def _steps_of(node: Node) -> tuple[Callable[[date, int], date | None], int]:
    """How often an answer counted from a date can change: by day, by month, or by year."""
    called = {one.function for one in walk(node) if isinstance(one, Call)}
    if called & {"days_between", "plus_days"}:
        return plus_days, 5 * 366
    if called & {"months_between", "plus_months"}:
        return plus_months, HORIZON_YEARS * 12
    return _plus_years, HORIZON_YEARS


def anniversaries(start: date, steps: tuple[Callable[[date, int], date | None], int]) -> Iterator[date]:
    plus, count = steps
    for number in range(count + 1):
        day = plus(start, number)
        if day is not None:
            yield day


def _plus_years(start: date, years: int) -> date | None:
    return plus_months(start, years * 12)
