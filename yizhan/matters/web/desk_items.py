"""选事项: what this clerk takes in most, all that may be taken in, and what is found by any name for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, times
from yizhan.matters import api as matters
from yizhan.people import api as people
from yizhan.search import api as search

MOST_USUAL = 5
MOST_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class ItemGroup:
    title: str
    items: tuple[catalogue.ItemSummary, ...]


@dataclass(frozen=True, kw_only=True)
class ItemsOnPage:
    """`first` is what Enter opens."""

    groups: tuple[ItemGroup, ...]
    left_off: int = 0

    @property
    def first(self) -> catalogue.ItemSummary | None:
        return self.groups[0].items[0] if self.groups else None

    @property
    def count(self) -> int:
        return sum(len(group.items) for group in self.groups)


def items_for(actor: Actor, text: str, at: datetime) -> ItemsOnPage:
    return _found(actor, text, times.local_day(at)) if text else _all(actor, times.local_day(at))


def _found(actor: Actor, text: str, today: date) -> ItemsOnPage:
    known = {str(one.item_version_id): one for one in catalogue.items(today)}
    hits = search.find(text, actor=actor, kinds=[catalogue.ITEM_VERSION], on=today).hits
    items = tuple(known[hit.subject.id] for hit in hits if hit.subject.id in known)
    return ItemsOnPage(groups=(ItemGroup(title=_("找到的"), items=items),) if items else ())


def _all(actor: Actor, today: date) -> ItemsOnPage:
    items = catalogue.items(today)
    usual = _usual(actor, items)
    others = [one for one in items if one not in usual]
    groups = [ItemGroup(title=_("我最近常收的"), items=usual)] if usual else []
    for department, name in people.DEPARTMENTS.items():
        of_it = tuple(one for one in others[:MOST_SHOWN] if str(one.department) == str(department))
        if of_it:
            groups.append(ItemGroup(title=str(name), items=of_it))
    return ItemsOnPage(groups=tuple(groups), left_off=max(0, len(others) - MOST_SHOWN))


def _usual(actor: Actor, items: Sequence[catalogue.ItemSummary]) -> tuple[catalogue.ItemSummary, ...]:
    """Of the clerk's latest cases, what came most often first."""
    latest, _number, _pages = matters.desk_cases(actor, page=1)
    by_name = {one.name: one for one in items}
    often = Counter(line.item_name for line in latest if line.item_name in by_name)
    return tuple(by_name[name] for name, _times in often.most_common(MOST_USUAL))
