"""A form that shows only what applies, and what makes an answer good.

What the office already knows of the filing (who files, for instance) comes in as context and is not asked.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from yizhan.catalogue.rules.assessment import vocabulary_of
from yizhan.catalogue.rules.definition import (
    FieldKind,
    FormField,
    ItemDefinition,
    Material,
    Parameter,
    Section,
    as_value,
)
from yizhan.catalogue.rules.expression import Scope, Value, evaluate, read_expression

Answer = str | int | bool
Answers = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """``code`` says why ("required", "short", …), with ``facts`` for the sentence that a person reads."""

    field: str
    code: str
    facts: Mapping[str, str | int]


@dataclass(frozen=True, kw_only=True)
class CheckedAnswers:
    """``cleaned`` holds what applies and is good; dates as ISO text, so that it can be kept as JSON."""

    cleaned: Mapping[str, Answer]
    errors: tuple[FieldError, ...]
    personal: frozenset[str]

    @property
    def are_good(self) -> bool:
        return not self.errors


class Bad(Exception):
    """An answer that cannot be taken."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def check_answers(item: ItemDefinition, *, answers: Answers, context: Mapping[str, str], on: date) -> CheckedAnswers:
    """Field by field in the form's order, since what applies may hang on an earlier answer."""
    cleaned: dict[str, Answer] = {}
    errors: list[FieldError] = []
    for one in item.form_fields():
        if not applies(item, one.when, cleaned, context, on):
            continue
        try:
            value = cleaned_answer(one, answers, context)
        except Bad as bad:
            errors.append(FieldError(field=one.id, code=bad.code, facts=bad.facts))
            continue
        if value is not None:
            cleaned[one.id] = value
    personal = frozenset(one.id for one in item.form_fields() if one.personal)
    return CheckedAnswers(cleaned=cleaned, errors=tuple(errors), personal=personal & cleaned.keys())


def form_for(item: ItemDefinition, *, answers: Answers, context: Mapping[str, str], on: date) -> tuple[Section, ...]:
    """The sections with the fields to ask, given what has been answered; fields answered by the context left out."""
    known = {**check_answers(item, answers=answers, context=context, on=on).cleaned}
    sections = []
    for section in item.form:
        asked = tuple(
            one
            for one in section.fields
            if applies(item, one.when, known, context, on) and not context.get(one.from_context)
        )
        if asked:
            sections.append(replace(section, fields=asked))
    return tuple(sections)


def materials_for(
    item: ItemDefinition, *, answers: Answers, context: Mapping[str, str], on: date
) -> tuple[Material, ...]:
    known = check_answers(item, answers=answers, context=context, on=on).cleaned
    return tuple(one for one in item.materials if applies(item, one.when, known, context, on))


def materials_not_wanted(
    item: ItemDefinition, *, answers: Answers, context: Mapping[str, str], on: date
) -> frozenset[str]:
    """Materials that are not wanted whatever is answered from here on."""
    known = check_answers(item, answers=answers, context=context, on=on).cleaned
    return frozenset(
        one.id for one in item.materials if one.when and answer_of(item, one.when, known, context, on) is False
    )


def applies(item: ItemDefinition, when: str, answers: Answers, context: Mapping[str, str], on: date) -> bool:
    """Whether a condition holds; one that hangs on something not yet answered does not."""
    return not when or answer_of(item, when, answers, context, on) is True


def answer_of(item: ItemDefinition, when: str, answers: Answers, context: Mapping[str, str], on: date) -> Value | None:
    """The three-valued answer over what the form says so far."""
    condition = item.read_conditions.get(when)
    if condition is None:
        condition = item.read_conditions[when] = read_expression(when, vocabulary_of(item))
    kinds = {one.id: one.kind for one in item.form_fields()}
    values: dict[str, Value | None] = {
        f"a.{name}": date.fromisoformat(str(value)) if kinds[name] is FieldKind.DATE else value  # type: ignore[misc]
        for name, value in answers.items()
        if name in kinds
    }
    values |= {f"c.{name}": value for name, value in context.items() if value}
    values |= {f"p.{name}": parameter_value(parameter, on) for name, parameter in item.parameters.items()}
    return evaluate(condition, Scope(on=on, values=values)).value


def parameter_value(parameter: Parameter, on: date) -> Value | None:
    dated = parameter.on(on)
    return as_value(dated.value, parameter.kind) if dated else None


def cleaned_answer(one: FormField, answers: Answers, context: Mapping[str, str]) -> Answer | None:
    raw = context.get(one.from_context) or answers.get(one.id)
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if one.required:
            raise Bad("choose" if one.kind is FieldKind.CHOICE else "required")
        return None
    if isinstance(raw, str) and ("\x00" in raw or len(raw) > 2000):
        raise Bad("unreadable")
    return CLEANERS[one.kind](one, raw)


def _text(one: FormField, raw: object) -> str:
    text = " ".join(unicodedata.normalize("NFC", str(raw)).split())
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in text):
        raise Bad("unreadable")
    return _of_length(one, text)


def _of_length(one: FormField, text: str) -> str:
    if len(text) < one.min_length:
        raise Bad("short", has=len(text), wants=one.min_length, lacks=one.min_length - len(text))
    if len(text) > one.max_length:
        raise Bad("long", has=len(text), wants=one.max_length, over=len(text) - one.max_length)
    return text


def _digits(one: FormField, raw: object) -> str:
    text = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", str(raw)))
    if not re.fullmatch(r"[0-9]*", text):
        raise Bad("digits")
    return _of_length(one, text)


def _phone(_one: FormField, raw: object) -> str:
    text = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", str(raw))).removeprefix("+86")
    if not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}", text):
        raise Bad("phone")
    return text


WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _identity_number(_one: FormField, raw: object) -> str:
    """GB 11643: eighteen characters, a day that exists, and the check character of ISO 7064 MOD 11-2."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(raw))).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        raise Bad("identity_number")
    total = sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False))
    if "10X98765432"[total % 11] != text[17]:
        raise Bad("identity_number")
    _iso(f"{text[6:10]}-{text[10:12]}-{text[12:14]}", "identity_number")
    return text


def _iso(text: str, code: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Bad(code) from None


def _date(_one: FormField, raw: object) -> str:
    return _iso(raw.isoformat() if isinstance(raw, date) else str(raw).strip(), "date")


def _choice(one: FormField, raw: object) -> str:
    if not isinstance(raw, str) or raw not in {choice.value for choice in one.choices}:
        raise Bad("choose")
    return raw


def _boolean(_one: FormField, raw: object) -> bool:
    known = {True: True, False: False, "true": True, "on": True, "false": False}
    if not isinstance(raw, (bool, str)) or raw not in known:
        raise Bad("choose")
    return known[raw]


def _integer(one: FormField, raw: object) -> int:
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    if not re.fullmatch(r"-?[0-9]{1,12}", text):
        raise Bad("number")
    value = int(text)
    if one.minimum is not None and value < one.minimum:
        raise Bad("small", minimum=one.minimum)
    if one.maximum is not None and value > one.maximum:
        raise Bad("large", maximum=one.maximum)
    return value


CLEANERS: Mapping[FieldKind, Callable[[FormField, object], Answer]] = {
    FieldKind.TEXT: _text,
    FieldKind.NAME: _text,
    FieldKind.DIGITS: _digits,
    FieldKind.PHONE: _phone,
    FieldKind.IDENTITY_NUMBER: _identity_number,
    FieldKind.CHOICE: _choice,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.DATE: _date,
    FieldKind.INTEGER: _integer,
    FieldKind.MONEY_FEN: _integer,
}
