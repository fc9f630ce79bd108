"""Where other pages find ours."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yizhan.kernel.api import Actor
from yizhan.look.api import Link, links, workplace
from yizhan.people.queries.organisations import workplace_words


def register() -> None:
    links.register(
        "resident.tabs", Link(label=_("我的"), route="people:me", permission="people.own_page", icon="user", order=90)
    )
    links.register(
        "resident.menu",
        Link(label=_("谁看过我的资料"), route="people:reads", permission="people.own_reads", icon="eye", order=50),
    )
    links.register(
        "desk.nav",
        Link(label=_("登记新居民"), route="people:register", permission="people.find_at_desk", order=60),
    )
    links.register(
        "desk.nav",
        Link(
            label=_("取消动态口令"), route="people:clear_app_at_desk", permission="people.clear_app_at_desk", order=62
        ),
    )
    house = (
        (pgettext_lazy("管理", "单位"), "organisations", 40),
        (_("人员"), "staff", 42),
        (_("岗位"), "roles", 44),
        (_("接入系统"), "systems", 46),
    )
    for label, route, order in house:
        links.register(
            "shell.nav", Link(label=label, route=f"people:{route}", permission="people.see_house", order=order)
        )
    links.register(
        "account.menu",
        Link(label=_("我的岗位"), route="people:workplace", permission="people.choose_workplace", order=10),
    )
    links.register(
        "account.menu",
        Link(label=_("账号保护"), route="people:protection", permission="people.protect_account", order=20),
    )
    links.register(
        "account.menu",
        Link(label=_("退出"), route="account_logout", permission="people.own_page", order=90, post=True),
    )
    workplace.register(_words)


def _words(actor: Actor) -> str:
    return workplace_words({grant.organisation_id for grant in actor.roles}) if actor.staff_id else ""
