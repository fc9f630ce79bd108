from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "yizhan.catalogue"
    label = "catalogue"
    verbose_name = _("事项库")
    append_only = ("ItemVersion",)

    def ready(self) -> None:
        from yizhan.catalogue import queries
        from yizhan.catalogue.permissions import PERMISSIONS
        from yizhan.kernel.api import access, subjects
        from yizhan.look.api import Link, links
        from yizhan.search import api as search

        access.register(PERMISSIONS)
        subjects.register(queries.ITEM_VERSION, queries.ItemVersionSubjects())
        search.register(queries.ITEM_VERSION, queries.search_entries)
        keep = Link(label=_("事项库"), route="catalogue:manage", permission="catalogue.manage_items", order=30)
        links.register("shell.nav", keep)
        way = Link(label=_("办事"), route="catalogue:items", icon="matter", order=20, note=_("能办什么、要带什么"))
        for place in ("resident.tabs", "home.ways", "public.nav"):
            links.register(place, way)
