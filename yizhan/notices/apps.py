from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "yizhan.notices"
    label = "notices"

    def ready(self) -> None:
        from yizhan.kernel.api import access, subjects
        from yizhan.look.api import Link, links
        from yizhan.notices import api
        from yizhan.notices.permissions import PERMISSIONS
        from yizhan.notices.queries.inbox import NOTICE, NoticeSubjects

        access.register(PERMISSIONS)
        subjects.register(NOTICE, NoticeSubjects())
        inbox = Link(
            label=_("消息"),
            route="notices:inbox",
            permission="notices.read_own",
            icon="bell",
            count=api.unread_count,
        )
        links.register("resident.top", inbox)
        links.register("resident.menu", inbox)
