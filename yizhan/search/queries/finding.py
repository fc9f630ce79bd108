"""A search as people see it: what they may see, in order, with what was found marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from yizhan.kernel.api import Actor, Subject, subjects, times
from yizhan.search.data import packaged_synonyms
from yizhan.search.queries.candidates import MOST, Circle, EntryRow, NumberRow, candidates, numbers
from yizhan.search.rules.asking import Question, number_asked_for, question
from yizhan.search.rules.entries import PUBLIC, STAFF, audience_of_organisation
from yizhan.search.rules.folding import tight
from yizhan.search.rules.marking import Part, marked
from yizhan.search.rules.matching import Band, Names, Rank, ranks

PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found. `number` is "" but for what is found by its number. `url` may be "" where no page shows it."""

    subject: Subject
    title: tuple[Part, ...]
    subtitle: tuple[Part, ...]
    url: str
    number: tuple[Part, ...] = ()
    also: tuple[Part, ...] = ()
    """Another name by which it was found, where nothing in the title was."""
    territory: str = ""
    is_whole: bool = False
    """All of the question is met, not only most of it."""

    @property
    def name(self) -> str:
        return "".join(part.text for part in self.title)


@dataclass(frozen=True, kw_only=True)
class Results:
    """One page of what was found. `is_cut` says that there is more than can be shown: the question is too wide."""

    text: str
    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    is_cut: bool


def audiences_of(actor: Actor) -> tuple[str, ...]:
    """Everybody's, and for staff that of each organisation in which a role is held today."""
    if actor.staff_id is None or not actor.roles:
        return (PUBLIC,)
    own = sorted({audience_of_organisation(grant.organisation_id) for grant in actor.roles})
    return (PUBLIC, STAFF, *own)


def find(
    text: str,
    *,
    actor: Actor,
    kinds: Collection[str] = (),
    limit: int = PAGE,
    page: int = 1,
    on: date | None = None,
) -> Results:
    """What this actor may find; all kinds if none is named. Never more than a hundred; numbers come first."""
    day = on or times.local_day(times.utc_now())
    asked = question(text, packaged_synonyms(day))
    audiences = audiences_of(actor)
    by_number = _numbers(text, actor, audiences, kinds)
    circle = Circle(audiences=audiences, kinds=sorted(kinds), day=day)
    by_words = [] if len(by_number) >= MOST else _words(asked, actor, circle)
    found: list[NumberRow | tuple[EntryRow, Rank]] = [*by_number, *by_words]
    pages = max(1, -(-min(len(found), MOST) // limit))
    here = min(max(1, page), pages)
    shown = found[:MOST][(here - 1) * limit : here * limit]
    return Results(
        text=asked.text,
        hits=_hits(shown, asked, number_asked_for(text)),
        total=min(len(found), MOST),
        page=here,
        pages=pages,
        is_cut=len(found) >= MOST,
    )


def _numbers(text: str, actor: Actor, audiences: Sequence[str], kinds: Collection[str]) -> list[NumberRow]:
    number = number_asked_for(text)
    if not number or audiences == (PUBLIC,):
        return []
    rows = [row for row in numbers(number, audiences, MOST) if not kinds or row.kind in kinds]
    seen = subjects.visible(actor, [Subject(row.kind, row.subject_id) for row in rows])
    return [row for row in rows if Subject(row.kind, row.subject_id) in seen]


def _words(asked: Question, actor: Actor, circle: Circle) -> list[tuple[EntryRow, Rank]]:
    rows = candidates(asked, circle)
    given = [Names(row.names, row.sounds, row.initials, row.body) for row in rows]
    ranked = [(row, rank) for row, rank in zip(rows, ranks(asked, given), strict=True) if rank]
    ranked.sort(key=lambda pair: (-pair[1].band, -round(pair[1].score, 6), -pair[0].weight, pair[0].title, pair[0].id))
    best = ranked[:MOST]
    seen = subjects.visible(actor, [Subject(row.kind, row.subject_id) for row, _ in best])
    return [pair for pair in best if Subject(pair[0].kind, pair[0].subject_id) in seen]


def _hits(shown: Sequence[NumberRow | tuple[EntryRow, Rank]], asked: Question, number: str) -> tuple[Hit, ...]:
    keys = [_subject(one if isinstance(one, NumberRow) else one[0]) for one in shown]
    urls = subjects.urls(keys)
    # What is found by number has its owner's title, in the reader's language.
    titles = subjects.titles(key for key, one in zip(keys, shown, strict=True) if isinstance(one, NumberRow))
    return tuple(
        _number_hit(one, titles.get(key, one.title), urls.get(key, ""), number)
        if isinstance(one, NumberRow)
        else _entry_hit(*one, urls.get(key, ""), asked)
        for one, key in zip(shown, keys, strict=True)
    )


def _subject(row: NumberRow | EntryRow) -> Subject:
    return Subject(row.kind, row.subject_id)


def _entry_hit(row: EntryRow, rank: Rank, url: str, asked: Question) -> Hit:
    english = (get_language() or "").startswith("en")
    title = row.title_en if english and row.title_en else row.title
    subtitle = row.subtitle_en if english and row.subtitle_en else row.subtitle
    parts = marked(title, asked)
    return Hit(
        subject=_subject(row),
        title=parts,
        subtitle=marked(subtitle, asked, by_sound=False),
        also=() if _has_mark(parts) else _other_name(row, asked),
        url=url,
        territory=row.territory,
        is_whole=rank.band > Band.MOST,
    )


def _has_mark(parts: Sequence[Part]) -> bool:
    return any(part.is_found for part in parts)


def _other_name(row: EntryRow, asked: Question) -> tuple[Part, ...]:
    shown = {tight(row.title), tight(row.title_en)}
    others = (marked(name, asked) for name in row.names if name not in shown)
    return next((parts for parts in others if _has_mark(parts)), ())


def _number_hit(row: NumberRow, name: str, url: str, number: str) -> Hit:
    at = 0 if row.number.startswith(number) else len(row.number) - len(number)
    cut = (row.number[:at], row.number[at : at + len(number)], row.number[at + len(number) :])
    parts = tuple(Part(text, place == 1) for place, text in enumerate(cut) if text)
    title = (Part(name, is_found=False),)
    return Hit(subject=_subject(row), title=title, subtitle=(), url=url, number=parts, is_whole=True)
