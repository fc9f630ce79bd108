from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "yizhan.places"
    label = "places"
    verbose_name = _("网点")
    append_only = ("Sighting",)

    def ready(self) -> None:
        from yizhan.kernel.api import access, subjects
        from yizhan.look.api import Link, links
        from yizhan.places.permissions import PERMISSIONS
        from yizhan.places.queries import lists
        from yizhan.places.queries.outlets import OUTLET, SITE
        from yizhan.places.queries.subject_resolvers import OutletSubjects, SiteSubjects

        access.register(PERMISSIONS)
        subjects.register(OUTLET, OutletSubjects())
        subjects.register(SITE, SiteSubjects())
        waiting = Link(
            label=_("网点"),
            route="places:outlets",
            permission="places.see_list",
            icon="shop",
            order=60,
            count=lists.waiting_for,
        )
        links.register("shell.nav", waiting)
