"""Foreign keys and rights: what the database may know of other modules, and what the application may do there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol


class Cursor(Protocol):
    def execute(self, sql: Any, params: Any = None) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Any: ...


def key_breaches(models: Iterable[Any], heights: Mapping[str, int]) -> list[str]:
    """Relations that go up or sideways. A table of Django or a library lies below everything."""
    breaches = []
    for model in models:
        own = model._meta.app_label
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or not getattr(field, "related_model", None):
                continue
            other = field.related_model._meta.app_label
            if own in heights and other in heights and own != other and heights[other] >= heights[own]:
                breaches.append(f"{own}.{model.__name__}.{field.name} → {other}: keep the id, not the key")
    return breaches


def evidence_rights(cursor: Cursor, tables: Sequence[str], role: str) -> list[str]:
    """Evidence that the role may alter, in whole or by a column."""
    breaches = []
    for table in tables:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, right])
            if cursor.fetchone()[0]:
                breaches.append(f"{table}: {role} may {right}")
        cursor.execute("SELECT has_any_column_privilege(%s, %s, 'UPDATE')", [role, table])
        if cursor.fetchone()[0] and f"{table}: {role} may UPDATE" not in breaches:
            breaches.append(f"{table}: {role} may UPDATE a column")
    return breaches


def building_rights(cursor: Cursor, role: str) -> list[str]:
    """Ways in which the role could change the schema or step past the rights."""
    breaches = []
    cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = %s", [role])
    if any(cursor.fetchone()):
        breaches.append(f"{role} is more than a plain role")
    cursor.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [role])
    if cursor.fetchone()[0]:
        breaches.append(f"{role} may CREATE in the schema")
    cursor.execute("SELECT has_database_privilege(%s, current_database(), 'CREATE')", [role])
    if cursor.fetchone()[0]:
        breaches.append(f"{role} may CREATE schemas")
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = %s", [role])
    breaches += [f"{role} owns {name}" for (name,) in cursor.fetchall()]
    cursor.execute(
        "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
        " JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = %s",
        [role],
    )
    return breaches + [f"{role} is a member of {name}" for (name,) in cursor.fetchall()]
