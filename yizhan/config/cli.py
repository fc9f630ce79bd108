"""`yizhan`: one command for everything. Subcommands load when called, so that a small one starts at once."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click

# name → (module, attribute, whether it needs Django and a database)
_COMMANDS: dict[str, tuple[str, str, bool]] = {
    "up": ("yizhan.config.commands", "up", False),
    "web": ("yizhan.config.commands", "web", False),
    "worker": ("yizhan.config.commands", "worker", True),
    "migrate": ("yizhan.config.commands", "migrate", False),
    "demo": ("yizhan.config.commands", "demo", True),
    "doctor": ("yizhan.config.commands", "doctor", True),
    "documents": ("yizhan.documents.cli", "documents", True),
    "verify": ("yizhan.config.commands", "verify", True),
    "backup": ("yizhan.config.commands", "backup", False),
    "restore": ("yizhan.config.commands", "restore", False),
    "held": ("yizhan.config.commands", "held", True),
    "bench": ("yizhan.config.commands", "bench", False),
    "manage": ("yizhan.config.commands", "manage", True),
    "client": ("yizhan.people.cli", "client", True),
    "clock": ("yizhan.clocks.cli", "clock", False),
    "search": ("yizhan.search.cli", "search", True),
    "streets": ("yizhan.streets.cli", "streets", True),
    "reach": ("yizhan.reach.cli", "reach", True),
    "people": ("yizhan.people.cli", "people", True),
    "item": ("yizhan.catalogue.cli", "item", False),
    "places": ("yizhan.places.cli", "places", True),
}


@contextmanager
def told_plainly() -> Iterator[None]:
    """A refusal is one sentence in the language of the terminal, and exit 1; any other exception flies."""
    from django.utils import translation

    from yizhan.kernel.api import Refusal

    language = "en" if os.environ.get("LANG", "").lower().startswith("en") else "zh-hans"
    with translation.override(language):
        try:
            yield
        except Refusal as refusal:
            click.echo(refusal.text, err=True)
            sys.exit(1)


class Commands(click.Group):
    """A group that imports a subcommand only when it is asked for, with Django and a database where it needs them.

    Rooms' commands let refusals fly: they are told here, for all of them.
    """

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, attribute, _needs_database = _COMMANDS[name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, context: click.Context) -> object:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
        name = context.protected_args[0] if context.protected_args else (context.args or [""])[0]
        needs = (
            _COMMANDS.get(name, ("", "", False))[2] and (name, next(iter(context.args), "")) not in _WITHOUT_DATABASE
        )
        if needs and "--help" not in sys.argv:
            from yizhan.config.process import with_database

            with with_database(), told_plainly():
                return super().invoke(context)
        return super().invoke(context)


# Subcommands that need neither Django nor a database, of commands that do.
_WITHOUT_DATABASE = {("documents", "check")}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Yizhan (一站): one platform for all the communities of a city."""
