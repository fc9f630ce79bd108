"""Reading an item file: YAML with its lines, then the classes of ``definition`` field by field.

Only the plain part of YAML is taken: no anchors, no tags, every key once. A plain scalar is null, true, false, a whole
number, a decimal, an ISO date, or text; YAML's own guesses (``on`` is true, ``0771`` is octal) are not made.
"""

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from yizhan.catalogue.rules.definition import ItemDefinition, Scalar, Text
from yizhan.catalogue.rules.expression import did_you_mean
from yizhan.catalogue.rules.words import Words

# The same safe loader, in C where PyYAML has it: an item file is read some eight times as quickly.
_QUICK_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_SIZE = 200_000
MAX_NESTING = 12

Plain = bool | int | str | None | dict[str, "Plain"] | list["Plain"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, on which line of the file (0: the file as a whole), by which rule."""

    line: int
    rule: Words
    message: Words

    def spoken(self, file: str, language: str) -> str:
        """As a compiler says it: file, line, what is wrong, by which rule."""
        if language.startswith("en"):
            return f"{file}:{self.line}: {self.message.en} ({self.rule.en})"
        return f"{file}:{self.line}: {self.message.zh}（{self.rule.zh}）"


class ItemFileError(ValueError):
    """A file that is not taken, with every reason at once."""

    def __init__(self, file: str, problems: tuple[Problem, ...]) -> None:
        self.file = file
        self.problems = problems
        super().__init__(self.spoken("zh"))

    def spoken(self, language: str) -> str:
        return "\n".join(problem.spoken(self.file, language) for problem in self.problems)


FORM = Words("文件格式", "form of the file")
FIELD = Words("字段", "fields")
NOT_UTF_8 = Problem(0, FORM, Words("文件应当是 UTF-8 编码", "the file should be in UTF-8"))
NOT_OPENED = Problem(0, FORM, Words("打不开这个文件", "the file cannot be opened"))


@dataclass(frozen=True, slots=True)
class Located:
    """A value with its line; a mapping's keys keep theirs."""

    value: "Scalar | list[Located] | dict[str, Located] | None"
    line: int
    key_lines: Mapping[str, int] | None = None


def read_item(text: str, file: str) -> tuple[ItemDefinition, Located]:
    """The definition and the tree with its lines. Raises ItemFileError."""
    tree = located(text, file)
    return definition_of(tree, file), tree


def definition_of(tree: Located, file: str) -> ItemDefinition:
    reader = _Reader()
    item = reader.read(ItemDefinition, tree, "")
    if reader.problems:
        raise ItemFileError(file, tuple(sorted(reader.problems, key=lambda p: p.line)))
    assert isinstance(item, ItemDefinition)
    return item


# ── YAML to a tree with lines ──


def located(text: str, file: str) -> Located:
    if len(text) > MAX_SIZE:
        raise ItemFileError(
            file,
            (
                Problem(
                    0, FORM, Words(f"文件太大，最多 {MAX_SIZE} 个字", f"the file has more than {MAX_SIZE} characters")
                ),
            ),
        )
    try:
        # The quick one takes tabs that the slow one refuses.
        node = _composed(text, file, yaml.SafeLoader if "\t" in text else _QUICK_LOADER)
    except yaml.YAMLError:  # the slow one has the last word, and knows the line better
        try:
            node = _composed(text, file, yaml.SafeLoader)
        except yaml.YAMLError as fault:
            raise ItemFileError(file, (_syntax_problem(fault),)) from None
    if not isinstance(node, yaml.MappingNode):
        raise ItemFileError(
            file,
            (Problem(1, FORM, Words("文件应当是“字段: 内容”的样子", "the file should look like “field: content”")),),
        )
    problems: list[Problem] = []
    tree = _located_node(node, problems)
    if problems:
        raise ItemFileError(file, tuple(problems))
    return tree


def _composed(text: str, file: str, loader: Any) -> yaml.Node | None:
    _check_plain(text, file, loader)
    return yaml.compose(text, Loader=loader)


YAML_BROKEN = Words(
    "这里不是正确的 YAML，请检查缩进、冒号和引号", "this is not YAML: look at indentation, colons and quotes"
)


def _syntax_problem(fault: yaml.YAMLError) -> Problem:
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    return Problem(mark.line + 1 if mark else 0, FORM, YAML_BROKEN)


def _line(part: yaml.Node | yaml.Event) -> int:
    return part.start_mark.line + 1 if part.start_mark else 0


def _check_plain(text: str, file: str, loader: Any) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = _line(event)
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if depth > MAX_NESTING:
            raise ItemFileError(
                file,
                (
                    Problem(
                        line, FORM, Words(f"套得太深，最多 {MAX_NESTING} 层", f"nested more than {MAX_NESTING} deep")
                    ),
                ),
            )
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise ItemFileError(
                file,
                (
                    Problem(
                        line,
                        FORM,
                        Words("不能用 YAML 的锚点、别名和标签", "YAML anchors, aliases and tags are not taken"),
                    ),
                ),
            )


def _located_node(node: yaml.Node, problems: list[Problem]) -> Located:
    line = _line(node)
    if isinstance(node, yaml.SequenceNode):
        return Located([_located_node(part, problems) for part in node.value], line)
    if isinstance(node, yaml.MappingNode):
        return _located_mapping(node, problems)
    assert isinstance(node, yaml.ScalarNode)
    try:
        return Located(node.value if node.style else scalar_of(node.value), line)
    except NoSuchDay as fault:
        problems.append(Problem(line, FORM, fault.words))
        return Located(None, line)


def _located_mapping(node: yaml.MappingNode, problems: list[Problem]) -> Located:
    found: dict[str, Located] = {}
    lines: dict[str, int] = {}
    for key, part in node.value:
        line = _line(key)
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(line, FORM, Words("字段名应当是文字", "the name of a field should be text")))
            continue
        if key.value in found:
            first = lines[key.value]
            twice = Words(
                f"字段“{key.value}”写了两次，第一次在第 {first} 行",
                f"“{key.value}” is there twice, first on line {first}",
            )
            problems.append(Problem(line, FORM, twice))
            continue
        found[key.value], lines[key.value] = _located_node(part, problems), line
    return Located(found, _line(node), lines)


class NoSuchDay(ValueError):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.words = Words(f"没有 {text} 这一天", f"there is no day {text}")


def scalar_of(text: str) -> Scalar | None:
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", text):
        return int(text)
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,6}", text):
        return Decimal(text)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise NoSuchDay(text) from None
    return text


def plain_of(tree: Located) -> Plain:
    """The tree as JSON keeps it; dates and decimals as text."""
    if isinstance(tree.value, dict):
        return {key: plain_of(part) for key, part in tree.value.items()}
    if isinstance(tree.value, list):
        return [plain_of(part) for part in tree.value]
    if tree.value is None or isinstance(tree.value, (bool, int, str)):
        return tree.value
    return tree.value.isoformat() if isinstance(tree.value, date) else str(tree.value)


def tree_of(plain: Plain) -> Located:
    """The way back from JSON; without lines."""
    if isinstance(plain, dict):
        return Located({key: tree_of(part) for key, part in plain.items()}, 0, {})
    if isinstance(plain, list):
        return Located([tree_of(part) for part in plain], 0)
    return Located(plain, 0)


def line_of(tree: Located, *path: str | int) -> int:
    """The line of the deepest part of ``path`` that is there."""
    line = tree.line
    for step in path:
        if isinstance(step, str) and isinstance(tree.value, dict) and step in tree.value:
            line = (tree.key_lines or {}).get(step, line)
            tree = tree.value[step]
        elif isinstance(step, int) and isinstance(tree.value, list) and step < len(tree.value):
            tree = tree.value[step]
            line = tree.line
        else:
            break
    return line


# ── tree to definition ──


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _is_required(one: "Field[Any]") -> bool:
    return one.default is MISSING and one.default_factory is MISSING


SCALAR_NAMES = {
    str: Words("文字", "text"),
    bool: Words("true 或 false", "true or false"),
    int: Words("整数", "a whole number"),
    date: Words("日期，如 2026-01-01", "a date, as 2026-01-01"),
}
ANY_SCALAR = Words("一个值", "a single value")


A_LIST = Words("一列，每项前面写“- ”", "a list, each entry after “- ”")
NAMED = Words("“名称: 内容”的样子", "like “name: content”")
A_TEXT = Words("文字（或 zh、en 两种文字）", "text (or zh and en)")


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, line: int, message: Words) -> None:
        self.problems.append(Problem(line, FIELD, message))

    def read(self, hint: Any, tree: Located, where: str) -> Any:
        origin = get_origin(hint)
        if origin in {Union, types.UnionType}:
            return self.read_union(hint, tree, where)
        if origin is tuple:
            return self.read_list(get_args(hint)[0], tree, where)
        if origin is not None and issubclass(origin, Mapping):
            return self.read_mapping(get_args(hint)[1], tree, where)
        if hint is Text:
            return self.read_text(tree, where)
        if is_dataclass(hint):
            return self.read_fields(hint, tree, where)
        return self.read_scalar(hint, tree, where)

    def read_union(self, hint: Any, tree: Located, where: str) -> Any:
        if tree.value is None:
            return None
        options = [option for option in get_args(hint) if option is not type(None)]
        if len(options) == 1:
            return self.read(options[0], tree, where)
        lists = next((option for option in options if get_origin(option) is tuple), None)
        if lists is not None and isinstance(tree.value, list):
            return self.read_list(get_args(lists)[0], tree, where)
        if isinstance(tree.value, (dict, list)):
            return self.should_be(tree, where, ANY_SCALAR)
        return tree.value

    def should_be(self, tree: Located, where: str, what: Words) -> None:
        self.refuse(tree.line, Words(f"“{where}”应当是{what.zh}", f"“{where}” should be {what.en}"))

    def read_list(self, hint: Any, tree: Located, where: str) -> Any:
        if not isinstance(tree.value, list):
            return self.should_be(tree, where, A_LIST)
        return tuple(self.read(hint, part, f"{where}[{at}]") for at, part in enumerate(tree.value, start=1))

    def read_mapping(self, hint: Any, tree: Located, where: str) -> Any:
        if not isinstance(tree.value, dict):
            return self.should_be(tree, where, NAMED)
        return {key: self.read(hint, part, f"{where}.{key}") for key, part in tree.value.items()}

    def read_text(self, tree: Located, where: str) -> Any:
        if isinstance(tree.value, str) and tree.value.strip():
            return Text(" ".join(tree.value.split()))
        if isinstance(tree.value, dict) and set(tree.value) <= {"zh", "en"} and "zh" in tree.value:
            words = {key: part.value for key, part in tree.value.items() if isinstance(part.value, str)}
            if len(words) == len(tree.value) and all(word.strip() for word in words.values()):
                return Text(**words)
        return self.should_be(tree, where, A_TEXT)

    def read_scalar(self, hint: Any, tree: Located, where: str) -> Any:
        value = tree.value
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return self.read_choice(hint, tree, where)
        if hint is date and isinstance(value, str):
            value = _date_or_none(value)
        if type(value) is hint:
            return value
        return self.should_be(tree, where, SCALAR_NAMES.get(hint, ANY_SCALAR))

    def read_choice(self, hint: type[StrEnum], tree: Located, where: str) -> Any:
        options = frozenset(str(option) for option in hint)
        if isinstance(tree.value, str) and tree.value in options:
            return hint(tree.value)
        listed = "、".join(sorted(options))
        meant = did_you_mean(str(tree.value), options)
        if not meant.zh:
            meant = Words(f"，可写：{listed}", f"; one of: {listed.replace('、', ', ')}")
        unknown = Words(f"“{where}”没有“{tree.value}”这一种", f"“{where}” cannot be “{tree.value}”")
        return self.refuse(tree.line, unknown + meant)

    def read_fields(self, hint: Any, tree: Located, where: str) -> Any:
        if not isinstance(tree.value, dict):
            return self.should_be(tree, where, NAMED)
        known = {one.name: one for one in fields(hint)}
        before = len(self.problems)
        self.problems += self.unknown_fields(tree, known)
        for name, one in known.items():
            if _is_required(one) and name not in tree.value:
                self.refuse(
                    tree.line,
                    Words(f"“{where or '文件'}”少了字段“{name}”", f"“{where or 'the file'}” lacks the field “{name}”"),
                )
        hints = _hints(hint)
        given = {
            name: self.read(hints[name], part, f"{where}.{name}".lstrip("."))
            for name, part in tree.value.items()
            if name in known
        }
        return hint(**given) if len(self.problems) == before else None

    def unknown_fields(self, tree: Located, known: Mapping[str, object]) -> Iterator[Problem]:
        assert isinstance(tree.value, dict)
        for name in tree.value:
            if name not in known:
                line = (tree.key_lines or {}).get(name, tree.line)
                there_is_none = Words(f"没有字段“{name}”", f"there is no field “{name}”")
                yield Problem(line, FIELD, there_is_none + did_you_mean(name, known))


def _date_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
