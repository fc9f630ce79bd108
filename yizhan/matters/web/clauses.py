"""The clauses of an item on the page of a case: verdict, sentence, where each value comes from, what to look up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.forms import Form
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.look.api import moment_words
from yizhan.matters import api as matters
from yizhan.matters.web.office_forms import FEN, FEN_A_YUAN, FindingForm
from yizhan.matters.web.presenting import source_words

_OFFICE = "office:"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An attribute that has still to be looked up, or may be looked up again."""

    name: str
    title: str
    supplier: str
    kind: str
    again: bool
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    unit_word: str = ""
    form: Form | None = None


@dataclass(frozen=True, kw_only=True)
class ClauseLine:
    verdict: str
    statement: str
    sentence: str
    refusal: str
    sources: tuple[str, ...]
    wanted: tuple[Wanted, ...]
    provisional: bool

    @property
    def word(self) -> str:
        return {"met": _("符合"), "not_met": _("不符合")}.get(self.verdict, _("还没查明"))

    def with_form(self, bound: Mapping[str, Form]) -> ClauseLine:
        """With a form for each thing to look up; one that was sent and has to be mended is shown again."""
        return replace(self, wanted=tuple(replace(one, form=bound.get(one.name) or _form(one)) for one in self.wanted))

    def closed(self) -> ClauseLine:
        return replace(self, wanted=())


def _form(one: Wanted) -> Form:
    return FindingForm(
        attribute=one.name,
        title=one.title,
        kind=one.kind,
        choices=one.choices,
        unit=one.unit,
        unit_word=one.unit_word,
    )


def choices_of(need: catalogue.AttributeNeed) -> tuple[tuple[str, str], ...]:
    return tuple((one.value, str(one.label)) for one in need.choices)


def clauses_now(assessment: catalogue.Assessment, item: catalogue.ItemDefinition) -> list[ClauseLine]:
    return [_line(one, item) for one in assessment.clauses]


def _line(one: catalogue.ClauseResult, item: catalogue.ItemDefinition) -> ClauseLine:
    return ClauseLine(
        verdict=str(one.verdict),
        statement=one.statement,
        sentence=one.sentence,
        refusal=one.refusal,
        sources=tuple(
            _source(used.name, used.source, used.seen_at, used.level, item, told=_told(used, item)) for used in one.used
        ),
        wanted=(*_missing(one, item), *_once_more(one, item)),
        provisional=one.provisional,
    )


def _missing(one: catalogue.ClauseResult, item: catalogue.ItemDefinition) -> list[Wanted]:
    return [
        Wanted(
            name=gap.name,
            title=gap.title,
            supplier=gap.supplier,
            kind=str(item.attributes[gap.name].kind),
            again=False,
            choices=choices_of(item.attributes[gap.name]),
            unit=item.attributes[gap.name].unit.en,
            unit_word=str(item.attributes[gap.name].unit),
        )
        for gap in one.missing
        if gap.name in item.attributes
    ]


def _once_more(one: catalogue.ClauseResult, item: catalogue.ItemDefinition) -> list[Wanted]:
    """What the office itself wrote down can be set right by looking once more."""
    return [
        Wanted(
            name=used.name,
            title=str(item.attributes[used.name].title),
            supplier=str(item.attributes[used.name].supplier),
            kind=str(item.attributes[used.name].kind),
            again=True,
            choices=choices_of(item.attributes[used.name]),
            unit=item.attributes[used.name].unit.en,
            unit_word=str(item.attributes[used.name].unit),
        )
        for used in one.used
        if used.source.startswith(_OFFICE) and used.name in item.attributes
    ]


def clauses_then(proposal: matters.ProposalView, item: catalogue.ItemDefinition) -> list[ClauseLine]:
    """As they stood when the decision was proposed."""
    return [_kept(one, item) for one in proposal.clauses]


def _kept(one: Mapping[str, Any], item: catalogue.ItemDefinition) -> ClauseLine:
    is_english = (get_language() or "").startswith("en")
    sources = [
        _source(used["name"], used["source"], datetime.fromisoformat(used["seen_at"]), used["level"], item)
        for used in one["sources"]
    ]
    return ClauseLine(
        verdict=one["verdict"],
        statement=one.get("statement_en", one["statement"]) if is_english else one["statement"],
        sentence=one.get("sentence_en", one["sentence"]) if is_english else one["sentence"],
        refusal="",
        sources=tuple(sources),
        wanted=(),
        provisional=False,
    )


def _told(used: catalogue.Attribute, item: catalogue.ItemDefinition) -> str:
    """How much it is, where that is a number: the sentence alone does not say it."""
    need = item.attributes.get(used.name)
    if need is None or not isinstance(used.value, int | Decimal) or isinstance(used.value, bool):
        return ""
    if need.unit.en == FEN:
        return _("{amount} 元").format(amount=_plain(Decimal(used.value) / FEN_A_YUAN))
    return f"{_plain(Decimal(used.value))} {need.unit}".rstrip()


def _plain(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")


def _source(
    name: str, source: str, seen_at: datetime, level: int, item: catalogue.ItemDefinition, *, told: str = ""
) -> str:
    title = str(item.attributes[name].title) if name in item.attributes else name
    title = f"{title} {told}".rstrip()
    return _("{title} ← {source} · {when} · {level} 级").format(
        title=title, source=source_words(source), when=moment_words(seen_at), level=level
    )


def refusal_reasons(clauses: Sequence[ClauseLine]) -> str:
    """What the reasons of a refusal begin with: one line for each clause that is not met."""
    return "\n".join(one.refusal for one in clauses if one.refusal)
