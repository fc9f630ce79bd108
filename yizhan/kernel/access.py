"""Who may do what. Deny by default: an unknown permission and an unmarked route are refused.

A permission is a name and a list of predicates that must all hold: `predicate(actor, obj) -> bool`.
For an organisation's system one thing comes before them: a scope of its token opens the permission, or it may not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.utils.functional import Promise

from yizhan.kernel.actors import Actor
from yizhan.kernel.errors import NotAllowed

Predicate = Callable[[Actor, Any], bool]
View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
# What a token opens whatever its scopes: to ask whose it is.
EVERY_CLIENT = frozenset({"people.own_client"})
_permissions: dict[str, tuple[Predicate, ...]] = {}
_scopes: dict[str, "Scope"] = {}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the token of an organisation's system may carry: its words for people, and the permissions it opens."""

    name: str
    words: str | Promise
    permissions: frozenset[str]


def register(permissions: Mapping[str, Sequence[Predicate]]) -> None:
    for name, predicates in permissions.items():
        if name in _permissions:
            raise ValueError(f"permission {name} is registered twice")
        if not predicates:
            raise ValueError(f"permission {name} has no predicate: say who may")
        _permissions[name] = tuple(predicates)


def register_scopes(scopes: Iterable[Scope]) -> None:
    for scope in scopes:
        if scope.name in _scopes:
            raise ValueError(f"scope {scope.name} is registered twice")
        _scopes[scope.name] = scope
    _opened_by.cache_clear()


def scopes() -> Mapping[str, Scope]:
    return dict(_scopes)


@lru_cache(maxsize=256)
def _opened_by(names: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(_scopes[name].permissions for name in names if name in _scopes))


def names() -> frozenset[str]:
    return frozenset(_permissions)


def predicates_of(name: str) -> tuple[Predicate, ...]:
    return _permissions[name]


def may(actor: Actor, permission: str, obj: Any = None) -> bool:
    if actor.client is not None and permission not in _opened_by(actor.client.scopes) | EVERY_CLIENT:
        return False
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


def weighty(when: Callable[[Mapping[str, Any]], bool] = lambda _kwargs: True) -> Callable[[View], View]:
    """Mark a view whose POST weighs much and asks for a fresh proof; `when` looks at the values of the route."""

    def mark(view: View) -> View:
        view.yizhan_weighty = when  # type: ignore[attr-defined]
        return view

    return mark


def is_weighty(view: Callable[..., Any], kwargs: Mapping[str, Any]) -> bool:
    when = getattr(view, "yizhan_weighty", None)
    return when is not None and bool(when(kwargs))


def by_method(view: View, permissions: Mapping[str, str]) -> View:
    """Mark a view that serves several methods, each with a permission of its own (or PUBLIC)."""
    view.yizhan_permission = dict(permissions)  # type: ignore[attr-defined]
    return view


def permission_of(view: Callable[..., Any], method: str = "GET") -> str | None:
    """What the route needs for this method; None where it does not say, or has no such method."""
    return permissions_of(view).get(method) or permissions_of(view).get("*")


def permissions_of(view: Callable[..., Any]) -> Mapping[str, str]:
    """Method → permission; "*" stands for every method."""
    marked: str | Mapping[str, str] | None = getattr(view, "yizhan_permission", None)
    if isinstance(marked, Mapping):
        return marked
    return {"*": marked} if marked else {}


# predicates that need no domain word


def is_signed_in(actor: Actor, _obj: Any) -> bool:
    return actor.account_id is not None


def is_staff(actor: Actor, _obj: Any) -> bool:
    return actor.staff_id is not None


def is_resident(actor: Actor, _obj: Any) -> bool:
    return actor.resident_id is not None


def is_system(actor: Actor, _obj: Any) -> bool:
    return bool(actor.machine)


def is_client(actor: Actor, _obj: Any) -> bool:
    """An organisation's system for itself, without a member of staff."""
    return actor.client is not None and actor.staff_id is None


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
