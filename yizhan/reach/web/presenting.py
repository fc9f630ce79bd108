"""A circle as its page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yizhan.look.api import MapView, PlaceView
from yizhan.places import api as places
from yizhan.reach.queries.circles import Circle, Within
from yizhan.reach.queries.rows import rows_of
from yizhan.reach.queries.starts import Start
from yizhan.reach.web.asking import MINUTES, Asked

ROWS = 50
PINS, DOTS = 30, 200


@dataclass(frozen=True, kw_only=True)
class Way:
    """A choice on the page: a word, where it leads, whether it is chosen."""

    label: str
    query: str
    current: bool
    icon: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Twelve:
    """How many of the twelve basic kinds are within reach, and which are missing."""

    found: int
    total: int
    cells: tuple[bool, ...]
    missing: str


class CirclePage:
    """What the template asks for."""

    def __init__(self, circle: Circle, start: Start, asked: Asked, page: str = "1") -> None:
        self.circle = circle
        self.start = start
        self.asked = asked
        self.profile = circle.standing.profile
        self.found = chosen(circle, asked)
        self.page: Page[Within] = Paginator(self.found, ROWS).get_page(page)

    # ── choices ──

    def paces(self) -> list[Way]:
        words = {"adult": _("平常走"), "elder": _("慢慢走"), "wheels": _("坐轮椅")}
        return [self._way(word, self.profile == code, profile=code) for code, word in words.items()]

    def minutes(self) -> list[Way]:
        return [self._way(_("{n} 分钟").format(n=n), self.asked.minutes == n, minutes=n) for n in MINUTES]

    def moments(self) -> list[Way]:
        words = {"": _("不管开没开"), "now": _("现在开着"), "21:00": _("晚上 9 点")}
        if self.asked.when not in words:
            words[self.asked.when] = self.asked.when.replace("T", " ")
        return [self._way(word, self.asked.when == when, when=when) for when, word in words.items()]

    def moment(self) -> str:
        """As the field for it takes it; "" where none of its own was asked for."""
        return self.asked.when if "T" in self.asked.when else ""

    def rest(self) -> list[tuple[str, str]]:
        """What else was asked for, for the form that asks for a moment."""
        return parse_qsl(self.asked.query(when=""))

    def kinds(self) -> list[Way]:
        """All, and the branches of which something is within reach."""
        counts, tree, chosen_branch = self.circle.by_category, places.categories(), self._branch()
        ways = [self._way(_("全部"), not self.asked.kind, kind="", count=len(self.circle.within))]
        for branch in (one for one in tree if not one.is_leaf):
            count = sum(counts[leaf.code] for leaf in tree if leaf.parent == branch.code)
            if count or branch.code == chosen_branch:
                ways.append(self._kind(branch, branch.code == chosen_branch, count))
        return ways

    def leaves(self) -> list[Way]:
        """Of the chosen branch those of which something is within reach."""
        counts, branch = self.circle.by_category, self._branch()
        return [
            self._kind(one, one.code == self.asked.kind, counts[one.code])
            for one in places.categories()
            if one.is_leaf and one.parent == branch and (counts[one.code] or one.code == self.asked.kind)
        ]

    def _kind(self, kind: places.Category, current: bool, count: int) -> Way:
        return self._way(places.title_of(kind.code), current, kind=kind.code, icon=kind.icon, count=count)

    def _branch(self) -> str:
        found = places.find_category(self.asked.kind)
        return "" if found is None else found.parent or found.code

    def _way(self, label: str, current: bool, *, icon: str = "", count: int = 0, **changes: object) -> Way:
        return Way(label=str(label), query=self.asked.query(**changes), current=current, icon=icon, count=count)

    # ── what was found ──

    def twelve(self) -> Twelve:
        has = tuple(bool(self.circle.by_category[code]) for code in places.BASIC_TWELVE)
        missing = [places.title_of(code) for code, found in zip(places.BASIC_TWELVE, has, strict=True) if not found]
        return Twelve(
            found=sum(has), total=len(has), cells=tuple(sorted(has, reverse=True)), missing=_("、").join(missing)
        )

    def rows(self) -> list[PlaceView]:
        listed = list(self.page.object_list)
        return rows_of(listed, self.circle.at, {one.number: way_to(one, self.asked.query()) for one in listed})

    def summary(self) -> str:
        """One sentence; the nearest three by name, for whoever cannot see the map."""
        count = len(self.found)
        text = ngettext("{minutes} 分钟走得到 {count} 处", "{minutes} 分钟走得到 {count} 处", count).format(
            minutes=self.asked.minutes, count=count
        )
        near = [
            _("{name}（{minutes} 分钟）").format(name=one.outlet.title, minutes=one.minutes) for one in self.found[:3]
        ]
        return (
            _("{text}。最近的是{names}。").format(text=text, names=_("、").join(near)) if near else f"{text}{_('。')}"
        )

    def unknown(self) -> int:
        """Of those asked for, how many might be open without anybody knowing."""
        if not self.asked.when:
            return 0
        fitting = _of_kind(self.circle, self.asked)
        return sum(self.circle.opening(one) == places.OpenAnswer.UNKNOWN for one in fitting)

    def pace(self) -> str:
        """How the minutes were counted."""
        words = {
            "adult": _("沿街道和过街口算，按每分钟 80 米。"),
            "elder": _("沿街道和过街口算，慢慢走按每秒 0.8 米。"),
            "wheels": _("沿街道和过街口算，避开台阶和高路缘，按每秒 0.79 米。"),
        }
        return words[self.profile]

    def without_map(self) -> str:
        return self.asked.query(has_map=False)

    def with_map(self) -> str:
        return self.asked.query(has_map=True)

    def attribution(self) -> str:
        return self.circle.site.attribution

    def map(self) -> MapView:
        return MapView(
            src=f"{reverse('reach:map')}?{self.asked.query()}",
            label=_("{minutes} 分钟生活圈的地图").format(minutes=self.asked.minutes),
            keys=tuple((str(n), _("{n} 分").format(n=n)) for n in MINUTES if n <= self.asked.minutes),
        )


def way_to(one: Within, query: str) -> str:
    return f"{reverse('reach:way', args=[one.outlet.outlet_id])}?{query}"


def chosen(circle: Circle, asked: Asked) -> tuple[Within, ...]:
    """Of the kinds that were asked for; open at the moment, if one was."""
    fitting = _of_kind(circle, asked)
    if not asked.when:
        return fitting
    return tuple(one for one in fitting if circle.opening(one) == places.OpenAnswer.OPEN)


def _of_kind(circle: Circle, asked: Asked) -> tuple[Within, ...]:
    categories = asked.categories
    return circle.within if categories is None else circle.of(categories)


def points_of(circle: Circle, start: Start, found: Iterable[Within], asked: Asked) -> list[dict[str, object]]:
    """The map's signs: the start, the nearest outlets with a picture, some more as dots."""
    here = start.point.wgs84
    signs: list[dict[str, object]] = [
        {
            "lon": here.lon,
            "lat": here.lat,
            "icon": "home" if start.key == "home" else "pin",
            "label": start.title,
            "kind": "you",
        }
    ]
    for number, one in enumerate(islice(found, DOTS)):
        kind = places.find_category(one.outlet.category)
        shut = circle.opening(one) == places.OpenAnswer.CLOSED
        signs.append(
            {
                "lon": one.outlet.lon,
                "lat": one.outlet.lat,
                "icon": kind.icon if kind else "stop",
                "label": f"{one.outlet.title} {one.minutes} {_('分钟')}",
                "url": way_to(one, asked.query()),
                "kind": "dot" if number >= PINS else "shut" if shut else "",
            }
        )
    return signs
