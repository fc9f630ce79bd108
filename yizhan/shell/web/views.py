"""Home: what waits for you, what is under way, where to go."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from yizhan.catalogue import api as catalogue
from yizhan.kernel.api import Actor, access, times
from yizhan.look.api import links
from yizhan.matters import api as matters
from yizhan.notices import api as notices
from yizhan.shell.web.presenting import (
    OwnCase,
    drafts_of,
    greeting,
    home_community,
    how_it_goes,
    own_cases_of,
    waiting_for,
)
from yizhan.territory import api as territory

SHOWN = 4


@access.public
@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.staff_id and (actor.roles or actor.resident_id is None):
        return redirect("shell:work")
    if actor.resident_id is None:
        return render(
            request,
            "shell/welcome.html",
            {
                "sign_in": resolve_url(settings.LOGIN_URL),
                "stops": how_it_goes(),
                "events": catalogue.life_events(times.local_day(timezone.now())),
                "all_items": catalogue.items_address(),
            },
        )
    return render(request, "shell/home.html", _home_of(actor))


def _home_of(actor: Actor) -> dict[str, object]:
    now = timezone.now()
    page = matters.own_cases(actor, page=1, now=now)
    open_rows = [row for row in page.rows if row.state not in matters.CLOSED]
    rows = open_rows[:SHOWN]
    strips = {row.subject: row.strip for row in rows if row.strip}
    more = page.total > len(rows)
    cases: list[OwnCase] = own_cases_of(actor, rows, strips)
    return {
        "name": actor.name,
        "greeting": greeting(now),
        "place": _place_of(actor),
        "waiting": waiting_for(cases),
        "cases": cases,
        "drafts": drafts_of(actor),
        "more": more,
        "total": page.total,
        "mine": resolve_url("matters:mine"),
        "events": catalogue.life_events(times.local_day(now)),
        "all_items": catalogue.items_address(),
        "notices": list(notices.inbox(actor, page=1).object_list)[:3],
    }


def _place_of(actor: Actor) -> str:
    community = home_community(actor)
    return territory.full_name(community) if community else ""


@access.permission("shell.staff_home")
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """The first place of work that this person may enter; a page that says so where there is none."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    for place in ("desk.nav", "office.nav", "shell.nav"):
        for link in links.at(place, actor):
            return redirect(link.url)
    return render(request, "shell/no_work.html", {})
