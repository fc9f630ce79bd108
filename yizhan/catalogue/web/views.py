"""The list of items and the guide of one, answered for whoever is signed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yizhan.catalogue import api
from yizhan.catalogue.web.guide import GuidePage, NobodyToAskFor
from yizhan.kernel.api import Actor, access, times
from yizhan.people import api as people


@dataclass(frozen=True, kw_only=True)
class ItemGroup:
    code: str
    id: str
    title: str
    icon: str
    items: tuple[api.ItemSummary, ...]


@access.public
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """All of them, or with `of` those of one life event or department: a page that a way in leads to."""
    found = api.items(times.local_day(timezone.now()))
    by = "department" if request.GET.get("by") == "department" else "event"
    groups = list(by_department(found) if by == "department" else by_event(found))
    chosen = next((group for group in groups if group.code == request.GET.get("of")), None)
    if chosen:
        others = [group for group in groups if group is not chosen]
        return render(request, "catalogue/items_of.html", {"group": chosen, "others": others, "by": by})
    return render(request, "catalogue/items.html", {"groups": groups, "by": by})


def by_event(found: Iterable[api.ItemSummary]) -> Iterator[ItemGroup]:
    """Under everything that it belongs to: who looks in one place finds it there."""
    found = tuple(found)
    for event, title in api.LIFE_EVENTS.items():
        rows = tuple(item for item in found if event in item.life_events)
        if rows:
            icon = api.EVENT_ICONS[event]
            yield ItemGroup(code=event.value, id=f"event-{event}", title=str(title), icon=icon, items=rows)


def by_department(found: Iterable[api.ItemSummary]) -> Iterator[ItemGroup]:
    found = tuple(found)
    for department, title in people.DEPARTMENTS.items():
        rows = tuple(item for item in found if item.department == department)
        if rows:
            code = str(department)
            yield ItemGroup(code=code, id=f"department-{code}", title=str(title), icon="matter", items=rows)


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
