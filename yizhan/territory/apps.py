from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    name = "yizhan.territory"
    label = "territory"
    append_only = ("CalendarNotice", "CalendarDay")

    def ready(self) -> None:
        from yizhan.kernel.api import access
        from yizhan.territory import permissions

        access.register(permissions.PERMISSIONS)
