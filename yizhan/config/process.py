"""How a command gets its database: DATABASE_URL if given, else the embedded server, started if none runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from yizhan.config.embedded import APP, OWNER, EmbeddedPostgres, default_data_dir
from yizhan.config.env import env


@contextmanager
def with_database(user: str = APP) -> Iterator[None]:
    """Set DATABASE_URL for this process and set Django up; stop the embedded server again if we started it."""
    variable = "YIZHAN_OWNER_DATABASE_URL" if user == OWNER else "DATABASE_URL"
    given = os.environ.get(variable) or os.environ.get("DATABASE_URL")
    server = None if given else EmbeddedPostgres(default_data_dir())
    started = server is not None and not server.is_running
    if server is not None and started:
        server.start()
    os.environ["DATABASE_URL"] = given or (server.url(user) if server else "")
    env.cache_clear()  # finding the data folder has read the environment already
    try:
        import django

        django.setup()
        yield
    finally:
        if server is not None and started:
            server.stop()
