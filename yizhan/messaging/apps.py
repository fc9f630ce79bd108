from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "yizhan.messaging"
    label = "messaging"

    def ready(self) -> None:
        from yizhan.messaging import handlers  # noqa: F401  registers what is done after a commit
