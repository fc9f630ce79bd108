"""The search page: what a resident may do and where he can walk to, and for staff cases by number.

The box posts, so that what somebody types by mistake (an identity number, a phone) stands in no address and no log.
What found something and is no such number gets an address to go back to.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, Subject, access, subjects, times
from yizhan.reach import api as reach
from yizhan.search import api as search
from yizhan.shell.rules import may_stand_in_address, typed
from yizhan.shell.services import tell_found_nothing, tell_nothing_near
from yizhan.shell.web.nearby import Nearby, nearby, wanted_in
from yizhan.shell.web.presenting import home_community

LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """A hit with how it stands."""

    hit: search.Hit
    state: str

    @property
    def is_place(self) -> bool:
        """A kind of outlets rather than something to have done."""
        return self.hit.subject.kind == reach.WANT


@access.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def search_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        return _asked(request, actor)
    text = typed(request.GET.get("q", "")[:LONGEST])
    return _answer(request, actor, text, _find(actor, text, _number(request.GET.get("page", ""))))


def _asked(request: HttpRequest, actor: Actor) -> HttpResponse:
    text = typed(request.POST.get("q", "")[:LONGEST])
    results = _find(actor, text, 1)
    _tell_unmet(actor, nearby(request, text, results))
    if results.hits and may_stand_in_address(text):
        return redirect(f"{reverse('shell:search')}?{urlencode({'q': text})}")
    if text and not results.hits:
        tell_found_nothing(text=text, community=home_community(actor), actor=actor, at=timezone.now())
    return _answer(request, actor, text, results)


def _tell_unmet(actor: Actor, found: Nearby | None) -> None:
    """Of what was asked for by its kind alone: a name that nobody has is no demand."""
    if found and found.categories and not found.outlets:
        tell_nothing_near(
            categories=found.categories,
            minutes=found.minutes,
            profile=found.profile,
            community=found.community,
            actor=actor,
            at=timezone.now(),
        )


def _find(actor: Actor, text: str, page: int) -> search.Results:
    return search.find(text, actor=actor, page=page)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _answer(request: HttpRequest, actor: Actor, text: str, results: search.Results) -> HttpResponse:
    is_staff = bool(actor.staff_id and actor.roles)
    found = [Found(hit=hit, state=state) for hit, state in zip(results.hits, _states(results.hits), strict=True)]
    near = None if is_staff else nearby(request, text, results)
    context = {
        "q": text,
        "near": near,
        "starts": reach.starts_address(),
        "wants_start": not is_staff and near is None and bool(wanted_in(results)),
        "results": results,
        "numbers": [one for one in found if one.hit.number],
        "entries": [one for one in found if not one.hit.number],
        "is_near": bool(found) and not any(one.hit.is_whole for one in found),
        "page": _page(results),
        "home": reverse("shell:home"),
        "events": () if is_staff else catalogue.life_events(times.local_day(timezone.now())),
        "all_items": catalogue.items_address(),
    }
    return render(request, "shell/search_staff.html" if is_staff else "shell/search.html", context)


def _states(hits: tuple[search.Hit, ...]) -> list[str]:
    """Only what is found by its number says how it stands."""
    asked: list[Subject] = [hit.subject for hit in hits if hit.number]
    known = subjects.states(asked)
    return [known.get(hit.subject, "") for hit in hits]


def _page(results: search.Results) -> Page[int]:
    """For the pager."""
    return Paginator(range(results.total), search.PAGE).get_page(results.page)
