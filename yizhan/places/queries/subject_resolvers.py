"""Outlets as subjects: everybody may see them."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from yizhan.kernel.api import Actor
from yizhan.places.models import Outlet, SiteVersion
from yizhan.places.queries.categories import title_of


class OutletSubjects:
    def titles(self, ids: Collection[str]) -> dict[str, str]:
        rows = Outlet.objects.filter(pk__in=_uuids(ids)).values_list("id", "name", "category")
        return {str(id_): name or title_of(category) for id_, name, category in rows}

    def urls(self, ids: Collection[str]) -> dict[str, str]:
        return {id_: reverse("places:outlet", args=[id_]) for id_ in map(str, _uuids(ids))}

    def visible(self, actor: Actor, ids: Collection[str]) -> set[str]:  # noqa: ARG002
        return {str(id_) for id_ in Outlet.objects.filter(pk__in=_uuids(ids)).values_list("id", flat=True)}

    def states(self, ids: Collection[str]) -> dict[str, str]:
        rows = Outlet.objects.filter(pk__in=_uuids(ids)).values_list("id", "state")
        return {str(id_): state for id_, state in rows}


class SiteSubjects:
    """The outlets of a site as one thing, by the site's name."""

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        return {site: site for site in SiteVersion.objects.filter(pk__in=ids).values_list("site", flat=True)}

    def urls(self, ids: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        return {}

    def visible(self, actor: Actor, ids: Collection[str]) -> set[str]:  # noqa: ARG002
        return set(self.titles(ids))

    def states(self, ids: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        return {}


def _uuids(ids: Collection[str]) -> list[UUID]:
    found = []
    for id_ in ids:
        try:
            found.append(UUID(str(id_)))
        except ValueError:
            continue
    return found
