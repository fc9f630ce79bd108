"""Rights in the database: migrations run as the owner, the application as a role that cannot alter evidence."""

from typing import Any

from django.apps import apps
from django.db import connection

from yizhan.config.embedded import APP


def append_only_tables() -> list[str]:
    """Tables that the application may add to and read, nothing else; each module names its own in apps.py."""
    tables = []
    for config in apps.get_app_configs():
        for name in getattr(config, "append_only", ()):
            tables.append(config.get_model(name)._meta.db_table)
    return sorted(tables)


def grant_application_role(role: str = APP) -> None:
    """Give the application's role what it needs and no more. Run as the owner after migrations."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {quote(role)}",
            f"REVOKE CREATE ON SCHEMA public FROM {quote(role)}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quote(role)}",
            f"REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM {quote(role)}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quote(role)}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quote(role)}",
        ):
            cursor.execute(statement)
        for table in append_only_tables():
            cursor.execute(f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {quote(role)}")


def url_settings(url: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL URL: postgresql://user:password@host:port/name?host=/socket."""
    from urllib.parse import parse_qs, unquote, urlsplit

    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }
