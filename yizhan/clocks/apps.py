from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "yizhan.clocks"
    label = "clocks"
    append_only = ("Extension", "RecountMove")

    def ready(self) -> None:
        from yizhan.clocks import handlers  # noqa: F401 — registers itself
