"""Reading: the table of how long what is kept, what is over, and what becomes of the papers of one thing."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from yizhan.documents.models import Disposal, Erasure, Keeping
from yizhan.documents.rules.retention import End, Kind, Trust, in_force, table_of
from yizhan.kernel.api import Actor, Subject, access, subjects
from yizhan.people import api as people

Parts = Callable[[Collection[str]], Mapping[str, frozenset[UUID]]]
Emptied = Callable[[str], None]
TABLE = Path(__file__).parents[1] / "data" / "retention.toml"
LINES_SHOWN = 30
_END_WORDS = {
    End.DELETED: _("到期自动删"),
    End.DELETED_BY_NEXT: _("下一次上传时删"),
    End.DISPOSED: _("到期两人核准销毁"),
    End.STAYS: _("不删"),
    End.NOT_KEPT: _("不留"),
}
_TRUST_WORDS = {
    Trust.SOURCED: _("有依据"),
    Trust.OWN_RULE: _("平台规定"),
    Trust.TO_BE_CONFIRMED: _("待市里确认"),
}


@dataclass(frozen=True, kw_only=True)
class KindLine:
    """A row of the table in the reader's language; `term` says the time in words."""

    code: str
    name: str
    counted_from: str
    term: str
    end: str
    source: str
    trust: str
    is_confirmed: bool


@dataclass(frozen=True, kw_only=True)
class KeepingView:
    """What happens to the papers of a thing: kept until the last day (None: for ever), or erased since."""

    years: int | None
    from_on: date
    until_on: date | None
    erased_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DisposalLine:
    """A thing whose time is over, for those who propose and approve: what it is, no person."""

    keeping_id: UUID
    title: str
    office: str
    years: int | None
    from_on: date
    until_on: date | None
    basis: str
    disposal_id: UUID | None = None
    proposed_by: str = ""
    proposed_at: datetime | None = None
    answered_by: str = ""
    answered_at: datetime | None = None
    denial: str = ""
    erased: int = 0
    had_part: bool = False
    may_propose: bool = False
    may_answer: bool = False


@cache
def _all_kinds() -> tuple[Kind, ...]:
    return table_of(tomllib.loads(TABLE.read_text(encoding="utf-8"))["kind"])


def retention_table(*, on: date) -> tuple[Kind, ...]:
    """Every kind of record as it is kept on this day."""
    return in_force(_all_kinds(), on)


def kind_lines(*, on: date) -> list[KindLine]:
    is_chinese = (get_language() or "zh").startswith("zh")
    return [
        KindLine(
            code=kind.code,
            name=kind.zh if is_chinese else kind.en,
            counted_from=kind.from_zh if is_chinese else kind.from_en,
            term=_term(kind),
            end=str(_END_WORDS[kind.end]),
            source=kind.source,
            trust=str(_TRUST_WORDS[kind.trust]),
            is_confirmed=kind.trust is not Trust.TO_BE_CONFIRMED,
        )
        for kind in retention_table(on=on)
    ]


def _term(kind: Kind) -> str:
    if kind.by_item:
        return str(_("按事项：永久、30 年或 10 年"))
    if kind.with_case:
        return str(_("和办件一样"))
    if kind.years is not None:
        return ngettext("{years} 年", "{years} 年", kind.years).format(years=kind.years)
    if kind.days:
        return ngettext("{days} 天", "{days} 天", kind.days).format(days=kind.days)
    return "—"


# ── one thing ──


def find_keeping(subject: Subject) -> KeepingView | None:
    """None where its time has not begun."""
    row = Keeping.objects.filter(subject_kind=subject.kind, subject_id=subject.id).first()
    if row is None:
        return None
    erased = Erasure.objects.filter(subject_kind=subject.kind, subject_id=subject.id, disposal__keeping=row)
    return KeepingView(
        years=row.years,
        from_on=row.from_on,
        until_on=row.until_on,
        erased_at=erased.values_list("erased_at", flat=True).first() if row.until_on else None,
    )


def erased_at(document_id: UUID) -> datetime | None:
    """When the bytes of this file or document were erased; None if they were not."""
    return Erasure.objects.filter(of_id=document_id).values_list("erased_at", flat=True).first()


# ── what is over ──


@dataclass(frozen=True, kw_only=True)
class KeptKind:
    """What a room says of the things whose papers it has kept.

    `parts`: who decided each of them and so has no hand in its end; `emptied`: what else the room empties then.
    """

    parts: Parts
    emptied: Emptied


_kept: dict[str, KeptKind] = {}


def register_kept(subject_kind: str, kept: KeptKind) -> None:
    if subject_kind in _kept:
        raise ValueError(f"kept kind {subject_kind} is registered twice")
    _kept[subject_kind] = kept


def kept_kind(subject_kind: str) -> KeptKind | None:
    return _kept.get(subject_kind)


def parts_in(keepings: Iterable[Keeping]) -> dict[UUID, frozenset[UUID]]:
    """Who decided each; one question for each kind of thing."""
    by_kind: dict[str, list[Keeping]] = defaultdict(list)
    for one in keepings:
        by_kind[one.subject_kind].append(one)
    found: dict[UUID, frozenset[UUID]] = {}
    for kind, several in by_kind.items():
        kept = kept_kind(kind)
        parts = kept.parts([one.subject_id for one in several]) if kept else {}
        found.update({one.pk: parts.get(one.subject_id, frozenset()) for one in several})
    return found


def disposal_lines(actor: Actor, *, on: date, done: bool = False, page: str | int = 1) -> Page[DisposalLine]:
    """What is over, the oldest first; `done`: what was destroyed, the newest first. A lead sees his offices' own."""
    found = _done(actor) if done else _seen(Keeping.objects.over(on), actor).order_by("until_on", "id")
    shown = Paginator(found, LINES_SHOWN).get_page(page)
    keepings = list(shown.object_list)
    latest = _latest_disposals(keepings)
    titles = subjects.titles([one.subject for one in keepings])
    offices = people.organisation_names({one.organisation_id for one in keepings})
    erased = _erased(latest) if done else {}
    parts = {} if done else parts_in(keepings)
    lines = [
        _line(
            actor,
            one,
            latest.get(one.pk),
            title=titles.get(one.subject, str(one.subject)),
            office=offices.get(one.organisation_id, ""),
            erased=erased.get(one.pk, 0),
            had_part=actor.staff_id in parts.get(one.pk, ()),
        )
        for one in keepings
    ]
    return Page(lines, shown.number, cast("Paginator[DisposalLine]", shown.paginator))


def _seen(found: QuerySet[Keeping], actor: Actor) -> QuerySet[Keeping]:
    if access.may(actor, "documents.see_all_retention"):
        return found
    return found.filter(organisation_id__in=actor.organisations(people.Role.OFFICE_LEAD))


def _done(actor: Actor) -> QuerySet[Keeping]:
    found = Keeping.objects.filter(disposals__answer__is_approved=True)
    return _seen(found, actor).order_by("-disposals__answer__answered_at", "id")


def _latest_disposals(keepings: list[Keeping]) -> Mapping[UUID, Disposal]:
    found = Disposal.objects.filter(keeping__in=keepings).select_related("answer__answered_by", "proposed_by")
    return {one.keeping_id: one for one in found.order_by("number")}


def _erased(latest: Mapping[UUID, Disposal]) -> dict[UUID, int]:
    counts: dict[UUID, int] = {}
    for (keeping_id,) in Erasure.objects.filter(disposal__in=latest.values()).values_list("disposal__keeping_id"):
        counts[keeping_id] = counts.get(keeping_id, 0) + 1
    return counts


def _line(
    actor: Actor, keeping: Keeping, disposal: Disposal | None, *, title: str, office: str, erased: int, had_part: bool
) -> DisposalLine:
    answer = getattr(disposal, "answer", None) if disposal else None
    is_denied = answer is not None and not answer.is_approved
    return DisposalLine(
        keeping_id=keeping.pk,
        title=title,
        office=office,
        years=keeping.years,
        from_on=keeping.from_on,
        until_on=keeping.until_on,
        basis=keeping.basis,
        disposal_id=disposal.pk if disposal else None,
        proposed_by=disposal.proposed_by.name if disposal else "",
        proposed_at=disposal.proposed_at if disposal else None,
        answered_by=answer.answered_by.name if answer else "",
        answered_at=answer.answered_at if answer else None,
        denial=answer.reason if answer else "",
        erased=erased,
        had_part=had_part,
        may_propose=not had_part
        and (disposal is None or is_denied)
        and access.may(actor, "documents.propose_disposal", keeping),
        may_answer=disposal is not None
        and answer is None
        and not had_part
        and actor.staff_id != disposal.proposed_by_id
        and access.may(actor, "documents.approve_disposal"),
    )
