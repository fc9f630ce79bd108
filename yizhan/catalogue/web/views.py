"""The list of items and the guide of one, answered for whoever is signed in."""

from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yizhan.catalogue import api
from yizhan.catalogue.web.guide import GuidePage, NobodyToAskFor
from yizhan.kernel.api import Actor, access, times
from yizhan.people import api as people


@access.public
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    order = list(people.DEPARTMENTS)
    found = sorted(api.items(times.local_day(timezone.now())), key=lambda item: order.index(item.department))
    by_department = groupby(found, key=lambda item: people.Department(item.department))
    groups = [(people.DEPARTMENTS[department], list(rows)) for department, rows in by_department]
    return render(request, "catalogue/items.html", {"groups": groups})


@access.public
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    version = api.current_version(code, times.local_day(at))
    page = GuidePage(version=version, actor=actor_of(request), chosen=person_asked_for(request), at=at)
    return render(request, "catalogue/guide.html", {"page": page})


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def person_asked_for(request: HttpRequest) -> UUID | None:
    text = request.GET.get("for", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NobodyToAskFor from None
