from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReachConfig(AppConfig):
    name = "yizhan.reach"
    label = "reach"
    verbose_name = _("生活圈")

    def ready(self) -> None:
        from yizhan.look.api import Link, links

        way = Link(label=_("生活圈"), route="reach:circle", icon="circle", order=30, note=_("15 分钟走得到什么"))
        for place in ("resident.tabs", "home.ways", "public.nav"):
            links.register(place, way)
