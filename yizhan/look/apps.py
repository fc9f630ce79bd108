"""The look as a Django app."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "yizhan.look"
    label = "look"
    verbose_name = "look"
