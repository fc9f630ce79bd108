from dataclasses import replace

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReachConfig(AppConfig):
    name = "yizhan.reach"
    label = "reach"
    verbose_name = _("生活圈")
    append_only = ("CoverageMonth",)

    def ready(self) -> None:
        from yizhan.kernel.api import access, live, subjects, timers
        from yizhan.look.api import Link, links
        from yizhan.reach import handlers  # noqa: F401
        from yizhan.reach.permissions import PERMISSIONS, PLAN
        from yizhan.reach.services.live import LIVE, may_follow
        from yizhan.reach.services.months import TIMER, when_month_turns

        access.register(PERMISSIONS)
        timers.on(TIMER, when_month_turns)
        live.register(LIVE, may_follow)
        from yizhan.reach.queries import wants
        from yizhan.search import api as search

        subjects.register(wants.WANT, wants.WantSubjects())
        search.register(wants.WANT, wants.search_entries)
        way = Link(label=_("生活圈"), route="reach:circle", icon="circle", order=30, note=_("15 分钟走得到什么"))
        for place in ("resident.tabs", "home.ways", "public.nav"):
            links.register(place, way)
        # What everybody may look at is no place of work: in the bar of staff it stands for planners alone.
        city = Link(label=_("全市生活圈"), route="reach:city", icon="map", order=59)
        links.register("public.nav", city)
        links.register("shell.nav", replace(city, permission=PLAN))
        from yizhan.places import api as places
        from yizhan.reach.web.views import tiles_of

        places.offer_tiles(tiles_of)
        links.register("outlet.ways", Link(label=_("怎么走"), route="reach:way", icon="walk"))
        links.register("city.ways", Link(label=_("规划方案"), route="reach:scenarios", permission=PLAN, icon="map"))
