"""Who may do what. Deny by default: an unknown permission and an unmarked route are refused.

A permission is a name and a list of predicates that must all hold: `predicate(actor, obj) -> bool`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from yizhan.kernel.actors import Actor
from yizhan.kernel.errors import NotAllowed

Predicate = Callable[[Actor, Any], bool]
View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
_permissions: dict[str, tuple[Predicate, ...]] = {}


def register(permissions: Mapping[str, Sequence[Predicate]]) -> None:
    for name, predicates in permissions.items():
        if name in _permissions:
            raise ValueError(f"permission {name} is registered twice")
        if not predicates:
            raise ValueError(f"permission {name} has no predicate: say who may")
        _permissions[name] = tuple(predicates)


def names() -> frozenset[str]:
    return frozenset(_permissions)


def predicates_of(name: str) -> tuple[Predicate, ...]:
    return _permissions[name]


def may(actor: Actor, permission: str, obj: Any = None) -> bool:
    return all(holds(actor, obj) for holds in _permissions.get(permission, (_nobody,)))


def require(actor: Actor, permission: str, obj: Any = None) -> None:
    """Raises NotAllowed unless `actor` may."""
    if not may(actor, permission, obj):
        raise NotAllowed(permission=permission)


def permission(name: str) -> Callable[[View], View]:
    """Mark a view with the permission that its route needs."""

    def mark(view: View) -> View:
        view.yizhan_permission = name  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.yizhan_permission = PUBLIC  # type: ignore[attr-defined]
    return view


def permission_of(view: Callable[..., Any]) -> str | None:
    marked: str | None = getattr(view, "yizhan_permission", None)
    return marked


# predicates that need no domain word


def is_signed_in(actor: Actor, _obj: Any) -> bool:
    return actor.account_id is not None


def is_staff(actor: Actor, _obj: Any) -> bool:
    return actor.staff_id is not None


def is_resident(actor: Actor, _obj: Any) -> bool:
    return actor.resident_id is not None


def is_system(actor: Actor, _obj: Any) -> bool:
    return bool(actor.machine)


def has_role(*roles: str) -> Predicate:
    def holds(actor: Actor, _obj: Any) -> bool:
        return any(actor.has_role(role) for role in roles)

    return holds


def has_level(level: int) -> Predicate:
    def holds(actor: Actor, _obj: Any) -> bool:
        return actor.level >= level

    return holds


def any_of(*predicates: Predicate) -> Predicate:
    def holds(actor: Actor, obj: Any) -> bool:
        return any(p(actor, obj) for p in predicates)

    return holds


def _nobody(_actor: Actor, _obj: Any) -> bool:
    return False
