"""Where the rest of the house leads to the office's and the resident's pages."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from yizhan.look.api import Link, links
from yizhan.matters import api as matters


def register() -> None:
    links.register(
        "office.nav", Link(label=_("待办"), route="matters:office", permission="matters.office", icon="inbox", order=30)
    )
    links.register(
        "office.nav",
        Link(label=_("已办"), route="matters:office_done", permission="matters.office", icon="check", order=31),
    )
    links.register(
        "office.nav",
        Link(label=_("抽查和超时"), route="matters:office_checks", permission="matters.office", icon="clock", order=32),
    )
    links.register(
        "office.nav",
        Link(
            label=_("延期审批"),
            route="matters:extensions",
            permission="matters.extensions",
            icon="calendar",
            order=33,
            count=matters.extensions_waiting,
        ),
    )
    own = Link(
        label=_("我的办件"),
        route="matters:mine",
        permission="matters.own_cases",
        icon="list",
        order=30,
        note=_("办到哪了、取件码、补材料"),
    )
    links.register("resident.menu", own)
    links.register("item.start", Link(label=_("开始申请"), route="matters:apply", permission="matters.start", order=10))
    # A tab has room for two characters, in the elder version no more.
    links.register("resident.tabs", replace(own, label=_("进度")))
