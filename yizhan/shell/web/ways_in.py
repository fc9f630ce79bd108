"""Links that the shell itself adds."""

from django.utils.translation import gettext_lazy as _

from yizhan.look.api import Link, links


def register() -> None:
    links.register("resident.tabs", Link(label=_("首页"), route="shell:home", icon="home", order=10))
    links.register("staff.find", Link(label=_("查找"), route="shell:search", icon="search"))
    links.register("items.find", Link(label=_("查找"), route="shell:search", icon="search"))
    links.register("shell.nav", Link(label=_("日历"), route="shell:calendar", permission="shell.calendar", order=50))
    links.register("shell.nav", Link(label=_("投递"), route="shell:outbox", permission="shell.outbox", order=70))
    links.register("shell.nav", Link(label=_("审计"), route="shell:audit", permission="shell.audit", order=80))
