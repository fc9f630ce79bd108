"""Link places: ways in that modules offer and pages show, each only to those who may go there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise

from yizhan.kernel.api import Actor, access

PLACES = (
    "resident.tabs",
    "resident.menu",
    "resident.top",
    "desk.nav",
    "office.nav",
    "shell.nav",
    "staff.find",
    "home.ways",
    "item.start",
    "items.find",
    "public.nav",
    "account.menu",
    "city.ways",
    "outlet.ways",
)
"""Where links may stand. A module that needs another place adds it here first."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A way in, registered by the module that owns the route."""

    label: str | Promise
    route: str
    permission: str | None = None
    """None is for routes that are public."""
    icon: str = ""
    order: int = 100
    args: tuple[str, ...] = ()
    note: str | Promise = ""
    count: Callable[[Actor], int | None] | None = None
    """How many things wait there; 0 and None are not shown."""
    post: bool = False
    """A button that posts, such as signing out."""


@dataclass(frozen=True, kw_only=True)
class LinkView:
    """A link that works for this actor."""

    label: str
    url: str
    icon: str
    note: str
    count: int
    post: bool
    route: str
    current: bool = False


class UnknownPlace(LookupError):
    """A module filled a place that no page has."""


class LinkRegistry:
    """All links by place. Filled from the `ready()` of the modules."""

    def __init__(self, places: tuple[str, ...] = PLACES) -> None:
        self._places = places
        self._links: dict[str, dict[tuple[str, tuple[str, ...]], Link]] = defaultdict(dict)

    def register(self, place: str, link: Link) -> None:
        """Offer `link` at `place`; the same route again replaces the earlier one."""
        if place not in self._places:
            raise UnknownPlace(place)
        self._links[place][(link.route, link.args)] = link

    def at(self, place: str, actor: Actor, *args: str) -> list[LinkView]:
        """The links that `actor` may follow, in order. `args` follow the link's own in the URL."""
        if place not in self._places:
            raise UnknownPlace(place)
        links = sorted(self._links[place].values(), key=lambda link: (link.order, link.route))
        allowed = [link for link in links if link.permission is None or access.may(actor, link.permission)]
        return [_view_of(link, actor, args) for link in allowed]

    def missing_routes(self) -> list[str]:
        """Routes that cannot be reached: a start-up check and a test ask for it."""
        return [
            link.route
            for links in self._links.values()
            for link in links.values()
            if not _reversible(link.route, link.args)
        ]


def _reversible(route: str, args: tuple[str, ...]) -> bool:
    try:
        reverse(route, args=args)
    except NoReverseMatch as problem:
        return "is not a valid view function or pattern name" not in str(problem) and "namespace" not in str(problem)
    return True


def _view_of(link: Link, actor: Actor, args: tuple[str, ...]) -> LinkView:
    return LinkView(
        label=str(link.label),
        url=_url_of(link.route, link.args + args, get_urlconf(), get_script_prefix()),
        icon=link.icon,
        note=str(link.note),
        count=(link.count(actor) or 0) if link.count else 0,
        post=link.post,
        route=link.route,
    )


@lru_cache(maxsize=2000)
def _url_of(route: str, args: tuple[str, ...], urlconf: str | None, _prefix: str) -> str:
    """Every page has a dozen of them, and they are the same on every page."""
    return reverse(route, urlconf=urlconf, args=args)


def with_current(views: list[LinkView], path: str, here: str = "") -> list[LinkView]:
    """Mark where the reader stands: the route named `here`, else the longest url that begins `path`."""
    if here:
        return [replace(view, current=view.route == here) for view in views]
    fitting = [view.url for view in views if view.url == path or (view.url != "/" and path.startswith(view.url))]
    nearest = max(fitting, key=len, default=None)
    return [replace(view, current=view.url == nearest) for view in views]


links = LinkRegistry()
