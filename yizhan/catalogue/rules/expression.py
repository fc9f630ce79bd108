"""The small language in which an item says who is entitled, and when a material or a field applies.

    age(on) >= p.old_age_from and hukou_in("4501") and not receives("old_age_allowance")

Names: ``on`` the day of asking; a bare name is a verified attribute; ``p.x`` a dated parameter; ``a.x`` an answer in
the form; ``c.x`` a circumstance of the filing. Values: truth, number, text, date (``2026-03-01``), and lists of one
kind: a set of the city (``category in p.categories``), or one value for each member of a household
(``sum(household.incomes) / count(household.incomes)``). Logic is Kleene's: what no source answers is not known, and
stays not known unless the rest decides without it; a member of whom something is not known counts as such.

The text is read by the tokenizer and parser below and never reaches Python's own ``eval``. Length, depth and the size
of numbers are bounded; everything that can go wrong is an ``ExpressionError`` that names the position.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NoReturn

from yizhan.catalogue.rules.words import SILENT, Words

MAX_LENGTH = 600
MAX_DEPTH = 24
MAX_DIGITS = 12

Member = bool | int | Decimal | str | date
Value = bool | int | Decimal | str | date | tuple[Member | None, ...]


class Kind(StrEnum):
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    BOOLEANS = "booleans"
    NUMBERS = "numbers"
    TEXTS = "texts"
    DATES = "dates"

    @property
    def of_members(self) -> "Kind | None":
        """What the members of a list are; None for what is no list."""
        return MEMBERS.get(self)


MEMBERS = {
    Kind.BOOLEANS: Kind.BOOLEAN,
    Kind.NUMBERS: Kind.NUMBER,
    Kind.TEXTS: Kind.TEXT,
    Kind.DATES: Kind.DATE,
}
LISTS = frozenset(MEMBERS)
KIND_NAMES = {
    Kind.BOOLEAN: Words("是或否", "yes or no"),
    Kind.NUMBER: Words("数", "a number"),
    Kind.TEXT: Words("文字", "text"),
    Kind.DATE: Words("日期", "a date"),
    Kind.BOOLEANS: Words("一列是或否", "a list of yes or no"),
    Kind.NUMBERS: Words("一列数", "a list of numbers"),
    Kind.TEXTS: Words("一列文字", "a list of texts"),
    Kind.DATES: Words("一列日期", "a list of dates"),
}


class ExpressionError(ValueError):
    """A condition that cannot be read. ``position`` counts characters from 1."""

    def __init__(self, message: Words, position: int) -> None:
        self.words = Words(f"第 {position} 个字处：", f"at character {position}: ") + message
        super().__init__(self.words.zh)
        self.message = message
        self.position = position


# ── the tree ──


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """``on``, ``alive``, ``p.old_age_from``, ``a.filed_by``."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: "tuple[Node, ...]"
    position: int


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Logic:
    """All of (``and``) or one of (``or``) the parts."""

    operator: str
    parts: "tuple[Node, ...]"
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Membership:
    item: "Node"
    options: "tuple[Node, ...]"
    position: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: "Node"
    right: "Node"
    position: int


Node = Literal | Name | Call | Not | Logic | Comparison | Membership | Arithmetic


# ── functions: a closed list ──


def full_years(born: date, on: date) -> int:
    """Completed years of life (周岁); whoever is born on 29 February is a year older on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def full_months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def same_area(first: str, second: str, digits: int | Decimal) -> bool:
    """Whether two division codes name places in one area: as far as ``digits`` goes (6: one district)."""
    return first[: int(digits)] == second[: int(digits)] and int(digits) > 0


def plus_months(start: date, months: int) -> date | None:
    """The day on which ``full_months`` reaches ``months``: the 1st of the next month where the day does not exist."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return plus_months(start.replace(day=1), months + 1)


def plus_days(start: date, days: int) -> date | None:
    ordinal = start.toordinal() + days
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None


def _later(plus: Callable[[date, int], date | None]) -> Callable[[date, "int | Decimal"], date | None]:
    """A whole number of days or months on; of a broken number there is no such day."""

    def later(start: date, number: "int | Decimal") -> date | None:
        return plus(start, int(number)) if number == int(number) else None

    return later


# ── lists: of a household's members, or sets of the city; None stands for a member of whom it is not known ──


def _whole(apply: Callable[..., Value | None], *, of_nobody: Value | None = None) -> Callable[..., Value | None]:
    """A figure of all members: not known as long as one of them is not."""

    def of_all(members: tuple[Any, ...], *rest: Any) -> Value | None:
        if not members:
            return of_nobody
        return None if None in members else apply(members, *rest)

    return of_all


def total(members: tuple[Any, ...]) -> Decimal:
    return sum((Decimal(one) for one in members), Decimal())


def one_of(members: tuple[bool | None, ...]) -> bool | None:
    return True if True in members else None if None in members else False


def all_of(members: tuple[bool | None, ...]) -> bool | None:
    return False if False in members else None if None in members else True


def overlapping(first: tuple[Any, ...], second: tuple[Any, ...]) -> bool | None:
    """Whether something known is in both."""
    if (set(first) & set(second)) - {None}:
        return True
    return None if (None in first and second) or (None in second and first) else False


@dataclass(frozen=True, slots=True)
class Function:
    """A function of its arguments and, where ``attribute`` says so, of one verified attribute."""

    arguments: tuple[Kind | frozenset[Kind], ...]
    result: Kind
    apply: Callable[..., Value | None]
    attribute: str = ""  # "{0}" stands for the first argument, which must then be written out in the text
    attribute_kind: Kind = Kind.BOOLEAN


FUNCTIONS: Mapping[str, Function] = {
    "age": Function((Kind.DATE,), Kind.NUMBER, full_years, "born_on", Kind.DATE),
    "hukou_in": Function((Kind.TEXT,), Kind.BOOLEAN, str.startswith, "hukou_division", Kind.TEXT),
    "lives_in": Function((Kind.TEXT,), Kind.BOOLEAN, str.startswith, "residence_division", Kind.TEXT),
    "receives": Function((Kind.TEXT,), Kind.BOOLEAN, lambda received, _code: received, "receives.{0}"),
    "holds": Function((Kind.TEXT,), Kind.BOOLEAN, lambda held, _code: held, "holds.{0}"),
    "same_area": Function((Kind.TEXT, Kind.TEXT, Kind.NUMBER), Kind.BOOLEAN, same_area),
    "months_between": Function((Kind.DATE, Kind.DATE), Kind.NUMBER, full_months),
    "days_between": Function((Kind.DATE, Kind.DATE), Kind.NUMBER, lambda start, end: (end - start).days),
    "years_between": Function((Kind.DATE, Kind.DATE), Kind.NUMBER, full_years),
    "plus_days": Function((Kind.DATE, Kind.NUMBER), Kind.DATE, _later(plus_days)),
    "plus_months": Function((Kind.DATE, Kind.NUMBER), Kind.DATE, _later(plus_months)),
    "count": Function((LISTS,), Kind.NUMBER, len),
    "sum": Function((Kind.NUMBERS,), Kind.NUMBER, _whole(total, of_nobody=Decimal())),
    "smallest": Function((Kind.NUMBERS,), Kind.NUMBER, _whole(min)),
    "largest": Function((Kind.NUMBERS,), Kind.NUMBER, _whole(max)),
    "youngest": Function((Kind.DATES, Kind.DATE), Kind.NUMBER, _whole(lambda born, on: full_years(max(born), on))),
    "oldest": Function((Kind.DATES, Kind.DATE), Kind.NUMBER, _whole(lambda born, on: full_years(min(born), on))),
    "any": Function((Kind.BOOLEANS,), Kind.BOOLEAN, one_of),
    "all": Function((Kind.BOOLEANS,), Kind.BOOLEAN, all_of),
    "overlaps": Function((Kind.TEXTS, Kind.TEXTS), Kind.BOOLEAN, overlapping),
}


# ── reading the text ──


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    position: int


TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<text>"[^"\\\n]*")
      | (?P<name>[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)
      | (?P<operator><=|>=|==|!=|<|>|\(|\)|,|\+|-|\*|/)""",
    re.VERBOSE | re.ASCII,
)
WORDS = frozenset({"and", "or", "not", "in", "true", "false"})
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


def tokens_of(text: str) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            Words(f"条件太长，最多 {MAX_LENGTH} 个字", f"the condition is longer than {MAX_LENGTH} characters"),
            MAX_LENGTH + 1,
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            shown = ascii(text[at]).replace("'", "")
            raise ExpressionError(Words(f"看不懂“{shown}”", f"cannot read “{shown}”"), at + 1)
        kind = match.lastgroup or ""
        if kind == "name" and match.group() in WORDS:
            kind = "word"
        if kind != "space":
            found.append(Token(kind, match.group(), at + 1))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]


class Parser:
    """Recursive descent, one method for each level of binding, loosest first."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.at = 0
        self.depth = 0

    def parse(self) -> Node:
        node = self.alternatives()
        if self.here.kind != "end":
            self.refuse(Words(f"这里不该有“{self.here.text}”", f"“{self.here.text}” does not belong here"))
        return node

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def refuse(self, message: Words) -> NoReturn:
        raise ExpressionError(message, self.here.position)

    def take(self, *texts: str) -> Token | None:
        token = self.here
        if token.kind in {"operator", "word"} and token.text in texts:
            self.at += 1
            return token
        return None

    def expect(self, text: str) -> None:
        if not self.take(text):
            self.refuse(Words(f"这里少了“{text}”", f"“{text}” is missing here"))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(Words(f"套得太深，最多 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} deep"))

    def alternatives(self) -> Node:
        self.deeper()
        node = self.joined("or", self.conjunction)
        self.depth -= 1
        return node

    def conjunction(self) -> Node:
        return self.joined("and", self.negation)

    def joined(self, word: str, part: Callable[[], Node]) -> Node:
        position = self.here.position
        parts = [part()]
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Logic(word, tuple(parts), position)

    def negation(self) -> Node:
        token = self.take("not")
        if token is None:
            return self.comparison()
        self.deeper()
        node = Not(self.negation(), token.position)
        self.depth -= 1
        return node

    def comparison(self) -> Node:
        left = self.sum()
        token = self.take(*COMPARISONS, "in")
        if token is None:
            return left
        if token.text == "in":
            return Membership(left, self.options(), token.position)
        return Comparison(token.text, left, self.sum(), token.position)

    def options(self) -> tuple[Node, ...]:
        """What stands after ``in``: a list in brackets, or the name of one."""
        token = self.here
        if token.kind == "name":
            self.at += 1
            return (Name(token.text, token.position),)
        self.expect("(")
        return self.listed() or self.refuse(Words("括号里没有写可选的值", "nothing to choose from in the brackets"))

    def listed(self) -> tuple[Node, ...]:
        """The rest of a list whose bracket is open."""
        parts: list[Node] = []
        while not self.take(")"):
            if parts:
                self.expect(",")
            parts.append(self.alternatives())
        return tuple(parts)

    def sum(self) -> Node:
        return self.chained(("+", "-"), self.product)

    def product(self) -> Node:
        return self.chained(("*", "/"), self.atom)

    def chained(self, operators: tuple[str, ...], part: Callable[[], Node]) -> Node:
        node = part()
        while token := self.take(*operators):
            node = Arithmetic(token.text, node, part(), token.position)
            self.deeper()  # a long sum leans to the left: it is as deep as it is long
        return node

    def atom(self) -> Node:
        token = self.here
        if self.take("("):
            node = self.alternatives()
            self.expect(")")
            return node
        if self.take("true", "false"):
            return Literal(token.text == "true", token.position)
        if token.kind == "name":
            self.at += 1
            if self.take("("):
                return Call(token.text, self.listed(), token.position)
            return Name(token.text, token.position)
        return self.literal(token)

    def literal(self, token: Token) -> Literal:
        reader = LITERALS.get(token.kind)
        if reader is None:
            if token.kind == "end":
                self.refuse(Words("条件在这里没有写完", "the condition breaks off here"))
            self.refuse(Words(f"这里不该有“{token.text}”", f"“{token.text}” does not belong here"))
        self.at += 1
        return Literal(reader(token), token.position)


def number_of(token: Token) -> Decimal:
    if len(token.text.replace(".", "")) > MAX_DIGITS:
        raise ExpressionError(
            Words(f"数太长，最多 {MAX_DIGITS} 位", f"the number has more than {MAX_DIGITS} digits"), token.position
        )
    return Decimal(token.text)


def date_of(token: Token) -> date:
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        raise ExpressionError(
            Words(f"没有 {token.text} 这一天", f"there is no day {token.text}"), token.position
        ) from None


def text_of(token: Token) -> str:
    return token.text[1:-1]


LITERALS: Mapping[str, Callable[[Token], Value]] = {"number": number_of, "date": date_of, "text": text_of}


# ── checking names and kinds before anything is evaluated ──


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names an expression may use, with the kind of each. Names carry their prefix: ``p.line``, ``a.bank``."""

    names: Mapping[str, Kind] = field(default_factory=dict)

    def kind_of(self, name: str, position: int) -> Kind:
        kind = self.names.get(name)
        if kind is None:
            raise ExpressionError(
                Words(f"不认识“{name}”", f"“{name}” is not known") + did_you_mean(name, self.names), position
            )
        return kind


def did_you_mean(word: str, known: "Mapping[str, object] | frozenset[str]") -> Words:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return Words(f"，是不是“{close[0]}”？", f"; did you mean “{close[0]}”?") if close else SILENT


@dataclass(frozen=True, slots=True)
class Expression:
    """A text that has been read and checked."""

    text: str
    node: Node
    names: tuple[str, ...]  # what it looks at, in reading order, without ``on``
    kind: Kind


def read_expression(text: str, vocabulary: Vocabulary, *, kind: Kind = Kind.BOOLEAN) -> Expression:
    """Read and check ``text``; raises ExpressionError."""
    node = Parser(text).parse()
    found = kind_of_node(node, vocabulary)
    if found is not kind:
        raise ExpressionError(other_kind(kind, found), 1)
    names = tuple(dict.fromkeys(name for name in names_in(node) if name != "on"))
    return Expression(text, node, names, found)


def kind_of_node(node: Node, vocabulary: Vocabulary) -> Kind:
    match node:
        case Literal(value):
            return kind_of_value(value)
        case Name("on"):
            return Kind.DATE
        case Name(name, position):
            return vocabulary.kind_of(name, position)
        case Call():
            return kind_of_call(node, vocabulary)
        case Not(operand):
            return wanted(Kind.BOOLEAN, operand, vocabulary)
        case Logic(_, parts):
            for part in parts:
                wanted(Kind.BOOLEAN, part, vocabulary)
            return Kind.BOOLEAN
        case Arithmetic():
            return kind_of_arithmetic(node, vocabulary)
        case _:
            return kind_of_comparison(node, vocabulary)


def wanted(kind: Kind | frozenset[Kind], node: Node, vocabulary: Vocabulary) -> Kind:
    found = kind_of_node(node, vocabulary)
    if found is not kind and not (isinstance(kind, frozenset) and found in kind):
        raise ExpressionError(other_kind(kind, found), node.position)
    return found


def other_kind(kind: Kind | frozenset[Kind], found: Kind) -> Words:
    wants = Words("一列值", "a list") if isinstance(kind, frozenset) else KIND_NAMES[kind]
    has = KIND_NAMES[found]
    return Words(f"这里要的是{wants.zh}，写的是{has.zh}", f"{wants.en} is wanted here, not {has.en}")


def kind_of_call(node: Call, vocabulary: Vocabulary) -> Kind:
    function = FUNCTIONS.get(node.function)
    if function is None:
        unknown = Words(f"没有“{node.function}”这个算法", f"there is no function “{node.function}”")
        raise ExpressionError(unknown + did_you_mean(node.function, FUNCTIONS), node.position)
    if len(node.arguments) != len(function.arguments):
        takes, has = len(function.arguments), len(node.arguments)
        raise ExpressionError(
            Words(
                f"“{node.function}”要 {takes} 个值，写了 {has} 个", f"“{node.function}” takes {takes} values, not {has}"
            ),
            node.position,
        )
    for argument, kind in zip(node.arguments, function.arguments, strict=True):
        wanted(kind, argument, vocabulary)
    if function.attribute:
        name = attribute_of(node, function)
        if vocabulary.kind_of(name, node.position) is not function.attribute_kind:
            wants = KIND_NAMES[function.attribute_kind]
            raise ExpressionError(Words(f"“{name}”应当是{wants.zh}", f"“{name}” should be {wants.en}"), node.position)
    return function.result


def attribute_of(node: Call, function: Function) -> str:
    if "{0}" not in function.attribute:
        return function.attribute
    first = node.arguments[0]
    if not isinstance(first, Literal):
        raise ExpressionError(
            Words(f"“{node.function}”里要直接写出代码", f"“{node.function}” takes a code written out in quotes"),
            node.position,
        )
    return function.attribute.format(first.value)


def kind_of_comparison(node: Comparison | Membership, vocabulary: Vocabulary) -> Kind:
    first, others = (node.left, (node.right,)) if isinstance(node, Comparison) else (node.item, node.options)
    kind = kind_of_node(first, vocabulary)
    if kind in LISTS:
        raise ExpressionError(
            Words("一列值不能这样比，请用 count、sum、overlaps", "lists are not compared: use count, sum or overlaps"),
            node.position,
        )
    for other in others:
        if isinstance(node, Comparison) or kind_of_node(other, vocabulary).of_members is not kind:
            wanted(kind, other, vocabulary)
    if isinstance(node, Comparison) and kind is Kind.BOOLEAN and node.operator not in {"==", "!="}:
        raise ExpressionError(Words("是或否不能比大小", "yes and no have no order"), node.position)
    return Kind.BOOLEAN


def kind_of_arithmetic(node: Arithmetic, vocabulary: Vocabulary) -> Kind:
    wanted(Kind.NUMBER, node.left, vocabulary)
    return wanted(Kind.NUMBER, node.right, vocabulary)


def names_in(node: Node) -> Iterator[str]:
    match node:
        case Name(name):
            yield name
        case Call(called, arguments):
            function = FUNCTIONS[called]
            if function.attribute:
                yield attribute_of(node, function)
            for argument in arguments:
                yield from names_in(argument)
        case Not(operand):
            yield from names_in(operand)
        case Logic(_, parts):
            for part in parts:
                yield from names_in(part)
        case Comparison(_, left, right) | Arithmetic(_, left, right):
            yield from names_in(left)
            yield from names_in(right)
        case Membership(item, options):
            for part in (item, *options):
                yield from names_in(part)


# ── evaluating ──


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is known on a day. A name that is absent, or None, is not known."""

    on: date
    values: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``value`` None: not known, for want of ``missing``. A decided outcome misses nothing."""

    value: Value | None
    missing: frozenset[str] = frozenset()


def evaluate(expression: Expression, scope: Scope) -> Outcome:
    """The three-valued answer. Raises ExpressionError if a value is not of the kind its name promises."""
    outcome = value_of(expression.node, scope)
    return outcome if outcome.value is None else Outcome(outcome.value)


def value_of(node: Node, scope: Scope) -> Outcome:
    match node:
        case Literal(value):
            return Outcome(value)
        case Name(name):
            return looked_up(name, scope)
        case Not(operand):
            inner = value_of(operand, scope)
            return inner if inner.value is None else Outcome(not truth(inner.value, node.position))
        case Logic():
            return value_of_logic(node, scope)
        case Call():
            return value_of_call(node, scope)
        case Comparison():
            return combined(node, (node.left, node.right), scope, lambda a, b: compared(node, a, b))
        case Arithmetic():
            outcome = combined(node, (node.left, node.right), scope, lambda a, b: calculated(node, a, b))
            return outcome if outcome.value is not None or outcome.missing else for_want_of(node)
        case Membership():
            return value_of_membership(node, scope)


def value_of_membership(node: Membership, scope: Scope) -> Outcome:
    """Equal to one of the options, or to a member of an option that is a list."""
    item, options = value_of(node.item, scope), [value_of(option, scope) for option in node.options]
    missing = item.missing.union(*(option.missing for option in options))
    if item.value is None:
        return Outcome(None, missing)
    offered: list[Value | None] = []
    for option in options:
        offered.extend(option.value if isinstance(option.value, tuple) else (option.value,))
    if any(
        one is not None and compared(Comparison("==", node.item, node.item, node.position), item.value, one)
        for one in offered
    ):
        return Outcome(True)
    return Outcome(None, missing or frozenset(names_in(node))) if None in offered else Outcome(False)


def looked_up(name: str, scope: Scope) -> Outcome:
    if name == "on":
        return Outcome(scope.on)
    value = scope.values.get(name)
    return Outcome(value) if value is not None else Outcome(None, frozenset({name}))


def truth(value: Value, position: int) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(Words("这里要的是是或否", "yes or no is wanted here"), position)
    return value


def value_of_logic(node: Logic, scope: Scope) -> Outcome:
    decisive = node.operator == "or"  # one true decides an "or", one false an "and"
    outcomes = [value_of(part, scope) for part in node.parts]
    truths = [
        None if o.value is None else truth(o.value, p.position) for o, p in zip(outcomes, node.parts, strict=True)
    ]
    if decisive in truths:
        return Outcome(decisive)
    if None in truths:
        return Outcome(None, frozenset[str]().union(*(outcome.missing for outcome in outcomes)))
    return Outcome(not decisive)


def value_of_call(node: Call, scope: Scope) -> Outcome:
    function = FUNCTIONS[node.function]
    subject = (Name(attribute_of(node, function), node.position),) if function.attribute else ()
    outcome = combined(node, (*subject, *node.arguments), scope, function.apply)
    if outcome.value is None and not outcome.missing:  # a member of whom it is not known
        return for_want_of(node)
    return outcome


def for_want_of(node: Node) -> Outcome:
    """Not known though every name has a value: one of those values is to blame."""
    return Outcome(None, frozenset(name for name in names_in(node) if name != "on"))


def combined(node: Node, parts: tuple[Node, ...], scope: Scope, apply: Callable[..., Value | None]) -> Outcome:
    outcomes = [value_of(part, scope) for part in parts]
    missing = frozenset[str]().union(*(outcome.missing for outcome in outcomes))
    if any(outcome.value is None for outcome in outcomes):
        return Outcome(None, missing)
    try:
        return Outcome(apply(*(outcome.value for outcome in outcomes)))
    except (TypeError, AttributeError, ArithmeticError) as fault:
        raise ExpressionError(
            Words("这些值不能这样算", "these values cannot be reckoned like that"), node.position
        ) from fault


ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compared(node: Comparison, left: Value, right: Value) -> bool:
    if kind_of_value(left) is not kind_of_value(right):
        raise ExpressionError(Words("两边不是同一种值，不能比", "the two sides are not of one kind"), node.position)
    return ORDER[node.operator](left, right)


def kind_of_value(value: object) -> Kind:
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, (int, Decimal)):
        return Kind.NUMBER
    if isinstance(value, tuple):
        known = next((one for one in value if one is not None), "")
        return next(kind for kind, member in MEMBERS.items() if member is kind_of_value(known))
    return Kind.DATE if isinstance(value, date) else Kind.TEXT


def calculated(node: Arithmetic, left: Value, right: Value) -> Value | None:
    if kind_of_value(left) is not Kind.NUMBER or kind_of_value(right) is not Kind.NUMBER:
        raise ExpressionError(
            Words("只有数能加减乘除", "only numbers are added, subtracted, multiplied and divided"), node.position
        )
    first, second = Decimal(left), Decimal(right)  # type: ignore[arg-type]
    match node.operator:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
        case _:
            return first / second if second else None  # nothing per head of nobody: not known
