"""The city's figures as pages show them: rows, shares with their bars, gaps, grades; and as a table to take away."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yizhan.look.api import MapView
from yizhan.places import api as places
from yizhan.reach.queries import coverage
from yizhan.reach.queries.behind import to_verify_behind
from yizhan.reach.queries.borders import BorderKind, borders_of
from yizhan.reach.queries.counted import Counted
from yizhan.reach.queries.standards import said, standards
from yizhan.reach.rules.coverage import MARKS, Figure, gaps
from yizhan.reach.rules.grading import Answer, Grading, Step
from yizhan.reach.web.planning_asking import CityAsked
from yizhan.streets import api as streets
from yizhan.territory import api as territory

PROFILES = ("adult", "elder", "wheels")
HOURS = ("", "now", "07:00", "21:00")


@dataclass(frozen=True)
class Share:
    """A share of residents; `percent` is rounded down, so that 100 is everybody."""

    value: Fraction | None

    @property
    def percent(self) -> str:
        if self.value is None:
            return "—"
        tenths = int(self.value * 1000)
        return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"

    @property
    def width(self) -> int:
        return 0 if self.value is None else int(self.value * 100)


@dataclass(frozen=True, kw_only=True)
class Way:
    label: str
    query: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class CommunityRow:
    code: str
    name: str
    url: str
    residents: int
    share: Share
    marks: tuple[Share, ...]
    minutes: str
    worst: str
    lacking: int
    grade: str


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    code: str
    title: str
    limit: str
    query: str
    share: Share
    marks: tuple[Share, ...]
    minutes: str
    lacking: int


def residents(dwellings: int) -> int:
    return standards().residents(dwellings)


def minutes_text(minutes: Fraction | None) -> str:
    """To a tenth, rounded half up."""
    if minutes is None:
        return "—"
    tenths = int(minutes * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def list_title(one: Any) -> str:
    return said(one.title, one.title_en)


def grade_title(step: Step | None) -> str:
    return said(step.title, step.title_en) if step else _("未达基础型")


def names_of(codes: Iterable[str]) -> dict[str, str]:
    full = territory.full_names(set(codes))
    return {code: full.get(code, code) for code in codes}


class CityPage:
    """What the city page asks for."""

    def __init__(self, asked: CityAsked) -> None:
        self.asked = asked

    @cached_property
    def counted(self) -> Counted:
        return Counted(self.asked.site)

    @cached_property
    def people(self) -> dict[str, coverage.People]:
        return self.counted.people()

    @cached_property
    def figures(self) -> coverage.Figures:
        asked = self.asked
        return self.counted.figures(profile=asked.profile, limits=asked.limits, at=asked.at)

    @cached_property
    def joint(self) -> dict[str, int]:
        asked = self.asked
        return self.counted.reaching_all(profile=asked.profile, limits=asked.limits, at=asked.at)

    @cached_property
    def gradings(self) -> dict[str, Grading]:
        return self.counted.gradings()

    @cached_property
    def names(self) -> dict[str, str]:
        return names_of(self.people)

    # ── the whole ──

    @property
    def dwellings(self) -> int:
        return sum(one.dwellings for one in self.people.values())

    @property
    def residents(self) -> int:
        return residents(self.dwellings)

    @property
    def sample(self) -> int:
        return residents(sum(one.sample for one in self.people.values()))

    @property
    def share(self) -> Share:
        return Share(Fraction(sum(self.joint.values()), self.dwellings) if self.dwellings else None)

    @cached_property
    def totals(self) -> dict[str, Figure]:
        """By category over all communities."""
        found: dict[str, Figure] = {}
        for by_category in self.figures.values():
            for category, figure in by_category.items():
                found[category] = found[category] + figure if category in found else figure
        return found

    @property
    def worst(self) -> tuple[str, int] | None:
        """The category that most people lack, and how many residents they are."""
        first = next(iter(gaps(self.totals)), None)
        return (places.title_of(first.category), residents(first.figure.lacking)) if first else None

    @property
    def kind_title(self) -> str:
        return places.title_of(self.asked.kind) if self.asked.kind else ""

    @property
    def title(self) -> str:
        return self.kind_title or list_title(self.asked.list)

    @property
    def minutes(self) -> str:
        return f"{self.asked.minutes.normalize():f}"

    # ── tables ──

    @cached_property
    def rows(self) -> list[CommunityRow]:
        rows = [self._row(code) for code in self.people]
        orders: Mapping[str, Any] = {
            "lacking": lambda row: (-row.lacking, row.code),
            "name": lambda row: row.code,
            "share": lambda row: (row.share.value or 0, row.code),
            "residents": lambda row: (-row.residents, row.code),
        }
        return sorted(rows, key=orders.get(self.asked.sort, orders["lacking"]))

    def _row(self, code: str) -> CommunityRow:
        figures, people = self.figures[code], self.people[code]
        missing = gaps(figures)
        one = figures[self.asked.kind] if self.asked.kind else None
        worst = places.title_of(missing[0].category) if missing and not one else ""
        return CommunityRow(
            code=code,
            name=self.names[code],
            url=f"{reverse('reach:community', args=[code])}{self.asked.query(kind='', sort='lacking')}",
            residents=residents(people.dwellings),
            share=Share(Fraction(self.joint[code], people.dwellings) if people.dwellings else None),
            marks=tuple(Share(one.share_within(mark)) for mark in MARKS) if one else (),
            minutes=minutes_text(one.mean_minutes) if one else "",
            worst=worst,
            lacking=residents(people.dwellings - self.joint[code]),
            grade=grade_title(self.gradings[code].grade),
        )

    @property
    def categories(self) -> list[CategoryRow]:
        return [category_row(category, figure, self.asked) for category, figure in self.totals.items()]

    # ── ways on ──

    @property
    def lists(self) -> list[Way]:
        return [
            Way(
                label=list_title(one),
                query=self.asked.query(list_code=one.code, kind=""),
                current=one.code == self.asked.list_code,
            )
            for one in standards().lists
        ]

    @property
    def kinds(self) -> list[Way]:
        every = Way(label=_("整份清单"), query=self.asked.query(kind=""), current=not self.asked.kind)
        return [every] + [
            Way(label=places.title_of(code), query=self.asked.query(kind=code), current=code == self.asked.kind)
            for code in self.asked.list.categories
        ]

    @property
    def paces(self) -> list[Way]:
        return paces_of(self.asked)

    @property
    def moments(self) -> list[Way]:
        words = {"": _("所有网点"), "now": _("现在开着的")}
        times = HOURS if self.asked.when in HOURS else (*HOURS, self.asked.when)
        return [
            Way(
                label=words.get(one) or _("{time} 开着的").format(time=one),
                query=self.asked.query(when=one),
                current=one == self.asked.when,
            )
            for one in times
        ]

    @property
    def sites(self) -> list[Way]:
        if len(self.asked.sites) < 2:
            return []
        return [
            Way(label=one.title, query=self.asked.query(site=one), current=one == self.asked.site)
            for one in self.asked.sites
        ]

    @property
    def map(self) -> MapView:
        kind = self.asked.kind or next(iter(self.asked.list.categories))
        label = _("走到最近的{kind}要几分钟").format(kind=places.title_of(kind))
        return MapView(
            src=f"{reverse('reach:city_map')}{self.asked.query(kind=kind)}",
            label=label,
            alternative=_("{label}：越深越近。每个社区的数字在下面的表里。").format(label=label),
            keys=(*((str(n), _("{n} 分").format(n=n)) for n in MARKS), ("far", _("更远"))),
        )

    @property
    def border_notes(self) -> list[str]:
        """Whose the lines round the communities are."""
        found = Counter(one.kind for one in borders_of(self.asked.site).values())
        words = {
            BorderKind.SAMPLE: _("{count} 个社区的边界是样例，不是真实界线。"),
            BorderKind.HULL: _("{count} 个社区还没有边界，图上的线是按住处围出来的。"),
        }
        return [text.format(count=found[kind]) for kind, text in words.items() if found[kind]]

    def sorting(self) -> dict[str, str]:
        return {one: self.asked.query(sort=one) for one in ("lacking", "name", "share", "residents")}


def paces_of(asked: CityAsked) -> list[Way]:
    return [
        Way(label=streets.title_of(one), query=asked.query(profile=one), current=one == asked.profile)
        for one in PROFILES
    ]


def category_row(category: str, figure: Figure, asked: CityAsked) -> CategoryRow:
    return CategoryRow(
        code=category,
        title=places.title_of(category),
        limit=f"{figure.limit.normalize():f}",
        query=asked.query(kind=category),
        share=Share(figure.share),
        marks=tuple(Share(figure.share_within(mark)) for mark in MARKS),
        minutes=minutes_text(figure.mean_minutes),
        lacking=residents(figure.lacking),
    )


# ── one community ──


@dataclass(frozen=True, kw_only=True)
class GapRow:
    title: str
    url: str
    limit: str
    residents: int
    is_total: bool
    minutes: str
    never: int
    to_verify: int


@dataclass(frozen=True, kw_only=True)
class PaceRow:
    """A category with the share of each profile."""

    title: str
    url: str
    limit: str
    shares: tuple[Share, ...]
    marks: tuple[Share, ...]
    minutes: str


class CommunityPage:
    """What the page of one community asks for."""

    def __init__(self, asked: CityAsked, code: str) -> None:
        self.asked = asked
        self.code = code
        self.counted = Counted(asked.site)
        people = self.counted.people(code)
        if code not in people:
            raise coverage.NoHomesHere
        self.people = people[code]

    @cached_property
    def name(self) -> str:
        return names_of([self.code])[self.code]

    @property
    def residents(self) -> int:
        return residents(self.people.dwellings)

    @property
    def sample(self) -> int:
        return residents(self.people.sample)

    @cached_property
    def by_profile(self) -> dict[str, dict[str, Figure]]:
        asked = self.asked
        return {
            profile: self.counted.figures(profile=profile, limits=asked.list.minutes, community=self.code, at=asked.at)[
                self.code
            ]
            for profile in PROFILES
        }

    @property
    def figures(self) -> dict[str, Figure]:
        return self.by_profile[self.asked.profile]

    @cached_property
    def grading(self) -> Grading:
        return self.counted.gradings(self.code)[self.code]

    @property
    def grade(self) -> str:
        return grade_title(self.grading.grade)

    @property
    def steps(self) -> list[tuple[str, bool, list[tuple[bool, str]], str]]:
        return [
            (
                said(step.title, step.title_en),
                step.holds,
                [(answer.holds, condition_text(answer)) for answer in step.answers],
                step.source,
            )
            for step in self.grading.steps
        ]

    @property
    def all_shares(self) -> list[tuple[str, Share]]:
        """Who reaches everything of the list, as each profile walks."""
        asked = self.asked
        found = []
        for profile in PROFILES:
            count = self.counted.reaching_all(
                profile=profile, limits=asked.list.minutes, community=self.code, at=asked.at
            )[self.code]
            found.append((streets.title_of(profile), Share(Fraction(count, self.people.dwellings))))
        return found

    @cached_property
    def to_verify(self) -> dict[str, int]:
        return to_verify_behind(self.asked.site.name, self.code, self.asked.profile, on=timezone.localdate())

    @property
    def gaps(self) -> list[GapRow]:
        return [
            GapRow(
                title=places.title_of(gap.category),
                url=self._url(gap.category),
                limit=f"{gap.figure.limit.normalize():f}",
                residents=residents(gap.figure.lacking),
                is_total=gap.is_total,
                minutes=minutes_text(gap.figure.mean_minutes_beyond),
                never=residents(gap.figure.never),
                to_verify=residents(self.to_verify.get(gap.category, 0)),
            )
            for gap in gaps(self.figures)
        ]

    @property
    def rows(self) -> list[PaceRow]:
        return [
            PaceRow(
                title=places.title_of(category),
                url=self._url(category),
                limit=f"{minutes.normalize():f}",
                shares=tuple(Share(self.by_profile[profile][category].share) for profile in PROFILES),
                marks=tuple(Share(self.figures[category].share_within(mark)) for mark in MARKS),
                minutes=minutes_text(self.figures[category].mean_minutes),
            )
            for category, minutes in self.asked.list.minutes.items()
        ]

    def _url(self, category: str) -> str:
        return f"{reverse('reach:behind', args=[self.code, category])}{self.asked.query(kind='')}"

    @property
    def paces(self) -> list[Way]:
        return paces_of(self.asked)

    @property
    def lists(self) -> list[Way]:
        return CityPage(self.asked).lists

    @property
    def moments(self) -> list[Way]:
        return CityPage(self.asked).moments

    @property
    def list_title(self) -> str:
        return list_title(self.asked.list)

    @property
    def back(self) -> str:
        return f"{reverse('reach:city')}{self.asked.query(kind='')}"


def condition_text(answer: Answer) -> str:
    """What is asked and what is, in one line."""
    asked = answer.asked
    wanted = standards().find_list(asked.list_code)
    words = {
        "list": list_title(wanted) if wanted else asked.list_code,
        "share": int(asked.share * 100),
        "who": streets.title_of(asked.profile),
    }
    if asked.is_joint:
        found = Share(answer.found if isinstance(answer.found, Fraction) else None).percent
        text = _("{list}全都走得到的居民不少于 {share}%（按{who}的步速），现在 {found}%")
        return text.format(**words, found=found)
    text = _("{list}里至少 {count} 类，各有 {share}% 以上居民走得到（按{who}的步速），现在 {found} 类")
    return text.format(**words, count=asked.at_least, found="—" if answer.found is None else answer.found)
