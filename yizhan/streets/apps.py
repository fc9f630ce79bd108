from django.apps import AppConfig


class StreetsConfig(AppConfig):
    name = "yizhan.streets"
    label = "streets"

    def ready(self) -> None:
        from yizhan.kernel.api import subjects
        from yizhan.streets.queries.sites import SITE, SiteSubjects

        subjects.register(SITE, SiteSubjects())
