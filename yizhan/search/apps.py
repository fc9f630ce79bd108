from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "yizhan.search"
    label = "search"
