from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "yizhan.shell"
    label = "shell"

    def ready(self) -> None:
        from yizhan.kernel.api import access
        from yizhan.shell import permissions
        from yizhan.shell.web import ways_in

        access.register(permissions.PERMISSIONS)
        ways_in.register()
