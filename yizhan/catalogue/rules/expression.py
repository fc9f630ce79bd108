"""The small language in which an item says who is entitled, and when a material or a field applies.

    age(on) >= p.old_age_from and hukou_in("4501") and not receives("old_age_allowance")

Names: ``on`` the day of asking; a bare name is a verified attribute; ``p.x`` a dated parameter; ``a.x`` an answer in
the form; ``c.x`` a circumstance of the filing. Values: truth, number, text, date (``2026-03-01``). Logic is Kleene's:
what no source answers is not known, and stays not known unless the rest decides without it.

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

MAX_LENGTH = 600
MAX_DEPTH = 24
MAX_DIGITS = 12

Value = bool | int | Decimal | str | date


class Kind(StrEnum):
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"


KIND_NAMES = {Kind.BOOLEAN: "是或否", Kind.NUMBER: "数", Kind.TEXT: "文字", Kind.DATE: "日期"}


class ExpressionError(ValueError):
    """A condition that cannot be read. ``position`` counts characters from 1."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"第 {position} 个字处：{message}")
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


@dataclass(frozen=True, slots=True)
class Function:
    """A function of its arguments and, where ``attribute`` says so, of one verified attribute."""

    arguments: tuple[Kind, ...]
    result: Kind
    apply: Callable[..., Value]
    attribute: str = ""  # "{0}" stands for the first argument, which must then be written out in the text
    attribute_kind: Kind = Kind.BOOLEAN


FUNCTIONS: Mapping[str, Function] = {
    "age": Function((Kind.DATE,), Kind.NUMBER, full_years, "born_on", Kind.DATE),
    "hukou_in": Function((Kind.TEXT,), Kind.BOOLEAN, str.startswith, "hukou_division", Kind.TEXT),
    "lives_in": Function((Kind.TEXT,), Kind.BOOLEAN, str.startswith, "residence_division", Kind.TEXT),
    "receives": Function((Kind.TEXT,), Kind.BOOLEAN, lambda received, _code: received, "receives.{0}"),
    "holds": Function((Kind.TEXT,), Kind.BOOLEAN, lambda held, _code: held, "holds.{0}"),
    "months_between": Function((Kind.DATE, Kind.DATE), Kind.NUMBER, full_months),
    "days_between": Function((Kind.DATE, Kind.DATE), Kind.NUMBER, lambda start, end: (end - start).days),
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
        raise ExpressionError(f"条件太长，最多 {MAX_LENGTH} 个字", MAX_LENGTH + 1)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"看不懂“{text[at]!a}”".replace("'", ""), at + 1)
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
            self.refuse(f"这里不该有“{self.here.text}”")
        return node

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def refuse(self, message: str) -> NoReturn:
        raise ExpressionError(message, self.here.position)

    def take(self, *texts: str) -> Token | None:
        token = self.here
        if token.kind in {"operator", "word"} and token.text in texts:
            self.at += 1
            return token
        return None

    def expect(self, text: str) -> None:
        if not self.take(text):
            self.refuse(f"这里少了“{text}”")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(f"套得太深，最多 {MAX_DEPTH} 层")

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
        self.expect("(")
        return self.listed() or self.refuse("括号里没有写可选的值")

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
            self.refuse("条件在这里没有写完" if token.kind == "end" else f"这里不该有“{token.text}”")
        self.at += 1
        return Literal(reader(token), token.position)


def number_of(token: Token) -> Decimal:
    if len(token.text.replace(".", "")) > MAX_DIGITS:
        raise ExpressionError(f"数太长，最多 {MAX_DIGITS} 位", token.position)
    return Decimal(token.text)


def date_of(token: Token) -> date:
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        raise ExpressionError(f"没有 {token.text} 这一天", token.position) from None


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
            raise ExpressionError(f"不认识“{name}”{did_you_mean(name, self.names)}", position)
        return kind


def did_you_mean(word: str, known: "Mapping[str, object] | frozenset[str]") -> str:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"，是不是“{close[0]}”？" if close else ""


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
        raise ExpressionError(f"这里要的是{KIND_NAMES[kind]}，写的是{KIND_NAMES[found]}", 1)
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


def wanted(kind: Kind, node: Node, vocabulary: Vocabulary) -> Kind:
    found = kind_of_node(node, vocabulary)
    if found is not kind:
        raise ExpressionError(f"这里要的是{KIND_NAMES[kind]}，写的是{KIND_NAMES[found]}", node.position)
    return kind


def kind_of_call(node: Call, vocabulary: Vocabulary) -> Kind:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise ExpressionError(f"没有“{node.function}”这个算法{did_you_mean(node.function, FUNCTIONS)}", node.position)
    if len(node.arguments) != len(function.arguments):
        wants, has = len(function.arguments), len(node.arguments)
        raise ExpressionError(f"“{node.function}”要 {wants} 个值，写了 {has} 个", node.position)
    for argument, kind in zip(node.arguments, function.arguments, strict=True):
        wanted(kind, argument, vocabulary)
    if function.attribute:
        name = attribute_of(node, function)
        if vocabulary.kind_of(name, node.position) is not function.attribute_kind:
            raise ExpressionError(f"“{name}”应当是{KIND_NAMES[function.attribute_kind]}", node.position)
    return function.result


def attribute_of(node: Call, function: Function) -> str:
    if "{0}" not in function.attribute:
        return function.attribute
    first = node.arguments[0]
    if not isinstance(first, Literal):
        raise ExpressionError(f"“{node.function}”里要直接写出代码", node.position)
    return function.attribute.format(first.value)


def kind_of_comparison(node: Comparison | Membership, vocabulary: Vocabulary) -> Kind:
    first, others = (node.left, (node.right,)) if isinstance(node, Comparison) else (node.item, node.options)
    kind = kind_of_node(first, vocabulary)
    for other in others:
        wanted(kind, other, vocabulary)
    if isinstance(node, Comparison) and kind is Kind.BOOLEAN and node.operator not in {"==", "!="}:
        raise ExpressionError("是或否不能比大小", node.position)
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
            return combined(node, (node.left, node.right), scope, lambda a, b: calculated(node, a, b))
        case Membership(item, options):
            equals = tuple(Comparison("==", item, option, node.position) for option in options)
            return value_of_logic(Logic("or", equals, node.position), scope)


def looked_up(name: str, scope: Scope) -> Outcome:
    if name == "on":
        return Outcome(scope.on)
    value = scope.values.get(name)
    return Outcome(value) if value is not None else Outcome(None, frozenset({name}))


def truth(value: Value, position: int) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError("这里要的是是或否", position)
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
    return combined(node, (*subject, *node.arguments), scope, function.apply)


def combined(node: Node, parts: tuple[Node, ...], scope: Scope, apply: Callable[..., Value | None]) -> Outcome:
    outcomes = [value_of(part, scope) for part in parts]
    missing = frozenset[str]().union(*(outcome.missing for outcome in outcomes))
    if any(outcome.value is None for outcome in outcomes):
        return Outcome(None, missing)
    try:
        return Outcome(apply(*(outcome.value for outcome in outcomes)))
    except (TypeError, AttributeError, ArithmeticError) as fault:
        raise ExpressionError("这些值不能这样算", node.position) from fault


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
        raise ExpressionError("两边不是同一种值，不能比", node.position)
    return ORDER[node.operator](left, right)


def kind_of_value(value: object) -> Kind:
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, (int, Decimal)):
        return Kind.NUMBER
    return Kind.DATE if isinstance(value, date) else Kind.TEXT


def calculated(node: Arithmetic, left: Value, right: Value) -> Value | None:
    if kind_of_value(left) is not Kind.NUMBER or kind_of_value(right) is not Kind.NUMBER:
        raise ExpressionError("只有数能加减乘除", node.position)
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
