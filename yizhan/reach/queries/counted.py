"""The figures of coverage, each counted once in a process for all who ask, until the site's table changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

from django.db import connection

from yizhan.places import api as places
from yizhan.reach.queries import coverage
from yizhan.reach.queries.coverage import Figures, Limits, People
from yizhan.reach.queries.standards import get_list, standards
from yizhan.reach.rules.grading import Grading, conditions_of, grading
from yizhan.streets import api as streets

MOST = 60_000
"""Figures that a process remembers: some 30 MB of them."""
_Key = tuple[Hashable, ...]
_Found = TypeVar("_Found")


class Counted:
    """What `coverage` counts, for one reader at one moment: which state of the table it is of, is read once.

    What comes back is shared by all readers: it is looked at and never changed.
    """

    def __init__(self, site: streets.SiteView) -> None:
        self.site = site

    @cached_property
    def _mark(self) -> _Key:
        """Another one after every commit that changes a figure, and for every transaction that has not committed."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT version, homes_version, xmin::text FROM reach_livesite WHERE site = %s", [self.site.name]
            )
            return (self.site.name, self.site.version_id, *(cursor.fetchone() or ()))

    @cached_property
    def _outlets(self) -> int:
        return places.site_version(self.site.name)

    def people(self, community: str | None = None) -> dict[str, People]:
        if community is not None:
            found = self.people().get(community)
            return {community: found} if found else {}
        return _remembered((*self._mark, "people"), lambda: coverage.people_of(self.site.name), len)

    def figures(
        self, *, profile: str, limits: Limits, community: str | None = None, at: datetime | None = None
    ) -> Figures:
        """As `coverage.figures`."""
        return self._counted(coverage.figures, _Asked(profile, limits, at), community)

    def reaching_all(
        self, *, profile: str, limits: Limits, community: str | None = None, at: datetime | None = None
    ) -> dict[str, int]:
        """As `coverage.reaching_all`."""
        return self._counted(coverage.reaching_all, _Asked(profile, limits, at), community)

    def gradings(self, community: str | None = None) -> dict[str, Grading]:
        """The grade of each community's circle, by the conditions of the standards."""
        return _remembered((*self._mark, "gradings", community), lambda: self._gradings(community), len)

    def _gradings(self, community: str | None) -> dict[str, Grading]:
        grades = standards().grades
        joint: dict[tuple[str, str], dict[str, int]] = {}
        single: dict[tuple[str, str], Figures] = {}
        for asked in {one for grade in grades for one in conditions_of(grade)}:
            key, limits = (asked.list_code, asked.profile), get_list(asked.list_code).minutes
            if asked.is_joint and key not in joint:
                joint[key] = self.reaching_all(profile=asked.profile, limits=limits, community=community)
            elif not asked.is_joint and key not in single:
                single[key] = self.figures(profile=asked.profile, limits=limits, community=community)
        return {
            code: grading(
                grades,
                joint={key: Fraction(found[code], one.dwellings) for key, found in joint.items()},
                single={
                    key: {category: figure.share for category, figure in found[code].items()}
                    for key, found in single.items()
                },
            )
            for code, one in self.people(community).items()
        }

    def _counted(self, count: Callable[..., dict[str, Any]], asked: "_Asked", community: str | None) -> dict[str, Any]:
        if asked.at and community is not None:  # at an hour all communities are counted in one go
            found = self._counted(count, asked, None)
            return {community: found[community]} if community in found else {}
        moment = (coverage.minute_of(asked.at), self._outlets) if asked.at else ()
        key = (*self._mark, count.__name__, asked.profile, tuple(asked.limits.items()), community, *moment)
        words: dict[str, Any] = {"profile": asked.profile, "limits": asked.limits, "at": asked.at}
        people = self.people(community)
        return _remembered(
            key,
            lambda: count(self.site, **words, community=community, people=people),
            lambda found: len(found) * len(asked.limits),
        )


@dataclass(frozen=True)
class _Asked:
    profile: str
    limits: Limits
    at: datetime | None


# ── remembering ──


class _Memory:
    """The latest asked, up to so much in all; what has not been asked for longest goes first."""

    def __init__(self, most: int) -> None:
        self.most, self.weight = most, 0
        self._kept: OrderedDict[_Key, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key) -> Any:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def keep(self, key: _Key, found: object, weight: int) -> None:
        with self._lock:
            self.weight += weight - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (found, weight)
            while self.weight > self.most and len(self._kept) > 1:
                self.weight -= self._kept.popitem(last=False)[1][1]


_memory = _Memory(MOST)


def _remembered(key: _Key, count: Callable[[], _Found], size: Callable[[_Found], int]) -> _Found:
    """Two who ask at once for something new both count it: nobody waits for another's search."""
    found: _Found | None = _memory.get(key)
    if found is None:
        found = count()
        _memory.keep(key, found, size(found))
    return found
