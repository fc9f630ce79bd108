"""Acts that are part of a larger one: no savepoint of their own inside a transaction that is open already."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
T = TypeVar("T")


def joined(act: Callable[P, T]) -> Callable[P, T]:
    """In the caller's transaction, or in one of its own where there is none.

    For what refuses before it writes: then a caller who catches the refusal has nothing to take back, and the two
    statements of a savepoint, which `atomic` would send each time, buy nothing.
    """

    @wraps(act)
    def acting(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            return act(*args, **kwargs)
        with transaction.atomic():
            return act(*args, **kwargs)

    return acting
