"""Outlets for the search page: of the kinds that were meant, or with that name, nearest first on foot."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from yizhan.kernel.api import Actor
from yizhan.look.api import PlaceView
from yizhan.places import api as places
from yizhan.reach import api as reach
from yizhan.search import api as search
from yizhan.shell.web.presenting import home_community

MINUTES = 15


@dataclass(frozen=True, kw_only=True)
class Nearby:
    """What is near, and what it was looked for by."""

    title: str
    community: str
    profile: str
    categories: frozenset[str]
    outlets: tuple[reach.Within, ...]
    rows: tuple[PlaceView, ...]
    total: int
    minutes: int = MINUTES

    @property
    def more(self) -> bool:
        return self.total > len(self.rows)

    @property
    def kinds(self) -> str:
        return _("、").join(places.title_of(code) for code in sorted(self.categories))


def wanted_in(results: search.Results) -> frozenset[str]:
    """The categories that the text means, all of its words together."""
    return frozenset(hit.subject.id for hit in results.hits if hit.subject.kind == reach.WANT and hit.is_whole)


def nearby(request: HttpRequest, text: str, results: search.Results) -> Nearby | None:
    """None where nobody said what to look for or where to start."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    categories = wanted_in(results)
    if not text or (actor.staff_id and actor.roles):
        return None
    at = timezone.now()
    start = reach.find_start("", actor=actor, kept=request.session.get(reach.KEPT_POINT), at=at)
    if start is None:
        return None
    profile = "elder" if request.COOKIES.get("yz_version") == "elder" else "adult"
    found = reach.near(start, categories=categories, name=text, profile=profile, at=at)
    if found is None or not (categories or found.outlets):
        return None
    return Nearby(
        title=start.title,
        community=start.community or home_community(actor),
        profile=profile,
        categories=categories,
        outlets=found.outlets,
        rows=tuple(found.rows()),
        total=found.total,
    )
