"""How a condition comes to its answer, in words: each of its parts with the values it was answered by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yizhan.catalogue.rules.expression import (
    FUNCTIONS,
    Arithmetic,
    Call,
    Comparison,
    Literal,
    Logic,
    Membership,
    Name,
    Node,
    Not,
    Scope,
    Value,
    attribute_of,
    value_of,
)
from yizhan.catalogue.rules.words import Words

Titles = Callable[[str], Words]
Said = Callable[[Value], str]

OPERATORS = {
    "==": Words("是", "is"),
    "!=": Words("不是", "is not"),
    "<": Words("小于", "<"),
    "<=": Words("不大于", "≤"),
    ">": Words("大于", ">"),
    ">=": Words("不小于", "≥"),
    "+": Words("加", "+"),
    "-": Words("减", "−"),
    "*": Words("乘", "×"),
    "/": Words("除以", "÷"),
}
TURNED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
CALLED: Mapping[str, Words] = {
    "age": Words("周岁", "age"),
    "hukou_in": Words("户籍在 {0}", "registered in {0}"),
    "lives_in": Words("住在 {0}", "lives in {0}"),
    "same_area": Words("{0}和{1}的前 {2} 位相同", "{0} and {1} agree in their first {2} digits"),
    "months_between": Words("从{0}到{1}的整月数", "whole months from {0} to {1}"),
    "days_between": Words("从{0}到{1}的天数", "days from {0} to {1}"),
    "years_between": Words("从{0}到{1}的整年数", "whole years from {0} to {1}"),
    "plus_days": Words("{0}之后 {1} 天", "{1} days after {0}"),
    "plus_months": Words("{0}之后 {1} 个月", "{1} months after {0}"),
    "count": Words("{0}的个数", "the number of {0}"),
    "sum": Words("{0}合计", "the sum of {0}"),
    "smallest": Words("{0}里最小的", "the smallest of {0}"),
    "largest": Words("{0}里最大的", "the largest of {0}"),
    "youngest": Words("{0}里最小的周岁", "the lowest age of {0}"),
    "oldest": Words("{0}里最大的周岁", "the highest age of {0}"),
    "any": Words("{0}里有一个是", "one of {0} is so"),
    "all": Words("{0}都是", "all of {0} are so"),
    "overlaps": Words("{0}和{1}有相同的", "{0} and {1} have something in common"),
}
NOT_KNOWN = Words("还不知道", "not known")


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One part of a condition. ``holds`` None: not known."""

    words: str
    holds: bool | None


def reasons_of(node: Node, scope: Scope, *, titles: Titles, said: Said, english: bool) -> tuple[Reason, ...]:
    """The parts that all have to hold; a condition of one part is its own reason."""
    teller = _Teller(scope=scope, titles=titles, said=said, english=english)
    parts = node.parts if isinstance(node, Logic) and node.operator == "and" else (node,)
    return tuple(Reason(words=teller.told(part), holds=_truth(value_of(part, scope).value)) for part in parts)


def _truth(value: Value | None) -> bool | None:
    return None if value is None else value is True


@dataclass(frozen=True, kw_only=True)
class _Teller:
    scope: Scope
    titles: Titles
    said: Said
    english: bool

    def spoken(self, words: Words) -> str:
        return words.en if self.english else words.zh

    def told(self, node: Node) -> str:
        match node:
            case Literal(value):
                return self.said(value)
            case Name("on"):
                return self.said(self.scope.on)
            case Name(name):
                return self.valued(self.spoken(self.titles(name)), name)
            case Not(operand):
                return self.denied(operand)
            case Logic(operator, parts):
                joint = {"and": Words("，并且", ", and "), "or": Words("，或者", ", or ")}[operator]
                return self.spoken(joint).join(self.told(part) for part in parts)
            case Call():
                return self.called(node)
            case Comparison(operator, left, right) | Arithmetic(operator, left, right):
                return self.joined(left, self.spoken(OPERATORS[operator]), right)
            case Membership(item, options):
                among = "、".join(self.told(option) for option in options)
                among = among.replace("、", ", ") if self.english else among
                return self.spoken(Words("{0}是其中之一：{1}", "{0} is one of {1}")).format(self.told(item), among)

    def denied(self, node: Node) -> str:
        if isinstance(node, Comparison):
            return self.told(Comparison(TURNED[node.operator], node.left, node.right, node.position))
        return self.spoken(Words("不是：{0}", "not: {0}")).format(self.told(node))

    def joined(self, left: Node, operator: str, right: Node) -> str:
        return f"{self.told(left)} {operator} {self.told(right)}"

    def valued(self, words: str, name: str) -> str:
        value = self.scope.values.get(name)
        shown = self.spoken(NOT_KNOWN) if value is None else self.said(value)
        return f"{words} ({shown})" if self.english else f"{words}（{shown}）"

    def called(self, node: Call) -> str:
        function = FUNCTIONS[node.function]
        if node.function == "age":
            value = value_of(node, self.scope).value
            shown = self.spoken(NOT_KNOWN) if value is None else self.said(value)
            return f"{self.spoken(CALLED['age'])} ({shown})" if self.english else f"周岁（{shown}）"
        if "{0}" in function.attribute:  # receives("…"), holds("…"): the attribute has a title of its own
            name = attribute_of(node, function)
            return self.valued(self.spoken(self.titles(name)), name)
        words = self.spoken(CALLED[node.function]).format(*(self.told(part) for part in node.arguments))
        return self.valued(words, function.attribute) if function.attribute else words
