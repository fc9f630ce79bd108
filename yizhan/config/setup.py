"""What turns an empty database into a city: migrations, rights, reference data, and in demo mode the sample city."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from yizhan.config.collector import collecting_seldom
from yizhan.config.database import grant_application_role

# Reference data in band order: who loads what every city needs.
_REFERENCE = (("territory", "load_reference_data"), ("catalogue", "load_items"), ("search", "fill"))
_DEMO = ("territory", "people", "documents", "catalogue", "matters", "streets", "reach", "places")


class DemoCity(dict[str, Any]):
    """What the rooms put into the sample city, by a name that later rooms know."""


def migrate(verbosity: int = 0) -> None:
    """Bring the schema up to date. Run as the owner."""
    call_command("migrate", verbosity=verbosity, interactive=False)
    call_command("createcachetable", verbosity=0)
    grant_application_role()


def load_reference_data() -> None:
    """Divisions, calendar, service items: idempotent, also after an upgrade."""
    for room, name in _REFERENCE:
        if apps.is_installed(f"yizhan.{room}") and hasattr(import_module(f"yizhan.{room}.api"), name):
            getattr(import_module(f"yizhan.{room}.api"), name)()


def is_empty() -> bool:
    """Whether nobody lives in this city yet."""
    from django.contrib.auth import get_user_model

    return not get_user_model().objects.exists()


def build_demo_city() -> DemoCity:
    """Fill an empty database with the sample city; each room adds its part through its own services."""
    city = DemoCity()
    with _not_waiting_for_the_disk(), collecting_seldom():
        for room in _DEMO:
            if find_spec(f"yizhan.{room}.demo"):
                import_module(f"yizhan.{room}.demo").build(city)
    return city


@contextmanager
def _not_waiting_for_the_disk() -> Iterator[None]:
    """What breaks off is built anew, so of a thousand commits the last alone has to be on the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = on")
            # This commit waits, and with it all before it.
            cursor.execute("SELECT pg_logical_emit_message(true, 'yizhan', 'the sample city is there')")
